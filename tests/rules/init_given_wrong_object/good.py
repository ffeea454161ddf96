"""Initializers and helpers that are given what they are for."""

import torch
from mmengine.model import constant_init
from torch import nn


def init_module(module):
    if hasattr(module, "weight") and module.weight is not None:
        nn.init.constant_(module.weight, 0.5)
    if hasattr(module, "bias") and module.bias is not None:
        nn.init.constant_(module.bias, 0.0)


def init_either(target):
    if hasattr(target, "weight"):
        nn.init.orthogonal_(target.weight)
    else:
        nn.init.orthogonal_(target)


def init_linear(m):
    if isinstance(m, nn.Linear):
        nn.init.trunc_normal_(m.weight, std=0.02, a=-0.04, b=0.04)


def count(m):
    """Asks, but initialises nothing."""
    return m.weight.numel() if hasattr(m, "weight") else 0


class Right(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.out = nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)
        init_module(self.fc)
        init_linear(self.out)
        constant_init(self.norm, 1.0)

    def forward(self, x):
        return self.norm(self.out(self.fc(x)))


class TakesBoth(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.out = nn.Linear(8, 8)
        init_either(self.fc)
        init_either(self.out.weight)

    def forward(self, x):
        return self.out(self.fc(x))


class Counted(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.size = count(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


class OtherModulesInTheLoop(nn.Module):
    """A helper that passes modules of other types by is made for that."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.LayerNorm(8))
        for m in self.modules():
            init_linear(m)

    def forward(self, x):
        return self.net(x)


class DoneAnotherWay(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        init_linear(self.fc.weight)
        nn.init.zeros_(self.fc.bias)
        nn.init.trunc_normal_(self.fc.weight, std=0.02, a=-0.04, b=0.04)

    def forward(self, x):
        return self.fc(x)


class Tried(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        for each in (self.fc, self.fc.bias):
            try:
                nn.init.zeros_(each)
            except AttributeError:
                pass

    def forward(self, x):
        return self.fc(x)


class RawParameters(nn.Module):
    """One is filled by another call before, the other is not trained."""

    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(16, 8))
        self.angles = nn.Parameter(torch.linspace(0, 1, 8), requires_grad=False)
        nn.init.normal_(self.table, std=0.02)
        for each in (self.table, self.angles):
            init_module(each)

    def forward(self, x):
        return x * self.angles + self.table
