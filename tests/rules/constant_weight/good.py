"""Zeros and constants that learn."""

import itertools
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations, weight_norm


class RandomThroughout(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(12, 16)
        self.fc2 = nn.Linear(16, 3)
        m = self.fc1
        nn.init.kaiming_normal_(m.weight, nonlinearity="relu")

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class ZeroHead(nn.Module):
    """The head's own gradient is its input, which is not zero."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(12, 16)
        self.head = nn.Linear(16, 3)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        return self.head(F.relu(self.fc(x)))


class LastLayerOfBranch(nn.Module):
    """The branch starts as 0 and its last layer moves first."""

    def __init__(self, dim=8):
        super().__init__()
        self.conv1 = nn.Conv2d(dim, dim, 3, padding=1)
        self.conv2 = nn.Conv2d(dim, dim, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(x)))


class ModulationAndHeadZero(nn.Module):
    """The zero modulation learns at step 1, once the zero head has moved."""

    def __init__(self, dim=16, out=4):
        super().__init__()
        self.norm = nn.LayerNorm(dim, elementwise_affine=False)
        self.linear = nn.Linear(dim, out)
        self.modulation = nn.Sequential(nn.SiLU(), nn.Linear(dim, 2 * dim))
        nn.init.constant_(self.modulation[-1].weight, 0)
        nn.init.constant_(self.modulation[-1].bias, 0)
        nn.init.constant_(self.linear.weight, 0)
        nn.init.constant_(self.linear.bias, 0)

    def forward(self, x, c):
        shift, scale = self.modulation(c).chunk(2, dim=-1)
        return self.linear(self.norm(x) * (1 + scale) + shift)


class LinearClassifier(nn.Module):
    """A single layer has no units that a later layer could tell apart."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(40, 12, bias=False)
        nn.init.constant_(self.linear.weight, 0)

    def forward(self, x):
        return self.linear(torch.log(1 + x.flatten(1)))


class MovingAverage(nn.Module):
    """A constant row is the average of its inputs; the random head tells nothing apart that should be."""

    def __init__(self, seq_len=96, pred_len=24):
        super().__init__()
        self.linear = nn.Linear(seq_len, pred_len)
        self.linear.weight = nn.Parameter((1 / seq_len) * torch.ones([pred_len, seq_len]))

    def forward(self, x):
        return self.linear(x)


class Experts(nn.Module):
    """A part: the routine of its owner draws the weight that `torch.zeros` holds the place of."""

    def __init__(self, dim=8, n=4):
        super().__init__()
        self.up = nn.Parameter(torch.zeros(n, dim, dim))
        self.down = nn.Parameter(torch.zeros(n, dim, dim))

    def forward(self, x):
        return F.relu(x @ self.up) @ self.down


class DrawsItsExperts(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = unknown_layers(Experts, width)
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, Experts):
            nn.init.normal_(module.up, std=0.35)
            nn.init.normal_(module.down, std=0.35)


class GainOfZerosWithABias(nn.Module):
    """Where the bias is positive the ReLU behind it has slope 1, and the gain gets its gradient."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        self.gain = nn.Parameter(torch.zeros(64, 1))
        self.bias = nn.Parameter(torch.empty(64))
        self.out = nn.Linear(64, 8)
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")
        nn.init.uniform_(self.bias, -0.1, 0.1)

    def forward(self, x):
        return self.out(F.relu(F.linear(x, self.weight * self.gain, self.bias)))


class Pairs(nn.Module):
    """The bias is added to products of all pairs of its inputs, whose number is not known: the sum is not 0."""

    def __init__(self, features=8, factor=4):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(features, factor) / features**0.5)
        self.shift = nn.Parameter(torch.zeros(factor))

    def forward(self, inputs):
        left, right = [], []
        for one, other in itertools.combinations(inputs, 2):
            left.append(one)
            right.append(other)
        products = torch.cat(left, dim=1) * torch.cat(right, dim=1)
        return F.relu(products @ self.weight + self.shift)


def recomputed(wrap, inputs, outputs):
    layer = nn.Linear(inputs, outputs)
    nn.init.zeros_(layer.bias)
    return wrap(layer)


class ZeroBiasUnderParametrization(nn.Module):
    """The layers own a bias alone, and compute their random weights of what is kept beside it."""

    def __init__(self, dim=16):
        super().__init__()
        self.spectral = nn.Sequential(
            recomputed(parametrizations.spectral_norm, 12, dim),
            nn.ReLU(),
            recomputed(parametrizations.spectral_norm, dim, dim),
            nn.ReLU(),
            nn.Linear(dim, 3),
        )
        self.split = nn.Sequential(
            recomputed(parametrizations.weight_norm, 12, dim),
            nn.Tanh(),
            recomputed(parametrizations.weight_norm, dim, dim),
            nn.Tanh(),
            nn.Linear(dim, 3),
        )

    def forward(self, x):
        return self.spectral(x) + self.split(x)


class ConstantScaleOfRandomWeight(nn.Module):
    """One scale for the whole weight says nothing of its rows."""

    def __init__(self, dim=16):
        super().__init__()
        self.first = recomputed(partial(weight_norm, dim=None), 12, dim)
        self.second = recomputed(partial(weight_norm, dim=None), dim, 3)
        nn.init.ones_(self.first.weight_g)
        nn.init.ones_(self.second.weight_g)

    def forward(self, x):
        return self.second(torch.tanh(self.first(x)))


FILLERS = {"ones": nn.init.ones_, "xavier": nn.init.xavier_normal_}


class FilledByName(nn.Module):
    """Constants are on offer, but the only one who builds it takes another name."""

    def __init__(self, filler):
        super().__init__()
        self.fc1 = nn.Linear(12, 16)
        self.fc2 = nn.Linear(16, 3)
        for m in (self.fc1, self.fc2):
            FILLERS[filler](m.weight)
            nn.init.zeros_(m.bias)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


def xavier(hidden=32):
    return FilledByName("xavier")
