"""The same recipes with their start, and code that only looks like them."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Sine(nn.Module):
    def __init__(self, inputs, outputs, w0=30.0, first=False):
        super().__init__()
        self.w0 = w0
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        bound = 1 / inputs if first else math.sqrt(6.0 / inputs) / w0
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, x):
        return torch.sin(self.w0 * F.linear(x, self.weight, self.bias))


def picture(width=64):
    return nn.Sequential(Sine(2, width, first=True), Sine(width, width), Sine(width, width), nn.Linear(width, 3))


def behind_an_encoder(width=64):
    """The first sine does not read coordinates."""
    return nn.Sequential(nn.Linear(2, width), nn.ReLU(), Sine(width, width), Sine(width, width), nn.Linear(width, 3))


class PlainSine(nn.Module):
    """Without a frequency a sine is an activation like another."""

    def __init__(self, width=64):
        super().__init__()
        self.a = nn.Linear(3, width)
        self.b = nn.Linear(width, width)
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        return self.head(torch.sin(self.b(torch.sin(self.a(x)))))


class FourierFeatures(nn.Module):
    """Random frequencies are wanted; nothing is hidden behind them."""

    def __init__(self, inputs=3, width=64):
        super().__init__()
        self.frequencies = nn.Parameter(torch.randn(inputs, width) * 10, requires_grad=False)
        self.head = nn.Linear(2 * width, 1)

    def forward(self, x):
        z = 2 * math.pi * (x @ self.frequencies)
        return self.head(torch.cat([torch.sin(z), torch.cos(z)], -1))


class LoraLinear(nn.Module):
    def __init__(self, inputs=64, outputs=64, rank=4):
        super().__init__()
        self.base = nn.Linear(inputs, outputs)
        self.base.weight.requires_grad = False
        self.lora_a = nn.Parameter(torch.empty(rank, inputs))
        self.lora_b = nn.Parameter(torch.empty(outputs, rank))
        nn.init.kaiming_uniform_(self.lora_a, a=math.sqrt(5))
        nn.init.zeros_(self.lora_b)

    def forward(self, x):
        return self.base(x) + F.linear(F.linear(x, self.lora_a), self.lora_b)


class LoraWithLearnedScale(nn.Module):
    """The scale starts at zero."""

    def __init__(self, width=64, rank=4):
        super().__init__()
        self.base = nn.Linear(width, width)
        self.lora_a = nn.Linear(width, rank, bias=False)
        self.lora_b = nn.Linear(rank, width, bias=False)
        self.scale = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return self.base(x) + self.scale * self.lora_b(self.lora_a(x))


class Bottleneck(nn.Module):
    """A second, narrow path that is trained with the first: no adapter."""

    def __init__(self, width=64, rank=4):
        super().__init__()
        self.wide = nn.Linear(width, width)
        self.down = nn.Linear(width, rank)
        self.up = nn.Linear(rank, width)

    def forward(self, x):
        return self.wide(x) + self.up(self.down(x))


class HeatmapHead(nn.Module):
    def __init__(self, width=16, classes=80, prior=0.01):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.score = nn.Conv2d(width, classes, 1)
        nn.init.normal_(self.score.weight, std=0.01)
        nn.init.constant_(self.score.bias, -math.log((1 - prior) / prior))

    def loss(self, x, target, gamma=2.0):
        p = torch.sigmoid(self.score(F.relu(self.conv(x)))).clamp(1e-4, 1 - 1e-4)
        focal = -((1 - p) ** gamma) * p.log() * target - (p**gamma) * (1 - p).log() * (1 - target)
        return focal.sum()


class OrdinaryCrossEntropy(nn.Module):
    """The prior is the focal loss's recipe."""

    def __init__(self, width=16, classes=80):
        super().__init__()
        self.score = nn.Conv2d(width, classes, 1)
        nn.init.normal_(self.score.weight, std=0.01)
        nn.init.zeros_(self.score.bias)

    def loss(self, x, target):
        p = torch.sigmoid(self.score(x)).clamp(1e-4, 1 - 1e-4)
        return -(target * p.log() + (1 - target) * (1 - p).log()).sum()


class LoraPart(nn.Module):
    """The model around it zeroes one factor."""

    def __init__(self, width=64, rank=4):
        super().__init__()
        self.base = nn.Linear(width, width)
        self.lora_a = nn.Linear(width, rank, bias=False)
        self.lora_b = nn.Linear(rank, width, bias=False)

    def forward(self, x):
        return self.base(x) + self.lora_b(self.lora_a(x))


class LoraModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([LoraPart() for _ in range(3)])
        for name, p in self.named_parameters():
            if "lora_b" in name:
                nn.init.zeros_(p)

    def forward(self, x):
        for part in self.parts:
            x = torch.tanh(part(x))
        return x
