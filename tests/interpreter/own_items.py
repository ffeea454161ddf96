"""Containers of the project that say themselves what an item is."""

from typing import NamedTuple

import torch
import torch.nn as nn


class Suffixed(nn.ParameterDict):
    def __setitem__(self, key, value):
        super().__setitem__(f"{key}_of", value)

    def __getitem__(self, key):
        return nn.ParameterDict.__getitem__(self, f"{key}_of")


class Doubled(nn.ModuleList):
    def __setitem__(self, index, layer):
        nn.ModuleList.__setitem__(self, index, nn.Sequential(nn.Tanh(), layer))


class Buffers(nn.Module):
    def __setitem__(self, key, value):
        self.register_buffer(key, value)


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.by_name = nn.ModuleDict()

    def __setitem__(self, key, head):
        self.by_name[key] = head

    def __getitem__(self, key):
        return self.by_name[key]


class Owner(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.scales = Suffixed()
        self.scales["fine"] = nn.Parameter(torch.ones(4))
        nn.init.zeros_(self.scales["fine"])  # reveal: scales.fine_of [4] = zeros_ 0
        self.layers = Doubled([nn.Identity()])
        self.layers[0] = nn.Linear(2, 3, bias=False)  # reveal: layers.0.1.weight [3, 2] = kaiming_uniform_ 0.408
        self.heads = Heads()
        self.heads["box"] = nn.Linear(8, 4)  # reveal: heads.by_name.box.bias [4] = uniform_ 0.204
        nn.init.ones_(self.heads["box"].weight)  # reveal: heads.by_name.box.weight [4, 8] = ones_ 1±0
        self.originals = Buffers()
        self.originals["raw"] = torch.empty(3, 3)


class Named(nn.Module):  # root
    def __init__(self, name):
        super().__init__()
        self.originals = Buffers()
        self.originals[name] = torch.empty(3, 3)
        self.scale = nn.Parameter(torch.ones(2))  # reveal: scale [2] = ones 1±0


class Plan(NamedTuple):
    layer: nn.Linear
    gain: float = 0.5

    @property
    def width(self):
        return self.layer.out_features


class Planned(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 8)
        self.head = nn.Linear(8, 2)
        for layer, gain in [Plan(self.body), Plan(gain=0.25, layer=self.head)]:
            nn.init.normal_(layer.weight, std=gain)  # reveal: body.weight [8, 4] = normal_ 0.5
        plan = Plan(self.head)
        nn.init.constant_(plan[0].bias, plan[-1] * len(plan))  # reveal: head.bias [2] = constant_ 1±0
        nn.init.normal_(self.head.weight, std=0.01)  # reveal: head.weight [2, 8] = normal_ 0.01
        if isinstance(plan, tuple):
            nn.init.ones_(self.body.bias)  # reveal: body.bias [8] = ones_ 1±0
