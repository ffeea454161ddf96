"""Kaiming's slope given something else."""

import math

from torch import nn
from torch.nn import functional as F


class GainAsSlope(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 3)
        self.out = nn.Conv2d(16, 3, 1)
        nn.init.kaiming_normal_(self.conv.weight, a=0.2, nonlinearity="leaky_relu")

    def forward(self, x):
        return self.out(F.leaky_relu(self.conv(x), 0.2))


class Scaled(nn.Module):
    def __init__(self, width, scale):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=math.sqrt(5) * scale)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class ScaledByNumber(nn.Module):
    def __init__(self, scale=10.0):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=math.sqrt(5) * scale)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class Ignored(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, nonlinearity="relu")

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class SteeperThanWhatFollows(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, nonlinearity="relu")

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class StdOfTheConfiguration(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.fc1 = nn.Linear(config.width, 4 * config.width)
        self.fc2 = nn.Linear(4 * config.width, config.width)
        self.apply(self._init)

    def _init(self, module):
        if isinstance(module, nn.Linear):
            nn.init.kaiming_normal_(module.weight, a=self.config.initializer_range)

    def forward(self, x):
        return x + self.fc2(F.gelu(self.fc1(x)))


class GainOfTheCaller(nn.Module):
    def __init__(self, width, init_gain):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=init_gain)

    def forward(self, x):
        return self.fc2(F.tanh(self.fc1(x)))
