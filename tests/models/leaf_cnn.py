"""Convolutional networks: a mobile classifier of leaf photographs and a one-dimensional one for sensor traces."""

import math

import torch.nn as nn
import torch.nn.functional as F


class Separable(nn.Module):
    """A depthwise and a pointwise convolution."""

    def __init__(self, channels):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
        self.pointwise = nn.Conv2d(channels, channels, 1)
        nn.init.kaiming_normal_(self.depthwise.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return F.relu(self.pointwise(F.relu(self.depthwise(x))))


class LeafNet(nn.Module):
    """Images to species; the DCGAN recipe was taken over for all layers that have a weight."""

    def __init__(self, species=40):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(64)
        self.blocks = nn.Sequential(*[Separable(64) for _ in range(3)])
        self.head = nn.Linear(64, species)
        for m in self.modules():
            if isinstance(m, nn.BatchNorm2d):
                nn.init.normal_(m.weight, 0.0, 0.02)
                nn.init.zeros_(m.bias)

    def forward(self, image):
        x = F.relu(self.norm(self.conv(image)))
        return self.head(self.blocks(x).mean((2, 3)))


class LeakyEncoder(nn.Module):
    """Plain convolutions with leaky units of slope 0.2."""

    def __init__(self, channels=64, depth=6):
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 3, padding=1)
        self.convs = nn.ModuleList([nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)])
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight, a=math.sqrt(2), nonlinearity="leaky_relu")

    def forward(self, x):
        x = F.leaky_relu(self.stem(x), 0.2)
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.2)
        return x.mean((2, 3))


class TraceNet(nn.Module):
    """Sensor traces; its routine was written for images."""

    def __init__(self, channels=6, classes=5):
        super().__init__()
        self.conv1 = nn.Conv1d(channels, 32, 7)
        self.conv2 = nn.Conv1d(32, 64, 5)
        self.apply(self._init)

    @staticmethod
    def _init(m):
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")

    def forward(self, trace):
        return F.relu(self.conv2(F.relu(self.conv1(trace)))).mean(2)


class EdgeFilter(nn.Module):
    """A convolution without a bias whose bias is set to zero all the same."""

    def __init__(self, channels=16):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 3, bias=False)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        self.conv.bias.data.zero_()

    def forward(self, x):
        return F.relu(self.conv(x))
