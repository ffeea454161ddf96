"""Weights at Xavier's scale where it is right, or where the scale does not matter."""

import os

import torch
import torch.nn.functional as F
from torch import nn


class TanhFollows(nn.Module):
    """Gain 1 suits tanh."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.xavier_uniform_(self.fc1.weight)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


class NormBetween(nn.Module):
    """The normalisation removes the scale before ReLU sees it."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 32, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(32)
        self.head = nn.Linear(32, 10)
        nn.init.xavier_uniform_(self.conv.weight)

    def forward(self, x):
        return self.head(F.relu(self.norm(self.conv(x))).mean((2, 3)))


class NormBehind(nn.Module):
    """ReLU hands a factor on, and the normalisation behind it removes it."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 32, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(32)
        self.head = nn.Linear(32, 10)
        nn.init.xavier_uniform_(self.conv.weight)

    def forward(self, x):
        return self.head(self.norm(F.relu(self.conv(x))).mean((2, 3)))


class GainGiven(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.kaiming_uniform_(self.fc1.weight, nonlinearity="relu")
        nn.init.xavier_uniform_(self.fc2.weight, gain=nn.init.calculate_gain("relu"))

    def forward(self, x):
        return torch.relu(self.fc2(F.relu(self.fc1(x))))


class Overwritten(nn.Module):
    """The later write is the one that counts."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
        nn.init.kaiming_uniform_(self.fc1.weight, nonlinearity="relu")

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class OutputLayer(nn.Module):
    """Nothing but the loss follows the last layer."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.xavier_uniform_(self.fc2.weight)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class Narrowing(nn.Module):
    """Xavier on a narrowing layer comes to 2 / fan_in."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(1024, 16)
        self.fc2 = nn.Linear(16, 10)
        nn.init.xavier_uniform_(self.fc1.weight)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class SwitchedOff(nn.Module):
    """Without the optional features the layer has no inputs: nothing is drawn."""

    def __init__(self, extra=0):
        super().__init__()
        self.fc = nn.Linear(extra, 64)
        nn.init.xavier_uniform_(self.fc.weight)

    def forward(self, x):
        return torch.relu(self.fc(x))


class LoadedWhereThere(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.ModuleList([nn.Linear(64, 64) for _ in range(16)])
        for layer in self.body:
            nn.init.xavier_uniform_(layer.weight)

    def forward(self, x):
        for layer in self.body:
            x = torch.relu(layer(x))
        return x


def load_to_score(steps=10):
    model = LoadedWhereThere()
    if os.path.exists("weights.pt"):  # nothing trains the model that is built without its weights
        model.load_state_dict(torch.load("weights.pt"))
    return model.eval()
