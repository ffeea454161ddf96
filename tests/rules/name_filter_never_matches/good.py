"""Tests on names that match, or that are for other models."""

import math

from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.c_fc = nn.Linear(dim, 4 * dim)
        self.c_proj = nn.Linear(4 * dim, dim)

    def forward(self, x):
        return x + self.c_proj(F.gelu(self.c_fc(x)))


class EndOfTheName(nn.Module):
    def __init__(self, dim=32, depth=8):
        super().__init__()
        self.h = nn.ModuleList([Block(dim) for _ in range(depth)])
        for name, p in self.named_parameters():
            if name.endswith("c_proj.weight"):
                nn.init.normal_(p, std=0.02 / math.sqrt(2 * depth))

    def forward(self, x):
        for block in self.h:
            x = block(x)
        return x


class NothingLikeIt(nn.Module):
    """The routine is written for more than this model: no name looks like what it tests."""

    def __init__(self, dim=32):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        for name, p in self.named_parameters():
            if name == "cls_token" or "lora_" in name:
                nn.init.normal_(p, std=0.02)

    def forward(self, x):
        return self.fc(x)


def init_cell(m):
    """For a cell itself: there the names have no path."""
    for name, p in m.named_parameters():
        if name == "weight_hh_l0":
            nn.init.orthogonal_(p)


class Cell(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.rnn = nn.RNN(dim, dim)
        init_cell(self.rnn)

    def forward(self, x):
        return self.rnn(x)[0]


class EitherCase(nn.Module):
    """One of the two tests matches."""

    def __init__(self, dim=32):
        super().__init__()
        self.conv1 = nn.Conv2d(3, dim, 3)
        for name, m in self.named_modules():
            if "Conv" in name or "conv" in name:
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")

    def forward(self, x):
        return F.relu(self.conv1(x))


class NoInitialiser(nn.Module):
    """What never matches only leaves something alone."""

    def __init__(self, dim=32):
        super().__init__()
        self.block = Block(dim)
        for name, p in self.named_parameters():
            if name == "c_proj.bias":
                continue
            if p.dim() > 1:
                nn.init.normal_(p, std=0.1)

    def forward(self, x):
        return self.block(x)


class LastBranch(nn.Module):
    """An earlier branch takes the names that the later one would match."""

    def __init__(self, dim=32):
        super().__init__()
        self.proj = nn.Linear(dim, dim)
        for name, p in self.named_parameters():
            if name.endswith("proj.weight"):
                nn.init.orthogonal_(p)
            elif name.endswith("out_proj.weight"):
                nn.init.zeros_(p)

    def forward(self, x):
        return x + self.proj(x)


class Optional(nn.Module):
    """The name is there where the switch is on."""

    def __init__(self, dim=32, gate=False):
        super().__init__()
        self.body = nn.Module()
        self.body.gate = nn.Linear(dim, dim)
        if gate:
            self.gate = nn.Linear(dim, dim)
        for name, p in self.named_parameters():
            if name == "gate.weight":
                nn.init.zeros_(p)

    def forward(self, x):
        return self.body.gate(x) * (self.gate(x) if hasattr(self, "gate") else x)
