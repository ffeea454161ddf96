"""Scales at 1, around 1, or 0 on purpose."""

import torch
from torch import nn


def initialize_weights(model):
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.normal_(m.weight, 0.0, 0.02)
        elif isinstance(m, nn.BatchNorm2d):
            nn.init.normal_(m.weight, 1.0, 0.02)
            nn.init.constant_(m.bias, 0)


def discriminator(ch=8):
    net = nn.Sequential(nn.Conv2d(3, ch, 4, bias=False), nn.BatchNorm2d(ch), nn.LeakyReLU(0.2), nn.Conv2d(ch, 1, 4))
    initialize_weights(net)
    return net


class Ones(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.fc = nn.Linear(d, d)
        self.norm = nn.LayerNorm(d)
        for m in self.modules():
            if isinstance(m, nn.LayerNorm):
                nn.init.ones_(m.weight)

    def forward(self, x):
        return self.norm(self.fc(x))


class ZeroAtTheEndOfTheBranch(nn.Module):
    def __init__(self, ch=8):
        super().__init__()
        self.conv = nn.Conv2d(ch, ch, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(ch)
        nn.init.zeros_(self.bn.weight)

    def forward(self, x):
        return x + self.bn(self.conv(x))


class SmallOnPurpose(nn.Module):
    """A constant chosen for this one scale, within a factor of ten of its second moment."""

    def __init__(self, d=32):
        super().__init__()
        self.fc = nn.Linear(d, d)
        self.norm = nn.LayerNorm(d)
        nn.init.constant_(self.norm.weight, 0.5)

    def forward(self, x):
        return self.norm(self.fc(x))


class OnePlusWeight(nn.Module):
    """A norm of the project whose forward multiplies by 1 + weight."""

    def __init__(self, d=32):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(d))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, x):
        return x * x.pow(2).mean(-1, keepdim=True).add(1e-6).rsqrt() * (1 + self.weight)
