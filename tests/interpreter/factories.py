"""Layers made by functions, partials, tables and arguments."""

import functools
from collections import namedtuple
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn as nn


def conv(inputs, outputs, kernel=3, act=None):
    """A block with its own initialisation."""
    layer = nn.Conv2d(inputs, outputs, kernel, bias=act is None)  # reveal: Blocks: head.bias [8] = uniform_ 0.144
    nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")  # reveal: Blocks: stem.0.weight [16, 3, 3, 3] = kaiming_normal_ 0.118; Blocks: head.weight [8, 16, 1, 1] = kaiming_normal_ 0.5
    return layer if act is None else nn.Sequential(layer, nn.BatchNorm2d(outputs), act())  # reveal: Blocks: stem.1.weight [16] = ones_ 1±0; Blocks: stem.1.bias [16] = zeros_ 0


def mlp(widths=(32, 64, 8), last_zero=True):  # root
    layers = []
    for a, b in zip(widths[:-1], widths[1:]):
        layers += [nn.Linear(a, b), nn.GELU()]  # reveal: 0.weight [64, 32] = kaiming_uniform_ 0.102; 0.bias [64] = uniform_ 0.102; 2.bias [8] = uniform_ 0.0722
    layers.pop()
    if last_zero:
        nn.init.zeros_(layers[-1].weight)  # reveal: 2.weight [8, 64] = zeros_ 0
    return nn.Sequential(*layers)


