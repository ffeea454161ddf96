"""Slopes that are slopes, and the known idioms."""

import math

from torch import nn
from torch.nn import functional as F


class Slopes(nn.Module):
    """The slope of what follows; small slopes have nearly ReLU's gain."""

    def __init__(self, slope=0.2):
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 3)
        self.conv2 = nn.Conv2d(16, 16, 3)
        self.conv3 = nn.Conv2d(16, 16, 3)
        self.out = nn.Conv2d(16, 3, 1)
        nn.init.kaiming_normal_(self.conv.weight, a=0.2, nonlinearity="leaky_relu")
        nn.init.kaiming_normal_(self.conv2.weight, a=slope)
        nn.init.kaiming_normal_(self.conv3.weight, a=0, mode="fan_in")

    def forward(self, x):
        x = F.leaky_relu(self.conv(x), 0.2)
        return self.out(F.leaky_relu(self.conv3(F.leaky_relu(self.conv2(x), 0.1)), 0.1))


class Idioms(nn.Module):
    """torch's default and, on a layer without activation, gain 1."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.lateral = nn.Linear(32, 16)
        nn.init.kaiming_uniform_(self.fc1.weight, a=math.sqrt(5))
        nn.init.kaiming_uniform_(self.lateral.weight, a=1)

    def forward(self, x):
        return self.lateral(F.relu(self.fc1(x)))


class SlopeOfCaller(nn.Module):
    """An argument may well be the slope that the caller's activation has."""

    def __init__(self, width, slope):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=slope)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class HarmlesslyIgnored(nn.Module):
    """nonlinearity="relu" ignores the slope, which changes the std by 2 %."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 1)
        nn.init.kaiming_uniform_(self.fc1.weight, a=0.2, nonlinearity="relu")

    def forward(self, x):
        return self.fc2(F.leaky_relu(self.fc1(x), 0.2))


class NamedForItsSlope(nn.Module):
    """Names that say slope, say nothing, or belong to the LeakyReLU that follows."""

    def __init__(self, width, config, leak_std):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, width)
        self.fc3 = nn.Linear(width, width)
        self.leak = leak_std
        nn.init.kaiming_uniform_(self.fc1.weight, a=config.slope_gain)
        nn.init.kaiming_uniform_(self.fc2.weight, a=config.alpha)
        nn.init.kaiming_uniform_(self.fc3.weight, a=leak_std)

    def forward(self, x):
        return F.leaky_relu(self.fc3(F.relu(self.fc2(F.relu(self.fc1(x))))), self.leak)
