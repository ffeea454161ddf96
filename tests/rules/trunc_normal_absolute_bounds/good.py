"""Bounds that truncate, or that are not known."""

from timm.layers import trunc_normal_
from torch import nn


class InUnitsOfStd(nn.Module):
    def __init__(self, std=0.02):
        super().__init__()
        self.fc = nn.Linear(192, 64)
        nn.init.trunc_normal_(self.fc.weight, std=0.02, a=-0.04, b=0.04)
        self.head = nn.Linear(64, 10)
        nn.init.trunc_normal_(self.head.weight, std=std, a=-2 * std, b=2 * std)

    def forward(self, x):
        return self.head(self.fc(x))


class ScaledAfterwards(nn.Module):
    """Drawn at std 1, where the default bounds are 2 standard deviations."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(192, 64)
        nn.init.trunc_normal_(self.fc.weight)
        self.fc.weight.data.mul_(0.02)


class GivenByCaller(nn.Module):
    def __init__(self, std):
        super().__init__()
        self.fc = nn.Linear(192, 64)
        nn.init.trunc_normal_(self.fc.weight, std=std)


class ScaledLibraryDraw(nn.Module):
    """The library's function is a recipe's choice, and a factor written here does not make its bounds ours."""

    def __init__(self, scale=0.5):
        super().__init__()
        self.head = nn.Linear(192, 10)
        trunc_normal_(self.head.weight, std=0.02)
        self.head.weight.data.mul_(scale)
