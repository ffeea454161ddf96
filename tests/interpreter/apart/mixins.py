"""Mixins behind ``nn.Module`` in the order of the bases: what both have is that of ``nn.Module``."""

# right: Joint(), Silent(), Before(), Empty("a")

from abc import ABC

import torch
from torch import nn
from torch.nn import Module


class Base(Module, ABC):
    def __init__(self, dim):
        super().__init__()
        self.layer = nn.Linear(dim, dim)


class Mixin(ABC):
    def __init__(self, part=None):
        self.part = part
        nn.init.ones_(part.weight)

    def apply(self, function):
        raise NotImplementedError


class Joint(Base, Mixin):
    def __init__(self, dim=20):
        super().__init__(dim=dim)
        Mixin.__init__(self, part=nn.Linear(dim, dim))
        self.apply(fill)


class Silent(nn.Module, Mixin):
    def build(self):
        return self


class Counted:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.scale = nn.Parameter(torch.full((20,), 3.0))


class Before(Counted, Base):
    def __init__(self):
        super().__init__(20)


class Empty(nn.Module):
    table = {}

    def __init__(self, kind):
        super().__init__()
        try:
            self.layer = self.table[kind](3, 3)
        except KeyError:
            self.layer = nn.Linear(20, 20)


def fill(module):
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)
