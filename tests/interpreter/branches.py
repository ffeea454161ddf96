"""Conditions that nothing decides, and those that the path remembers."""

import os

import torch
import torch.nn as nn


class Environment(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        if os.environ.get("ZERO_START"):
            nn.init.zeros_(self.fc.weight)  # reveal: fc.weight [16, 16] = zeros_ 0 when os.environ.get("ZERO_START")
        else:
            nn.init.ones_(self.fc.weight)  # reveal: fc.weight [16, 16] = ones_ 1±0 when not os.environ.get("ZERO_START")
        nn.init.constant_(self.fc.bias, 2.0)  # reveal: fc.bias [16] = constant_ 2±0


class Correlated(nn.Module):  # root
    """The same test takes the same side later."""

    def __init__(self):
        super().__init__()
        wide = torch.cuda.device_count() > 64
        self.fc = nn.Linear(16, 32 if wide else 16)  # reveal: fc.weight [?, 16] = kaiming_uniform_ 0.144 when not (torch.cuda.device_count() > 64); fc.bias [?] = uniform_ 0.144
        if wide:
            nn.init.zeros_(self.fc.weight)  # reveal: fc.weight [?, 16] = zeros_ 0 when torch.cuda.device_count() > 64


class Argument(nn.Module):  # root
    def __init__(self, zero, scale=0.5):
        super().__init__()
        self.fc = nn.Linear(16, 16)  # reveal: fc.bias [16] = uniform_ 0.144
        if zero:
            nn.init.zeros_(self.fc.weight)  # reveal: fc.weight [16, 16] = zeros_ 0 when zero
        else:
            nn.init.normal_(self.fc.weight, std=scale)  # reveal: fc.weight [16, 16] = normal_ 0.5 when not zero


class Bias(nn.Module):  # root
    def __init__(self, bias):
        super().__init__()
        self.fc = nn.Linear(16, 16, bias=bias)  # reveal: fc.weight [16, 16] = kaiming_uniform_ 0.144
        if bias:
            nn.init.zeros_(self.fc.bias)  # reveal: fc.bias [16] = zeros_ 0 when bias


class Guarded(nn.Module):  # root
    """A side that only raises is not taken."""

    def __init__(self, dim, heads=4):
        super().__init__()
        if dim % heads:
            raise ValueError("no multiple")
        assert heads > 0
        self.fc = nn.Linear(dim, dim)  # reveal: fc.bias [dim] = uniform_ 0.5773502691896258 * dim ** -0.5
        try:
            nn.init.zeros_(self.fc.weight)  # reveal: fc.weight [dim, dim] = zeros_ 0
        except AttributeError:
            nn.init.ones_(self.fc.weight)


class Kind(nn.Module):  # root
    def __init__(self, kind="linear", init=None):
        super().__init__()
        if kind == "linear":
            self.layer = nn.Linear(16, 16)  # reveal: layer.weight [16, 16] = kaiming_uniform_ 0.144; layer.bias [16] = uniform_ 0.144
        elif kind == "conv":
            self.layer = nn.Conv1d(16, 16, 1)
        else:
            raise NotImplementedError(kind)
        if init is not None:
            init(self.layer.weight)


class Called(nn.Module):  # root
    """A call that nothing is known of may write what it is given, and nothing else."""

    def __init__(self, callback):
        super().__init__()
        self.a = nn.Linear(16, 16)  # reveal: a.weight [16, 16] = unknown; a.bias [16] = unknown
        self.b = nn.Linear(16, 16)  # reveal: b.weight [16, 16] = kaiming_uniform_ 0.144; b.bias [16] = uniform_ 0.144
        callback(self.a)


class While(nn.Module):  # root
    def __init__(self):
        super().__init__()
        width, layers = 64, []
        while width > 8:
            layers.append(nn.Linear(width, width // 2))  # reveal: net.0.weight [32, 64] = kaiming_uniform_ 0.0722; net.1.weight [16, 32] = kaiming_uniform_ 0.102; net.1.bias [16] = uniform_ 0.102; net.2.weight [8, 16] = kaiming_uniform_ 0.144
            width //= 2
            if len(layers) > 5:
                break
        else:
            layers.append(nn.Linear(width, 1))  # reveal: net.3.weight [1, 8] = kaiming_uniform_ 0.204
        self.net = nn.Sequential(*layers)
        for i, layer in enumerate(self.net):
            if i == 1:
                continue
            nn.init.zeros_(layer.bias)  # reveal: net.0.bias [32] = zeros_ 0; net.2.bias [8] = zeros_ 0; net.3.bias [1] = zeros_ 0


class Table(nn.Module):  # root
    """A small table by a free name: a path for each entry."""

    def __init__(self, norm):
        super().__init__()
        self.norm = {"layer": nn.LayerNorm, "none": nn.Identity}[norm](16)  # reveal: norm.bias [16] = zeros_ 0 when norm == 'layer'; norm.weight [16] = ones_ 1±0 when norm == 'layer'
        self.fc = nn.Linear(16, 16)  # reveal: fc.bias [16] = uniform_ 0.144
        nn.init.constant_(self.fc.weight, {"layer": 0.5, "none": 0.25}[norm])  # reveal: fc.weight [16, 16] = constant_ 0.25±0 when not (norm == 'layer'); fc.weight [16, 16] = constant_ 0.5±0 when norm == 'layer'


class Alternatives(nn.Module):  # root
    """Each alternative is named by the branch that it takes, and so is what only some of them have."""

    def __init__(self, kind, extra):
        super().__init__()
        self.fc = nn.Linear(16, 16, bias=False)
        if kind == "layer":
            nn.init.zeros_(self.fc.weight)  # reveal: fc.weight [16, 16] = zeros_ 0 when kind == 'layer'
        elif kind == "batch":
            nn.init.ones_(self.fc.weight)  # reveal: fc.weight [16, 16] = ones_ 1±0 when kind == 'batch'
        else:
            nn.init.constant_(self.fc.weight, 2)  # reveal: fc.weight [16, 16] = constant_ 2±0 when not (kind == 'layer') and not (kind == 'batch')
        if extra:
            self.more = nn.Linear(8, 8, bias=False)  # reveal: more.weight [8, 8] = kaiming_uniform_ 0.204 when extra
