"""The base of the folder's models."""

from abc import ABC, abstractmethod

import torch.nn as nn

from . import layers


class Root(nn.Module, ABC):
    """Builds what the subclass asks for, then initialises all of it."""

    width = 16

    def __init__(self, classes=4):
        super().__init__()
        self.stem = nn.Linear(8, self.width)
        self.body = self.make_body()
        self.head = nn.Linear(self.width, classes)
        self.init_weights()

    @abstractmethod
    def make_body(self):
        """The layers between."""

    def init_weights(self):
        for m in self.modules():
            layers.fill(m)


class Mixin:
    """Adds a gate."""

    def __init__(self, *args, gate=True, **kwargs):
        super().__init__(*args, **kwargs)
        if gate:
            self.gate = nn.Linear(self.width, 1)
