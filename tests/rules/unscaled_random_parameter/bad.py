"""Bare parameters that are weights, drawn without a scale."""

import torch
from torch import nn
from torch.nn import functional as F


class Uncentred(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(256, 64))  # warning: [unscaled-random-parameter] "mean 0.5 and no negative entries: at fan_in 256 .* by 85.3"

    def forward(self, x):
        return x @ self.weight


class Unscaled(nn.Module):
    def __init__(self, d_in, d_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(d_out, d_in))  # warning: [unscaled-random-parameter] "std 1"

    def forward(self, x):
        return torch.relu(F.linear(x, self.weight))


class Kernel(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(32, 16, 3, 3))  # warning: [unscaled-random-parameter] "fan_in 144"

    def forward(self, x):
        return F.conv2d(x, self.kernel, padding=1).relu()


class ReadOut(nn.Module):
    def __init__(self, dim=128, classes=10):
        super().__init__()
        self.read_out = nn.Parameter(torch.randn(dim, classes))  # warning: [unscaled-random-parameter] "fan_in 128"

    def forward(self, x):
        return torch.matmul(x, self.read_out)


class ByEinsum(nn.Module):
    def __init__(self, heads=4, dim=32):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(heads, dim, dim))  # warning: [unscaled-random-parameter] "fan_in 32 "

    def forward(self, x):
        return torch.einsum("b n h d, h d e -> b n h e", x, self.weight).relu()


class Composed(nn.Module):
    def __init__(self, dim=128, rank=8):
        super().__init__()
        self.a = nn.Parameter(torch.randn(dim, rank))  # missed: [unscaled-random-parameter] a factor of the weight
        self.b = nn.Parameter(torch.randn(rank, dim))

    def forward(self, x):
        return F.linear(x, self.a @ self.b)
