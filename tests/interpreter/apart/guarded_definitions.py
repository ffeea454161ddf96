# right: Net(), Versions(), Backbone()
# covered: Block(), Chosen()
import sys

import torch
from torch import nn

try:
    import no_such_package
    from no_such_package.nn import Projection

    HAS_PACKAGE = True
except ImportError:
    HAS_PACKAGE = False

    class Projection(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.weight = nn.Parameter(torch.full((width, width), 0.1))


STD = 0.5 if HAS_PACKAGE else 0.02

if HAS_PACKAGE:

    class Norm(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.scale = no_such_package.scale(width)
else:

    class Norm(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(width))


class Base(Norm):
    """Of a base that depends on what is installed."""


if sys.version_info < (3, 8):

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(64, 64)
else:

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(64, 64)
            nn.init.normal_(self.fc.weight, std=0.02)
            nn.init.zeros_(self.fc.bias)


try:
    from torch.nn import Linear as Dense
except AttributeError:

    class Dense(nn.Module):
        pass


class Net(nn.Module):
    """Nothing that a path without the package defines is absent in it."""

    def __init__(self):
        super().__init__()
        self.dense = Dense(64, 64)


class Versions(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = Layer()


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = Projection(64)
        self.base = Base(64)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        nn.init.normal_(self.weight, std=STD)


class Chosen(nn.Module):
    std = STD * 2

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64).normal_(std=self.std))
