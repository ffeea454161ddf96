"""Draws into 16 bits."""

import torch
from torch import nn


class Truncated(nn.Module):
    def __init__(self, dim=256):
        super().__init__()
        self.fc = nn.Linear(dim, 4 * dim, bias=False, dtype=torch.bfloat16)
        nn.init.trunc_normal_(self.fc.weight, std=0.02)  # warning: [init-on-low-precision] "0.2 % of the entries at the lower bound -2 in torch before 2.12 \(std 0.091 instead of 0.02\)"

    def forward(self, x):
        return self.fc(x)


class DefaultArgument(nn.Module):
    def __init__(self, dim, dtype=torch.float16):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(dim, dim, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.trunc_normal_(self.weight, 0.0, 0.02, -2, 2)  # warning: [init-on-low-precision] "which is float16.*std 0.037"

    def forward(self, x):
        return x @ self.weight


class Orthogonal(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(dim, dim), nn.Linear(dim, dim)).half()
        for m in self.layers:
            nn.init.orthogonal_(m.weight)  # error: [init-on-low-precision] "`Orthogonal.layers.0.weight` \(and `Orthogonal.layers.1.weight`\), which is float16, raises"

    def forward(self, x):
        return self.layers(x)


class Converted(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.to(dtype=torch.bfloat16)
        nn.init.orthogonal_(self.fc.weight)  # error: [init-on-low-precision] "bfloat16, raises NotImplementedError"

    def forward(self, x):
        return self.fc(x)


class Tiny(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.head = nn.Linear(dim, dim, dtype=torch.float16)
        nn.init.normal_(self.head.weight, std=1e-8)  # warning: [init-on-low-precision] "becomes 0 in 99.7 % of the entries at std 1e-08"

    def forward(self, x):
        return self.head(x)


class ByDefault(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        torch.set_default_dtype(torch.bfloat16)
        self.fc = nn.Linear(dim, dim)
        nn.init.orthogonal_(self.fc.weight)  # missed: [init-on-low-precision] the default type is set by a call

    def forward(self, x):
        return self.fc(x)
