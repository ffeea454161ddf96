"""Models of which a part stays empty."""

import torch
from torch import nn
from torch.nn.utils import skip_init


class RMSNorm(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))  # error: [materialised-without-reset] "`RMSNorm.weight` is not filled again"

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


def materialise(make, device="cpu"):
    with torch.device("meta"):
        model = make()
    model.to_empty(device=device)
    for m in model.modules():
        if hasattr(m, "reset_parameters"):
            m.reset_parameters()
    return model


def norm_left_out():
    return materialise(lambda: nn.Sequential(nn.Linear(8, 8), RMSNorm(8)))


class Adapter(nn.Module):
    def __init__(self, dim=16, rank=4):
        super().__init__()
        self.down = skip_init(nn.Linear, dim, rank)
        self.up = skip_init(nn.Linear, rank, dim)  # error: [materialised-without-reset] "`Adapter.up.weight` \(and `Adapter.up.bias`\)"
        nn.init.xavier_uniform_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x):
        return x + self.up(self.down(x).relu())


class BiasForgotten(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.fc = skip_init(nn.Linear, dim, dim)  # error: [materialised-without-reset] "`BiasForgotten.fc.bias` is not filled"
        nn.init.xavier_uniform_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


def attention_left_out():
    """`MultiheadAttention` has no `reset_parameters`, only one with an underscore."""
    model = nn.Sequential(nn.Linear(8, 8), nn.MultiheadAttention(8, 2))  # error: [materialised-without-reset] "in_proj_weight"
    model.to_empty(device="cpu")
    for m in model.modules():
        if hasattr(m, "reset_parameters"):
            m.reset_parameters()
    return model
