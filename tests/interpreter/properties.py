"""Objects whose attributes go through methods."""

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
