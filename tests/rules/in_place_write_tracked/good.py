"""Writes that autograd does not see, or to what is no leaf with a gradient."""

import functools

import torch
from torch import nn


class PaddingRow(nn.Module):
    def __init__(self, n=10, dim=8):
        super().__init__()
        self.embed = nn.Embedding(n, dim)
        with torch.no_grad():
            self.embed.weight[0] = 0

    def forward(self, x):
        return self.embed(x)


class ThroughData(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.fc.weight.data *= 0.1
        self.fc.weight.data[0] = 0
        self.fc.bias.detach().zero_()
        nn.init.zeros_(self.fc.weight[1])

    def forward(self, x):
        return self.fc(x)


class Frozen(nn.Module):
    """No gradient, no history."""

    def __init__(self, dim=8):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(dim, dim), requires_grad=False)
        self.table[0] = 1
        self.fc = nn.Linear(dim, dim)
        self.fc.weight.requires_grad = False
        self.fc.weight.mul_(2)
        self.fc.weight.requires_grad = True

    def forward(self, x):
        return self.fc(x) + self.table


class BeforeItIsOne(nn.Module):
    """The tensor is filled first and made a parameter then."""

    def __init__(self, dim=8):
        super().__init__()
        table = torch.empty(dim, dim)
        table.uniform_(-0.1, 0.1)
        table[0] = 0
        self.table = nn.Parameter(table)
        self.register_buffer("mask", torch.ones(dim))
        self.mask[0] = 0

    def forward(self, x):
        return x @ self.table * self.mask


class WithoutGradients(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.reset()

    @torch.no_grad()
    def reset(self):
        self.fc.weight.mul_(0.1)
        self.fc.bias[0] = 1

    def forward(self, x):
        return self.fc(x)


def quietly(function):
    @functools.wraps(function)
    def call(*args):
        with torch.no_grad():
            return function(*args)

    return call


class Decorated(nn.Module):
    """What a decorator of the project does around it is not known here."""

    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.reset()

    @quietly
    def reset(self):
        self.fc.weight.mul_(0.1)

    def forward(self, x):
        return self.fc(x)


class CopyOfIt(nn.Module):
    """A copy is no leaf."""

    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        start = self.fc.weight.clone()
        start[0] = 0
        self.register_buffer("start", start.detach())

    def forward(self, x):
        return self.fc(x)


class StateInPlace(nn.Module):
    """`state_dict()` gives detached tensors over the same memory."""

    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        for name, value in self.state_dict().items():
            if name.endswith("bias"):
                value.zero_()

    def forward(self, x):
        return self.fc(x)
