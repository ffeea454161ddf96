"""Tables of the module that its own statements fill, and what a target's decorators file in them."""

import sys

import torch
from torch import nn

WIDTHS = {}
WIDTHS.update({"narrow": 8})
WIDTHS.update(wide=32)
for _name in ("odd", "even"):
    WIDTHS[_name] = 24
STEPS = [4]
STEPS += [6]
STEPS.append(10)
CLASSES = {}

default_cfgs = {"headless": {"classes": 0}, "small_head": {"classes": 3}}


def register(function):
    module = sys.modules[function.__module__]
    CLASSES[function.__name__] = module.default_cfgs[function.__name__]["classes"]
    return function


def registered(name):
    def wrap(function):
        CLASSES[name] = 5
        return function

    return wrap


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.fc = nn.Linear(8, 8)  # reveal: headless: fc.bias [8] = uniform_ 0.204; headless: fc.weight [8, 8] = kaiming_uniform_ 0.204; small_head: fc.bias [8] = uniform_ 0.204; small_head: fc.weight [8, 8] = kaiming_uniform_ 0.204; other_name: fc.bias [8] = uniform_ 0.204; other_name: fc.weight [8, 8] = kaiming_uniform_ 0.204
        if classes:
            self.head = nn.Linear(8, classes)  # reveal: small_head: head.bias [3] = uniform_ 0.204; small_head: head.weight [3, 8] = kaiming_uniform_ 0.204; other_name: head.bias [5] = uniform_ 0.204; other_name: head.weight [5, 8] = kaiming_uniform_ 0.204


@register
def headless():  # root
    return Net(CLASSES["headless"])


@register
def small_head():  # root
    return Net(CLASSES["small_head"])


@registered("other")
def other_name():  # root
    return Net(CLASSES["other"])


class Widths(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(WIDTHS["narrow"], WIDTHS["wide"], bias=False)  # reveal: a.weight [32, 8] = kaiming_uniform_ 0.204
        self.b = nn.Linear(WIDTHS["odd"], WIDTHS["even"], bias=False)  # reveal: b.weight [24, 24] = kaiming_uniform_ 0.118
        self.c = nn.Linear(STEPS[1], STEPS[-1], bias=False)  # reveal: c.weight [10, 6] = kaiming_uniform_ 0.236


class Counted(nn.Module):  # root
    def __init__(self):
        super().__init__()
        widths, depths = torch.unique(torch.tensor([8, 8, 16, 16, 16]), return_counts=True)
        rates = [part.tolist() for part in torch.linspace(0, 0.1, 5).split(depths.tolist())]
        self.stages = nn.ModuleList()
        for width, stage in zip(widths.tolist(), rates, strict=True):
            self.stages.append(nn.Linear(width, len(stage), bias=False))  # reveal: stages.0.weight [2, 8] = kaiming_uniform_ 0.204; stages.1.weight [3, 16] = kaiming_uniform_ 0.144
