"""Attributes set past the class's own ``__setattr__``, and pairs put in order by their names."""

from dataclasses import dataclass

import torch.nn as nn


@dataclass(frozen=True)
class Config:
    width: int = 2

    def __post_init__(self):
        object.__setattr__(self, "width", 4)


class Plain:
    def __init__(self):
        self.depth = 2
        object.__setattr__(self, "depth", 6)


class Scaled:
    def __init__(self):
        self._width = 1

    @property
    def width(self):
        return self._width

    @width.setter
    def width(self, value):
        self._width = 2 * value


class Past(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(Config().width, Plain().depth)  # reveal: a.weight [6, 4] = kaiming_uniform_ 0.289; a.bias [6] = uniform_ 0.289
        object.__setattr__(self, "hidden", nn.Linear(3, 3))
        self.n = 2
        object.__setattr__(self, "n", 5)
        scaled = Scaled()
        object.__setattr__(scaled, "width", 8)
        self.b = nn.Linear(self.n, scaled.width)  # reveal: b.weight [16, 5] = kaiming_uniform_ 0.258; b.bias [16] = uniform_ 0.258


class Ordered(nn.Module):  # root
    """The names that differ decide: the layers behind them are not compared."""

    def __init__(self):
        super().__init__()
        self.d = nn.ModuleDict(sorted({"b": nn.Linear(1, 2, bias=False), "a": nn.Linear(2, 3, bias=False)}.items()))  # reveal: d.a.weight [3, 2] = kaiming_uniform_ 0.408; d.b.weight [2, 1] = kaiming_uniform_ 0.577
        layers = {"z": nn.Linear(3, 2, bias=False), "y": nn.Linear(2, 3, bias=False)}  # reveal: s.1.weight [2, 3] = kaiming_uniform_ 0.333; s.0.weight [3, 2] = kaiming_uniform_ 0.408
        self.s = nn.Sequential(*[layer for _, layer in sorted(layers.items())])
        self.skipped = nn.utils.skip_init(nn.Linear, 4, 4, bias=False)  # reveal: skipped.weight [4, 4] = uninitialised
