"""Bare parameters that are weights, drawn without a scale."""

import torch
from einops import einsum
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
        self.a = nn.Parameter(torch.randn(dim, rank))  # warning: [unscaled-random-parameter] "product is a weight with std 2.83: at fan_in 128 .* by 1024"
        self.b = nn.Parameter(torch.randn(rank, dim))

    def forward(self, x):
        return F.linear(x, self.a @ self.b)


class ComposedOfAnySize(nn.Module):
    def __init__(self, layer, rank):
        super().__init__()
        rows, columns = layer.weight.shape
        self.a = nn.Parameter(torch.randn(rows, rank))  # warning: [unscaled-random-parameter] "std sqrt.rank."
        self.b = nn.Parameter(torch.randn(rank, columns))

    def forward(self, x):
        return x @ (self.a @ self.b)


class ByEinops(nn.Module):
    def __init__(self, nodes=6, dim=128):
        super().__init__()
        self.read_out = nn.Parameter(torch.randn(nodes, dim))  # warning: [unscaled-random-parameter] "fan_in 128"

    def forward(self, x):
        return einsum(x, self.read_out, "batch node dim, node dim -> batch node")
