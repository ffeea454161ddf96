"""Fixed scales that do not suit their fan."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class PlainStack(nn.Module):
    def __init__(self, width=256, depth=4):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.head = nn.Linear(width, 10)
        for layer in self.layers:
            nn.init.normal_(layer.weight, std=0.02)  # warning: [fixed-std-signal-loss] "PlainStack.layers.0.weight` \(and .*, 2 more\) is drawn with std 0.02.*x0.051 here, over the 4 layers with relu of its chain.*x6.9e-06.*gradient's x0.00013; at fan_in 256 relu needs a std of 0.088"
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.head(x)


class ByApply(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(5):
            layers += [nn.Conv2d(8, 8, 3, padding=1), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.out = nn.Conv2d(8, 1, 3, padding=1)
        self.apply(self.draw)

    def draw(self, module):
        if isinstance(module, nn.Conv2d):
            module.weight.data.normal_(0.0, 0.01)  # error: [fixed-std-signal-loss] "5 layers with relu"
            module.bias.data.zero_()

    def forward(self, x):
        return self.out(self.body(x))


class Exploding(nn.Module):
    def __init__(self, width=512):
        super().__init__()
        self.a = nn.Linear(width, width)
        self.b = nn.Linear(width, width)
        self.c = nn.Linear(width, width)
        self.head = nn.Linear(width, 10)
        for layer in (self.a, self.b, self.c):
            nn.init.uniform_(layer.weight, -0.3, 0.3)  # warning: [fixed-std-signal-loss] "within a bound of 0.3.*x7.7 here.*x4.5e\+02"

    def forward(self, x):
        return self.head(F.relu(self.c(F.relu(self.b(F.relu(self.a(x)))))))


class AttentionScores(nn.Module):
    """Behind a normalisation the input has second moment 1, and the scores a std in the hundreds."""

    def __init__(self, width=1152, heads=16):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, width)
        self.v = nn.Linear(width, width)
        self.out = nn.Linear(width, width)
        for layer in (self.q, self.k, self.v):
            nn.init.normal_(layer.weight, std=1.0)  # error: [fixed-std-signal-loss] "AttentionScores.q.weight` \(and .*multiplies the signal's second moment by 1.15e\+03"
        nn.init.normal_(self.out.weight, std=0.5)  # warning: [fixed-std-signal-loss] "by 288"

    def forward(self, x):
        h = self.norm(x)
        q, k, v = self.q(h), self.k(h), self.v(h)
        return x + self.out(self.norm(torch.softmax(q @ k.transpose(-2, -1), -1) @ v))


class BareParameters(nn.Module):
    def __init__(self, width=128):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(width, width) * 0.01)  # note: [fixed-std-signal-loss] "BareParameters.w1` .*std 0.01"
        self.w2 = nn.Parameter(torch.randn(width, width) / math.sqrt(width / 2))
        self.w3 = nn.Parameter(torch.randn(width, 1) * 0.01)

    def forward(self, x):
        return torch.relu(torch.relu(x @ self.w1) @ self.w2) @ self.w3


class OfThreeDigits(nn.Module):
    def __init__(self, width=256):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(6)])
        self.head = nn.Linear(width, 10)
        for layer in self.layers:
            nn.init.normal_(layer.weight, std=0.0123)  # missed: [fixed-std-signal-loss] may be the result of a formula

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.head(x)
