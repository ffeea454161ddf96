"""Orthogonal weights whose gain suits what follows, or does not matter."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class GainGiven(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 4)
        nn.init.orthogonal_(self.fc1.weight, gain=nn.init.calculate_gain("relu"))

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class PolicyWithTanh(nn.Module):
    """Any gain from 1 to 5/3 suits tanh; output layers are small on purpose."""

    def __init__(self, width=64):
        super().__init__()
        self.a = nn.Linear(8, width)
        self.b = nn.Linear(width, width)
        self.actor = nn.Linear(width, 2)
        self.critic = nn.Linear(width, 1)
        for layer, gain in ((self.a, math.sqrt(2)), (self.b, 1.0), (self.actor, 0.01), (self.critic, 1.0)):
            nn.init.orthogonal_(layer.weight, gain)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        h = torch.tanh(self.b(torch.tanh(self.a(x))))
        return self.actor(h), self.critic(h)


class Normalised(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, bias=False)
        self.depthwise = nn.Conv2d(width, width, 3, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.norm2 = nn.BatchNorm2d(width)
        for conv in (self.conv, self.depthwise):
            nn.init.orthogonal_(conv.weight)

    def forward(self, x):
        return F.relu(self.norm2(self.depthwise(F.relu(self.norm(self.conv(x))))))


class Recurrent(nn.Module):
    """Gain 1 is right for the state."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(16, 32)
        nn.init.orthogonal_(self.rnn.weight_hh_l0)

    def forward(self, x):
        return self.rnn(x)[0]


class WrittenGainOnAShortChain(nn.Module):
    """Chosen on purpose, and two layers lose next to nothing."""

    def __init__(self, width=64):
        super().__init__()
        self.a = nn.Linear(width, width)
        self.b = nn.Linear(width, width)
        self.head = nn.Linear(width, 1)
        for layer in (self.a, self.b):
            nn.init.orthogonal_(layer.weight, gain=1.0)

    def forward(self, x):
        return self.head(F.relu(self.b(F.relu(self.a(x)))))


class LinearAutoencoder(nn.Module):
    """Nothing follows: gain 1 keeps the length."""

    def __init__(self, width=64):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(width, width) for _ in range(12)])
        for layer in self.layers:
            nn.init.orthogonal_(layer.weight)

    def forward(self, x):
        return self.layers(x)


class AnyNumberOfInputs(nn.Module):
    """Few layers, or the right gain."""

    def __init__(self, observations, width=48, depth=9):
        super().__init__()
        sizes = [observations] + [width] * depth
        self.policy = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
        self.value = nn.Sequential(nn.Linear(observations, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.out = nn.Linear(2 * width, 1)
        for layer in self.policy:
            nn.init.orthogonal_(layer.weight, 2**0.5)
            nn.init.zeros_(layer.bias)
        for layer in (self.value[0], self.value[2]):
            nn.init.orthogonal_(layer.weight, 1)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        y = self.value(x)
        for layer in self.policy:
            x = F.relu(layer(x))
        return self.out(torch.cat([x, y], dim=-1))
