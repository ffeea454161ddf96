"""Kaiming gains that suit what follows."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Relatives(nn.Module):
    """sqrt(2) is right for GELU, SiLU and Mish, and 1.387 is near enough for LeakyReLU(0.2)."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 64)
        self.b = nn.Linear(64, 64)
        self.c = nn.Linear(64, 64)
        self.d = nn.Linear(64, 10)
        for layer in (self.a, self.b, self.c):
            nn.init.kaiming_normal_(layer.weight)

    def forward(self, x):
        return self.d(F.leaky_relu(self.c(F.silu(self.b(F.gelu(self.a(x))))), 0.2))


class WrittenForTanh(nn.Module):
    """Any written gain from 1 to 5/3 suits tanh."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 64)
        self.b = nn.Linear(64, 64)
        self.c = nn.Linear(64, 10)
        nn.init.kaiming_normal_(self.a.weight, nonlinearity="tanh")
        nn.init.kaiming_normal_(self.b.weight, nonlinearity="linear")

    def forward(self, x):
        return self.c(torch.tanh(self.b(torch.tanh(self.a(x)))))


class BehindNorm(nn.Module):
    """The normalisation removes the gain."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 32, 3, bias=False)
        self.norm = nn.BatchNorm2d(32)
        self.head = nn.Linear(32, 10)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out")

    def forward(self, x):
        return self.head(torch.tanh(self.norm(self.conv(x))).mean((2, 3)))


class Gate(nn.Module):
    """A sigmoid that gates is no hidden layer."""

    def __init__(self):
        super().__init__()
        self.squeeze = nn.Linear(64, 16)
        self.excite = nn.Linear(16, 64)
        for layer in (self.squeeze, self.excite):
            nn.init.kaiming_normal_(layer.weight)

    def forward(self, x):
        return x * torch.sigmoid(self.excite(F.relu(self.squeeze(x))))


class TorchsOwnIdiom(nn.Module):
    """a=sqrt(5) written by hand is torch's default."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.kaiming_uniform_(self.fc1.weight, a=math.sqrt(5))

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


class OutputLayer(nn.Module):
    """Nothing but the loss follows."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="linear")
        nn.init.kaiming_normal_(self.fc2.weight)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


class GainMakesUpForFan(nn.Module):
    """The gain for ReLU over a fan that is twice the true one: the std is the one that a linear layer needs."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 128, 2, stride=2)
        nn.init.kaiming_normal_(self.up.weight)
        self.conv = nn.Conv2d(128, 8, 3)

    def forward(self, x):
        return self.conv(self.up(x))
