"""Fans that count the channels of other groups."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Depthwise(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.dw = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.pw = nn.Conv2d(width, width, 1)
        nn.init.kaiming_normal_(self.dw.weight, mode="fan_out", nonlinearity="relu")  # warning: [fan-ignores-groups] "in 64 groups: std x0.125, variance x0.0156"

    def forward(self, x):
        return self.pw(F.relu(self.dw(x)))


class TwoGroups(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3, padding=1, groups=2)
        self.pw = nn.Conv2d(32, 8, 1)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out", nonlinearity="relu")  # note: [fan-ignores-groups] "std x0.707"

    def forward(self, x):
        return self.pw(F.relu(self.conv(x)))


class OldFormula(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.dw = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.pw = nn.Conv2d(width, width, 1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                n = m.kernel_size[0] * m.kernel_size[1] * m.out_channels
                m.weight.data.normal_(0, math.sqrt(2.0 / n))  # warning: [fan-ignores-groups] "the formula counts every channel of `OldFormula.dw.weight`"

    def forward(self, x):
        return self.pw(F.relu(self.dw(x)))


class XavierOnDepthwise(nn.Module):
    def __init__(self):
        super().__init__()
        self.dw = nn.Conv1d(64, 64, 5, padding=2, groups=64)
        self.pw = nn.Conv1d(64, 8, 1)
        nn.init.xavier_uniform_(self.dw.weight)  # warning: [fan-ignores-groups] "Xavier counts every channel.*std x0.175"

    def forward(self, x):
        return self.pw(torch.tanh(self.dw(x)))


class OwnKernel(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, groups):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels // groups, kernel_size, kernel_size))
        bound = 1.0 / math.sqrt(in_channels * kernel_size**2)
        self.weight.data.uniform_(-bound, bound)  # note: [fan-ignores-groups] "in `groups` groups: std x groups \*\* -0.5"
