"""Kaiming gains that the following activation does not need."""

import torch
from torch import nn
from torch.nn import functional as F


class ForgottenDefault(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(16, 128)
        self.fc2 = nn.Linear(128, 1)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="linear")

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


class DeepLinear(nn.Module):
    def __init__(self, width=64, depth=12):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width, bias=False) for _ in range(depth)])
        self.head = nn.Linear(width, 1)
        for layer in self.layers:
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="linear")

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


class HiddenSigmoids(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.a = nn.Linear(width, width)
        self.b = nn.Linear(width, width)
        self.c = nn.Linear(width, width)
        self.d = nn.Linear(width, width)
        self.head = nn.Linear(width, 1)
        for layer in (self.a, self.b, self.c, self.d):
            nn.init.kaiming_normal_(layer.weight)

    def forward(self, x):
        for layer in (self.a, self.b, self.c, self.d):
            x = torch.sigmoid(layer(x))
        return self.head(x)


class WrongName(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="relu")

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class ReadByTwo(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.kaiming_normal_(self.fc1.weight)

    def forward(self, x):
        h = self.fc1(x)
        return self.fc2(torch.tanh(h) + torch.sigmoid(h))
