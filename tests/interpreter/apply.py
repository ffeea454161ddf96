"""Module.apply and what can be handed to it."""

from functools import partial

import torch
import torch.nn as nn


def init_linear(m):
    if isinstance(m, nn.Linear):
        nn.init.xavier_uniform_(m.weight)  # reveal: Function: net.0.weight [32, 16] = xavier_uniform_ 0.204; Function: net.2.weight [8, 32] = xavier_uniform_ 0.224; Order: block.fc.weight [32, 32] = xavier_uniform_ 0.177; make: 0.weight [32, 16] = xavier_uniform_ 0.204; make: 2.weight [4, 32] = xavier_uniform_ 0.236
        m.bias.data.fill_(0.01)  # reveal: Function: net.0.bias [32] = fill_ 0.01±0; Function: net.2.bias [8] = fill_ 0.01±0; Order: block.fc.bias [32] = fill_ 0.01±0; Order: out.bias [8] = fill_ 0.01±0; make: 0.bias [32] = fill_ 0.01±0; make: 2.bias [4] = fill_ 0.01±0


def init_scaled(m, std, zero_bias=True):
    if hasattr(m, "weight") and m.weight is not None and m.weight.dim() > 1:
        nn.init.normal_(m.weight, std=std)  # reveal: Partial: conv.weight [32, 3, 3, 3] = normal_ 0.1; Partial: fc.weight [16, 32] = normal_ 0.3; Lambda: out.weight [16, 16] = normal_ 0.2
    if zero_bias and getattr(m, "bias", None) is not None:
        nn.init.zeros_(m.bias)  # reveal: Partial: conv.bias [32] = zeros_ 0; Lambda: out.bias [16] = zeros_ 0


class Function(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(16, 32), nn.LayerNorm(32), nn.Linear(32, 8))  # reveal: net.1.weight [32] = ones_ 1±0; net.1.bias [32] = zeros_ 0
        self.late = nn.Linear(8, 16)  # reveal: late.weight [16, 8] = kaiming_uniform_ 0.204; late.bias [16] = uniform_ 0.204
        self.net.apply(init_linear)


class Method(nn.Module):  # root
    def __init__(self, std=0.02):
        super().__init__()
        self.std = std
        self.table = nn.Embedding(64, 32)
        self.fc = nn.Linear(32, 32)
        self.norm = nn.LayerNorm(32)
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(mean=0.0, std=self.std)  # reveal: table.weight [64, 32] = normal_ 0.02; fc.weight [32, 32] = normal_ 0.02; Order: block.table.weight [64, 32] = normal_ 0.5
        elif isinstance(module, nn.LayerNorm):
            module.bias.data.zero_()  # reveal: norm.bias [32] = zero_ 0; Order: block.norm.bias [32] = zero_ 0
            module.weight.data.fill_(1.0)  # reveal: norm.weight [32] = fill_ 1±0; Order: block.norm.weight [32] = fill_ 1±0
        if isinstance(module, nn.Linear) and module.bias is not None:
            module.bias.data.zero_()  # reveal: fc.bias [32] = zero_ 0


class Partial(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3)
        self.norm = nn.BatchNorm2d(32)  # reveal: norm.weight [32] = ones_ 1±0; norm.bias [32] = zeros_ 0
        self.fc = nn.Linear(32, 16)  # reveal: fc.bias [16] = uniform_ 0.102
        self.conv.apply(partial(init_scaled, std=0.1))
        self.fc.apply(partial(init_scaled, std=0.3, zero_bias=False))


class Lambda(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(32, 32), nn.Linear(32, 16))  # reveal: net.0.bias [32] = uniform_ 0.102; net.1.bias [16] = uniform_ 0.102
        self.net.apply(lambda m: nn.init.orthogonal_(m.weight, 2.0) if isinstance(m, nn.Linear) else None)  # reveal: net.0.weight [32, 32] = orthogonal_ 0.354; net.1.weight [16, 32] = orthogonal_ 0.354
        self.out = nn.Linear(16, 16)
        self.out.apply(lambda m: init_scaled(m, std=0.2))