class Blocks(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.stem = conv(3, 16, act=nn.ReLU)
        self.head = conv(16, 8, kernel=1)


class Classes(nn.Module):  # root
    def __init__(self, norm_layer=None, act_layer=nn.GELU, linear=partial(nn.Linear, bias=False)):
        super().__init__()
        norm_layer = norm_layer or partial(nn.LayerNorm, eps=1e-6, elementwise_affine=True)
        self.fc = linear(32, 64)  # reveal: fc.weight [64, 32] = kaiming_uniform_ 0.102
        self.norm = norm_layer(64)  # reveal: norm.weight [64] = ones_ 1±0; norm.bias [64] = zeros_ 0
        self.act = act_layer()
        self.out = linear(64, 32, bias=True)  # reveal: out.weight [32, 64] = kaiming_uniform_ 0.0722; out.bias [32] = uniform_ 0.0722


LAYERS = {"linear": nn.Linear, "conv": lambda i, o: nn.Conv1d(i, o, 1)}  # reveal: Tables: a.bias [32] = uniform_ 0.144
INITS = {"xavier": nn.init.xavier_normal_, "small": partial(nn.init.normal_, std=0.02)}


class Tables(nn.Module):  # root
    def __init__(self, kind="conv", init="small"):
        super().__init__()
        self.a = LAYERS[kind](16, 32)
        self.b = LAYERS.get("linear")(16, 32)  # reveal: b.bias [32] = uniform_ 0.144
        INITS[init](self.a.weight)  # reveal: a.weight [32, 16, 1] = normal_ 0.02
        INITS["xavier"](self.b.weight)  # reveal: b.weight [32, 16] = xavier_normal_ 0.204


class Callables(nn.Module):  # root
    def __init__(self, init=nn.init.orthogonal_, layer=nn.Linear, bias_init=lambda b: nn.init.constant_(b, 0.5)):  # reveal: fc.bias [16] = constant_ 0.5±0
        super().__init__()
        self.fc = layer(32, 16)
        init(self.fc.weight)  # reveal: fc.weight [16, 32] = orthogonal_ 0.177
        bias_init(self.fc.bias)


def build(cls, *args, **kwargs):
    return cls(*args, **kwargs)  # reveal: Forwarded: fc.weight [32, 16] = kaiming_uniform_ 0.144


def decorated(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner


@decorated
def small(width, *, std=0.01):
    layer = nn.Linear(width, width)  # reveal: Forwarded: small.bias [16] = uniform_ 0.144
    nn.init.normal_(layer.weight, 0.0, std)  # reveal: Forwarded: small.weight [16, 16] = normal_ 0.5
    return layer


class Forwarded(nn.Module):  # root
    def __init__(self, options=None):
        super().__init__()
        options = dict(bias=False, **(options or {}))
        self.fc = build(nn.Linear, 16, 32, **options)
        self.small = small(16, std=0.5)
        self.pair = nn.ModuleList(map(lambda n: nn.Linear(n, n), [8, 16]))  # reveal: pair.0.weight [8, 8] = kaiming_uniform_ 0.204; pair.0.bias [8] = uniform_ 0.204; pair.1.weight [16, 16] = kaiming_uniform_ 0.144; pair.1.bias [16] = uniform_ 0.144


class Generated(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(*self._layers([16, 32, 8]))

    @staticmethod
    def _layers(widths):
        for a, b in zip(widths, widths[1:]):
            yield nn.Linear(a, b)  # reveal: net.0.weight [32, 16] = kaiming_uniform_ 0.144; net.0.bias [32] = uniform_ 0.144; net.2.weight [8, 32] = kaiming_uniform_ 0.102; net.2.bias [8] = uniform_ 0.102
            yield nn.ReLU()


class Alternate(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width)  # reveal: wide: fc.bias [48] = uniform_ 0.0833

    @classmethod
    def wide(cls, factor=2):
        made = cls(16 * factor)
        nn.init.eye_(made.fc.weight)  # reveal: wide: fc.weight [48, 48] = eye_ 0.0208±0.143
        return made


def wide():  # root
    return Alternate.wide(factor=3)


@dataclass
class Stage:
    width: int
    depth: int
    act: type = nn.ReLU


class Scaled(Stage):
    """A dataclass's constructor, called from one that is written out."""

    def __init__(self, width, factor=2):
        super().__init__(width * factor, 1)


class Staged(nn.Module):  # root
    def __init__(self, stage=Scaled(8)):
        super().__init__()
        self.fc = nn.Linear(stage.width, stage.depth)  # reveal: fc.weight [1, 16] = kaiming_uniform_ 0.144; fc.bias [1] = uniform_ 0.144
        self.act = stage.act()


@dataclass(eq=False)
class OfFields(nn.Module):  # root
    """A module whose constructor is that of a dataclass: what `__post_init__` assigns is registered."""

    width: int = 8
    body: nn.Module = None

    def __post_init__(self):
        super().__init__()
        self.fc = nn.Linear(self.width, 4)  # reveal: fc.weight [4, 8] = kaiming_uniform_ 0.204; fc.bias [4] = uniform_ 0.204; OfMoreFields: fc.weight [4, 8] = kaiming_uniform_ 0.204; OfMoreFields: fc.bias [4] = uniform_ 0.204; BehindAConstructor: fc.weight [4, 32] = kaiming_uniform_ 0.102; BehindAConstructor: fc.bias [4] = uniform_ 0.102


@dataclass(eq=False)
class OfMoreFields(OfFields):  # root
    def __post_init__(self):
        super().__post_init__()
        self.out = nn.Linear(4, 2)  # reveal: out.bias [2] = uniform_ 0.289
        nn.init.zeros_(self.out.weight)  # reveal: out.weight [2, 4] = zeros_ 0


class BehindAConstructor(OfFields):  # root
    def __init__(self):
        super().__init__(width=32)


class Pyramid(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2))  # reveal: Probed: body.stem.0.weight [8, 3, 3, 3] = kaiming_uniform_ 0.111; Probed: body.stem.0.bias [8] = uniform_ 0.111; Probed: body.stem.1.weight [8] = ones_ 1±0; Probed: body.stem.1.bias [8] = zeros_ 0
        self.wide = nn.Conv2d(8, 24, 3, bias=False)  # reveal: Probed: body.wide.weight [24, 8, 3, 3] = kaiming_uniform_ 0.068

    def forward(self, x):
        x = self.stem(x)
        return {"low": x, "high": self.wide(x) * 2}


Levels = namedtuple("Levels", ["low", "high"])


class Named(Pyramid):
    def forward(self, x):
        return Levels(**super().forward(x))


class ProbedByName(nn.Module):  # root
    def __init__(self):
        super().__init__()
        levels = Named()(torch.zeros(1, 3, 32, 32))
        self.head = nn.Conv2d(levels.high.shape[1], 4, 1, bias=False)  # reveal: head.weight [4, 24, 1, 1] = kaiming_uniform_ 0.118


class Probed(nn.Module):  # root
    """The widths of the heads come from a pass over zeros."""

    def __init__(self):
        super().__init__()
        self.body = Pyramid()
        with torch.no_grad():
            features = self.body(torch.zeros(1, 3, 32, 32))
        widths = [x.shape[1] for x in features.values()]
        if len(widths) != 2:
            raise ValueError("two levels")
        self.heads = nn.ModuleList(nn.Conv2d(width, 4, 1, bias=False) for width in widths)  # reveal: heads.0.weight [4, 8, 1, 1] = kaiming_uniform_ 0.204; heads.1.weight [4, 24, 1, 1] = kaiming_uniform_ 0.118
