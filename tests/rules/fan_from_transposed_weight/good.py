"""Fans taken from the right side."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Upsampling(nn.Module):
    """fan_out mode, or the transposed view, counts the inputs of a transposed convolution."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 16, 4, stride=1)
        self.up2 = nn.ConvTranspose2d(16, 64, 4, stride=1)
        self.out = nn.Conv2d(64, 3, 1)
        nn.init.kaiming_normal_(self.up.weight, mode="fan_out", nonlinearity="relu")
        nn.init.kaiming_normal_(self.up2.weight.transpose(0, 1), mode="fan_in", nonlinearity="relu")

    def forward(self, x):
        return self.out(F.relu(self.up2(F.relu(self.up(x)))))


class Balanced(nn.Module):
    """in = out * stride**2: both fans are the same."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(64, 16, 2, stride=2)
        self.out = nn.Conv2d(16, 3, 1)
        nn.init.kaiming_normal_(self.up.weight, nonlinearity="relu")

    def forward(self, x):
        return self.out(F.relu(self.up(x)))


class Normalised(nn.Module):
    """The normalisation removes the scale."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 16, 4, stride=1, bias=False)
        self.norm = nn.BatchNorm2d(16)
        self.out = nn.Conv2d(16, 3, 1)
        nn.init.kaiming_normal_(self.up.weight, nonlinearity="relu")

    def forward(self, x):
        return self.out(F.relu(self.norm(self.up(x))))


class GraphConvolution(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features))
        self.root = nn.Parameter(torch.empty(out_features, in_features))
        bound = 1.0 / math.sqrt(self.weight.size(0))
        self.weight.data.uniform_(-bound, bound)
        bound = 1.0 / math.sqrt(self.root.size(1))
        self.root.data.uniform_(-bound, bound)

    def forward(self, x, adjacency):
        return torch.spmm(adjacency, torch.mm(x, self.weight)) + F.linear(x, self.root)


class Xavier(nn.Module):
    """Xavier takes both fans alike."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(512, 16))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x):
        return torch.tanh(x @ self.weight)


class GainMakesUpForFan(nn.Module):
    """The gain for ReLU over a fan that is twice the true one: the std is the one that a linear layer needs."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 128, 2, stride=2)
        nn.init.kaiming_normal_(self.up.weight)
        self.conv = nn.Conv2d(128, 8, 3)

    def forward(self, x):
        return self.conv(self.up(x))


class ScaledFactor(nn.Module):
    """The two factors make up one weight of F.linear: in it the second one's fan_in is `dim`, as its init counts."""

    def __init__(self, dim=64, rank=8, out=512):
        super().__init__()
        self.left = nn.Parameter(torch.empty(out, rank))
        self.right = nn.Parameter(torch.empty(rank, dim))
        nn.init.kaiming_uniform_(self.left)
        nn.init.kaiming_uniform_(self.right)

    def forward(self, x):
        return F.relu(F.linear(x, (self.left * 0.5) @ self.right))
