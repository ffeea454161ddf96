"""Weights that something recomputes."""

import torch.nn as nn
from torch.nn.utils import parametrizations, spectral_norm, weight_norm
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