class Nested(nn.Module):  # root
    def __init__(self, gain=0.5):
        super().__init__()
        self.fc = nn.Linear(32, 32)  # reveal: fc.bias [32] = uniform_ 0.102

        def start(m):
            if type(m) is nn.Linear:
                nn.init.xavier_normal_(m.weight, gain)  # reveal: fc.weight [32, 32] = xavier_normal_ 0.0884

        self.apply(start)


class Order(nn.Module):  # root
    """Children come before their parents, and the special start after the general one."""

    def __init__(self):
        super().__init__()
        self.block = Method(std=0.5)
        self.out = nn.Linear(32, 8)
        self.apply(init_linear)
        nn.init.zeros_(self.out.weight)  # reveal: out.weight [8, 32] = zeros_ 0


def named_apply(fn, module, name=""):
    for child_name, child in module.named_children():
        named_apply(fn, child, f"{name}.{child_name}" if name else child_name)
    fn(module, name)
    return module


def by_name(module, name, head_bias=0.0):
    if isinstance(module, nn.Linear):
        if name.startswith("head"):
            nn.init.zeros_(module.weight)  # reveal: ByName: head.weight [8, 32] = zeros_ 0
            nn.init.constant_(module.bias, head_bias)  # reveal: ByName: head.bias [8] = constant_ -4±0
        else:
            nn.init.trunc_normal_(module.weight, std=0.02)  # reveal: ByName: blocks.0.0.weight [32, 32] = trunc_normal_ 0.02; ByName: blocks.1.0.weight [32, 32] = trunc_normal_ 0.02


class ByName(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([nn.Sequential(nn.Linear(32, 32)) for _ in range(2)])  # reveal: blocks.0.0.bias [32] = uniform_ 0.102; blocks.1.0.bias [32] = uniform_ 0.102
        self.head = nn.Linear(32, 8)
        named_apply(partial(by_name, head_bias=-4.0), self)


def make():  # root
    net = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 4))
    net.apply(init_linear)
    return net


class Matched(nn.Module):  # root
    """Class patterns, one with an attribute."""

    def __init__(self):
        super().__init__()
        self.wide = nn.Linear(16, 32)  # reveal: wide.bias [32] = uniform_ 0.144
        self.narrow = nn.Linear(16, 8)  # reveal: narrow.bias [8] = uniform_ 0.144
        self.norm = nn.LayerNorm(8)  # reveal: norm.bias [8] = zeros_ 0
        self.apply(self.start)

    def start(self, m):
        match m:
            case nn.Linear(out_features=8):
                nn.init.normal_(m.weight, std=0.5)  # reveal: narrow.weight [8, 16] = normal_ 0.5
            case nn.Linear():
                nn.init.normal_(m.weight, std=0.1)  # reveal: wide.weight [32, 16] = normal_ 0.1
            case nn.LayerNorm(weight=scale):
                nn.init.constant_(scale, 2.0)  # reveal: norm.weight [8] = constant_ 2±0


class Shift(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.empty(8))


class UnionOfTypes(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)  # reveal: norm.weight [8] = ones_ 1±0
        self.shift = Shift()
        self.apply(self._init)

    def _init(self, module):
        if isinstance(module, nn.Linear | nn.Conv2d):
            nn.init.zeros_(module.weight)  # reveal: fc.weight [8, 8] = zeros_ 0
            nn.init.ones_(module.bias)  # reveal: fc.bias [8] = ones_ 1±0
        elif isinstance(module, nn.LayerNorm | Shift | nn.GroupNorm):
            nn.init.zeros_(module.bias)  # reveal: norm.bias [8] = zeros_ 0; shift.bias [8] = zeros_ 0
