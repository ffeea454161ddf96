"""Fan modes whose loss adds up along a chain."""

import torch
from torch import nn
from torch.nn import functional as F


class Bottlenecks(nn.Module):
    def __init__(self, narrow=32, wide=1024, depth=5):
        super().__init__()
        layers = []
        for _ in range(depth):
            layers += [nn.Linear(narrow, wide), nn.Tanh(), nn.Linear(wide, narrow), nn.Tanh()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(narrow, 10)
        for layer in self.body:
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)  # warning: [fan-mode-mismatch] "8 more\): Xavier on widths that alternate.*leaves x2.2e-05 over the chain of 10 layers with tanh"

    def forward(self, x):
        return self.head(self.body(x))


class WithGain(nn.Module):
    """The gain suits ReLU, the fans don't."""

    def __init__(self, narrow=16, wide=512):
        super().__init__()
        self.ups = nn.ModuleList([nn.Linear(narrow, wide) for _ in range(3)])
        self.downs = nn.ModuleList([nn.Linear(wide, narrow) for _ in range(3)])
        self.head = nn.Linear(narrow, 1)
        for layer in (*self.ups, *self.downs):
            nn.init.xavier_normal_(layer.weight, gain=nn.init.calculate_gain("relu"))  # note: [fan-mode-mismatch] "x0.0016 over the chain of 6 layers with relu"
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for up, down in zip(self.ups, self.downs):
            x = F.relu(down(F.relu(up(x))))
        return self.head(x)


class Generator(nn.Module):
    """Each output of a stride of 2 gets a quarter of the taps."""

    def __init__(self, width=32):
        super().__init__()
        self.ups = nn.ModuleList([nn.ConvTranspose2d(width, width, 4, stride=2, padding=1) for _ in range(4)])
        self.out = nn.Conv2d(width, 3, 1)
        for up in self.ups:
            nn.init.kaiming_normal_(up.weight, mode="fan_out", nonlinearity="relu")  # note: [fan-mode-mismatch] "fan_out mode on strided transposed convolutions.*x0.0039 over the chain of 4 layers"

    def forward(self, x):
        for up in self.ups:
            x = F.relu(up(x))
        return self.out(x)


class OneDimensional(nn.Module):
    """The decoder of an audio codec without its residual units."""

    def __init__(self, width=16):
        super().__init__()
        self.ups = nn.ModuleList([nn.ConvTranspose1d(width, width, 2 * s, stride=s) for s in (8, 5, 4, 2)])
        self.out = nn.Conv1d(width, 1, 7, padding=3)
        for up in self.ups:
            nn.init.kaiming_uniform_(up.weight, mode="fan_out", nonlinearity="relu")  # note: [fan-mode-mismatch] "x0.0031"

    def forward(self, x):
        for up in self.ups:
            x = torch.relu(up(x))
        return self.out(x)
