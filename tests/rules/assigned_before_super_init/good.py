"""Assignments that torch takes."""

from dataclasses import dataclass

import torch
from somewhere import Base, prepare
from torch import nn


class InOrder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        return self.fc(x)


class PlainValuesFirst(nn.Module):
    """Numbers, tensors and lists of layers are kept as ordinary attributes, also before the call."""

    def __init__(self, dim=8):
        self.dim = dim
        self.table = torch.zeros(dim)
        blocks = [nn.Linear(dim, dim), nn.ReLU()]
        super().__init__()
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x):
        return self.blocks(x) + self.table


class BesideTheRegistry(nn.Module):
    def __init__(self, teacher):
        object.__setattr__(self, "teacher", nn.Linear(8, 8))
        self.__dict__["other"] = nn.Linear(8, 8)
        super().__init__()


class OfAnUnknownBase(Base):
    def __init__(self):
        self.fc = nn.Linear(8, 8)
        super().__init__()


class ByAnUnknownCall(nn.Module):
    def __init__(self):
        prepare(self)
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        return self.fc(x)


class NamedInFull(nn.Module):
    def __init__(self):
        super(NamedInFull, self).__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        return self.fc(x)


class TakesItself(nn.Module):
    def __setattr__(self, name, value):
        self.__dict__[name] = value

    def __init__(self):
        self.fc = nn.Linear(8, 8)
        super().__init__()


class NoConstructor(nn.Module):
    def build(self):
        self.fc = nn.Linear(8, 8)
        return self


class AlternativeConstructor(nn.Module):
    def __init__(self, fc):
        super().__init__()
        self.fc = fc

    @classmethod
    def of(cls, dim):
        model = cls(nn.Linear(dim, dim))
        model.extra = nn.Linear(dim, dim)
        return model

    def forward(self, x):
        return self.fc(x)


class Template(nn.Module):
    """The constructor of the base is named without its instance: text for a generator, not code that runs."""

    def __init__(self, dim=8):
        nn.Module.__init__()
        self.fc = nn.Linear(dim, dim)

    def forward(self, x):
        return self.fc(x)


@dataclass(eq=False)
class OfFields(nn.Module):
    dim: int = 8

    def __post_init__(self):
        super().__init__()
        self.fc = nn.Linear(self.dim, self.dim)

    def forward(self, x):
        return self.fc(x)


@dataclass(eq=False)
class OfMoreFields(OfFields):
    out: int = 4

    def __post_init__(self):
        super().__post_init__()
        self.head = nn.Linear(self.dim, self.out)

    def forward(self, x):
        return self.head(super().forward(x))


@dataclass(eq=False)
class MadeReady(nn.Module):
    """`__new__` has called the constructor of nn.Module before the fields are set."""

    dim: int = 8

    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls)
        nn.Module.__init__(made)
        return made

    def __post_init__(self):
        self.fc = nn.Linear(self.dim, self.dim)

    def forward(self, x):
        return self.fc(x)


@dataclass(init=False, eq=False)
class WithoutConstructor(nn.Module):
    """No constructor is made, and nothing calls `__post_init__`."""

    dim: int = 8

    def __post_init__(self):
        self.fc = nn.Linear(self.dim, self.dim)

    def forward(self, x):
        return x * self.dim


def module_dataclass(cls):
    """Another decorator of a similar name, whose constructor does more."""
    made = dataclass(eq=False)(cls)
    fields = made.__init__

    def __init__(self, *args, **kwargs):
        nn.Module.__init__(self)
        fields(self, *args, **kwargs)

    made.__init__ = __init__
    return made


@module_dataclass
class ByAnotherDecorator(nn.Module):
    dim: int = 8

    def __post_init__(self):
        self.fc = nn.Linear(self.dim, self.dim)

    def forward(self, x):
        return self.fc(x)
