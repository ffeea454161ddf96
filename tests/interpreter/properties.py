"""Objects whose attributes or items go through methods."""

import random
from collections import OrderedDict

import torch
import torch.nn as nn


class Sizes:
    def __init__(self, width):
        self.width = width

    @property
    def width(self):
        return self._width + 1

    @width.setter
    def width(self, value):
        self._width = 2 * value


class Renaming:
    names = {"dim": "width"}

    def __setattr__(self, name, value):
        super().__setattr__(self.names.get(name, name), value)

    def copy_of(self, name):
        return super().__getattribute__(name)


class Properties(nn.Module):  # root
    def __init__(self):
        super().__init__()
        sizes = Sizes(3)
        self.a = nn.Parameter(torch.zeros(sizes.width))  # reveal: a [7] = zeros 0
        sizes.width = 5
        self.b = nn.Parameter(torch.zeros(sizes.width))  # reveal: b [11] = zeros 0
        renaming = Renaming()
        renaming.__setattr__("dim", 4)
        self.c = nn.Parameter(torch.zeros(renaming.copy_of("width")))  # reveal: c [4] = zeros 0


class Makers(OrderedDict):
    def __getitem__(self, name):
        made = super().__getitem__(name)
        cls, given = made if isinstance(made, tuple) else (made, {})
        return cls(**given)  # reveal: Items: body.2.weight [4] = constant_ 0.25±0


MAKERS = Makers({"plain": nn.ReLU, "given": (nn.PReLU, {"num_parameters": 4})})


class Items(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(8, 4, bias=False),  # reveal: body.0.weight [4, 8] = kaiming_uniform_ 0.204
            MAKERS["plain"],
            MAKERS["given"],
            nn.Linear(4, 8, bias=False),  # reveal: body.3.weight [8, 4] = kaiming_uniform_ 0.289
        )


class Unclear(nn.Module):  # root
    def __init__(self):
        super().__init__()
        names = random.choice([["a"]])
        if any(name not in ["a", "b"] for name in names):
            raise ValueError(names)
        self.body = nn.Sequential(
            random.choice([nn.ReLU(), nn.Tanh()]),
            nn.Linear(8, 4, bias=False),  # reveal: body.1.weight [4, 8] = kaiming_uniform_ 0.204
        )
