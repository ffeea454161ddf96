"""Inheritance and imports over several files."""

import importlib

import torch.nn as nn

from ..family.layers import Scaled as ScaledLinear
from . import Root, fill
from .root import Mixin


class Plain(Root):  # root  # reveal: stem.weight [16, 8] = normal_ 0.05 @ layers.py; stem.bias [16] = zeros_ 0 @ layers.py; body.0.weight [16, 16] = normal_ 0.05 @ layers.py; body.0.bias [16] = zeros_ 0 @ layers.py; head.weight [4, 16] = normal_ 0.05 @ layers.py; head.bias [4] = zeros_ 0 @ layers.py
    def make_body(self):
        return nn.Sequential(nn.Linear(self.width, self.width), nn.ReLU())


class Wide(Root):  # root  # reveal: stem.weight [32, 8] = normal_ 0.05 @ layers.py; stem.bias [32] = zeros_ 0 @ layers.py; body.weight [32, 32] = normal_ 0.05 @ layers.py; body.bias [32] = zeros_ 0 @ layers.py; body.scale [32] = full 0.5±0 @ layers.py
    width = 32

    def __init__(self):
        super().__init__(classes=8)
        nn.init.ones_(self.head.bias)  # reveal: head.bias [8] = ones_ 1±0

    def make_body(self):
        return ScaledLinear(self.width, self.width, scale=0.5)

    def init_weights(self):
        super().init_weights()
        nn.init.zeros_(self.head.weight)  # reveal: head.weight [8, 32] = zeros_ 0


class Gated(Mixin, Plain):  # root  # reveal: stem.weight [16, 8] = normal_ 0.05 @ layers.py; stem.bias [16] = zeros_ 0 @ layers.py; body.0.weight [16, 16] = normal_ 0.05 @ layers.py; body.0.bias [16] = zeros_ 0 @ layers.py; head.weight [4, 16] = normal_ 0.05 @ layers.py; head.bias [4] = zeros_ 0 @ layers.py; gate.weight [1, 16] = normal_ 2 @ layers.py; gate.bias [1] = zeros_ 0 @ layers.py
    def __init__(self):
        super().__init__(gate=True)
        fill(self.gate, std=2.0)


class Old(Root):  # root  # reveal: stem.weight [16, 8] = normal_ 0.05 @ layers.py; stem.bias [16] = zeros_ 0 @ layers.py; body.0.weight [16, 16] = xavier_normal_ 0.25 @ layers.py; body.0.scale [16] = full 0.1±0 @ layers.py; body.1.weight [16, 16] = xavier_normal_ 0.25 @ layers.py; body.1.scale [16] = full 0.1±0 @ layers.py; head.weight [4, 16] = normal_ 0.05 @ layers.py; head.bias [4] = zeros_ 0 @ layers.py
    def __init__(self, **kwargs):
        super(Old, self).__init__(**kwargs)

    def make_body(self):
        body = nn.ModuleList()
        for _ in range(2):
            body.append(ScaledLinear(self.width, self.width, bias=False))
        return body

    def init_weights(self):
        Root.init_weights(self)
        for layer in self.body:
            layer.reset_parameters()


class Lazy(nn.Module):  # root  # reveal: body.weight [16, 16] = xavier_normal_ 0.25 @ layers.py; body.bias [16] = constant_ 0.25±0 @ layers.py; body.scale [16] = full 2±0 @ layers.py
    """A class that is named by strings."""

    def __init__(self, module="layers", name="Scaled"):
        super().__init__()
        found = importlib.import_module(f".{module}", __name__.rpartition(".")[0])
        self.found = hasattr(found, name)
        if self.found:
            self.body = getattr(found, name)(16, 16, scale=2.0)
