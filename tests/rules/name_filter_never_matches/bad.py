"""Tests on names that none of the names visited passes."""

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


class WholeName(nn.Module):
    def __init__(self, dim=32, depth=8):
        super().__init__()
        self.h = nn.ModuleList([Block(dim) for _ in range(depth)])
        for name, p in self.named_parameters():
            if name == "c_proj.weight":  # warning: [name-filter-never-matches] "none of the 32 names.*h.0.c_proj.weight"
                nn.init.normal_(p, std=0.02 / math.sqrt(2 * depth))

    def forward(self, x):
        for block in self.h:
            x = block(x)
        return x


class FrontOfTheName(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.block = Block(dim)
        for name, p in self.named_parameters():
            if name.startswith("c_proj") and p.dim() > 1:  # warning: [name-filter-never-matches] "behind the path"
                nn.init.zeros_(p)

    def forward(self, x):
        return self.block(x)


class ListOfNames(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.rnn = nn.LSTM(dim, dim)
        for name, p in self.named_parameters():
            if name in ["weight_hh_l0"]:  # warning: [name-filter-never-matches] "rnn.weight_hh_l0"
                nn.init.orthogonal_(p)

    def forward(self, x):
        return self.rnn(x)[0]


class UpperCase(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.conv1 = nn.Conv2d(3, dim, 3)
        self.conv2 = nn.Conv2d(dim, dim, 3)
        for name, m in self.named_modules():
            if "Conv" in name:  # warning: [name-filter-never-matches] "upper and lower case"
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")

    def forward(self, x):
        return self.conv2(F.relu(self.conv1(x)))


class OtherName(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.proj = nn.Linear(dim, dim)
        for name, p in self.named_parameters():
            if name.endswith("c_proj.weight"):  # warning: [name-filter-never-matches] "are named otherwise"
                nn.init.zeros_(p)

    def forward(self, x):
        return x + self.proj(F.gelu(self.fc(x)))
