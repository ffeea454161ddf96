"""Weights that something recomputes."""

import torch
import torch.nn as nn
from torch.nn.utils import parametrizations, parametrize, spectral_norm, weight_norm
from torch.nn.utils.parametrizations import orthogonal


class Old(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.v = weight_norm(nn.Linear(16, 32))  # reveal: v.bias [32] = uniform_ 0.144; v.weight_g [32, 1] = weight_norm 0.574±0.0644; v.weight_v [32, 16] = kaiming_uniform_ 0.144
        self.s = spectral_norm(nn.Conv2d(3, 16, 3, bias=False))  # reveal: s.weight_orig [16, 3, 3, 3] = kaiming_uniform_ 0.111
        layer = nn.Linear(16, 16)  # reveal: before.bias [16] = uniform_ 0.144
        nn.init.normal_(layer.weight, std=0.1)  # reveal: before.weight_v [16, 16] = normal_ 0.1
        self.before = weight_norm(layer)  # reveal: before.weight_g [16, 1] = weight_norm 0.394±0.0701


class New(nn.Module):  # root
    def __init__(self):
        super().__init__()
        layer = nn.Linear(16, 32)  # reveal: v.bias [32] = uniform_ 0.144
        nn.init.normal_(layer.weight, std=0.1)  # reveal: v.parametrizations.weight.original1 [32, 16] = normal_ 0.1
        self.v = parametrizations.weight_norm(layer)  # reveal: v.parametrizations.weight.original0 [32, 1] = weight_norm 0.394±0.0701
        self.s = parametrizations.spectral_norm(nn.Linear(16, 16))  # reveal: s.bias [16] = uniform_ 0.144; s.parametrizations.weight.original [16, 16] = kaiming_uniform_ 0.144
        self.o = orthogonal(nn.Linear(16, 16))  # reveal: o.bias [16] = uniform_ 0.144; o.parametrizations.weight.original [16, 16] = unknown


class Norms(nn.Module):  # root
    """A norm is taken over all dimensions but one, of what the weight holds then."""

    def __init__(self):
        super().__init__()
        layer = nn.Conv1d(16, 32, 4, bias=False)
        nn.init.normal_(layer.weight, std=0.5)  # reveal: a.parametrizations.weight.original1 [32, 16, 4] = normal_ 0.5
        self.a = parametrizations.weight_norm(layer, dim=2)  # reveal: a.parametrizations.weight.original0 [1, 1, 4] = weight_norm 11.3±0.353
        nn.init.zeros_(self.a.weight)
        other = nn.Linear(8, 8, bias=False)
        nn.init.constant_(other.weight, 0.5)  # reveal: b.weight_v [8, 8] = constant_ 0.5±0
        self.b = weight_norm(other, dim=None)  # reveal: b.weight_g [] = weight_norm 4±0


class Doubled(nn.Module):
    def forward(self, x):
        return 2 * x

    def right_inverse(self, x):
        return x / 2


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).mT


class Removed(nn.Module):  # root
    """The weight is under its own name again; with its own numbers where nothing was written in between."""

    def __init__(self):
        super().__init__()
        layer = nn.Linear(16, 32, bias=False)
        nn.init.normal_(layer.weight, std=0.1)  # reveal: a.weight [32, 16] = normal_ 0.1
        self.a = parametrizations.weight_norm(layer)
        parametrize.remove_parametrizations(self.a, "weight")
        self.b = parametrizations.weight_norm(nn.Linear(16, 32, bias=False))  # reveal: b.weight [32, 16] = unknown
        nn.init.ones_(self.b.parametrizations.weight.original0)
        parametrize.remove_parametrizations(self.b, "weight")
        self.c = orthogonal(nn.Linear(16, 16, bias=False))  # reveal: c.weight [16, 16] = unknown
        parametrize.remove_parametrizations(self.c, tensor_name="weight")


class Inverses(nn.Module):  # root
    """What a ``right_inverse`` gives is kept, which is not the weight."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(8, 8, bias=False)
        parametrize.register_parametrization(self.a, "weight", Doubled())  # reveal: a.parametrizations.weight.original [8, 8] = kaiming_uniform_ 0.102
        self.b = nn.Linear(8, 8, bias=False)  # reveal: b.parametrizations.weight.original [8, 8] = kaiming_uniform_ 0.204
        parametrize.register_parametrization(self.b, "weight", Symmetric())
        self.c = parametrizations.weight_norm(nn.Linear(8, 4, bias=False))  # reveal: c.parametrizations.weight.original0 [4, 1] = unknown; c.parametrizations.weight.original1 [4, 8] = unknown
        self.c.weight = torch.zeros(4, 8) + 0.5
