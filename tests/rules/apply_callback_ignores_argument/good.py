"""Callbacks that write to what they are given, or to others without harm."""

import torch
from torch import nn


class ScalesItsOwn(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8))
        self.apply(self._init)

    def _init(self, module):
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            module.weight.data *= 0.5

    def forward(self, x):
        return self.net(x)


class Block(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.mix = nn.Linear(dim, dim)
        self.out = nn.Linear(dim, dim)

    def forward(self, x):
        return x + self.out(self.mix(x))


class BelowTheArgument(nn.Module):
    """What is part of the module given is scaled once for each of these."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Block(), Block())
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, Block):
            m.out.weight.data.div_(2**0.5)

    def forward(self, x):
        return self.blocks(x)


class SetsAnother(nn.Module):
    """Setting the head to fixed values for every module is a waste, no harm: `apply` ends with the model itself."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh())
        self.head = nn.Linear(8, 8)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
            nn.init.zeros_(m.bias)
        nn.init.zeros_(self.head.weight)

    def forward(self, x):
        return self.head(self.net(x))


class OnlyForTheModel(nn.Module):
    """The scaling runs once, when the callback is given the model."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh())
        self.out = nn.Linear(8, 8)
        self.apply(self._init)

    def _init(self, m):
        if m is self:
            self.out.weight.data *= 0.5

    def forward(self, x):
        return self.out(self.net(x))


class ResetEachTime(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh())
        self.out = nn.Linear(8, 8)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.orthogonal_(m.weight)
        nn.init.xavier_uniform_(self.out.weight)
        self.out.weight.data *= 0.5

    def forward(self, x):
        return self.out(self.net(x))


def initializer(std):
    def init(m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=std)

    return init


class MadeByACall(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh())
        self.net.apply(initializer(0.02))

    def forward(self, x):
        return self.net(x)


class Offsets(nn.Module):
    def __init__(self, heads=4, points=4):
        super().__init__()
        self.heads, self.points = heads, points
        self.offsets = nn.Linear(32, heads * points)
        self._reset_parameters()

    def _reset_parameters(self):
        nn.init.zeros_(self.offsets.weight)
        grid = torch.linspace(-1.0, 1.0, self.heads)[:, None].repeat(1, self.points)
        for i in range(self.points):
            grid[:, i] *= i + 1
        self.offsets.bias = nn.Parameter(grid.view(-1))

    def forward(self, x):
        return self.offsets(x)


class ResetsEach(nn.Module):
    """What is scaled becomes the bias of the module that the callback is given."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Offsets() for _ in range(3)])
        self.apply(self._init_offsets)

    def _init_offsets(self, m):
        if isinstance(m, Offsets):
            m._reset_parameters()

    def forward(self, x):
        return sum(block(x) for block in self.blocks)
