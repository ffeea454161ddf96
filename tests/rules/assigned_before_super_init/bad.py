"""Constructors that torch refuses."""

import dataclasses
from dataclasses import dataclass

import torch
from torch import nn


class LayerFirst(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(8, 8)  # error: [assigned-before-super-init] "`fc` is assigned before .* runs only later"
        super().__init__()

    def forward(self, x):
        return self.fc(x)


class ParameterFirst(nn.Module):
    def __init__(self, dim=8):
        self.scale = nn.Parameter(torch.ones(dim))  # error: [assigned-before-super-init] "the parameter `scale`"
        nn.Module.__init__(self)

    def forward(self, x):
        return x * self.scale


class NeverCalled(nn.Module):
    def __init__(self, dim=8):
        self.dim = dim
        self.fc = nn.Linear(dim, dim)  # error: [assigned-before-super-init] "which this constructor never calls"
        self.out = nn.Linear(dim, 1)

    def forward(self, x):
        return self.out(self.fc(x))


class Encoded(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, x):
        return self.encoder(x)


class GivenByTheCaller(Encoded):
    def __init__(self, encoder, head):
        self.head = head  # error: [assigned-before-super-init] "no `GivenByTheCaller` can be built"
        super().__init__(encoder)


def built():
    return GivenByTheCaller(nn.Linear(4, 4), nn.Linear(4, 1))


class OnOnePath(nn.Module):
    def __init__(self, late):
        if not late:
            super().__init__()
        self.fc = nn.Linear(8, 8)  # error: [assigned-before-super-init] "never calls"

    def forward(self, x):
        return self.fc(x)


class BaseForgets(nn.Module):
    def __init__(self):
        self.names = ["a"]


class InheritsTheFault(BaseForgets):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)  # error: [assigned-before-super-init] "no `InheritsTheFault` can be built"

    def forward(self, x):
        return self.fc(x)


@dataclass(eq=False)
class OfFields(nn.Module):
    """The constructor that a dataclass is given sets the fields, and calls no other constructor."""

    dim: int = 8
    scale: float = 1.0

    def __post_init__(self):
        self.fc = nn.Linear(self.dim, self.dim)  # error: [assigned-before-super-init] "which this constructor never calls"

    def forward(self, x):
        return self.scale * self.fc(x)


@dataclasses.dataclass(unsafe_hash=True)
class OfFieldsTooLate(nn.Module):
    dim: int

    def __post_init__(self):
        self.build()
        super().__init__()

    def build(self):
        self.gain = nn.Parameter(torch.ones(self.dim))  # error: [assigned-before-super-init] "runs only later"

    def forward(self, x):
        return self.gain * x
