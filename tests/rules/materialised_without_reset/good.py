"""Models that are filled again, or are left to whoever asked for them empty."""

import torch
from torch import nn
from torch.nn.utils import skip_init


class RMSNorm(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))

    def reset_parameters(self):
        nn.init.ones_(self.weight)

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


class Drawn(nn.Module):
    """Not skipped at all."""

    def __init__(self, dim=16, rank=4):
        super().__init__()
        self.up = nn.Linear(rank, dim)

    def forward(self, x):
        return self.up(x)


def materialise(make, device="cpu"):
    with torch.device("meta"):
        model = make()
    model.to_empty(device=device)
    for m in model.modules():
        if hasattr(m, "reset_parameters"):
            m.reset_parameters()
    return model


def each_has_a_reset():
    return materialise(lambda: nn.Sequential(nn.Linear(8, 8), RMSNorm(8), nn.BatchNorm1d(8)))


def loaded(path):
    with torch.device("meta"):
        model = nn.Sequential(nn.Linear(8, 8), RMSNorm(8))
    model.to_empty(device="cpu")
    model.load_state_dict(torch.load(path))
    return model


def assigned(path):
    """`assign=True` needs no memory at all."""
    with torch.device("meta"):
        model = nn.Sequential(nn.Linear(8, 8), RMSNorm(8))
    model.load_state_dict(torch.load(path), assign=True)
    return model


def for_the_caller():
    """An empty model: who asks for it loads a checkpoint."""
    with torch.device("meta"):
        model = nn.Sequential(nn.Linear(8, 8), RMSNorm(8))
    return model.to_empty(device="cpu")


class LoadOnly(nn.Module):
    """Skips every initialisation to load faster, and fills none."""

    def __init__(self, dim=16):
        super().__init__()
        self.query = skip_init(nn.Linear, dim, dim)
        self.out = skip_init(nn.Linear, dim, dim)

    def forward(self, x):
        return self.out(self.query(x))


class Filled(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.fc = skip_init(nn.Linear, dim, dim)
        for p in self.parameters():
            nn.init.uniform_(p, -0.1, 0.1)

    def forward(self, x):
        return self.fc(x)
