"""Kaiming's slope given something else."""

import math

from torch import nn
from torch.nn import functional as F


class GainAsSlope(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 3)
        self.out = nn.Conv2d(16, 3, 1)
        nn.init.kaiming_normal_(self.conv.weight, a=nn.init.calculate_gain("leaky_relu", 0.2))  # warning: [kaiming-slope-misused] "a=1.387 is a gain, and gives the gain 0.827"

    def forward(self, x):
        return self.out(F.leaky_relu(self.conv(x), 0.2))


class Scaled(nn.Module):
    def __init__(self, width, scale):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=math.sqrt(5) * scale)  # warning: [kaiming-slope-misused] "is a scale"

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class ScaledByNumber(nn.Module):
    def __init__(self, scale=10.0):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=math.sqrt(5) * scale)  # warning: [kaiming-slope-misused] "no slope but a scale: the gain becomes 0.0632"

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class Ignored(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=math.sqrt(5), nonlinearity="relu")  # note: [kaiming-slope-misused] "ignores a=2.236; the gain is 1.41, not 0.577"

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class SteeperThanWhatFollows(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=0.8)  # note: [kaiming-slope-misused] "relu needs 1.41: variance x0.61"

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
            nn.init.kaiming_normal_(module.weight, a=self.config.initializer_range)  # warning: [kaiming-slope-misused] "a=config.initializer_range is a std by its name, but sets it nowhere.*write normal_\(w, std=config.initializer_range\)"

    def forward(self, x):
        return x + self.fc2(F.gelu(self.fc1(x)))


class GainOfTheCaller(nn.Module):
    def __init__(self, width, init_gain):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=init_gain)  # warning: [kaiming-slope-misused] "a=init_gain is a gain by its name, but sets it nowhere"

    def forward(self, x):
        return self.fc2(F.tanh(self.fc1(x)))
