"""Weights that something recomputes."""

import torch.nn as nn
from torch.nn.utils import parametrizations, spectral_norm, weight_norm
from torch.nn.utils.parametrizations import orthogonal


class Old(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.v = weight_norm(nn.Linear(16, 32))  # reveal: v.bias [32] = uniform_ 0.144; v.weight_g [32, 1] = unknown; v.weight_v [32, 16] = kaiming_uniform_ 0.144
        self.s = spectral_norm(nn.Conv2d(3, 16, 3, bias=False))  # reveal: s.weight_orig [16, 3, 3, 3] = kaiming_uniform_ 0.111
        layer = nn.Linear(16, 16)  # reveal: before.bias [16] = uniform_ 0.144
        nn.init.normal_(layer.weight, std=0.1)  # reveal: before.weight_v [16, 16] = normal_ 0.1
        self.before = weight_norm(layer)  # reveal: before.weight_g [16, 1] = unknown


class New(nn.Module):  # root
    def __init__(self):
        super().__init__()
        layer = nn.Linear(16, 32)  # reveal: v.bias [32] = uniform_ 0.144
        nn.init.normal_(layer.weight, std=0.1)  # reveal: v.parametrizations.weight.original1 [32, 16] = normal_ 0.1
        self.v = parametrizations.weight_norm(layer)  # reveal: v.parametrizations.weight.original0 [32, 1] = unknown
        self.s = parametrizations.spectral_norm(nn.Linear(16, 16))  # reveal: s.bias [16] = uniform_ 0.144; s.parametrizations.weight.original [16, 16] = kaiming_uniform_ 0.144
        self.o = orthogonal(nn.Linear(16, 16))  # reveal: o.bias [16] = uniform_ 0.144; o.parametrizations.weight.original [16, 16] = unknown
