"""Project classes whose names hold the text that a routine looks for."""

import torch
from torch import nn


def weights_init(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:  # error: [class-name-substring-match] "also matches the class `ConvStack`"
        m.weight.data.normal_(0.0, 0.02)
    elif classname.find("BatchNorm") != -1:
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


class LinearBlock(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, dim)

    def forward(self, x):
        return torch.relu(self.fc(x))


class OneInside(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.block = LinearBlock(dim)
        for m in self.modules():
            if "Linear" in type(m).__name__:  # error: [class-name-substring-match] "as soon as the routine meets `block`"
                nn.init.xavier_normal_(m.weight)

    def forward(self, x):
        return self.block(x)


class NormedAttention(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.attention = nn.MultiheadAttention(dim, 4)

    def forward(self, x):
        return self.attention(x, x, x)[0]


class StartsWithIt(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.body = NormedAttention(dim)
        for m in self.modules():
            if m.__class__.__name__.startswith("Norm"):  # error: [class-name-substring-match] "no `weight`"
                nn.init.ones_(m.weight)

    def forward(self, x):
        return self.body(x)


class ConvGate(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv = nn.Conv1d(dim, dim, 1)
        self.weight = nn.Parameter(torch.ones(dim, 1))

    def forward(self, x):
        return self.weight * self.conv(x)


class NoBiasThere(nn.Module):
    """The weight is there, the bias is not."""

    def __init__(self, dim=16):
        super().__init__()
        self.gate = ConvGate(dim)
        for m in self.modules():
            if "Conv" in type(m).__name__:  # error: [class-name-substring-match] "`ConvGate`, which has no `bias`"
                nn.init.zeros_(m.bias)
