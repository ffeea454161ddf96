"""Arguments that are where they belong."""

import torch
from torch import nn
from torch.nn import functional as F


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.norm = nn.BatchNorm1d(128)
        self.fc2 = nn.Linear(128, 128)
        self.norm2 = nn.BatchNorm1d(128)
        self.fc3 = nn.Linear(128, 10)
        nn.init.normal_(self.fc1.weight, std=0.02)
        nn.init.normal_(self.norm.weight, 1.0, 0.02)
        nn.init.xavier_normal_(self.fc2.weight, gain=0.02)  # note: [signal-below-norm-epsilon] "x0.93"
        nn.init.normal_(self.fc3.weight, 0.0, 0.01)
        nn.init.uniform_(self.fc3.bias, -0.1, 0.1)

    def forward(self, x):
        return self.fc3(F.relu(self.norm2(self.fc2(F.relu(self.norm(self.fc1(x)))))))


class Slopes(nn.Module):
    """A slope by position is a slope."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3)
        self.conv2 = nn.Conv2d(16, 16, 3)
        self.conv3 = nn.Conv2d(16, 16, 3)
        nn.init.kaiming_normal_(self.conv1.weight, 0.2)
        nn.init.kaiming_normal_(self.conv2.weight, 0.01)

    def forward(self, x):
        return self.conv3(F.leaky_relu(self.conv2(F.leaky_relu(self.conv1(x), 0.2))))


class NoWeights(nn.Module):
    """U(0, 1) and N(0, 1) suit what is not multiplied with the signal."""

    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.empty(64).uniform_())
        self.table = nn.Embedding(100, 64)
        nn.init.normal_(self.table.weight)

    def forward(self, x):
        return self.table(x) + self.token


class Centred(nn.Module):
    """Drawn from U(0, 1), then centred and scaled."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(100, 100)
        self.fc2 = nn.Linear(100, 10)
        self.fc1.weight.data.uniform_().sub_(0.5).mul_(0.5)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


class Normalised(nn.Module):
    """N(0, 1) before a normalisation."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 32, 3, bias=False)
        self.norm = nn.BatchNorm2d(32)
        self.out = nn.Conv2d(32, 4, 1)
        nn.init.normal_(self.conv.weight)

    def forward(self, x):
        return self.out(F.relu(self.norm(self.conv(x))))


class Divided(nn.Module):
    """spectral_norm divides the scale out."""

    def __init__(self, width=128, depth=10):
        super().__init__()
        layers = []
        for _ in range(depth):
            layer = nn.Linear(width, width)
            layer.weight.data.normal_()
            layers += [nn.utils.spectral_norm(layer), nn.ReLU()]
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)


def filler(mode):
    if mode in ["kaiming_fan_out", "kaiming_fan_in"]:
        mode = mode[8:]

        def fill(module):
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight.data, mode=mode, nonlinearity="relu")

    else:
        raise ValueError(mode)
    return fill


class NamedByTheConfiguration(nn.Module):
    """A part of a name that only the caller knows: ``kaiming_fan_out`` without its first word is a mode."""

    def __init__(self, config):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.norm = nn.BatchNorm2d(64)
        self.apply(filler(config.init_mode))

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))
