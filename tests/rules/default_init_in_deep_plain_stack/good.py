"""Torch's default where it does no harm, and deep chains that do not keep it."""

import math

from torch import nn
from torch.nn import functional as F


class ThreeLayers(nn.Module):
    """Measured: up to three hidden layers the default trains as well as Kaiming."""

    def __init__(self, width=64):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, 10),
        )

    def forward(self, x):
        return self.net(x)


class Kaiming(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(12)])
        self.head = nn.Linear(width, 10)
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.head(x)


class Normalised(nn.Module):
    """Each normalisation sets the scale anew."""

    def __init__(self, width=16):
        super().__init__()
        layers = []
        for _ in range(10):
            layers += [nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        return self.head(self.body(x).mean((2, 3)))


class Residual(nn.Module):
    """The skip carries the signal past every branch."""

    def __init__(self, width=64):
        super().__init__()
        self.up = nn.ModuleList([nn.Linear(width, width) for _ in range(10)])
        self.down = nn.ModuleList([nn.Linear(width, width) for _ in range(10)])
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        for up, down in zip(self.up, self.down):
            x = x + down(F.relu(up(x)))
        return self.head(x)


class Decoder(nn.Module):
    """The features of the encoder come in again at every level."""

    def __init__(self, width=16):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(2 * width, width, 3, padding=1) for _ in range(6)])
        self.out = nn.Conv2d(width, 3, 1)

    def forward(self, x, features):
        for conv, feature in zip(self.convs, features):
            x = F.relu(conv(F.interpolate(x + feature, scale_factor=2)))
        return self.out(x)


class SixWithTanh(nn.Module):
    """Note at most: tanh passes on what is small, so that 6 layers lose less than 6 of ReLU."""

    def __init__(self, width=64):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(6)])  # note: [default-init-in-deep-plain-stack] "6 layers with tanh"
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        for layer in self.layers:
            x = F.tanh(layer(x))
        return self.head(x)


class LongWithSelu(nn.Module):
    """Another rule's: SELU's own fault, and it pulls a small signal up again."""

    def __init__(self, width=64):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(9)])  # note: [selu-without-lecun] "9 layers"
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        for layer in self.layers:
            x = F.selu(layer(x))
        return self.head(x)


class WrittenElsewhere(nn.Module):
    """A routine with a formula of its own: not torch's default."""

    def __init__(self, width=64):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(10)])
        self.head = nn.Linear(width, 10)
        self.apply(self.init)

    def init(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=math.sqrt(2 / module.in_features))
            nn.init.zeros_(module.bias)

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.head(x)


class Repaired(nn.Module):
    def __init__(self, width=64, depth=8):
        super().__init__()
        layers = []
        for _ in range(depth):
            layer = nn.Linear(width, width)
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        return self.head(self.body(x))


class Body(nn.Module):
    """A part: the model that it belongs to draws its weights."""

    def __init__(self, width=64):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(8)])

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return x


class Whole(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.body = Body(width)
        self.head = nn.Linear(width, 10)
        self.apply(self.draw)

    def draw(self, module):
        if isinstance(module, nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward(self, x):
        return self.head(self.body(x))
