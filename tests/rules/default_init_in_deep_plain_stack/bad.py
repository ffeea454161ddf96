"""Torch's default along chains that nothing rescales."""

import torch
from torch import nn
from torch.nn import functional as F


class EightWithRelu(nn.Module):
    def __init__(self, width=64, depth=8):
        super().__init__()
        layers = []
        for _ in range(depth):
            layers += [nn.Linear(width, width), nn.ReLU()]  # error: [default-init-in-deep-plain-stack] "EightWithRelu.body.0.weight` \(and `EightWithRelu.body.2.weight`, 6 more\).*8 layers with relu.*x6e-07.*gradient's x3.6e-06.*nonlinearity=\"relu\""
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        return self.head(self.body(x))


class SixConvolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(16, 16, 3, padding=1) for _ in range(6)])  # warning: [default-init-in-deep-plain-stack] "6 layers with relu.*x2.1e-05"
        self.out = nn.Conv2d(16, 3, 3, padding=1)

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        return self.out(x)


class FourWithGelu(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.a = nn.Linear(width, width)  # note: [default-init-in-deep-plain-stack] "4 layers with gelu.*second moment x7.3e-05"
        self.b = nn.Linear(width, width)
        self.c = nn.Linear(width, width)
        self.d = nn.Linear(width, width)
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        for layer in (self.a, self.b, self.c, self.d):
            x = F.gelu(layer(x))
        return self.head(x)


class LinearOnLinear(nn.Module):
    """No activation at all: each layer keeps a third."""

    def __init__(self, width=64):
        super().__init__()
        self.net = nn.Sequential(*[nn.Linear(width, width, bias=False) for _ in range(10)], nn.Linear(width, 1))  # warning: [default-init-in-deep-plain-stack] "10 layers with no activation between.*x1.7e-05"

    def forward(self, x):
        return self.net(x)


class HiddenSigmoids(nn.Module):
    """The gradient goes before the signal does."""

    def __init__(self, width=64):
        super().__init__()
        self.a = nn.Linear(width, width)  # warning: [default-init-in-deep-plain-stack] "4 layers with sigmoid.*no gain keeps"
        self.b = nn.Linear(width, width)
        self.c = nn.Linear(width, width)
        self.d = nn.Linear(width, width)
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        for layer in (self.a, self.b, self.c, self.d):
            x = torch.sigmoid(layer(x))
        return self.head(x)


class OnlyTheLastIsWritten(nn.Module):
    """The routine reaches the head alone."""

    def __init__(self, width=64):
        super().__init__()
        self.body = nn.Sequential(*[layer for _ in range(7) for layer in (nn.Linear(width, width), nn.LeakyReLU(0.1))])  # warning: [default-init-in-deep-plain-stack] "7 layers with leaky_relu.*a=0.1"
        self.head = nn.Linear(width, 10)
        nn.init.normal_(self.head.weight, std=0.01)

    def forward(self, x):
        return self.head(self.body(x))


class ChosenAtRunTime(nn.Module):
    def __init__(self, act, width=64):
        super().__init__()
        self.body = nn.Sequential(*[layer for _ in range(9) for layer in (nn.Linear(width, width), act())])  # missed: [default-init-in-deep-plain-stack] the activation is an argument
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        return self.head(self.body(x))
