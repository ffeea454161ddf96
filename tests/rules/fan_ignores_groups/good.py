"""Fans that count one group, or whose scale does not matter."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class FanIn(nn.Module):
    """fan_in counts one group only."""

    def __init__(self, width=64):
        super().__init__()
        self.dw = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.pw = nn.Conv2d(width, width, 1)
        nn.init.kaiming_normal_(self.dw.weight, mode="fan_in", nonlinearity="relu")
        nn.init.kaiming_normal_(self.pw.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.pw(F.relu(self.dw(x)))


class Normalised(nn.Module):
    """The convention of mobile networks: the normalisation removes the scale."""

    def __init__(self, width=64):
        super().__init__()
        self.dw = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.pw = nn.Conv2d(width, width, 1)
        nn.init.kaiming_normal_(self.dw.weight, mode="fan_out")

    def forward(self, x):
        return self.pw(F.relu(self.norm(self.dw(x))))


class Separable(nn.Module):
    """Depthwise, pointwise, normalisation: the factor is handed on, and removed."""

    def __init__(self, width=64):
        super().__init__()
        self.dw = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.pw = nn.Conv2d(width, width, 1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return F.relu(self.norm(self.pw(self.dw(x))))


class Divided(nn.Module):
    """The formula divides by the groups."""

    def __init__(self, width=64):
        super().__init__()
        self.dw = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.pw = nn.Conv2d(width, 8, 1)
        fan_out = 3 * 3 * width // self.dw.groups
        nn.init.normal_(self.dw.weight, 0.0, math.sqrt(2.0 / fan_out))

    def forward(self, x):
        return self.pw(F.relu(self.dw(x)))


class OwnKernel(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, groups):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels // groups, kernel_size, kernel_size))
        bound = 1.0 / math.sqrt(in_channels // groups * kernel_size**2)
        self.weight.data.uniform_(-bound, bound)


class AttentionHeads(nn.Module):
    """One vector a head, read in two halves: a product, no convolution."""

    def __init__(self, width, heads):
        super().__init__()
        self.hidden = width // heads
        self.score = nn.Parameter(torch.empty(heads, 2 * self.hidden, 1))
        nn.init.xavier_normal_(self.score)

    def forward(self, x):
        first = torch.matmul(x, self.score[:, : self.hidden, :])
        return first + torch.matmul(x, self.score[:, self.hidden :, :]).mT


class NotFollowed(nn.Module):
    """What comes after the convolution is not known here, perhaps a normalisation."""

    def __init__(self, block):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3, groups=32)
        self.net = nn.Sequential(self.conv, block(32))
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out")

    def forward(self, x):
        return self.net(x)
