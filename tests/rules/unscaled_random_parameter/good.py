"""Random parameters that are scaled, or that are no weights."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Scaled(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(256, 64) / math.sqrt(256))
        self.archetypes = nn.Parameter((torch.rand(64, 16) - 0.5) * 1e-2)  # note: [fixed-std-signal-loss] "x0.00053 here"
        self.small = nn.Parameter(0.02 * torch.randn(16, 16))

    def forward(self, x):
        return x @ self.weight @ self.archetypes @ self.small


class Filled(nn.Module):
    """Written later."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(32, 64))
        nn.init.kaiming_uniform_(self.weight, nonlinearity="linear")

    def forward(self, x):
        return F.linear(x, self.weight)


class Tokens(nn.Module):
    """Added to the signal, not multiplied with it."""

    def __init__(self, dim=64):
        super().__init__()
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim))
        self.mask_token = nn.Parameter(torch.rand(dim))

    def forward(self, x):
        return x + self.cls_token + self.mask_token


class Normalised(nn.Module):
    """A normalisation follows."""

    def __init__(self, dim=64):
        super().__init__()
        self.mix = nn.Parameter(torch.randn(dim, dim))
        self.norm = nn.LayerNorm(dim)

    def forward(self, x):
        return self.norm(x @ self.mix)


class Equalised(nn.Module):
    """Scaled at run time."""

    def __init__(self, dim=64):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(dim, dim))
        self.scale = 1 / math.sqrt(dim)

    def forward(self, x):
        return F.linear(x, self.weight * self.scale)


class Frozen(nn.Module):
    """A fixed random projection."""

    def __init__(self, dim=64):
        super().__init__()
        self.projection = nn.Parameter(torch.randn(dim, dim), requires_grad=False)

    def forward(self, x):
        return x @ self.projection


class Scores(nn.Module):
    """A softmax over learned queries."""

    def __init__(self, dim=64, queries=8):
        super().__init__()
        self.queries = nn.Parameter(torch.randn(queries, dim))

    def forward(self, x):
        return torch.softmax(F.linear(x, self.queries), -1)


class Fourier(nn.Module):
    """The entries are frequencies."""

    def __init__(self, dim=64):
        super().__init__()
        self.frequencies = nn.Parameter(torch.randn(2, dim))

    def forward(self, x):
        return torch.cos(x @ self.frequencies)


class LowRankAdapter(nn.Module):
    """One factor is zero, and the product is added to another weight."""

    def __init__(self, dim=64, rank=4):
        super().__init__()
        self.base = nn.Linear(dim, dim)
        self.down = nn.Parameter(torch.randn(rank, dim))
        self.up = nn.Parameter(torch.zeros(dim, rank))

    def forward(self, x):
        return self.base(x) + F.linear(x, self.up @ self.down)


class ComposedAndNormalised(nn.Module):
    """A normalisation follows the product."""

    def __init__(self, dim=64, rank=4):
        super().__init__()
        self.a = nn.Parameter(torch.randn(dim, rank))
        self.b = nn.Parameter(torch.randn(rank, dim))
        self.norm = nn.LayerNorm(dim)

    def forward(self, x):
        return self.norm(F.linear(x, self.a @ self.b))


class ComposedAndScaled(nn.Module):
    def __init__(self, dim=64, rank=4):
        super().__init__()
        self.a = nn.Parameter(torch.randn(dim, rank) / math.sqrt(rank))
        self.b = nn.Parameter(torch.randn(rank, dim) / math.sqrt(dim))

    def forward(self, x):
        return F.linear(x, self.a @ self.b)
