"""Layers that are built once, and writes that are no initialisation."""

import torch
from torch import nn


class InTheConstructor(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
        self.out = nn.Linear(8, 4)

    def forward(self, x):
        x = self.body(x).relu()
        return self.out(x)


class BuiltLazily(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = None

    def _build(self, width):
        self.fc = nn.Linear(width, 10)

    def forward(self, x):
        if self.fc is None:
            self._build(x.size(1))
        return self.fc(x)


class ReturnsEarly(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = None

    def _layer(self, width):
        if self.fc is not None:
            return self.fc
        self.fc = nn.Linear(width, 10)
        return self.fc

    def forward(self, x):
        return self._layer(x.size(1))(x)


class ActNorm(nn.Module):
    """The first batch gives the start."""

    def __init__(self, dim=8):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(dim))
        self.ready = False

    def forward(self, x):
        if not self.ready:
            self.scale.data.copy_(1 / x.std(0))
            self.scale.data.uniform_(0.9, 1.1)
            self.ready = True
        return x * self.scale


class WithoutWeights(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        return nn.Dropout(0.1)(nn.ReLU()(self.fc(x)))


class NoiseOnBuffers(nn.Module):
    """NoisyNet: what is drawn at every call is no parameter."""

    def __init__(self, dim=8):
        super().__init__()
        self.mu = nn.Parameter(torch.randn(dim, dim) * 0.1)
        self.sigma = nn.Parameter(torch.full((dim, dim), 0.017))
        self.register_buffer("epsilon", torch.zeros(dim, dim))
        self.frozen = nn.Parameter(torch.zeros(dim), requires_grad=False)

    def forward(self, x):
        self.epsilon.normal_()
        self.frozen.data.normal_()
        return x @ (self.mu + self.sigma * self.epsilon)


class FixedKernel(nn.Module):
    """The layer is a way to write a filter: its weight is given."""

    def __init__(self):
        super().__init__()
        self.register_buffer("kernel", torch.ones(1, 1, 3, 3) / 9)

    def forward(self, x):
        blur = nn.Conv2d(1, 1, 3, bias=False)
        blur.weight.data = self.kernel
        sharp = nn.Conv2d(1, 1, 3, bias=False)
        sharp.weight = nn.Parameter(self.kernel, requires_grad=False)
        return blur(x) + sharp(x)


class Constrained(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(10, 8, padding_idx=0)

    def forward(self, x):
        self.emb.weight.data[0].fill_(0)
        self.emb.weight.data.clamp_(-1, 1)
        return self.emb(x)
