"""Functions whose implementation is chosen by the class of their first argument."""

# right: Dispatched(), DispatchedMethod(), LikeDispatch()

import functools
from functools import singledispatch, singledispatchmethod

from torch import nn


@singledispatch
def fill(module):
    pass


@fill.register
def _(module: nn.Linear):
    nn.init.constant_(module.weight, 0.25)


@fill.register(nn.Conv2d)
@fill.register(nn.Conv1d)
def _(module):
    nn.init.normal_(module.weight, std=0.02)


@fill.register
def _(module: nn.Embedding | nn.EmbeddingBag):
    nn.init.normal_(module.weight, std=0.5)


class Wide(nn.Linear):
    pass


class Wider(Wide):
    pass


fill.register(Wide, lambda module: nn.init.ones_(module.weight))


class Dispatched(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(30, 30)
        self.wide = Wide(30, 30)
        self.wider = Wider(30, 30)
        self.conv = nn.Conv2d(8, 8, 3)
        self.series = nn.Conv1d(8, 8, 3)
        self.table = nn.Embedding(30, 30)
        self.norm = nn.LayerNorm(30)
        self.apply(fill)


class DispatchedMethod(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(30, 30)
        self.conv = nn.Conv2d(8, 8, 3)
        for module in self.modules():
            self.fill(module)

    @functools.singledispatchmethod
    def fill(self, module):
        pass

    @fill.register
    def _(self, module: nn.Linear):
        nn.init.constant_(module.weight, 0.25)

    @fill.register(nn.Conv2d)
    def _conv(self, module):
        nn.init.normal_(module.weight, std=0.02)


class LikeDispatch(nn.Module):
    def __init__(self):
        super().__init__()
        self.method = DispatchedMethod()
        self.method.fill(self.method)
        fill(self.method.linear)
        nn.init.zeros_(self.method.linear.bias)
