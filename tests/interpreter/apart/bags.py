"""A bare ``nn.Module()`` that is given its attributes one by one."""

# right: Bag(), bag()

import torch
from torch import nn


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.bag = nn.Module()
        self.bag.layer = nn.Linear(30, 30)
        self.bag.weight = nn.Parameter(torch.randn(30, 30))
        self.bag.register_parameter("scale", nn.Parameter(torch.ones(30)))
        self.bag.add_module("inner", nn.Conv2d(8, 8, 3))
        for name, parameter in self.bag.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)


def bag():
    made = nn.Module()
    made.layer = nn.Linear(30, 30)
    nn.init.zeros_(made.layer.weight)
    made.scale = nn.Parameter(torch.ones(30))
    return made
