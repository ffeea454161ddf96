"""Recipes that the code follows but for their start."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Sine(nn.Module):
    def __init__(self, inputs, outputs, w0=30.0):
        super().__init__()
        self.w0 = w0
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        bound = math.sqrt(6.0 / inputs) / w0
        nn.init.uniform_(self.weight, -bound, bound)  # warning: [recipe-init-missing] "`Sine.weight` is the first layer of a network of sines.*within 1 / n: the frequencies are x0.115"

    def forward(self, x):
        return torch.sin(self.w0 * F.linear(x, self.weight, self.bias))


def picture(width=64):
    return nn.Sequential(Sine(2, width), Sine(width, width), Sine(width, width), nn.Linear(width, 3))


class DefaultsBeforeSines(nn.Module):
    def __init__(self, width=64, w0=30.0):
        super().__init__()
        self.w0 = w0
        self.first = nn.Linear(3, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(3)])  # warning: [recipe-init-missing] "hidden.0.weight` \(and .*, 1 more\) goes into sin\(30 \* z\) behind another sine, but keeps torch's default.*x150 in each"
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        x = torch.sin(self.w0 * self.first(x))
        for layer in self.hidden:
            x = torch.sin(self.w0 * layer(x))
        return self.head(x)


class LoraLinear(nn.Module):
    def __init__(self, inputs=64, outputs=64, rank=4):
        super().__init__()
        self.base = nn.Linear(inputs, outputs)
        self.base.weight.requires_grad = False
        self.lora_a = nn.Parameter(torch.empty(rank, inputs))
        self.lora_b = nn.Parameter(torch.empty(outputs, rank))
        nn.init.kaiming_uniform_(self.lora_a, a=math.sqrt(5))
        nn.init.kaiming_uniform_(self.lora_b, a=math.sqrt(5))  # warning: [recipe-init-missing] "`LoraLinear.lora_a` and `LoraLinear.lora_b`.*x0.11 of its input"

    def forward(self, x):
        return self.base(x) + F.linear(F.linear(x, self.lora_a), self.lora_b)


class LoraAround(nn.Module):
    """The base layer comes from outside; the factors are layers of their own."""

    def __init__(self, layer, width, rank=8, alpha=16):
        super().__init__()
        self.layer = layer
        self.down = nn.Linear(width, rank, bias=False)
        self.up = nn.Linear(rank, width, bias=False)  # warning: [recipe-init-missing] "`LoraAround.down.weight` and `LoraAround.up.weight`"
        self.scale = alpha / rank

    def forward(self, x):
        return self.layer(x) + self.scale * self.up(self.down(x))


class HeatmapHead(nn.Module):
    def __init__(self, width=16, classes=80):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.score = nn.Conv2d(width, classes, 1)
        nn.init.normal_(self.score.weight, std=0.01)
        nn.init.zeros_(self.score.bias)  # warning: [recipe-init-missing] "`HeatmapHead.score.bias` is zero, but its scores go into a focal loss"

    def loss(self, x, target, gamma=2.0):
        p = torch.sigmoid(self.score(F.relu(self.conv(x)))).clamp(1e-4, 1 - 1e-4)
        focal = -((1 - p) ** gamma) * p.log() * target - (p**gamma) * (1 - p).log() * (1 - target)
        return focal.sum()


class BlockWithGate(nn.Module):
    """A residual block of a diffusion transformer."""

    def __init__(self, width=64):
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.mlp = nn.Linear(width, width)
        self.adaln_modulation = nn.Linear(width, 3 * width)  # missed: [recipe-init-missing] a gate may start open on purpose

    def forward(self, x, condition):
        shift, scale, gate = self.adaln_modulation(F.silu(condition)).chunk(3, dim=-1)
        return x + gate * self.mlp(self.norm(x) * (1 + scale) + shift)
