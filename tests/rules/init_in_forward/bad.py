"""Weights of the moment."""

import torch
from torch import nn


class HeadInForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)

    def forward(self, x):
        x = self.body(x).relu()
        return nn.Linear(8, 4)(x)  # error: [init-in-forward] "this Linear is created in `forward`: every call draws new weights"


class KeptButMadeAgain(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        x = self.conv(x).flatten(1)
        self.fc = nn.Linear(x.size(1), 10)  # error: [init-in-forward] "no optimizer trains"
        return self.fc(x)


class InAMethod(nn.Module):
    def __init__(self, levels=3):
        super().__init__()
        self.levels = levels

    def _level(self, x, width):
        conv = nn.Conv1d(width, width, 3)  # error: [init-in-forward] "this Conv1d is created"
        return conv(x)

    def forward(self, x):
        for _ in range(self.levels):
            x = self._level(x, 16)
        return x


class DrawnAnew(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.w = nn.Parameter(torch.zeros(8, 8))

    def forward(self, x):
        nn.init.xavier_uniform_(self.fc.weight)  # warning: [init-in-forward] "`xavier_uniform_` draws `DrawnAnew.fc.weight` anew at every call"
        self.w.data.normal_(0, 0.02)  # warning: [init-in-forward] "`normal_` draws `DrawnAnew.w`"
        return self.fc(x) @ self.w


class ParameterInForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.dim = 8

    def forward(self, x):
        w = nn.Parameter(torch.randn(8, 8))  # missed: [init-in-forward] a Parameter of its own, no layer
        return x @ w


class MakesItsLayer(nn.Module):
    def forward(self, x):
        return nn.Linear(8, 8)(x)  # error: [init-in-forward] "no state_dict has$"


class UsesOneThatMakesIts(nn.Module):
    """It creates none itself, and is not named for it."""

    def __init__(self):
        super().__init__()
        self.inner = MakesItsLayer()
        self.out = nn.Linear(8, 2)

    def forward(self, x):
        return self.out(self.inner(x))
