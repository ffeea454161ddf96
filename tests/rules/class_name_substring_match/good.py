"""Tests on class names that only layers with the weight pass, or that ask first."""

import torch
from torch import nn


def weights_init(m):
    if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)):
        m.weight.data.normal_(0.0, 0.02)
    elif isinstance(m, nn.BatchNorm2d):
        m.weight.data.normal_(1.0, 0.02)
        m.bias.data.fill_(0)


class ConvStack(nn.Module):
    def __init__(self, ch=8):
        super().__init__()
        self.main = nn.Sequential(nn.Conv2d(3, ch, 4, 2, 1), nn.BatchNorm2d(ch), nn.LeakyReLU(0.2))

    def forward(self, x):
        return self.main(x)


def make_net(device="cpu"):
    return ConvStack().to(torch.device(device)).apply(weights_init)


def by_name(m):
    """No class of this model but torch's own has the text in its name."""
    classname = m.__class__.__name__
    if classname.find("Linear") != -1:
        m.weight.data.normal_(0.0, 0.02)


class Generator(nn.Module):
    def __init__(self, dim=256):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(dim, dim), nn.LayerNorm(dim), nn.Tanh())
        self.apply(by_name)

    def forward(self, x):
        return self.body(x)


class ConvBlock(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv = nn.Conv1d(dim, dim, 1)

    def forward(self, x):
        return torch.tanh(self.conv(x))


class AsksFirst(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.block = ConvBlock(dim)
        for m in self.modules():
            if hasattr(m, "weight") and "Conv" in type(m).__name__:
                nn.init.orthogonal_(m.weight)
            if "Conv" in type(m).__name__ and getattr(m, "weight", None) is not None:
                nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.block(x)


class Tries(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.block = ConvBlock(dim)
        for m in self.modules():
            if "Conv" in type(m).__name__:
                try:
                    nn.init.orthogonal_(m.weight)
                except AttributeError:
                    print("skipped", m)

    def forward(self, x):
        return self.block(x)


class ConvWithNorm(nn.Conv1d):
    """A project class that is a convolution has the weight."""


class Derived(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.block = ConvWithNorm(dim, dim, 1)
        for m in self.modules():
            if "Conv" in type(m).__name__:
                nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return torch.tanh(self.block(x))


class WholeName(nn.Module):
    """The whole name is compared."""

    def __init__(self, dim=16):
        super().__init__()
        self.block = ConvBlock(dim)
        for m in self.modules():
            if type(m).__name__ == "Conv1d":
                nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.block(x)
