"""Fans taken from the wrong side of a transposed weight."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Upsampling(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 16, 4, stride=1)
        self.out = nn.Conv2d(16, 3, 1)
        nn.init.kaiming_normal_(self.up.weight, nonlinearity="relu")  # warning: [fan-from-transposed-weight] "fan that the std is made from, 256, .* fan_in is 4096: std x4 "

    def forward(self, x):
        return self.out(F.relu(self.up(x)))


class Mild(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(64, 32, 2, stride=2)
        self.out = nn.Conv2d(32, 3, 1)
        nn.init.kaiming_uniform_(self.up.weight, a=0, mode="fan_in")  # note: [fan-from-transposed-weight] "std x0.707"

    def forward(self, x):
        return self.out(F.relu(self.up(x)))


class GraphConvolution(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features))
        bound = 1.0 / math.sqrt(self.weight.size(1))
        self.weight.data.uniform_(-bound, bound)  # note: [fan-from-transposed-weight] "used as `x @ W`.*std x sqrt\(in_features / \(out_features\)\)"

    def forward(self, x, adjacency):
        return torch.spmm(adjacency, torch.mm(x, self.weight))


class InOut(nn.Module):
    def __init__(self, d_in=512, d_out=16):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(d_in, d_out))
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")  # warning: [fan-from-transposed-weight] "std x5.66"

    def forward(self, x):
        return torch.relu(x @ self.weight)
