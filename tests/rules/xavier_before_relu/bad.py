"""Weights at Xavier's scale before a rectifier."""

import os
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn


class TwoLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.xavier_uniform_(self.fc1.weight)  # note: [xavier-before-relu] "`TwoLayers.fc1.weight` is Xavier.*relu.*x0.5 here.*std 0.125, relu needs 0.177"
        nn.init.xavier_uniform_(self.fc2.weight)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class DeepStack(nn.Module):
    def __init__(self, width=64, depth=16):
        super().__init__()
        layers = []
        for _ in range(depth):
            layers += [nn.Linear(width, width), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(width, 10)
        for m in self.body:
            if isinstance(m, nn.Linear):
                nn.init.xavier_normal_(m.weight)  # warning: [xavier-before-relu] "14 more\) .*x1.5e-05 over the 16 layers"

    def forward(self, x):
        return self.head(self.body(x))


class GainOneByAnotherName(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1)
        nn.init.kaiming_normal_(self.conv1.weight, nonlinearity="linear")  # note: [xavier-before-relu] "LeCun-scaled"
        nn.init.kaiming_uniform_(self.conv2.weight, a=1)

    def forward(self, x):
        return self.conv2(F.silu(self.conv1(x)))


class ChosenByName(nn.Module):
    def __init__(self, activation="ReLU"):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.act = getattr(nn, activation)()
        self.fc2 = nn.Linear(32, 4)
        self.apply(self.init)

    def init(self, module):
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)  # note: [xavier-before-relu] "`ChosenByName.fc1.weight`"
            nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class ScaledSince(nn.Module):
    """The callback writes the layer of the sum too, which is not named: its fix is only shown."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        self.proj = nn.Linear(64, 64)
        self.apply(self.init)
        self.proj.weight.data.div_(2.0)
        self.out = nn.Linear(64, 4)

    def init(self, module):
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)  # note: [xavier-before-relu] "`ScaledSince.fc.weight` is Xavier-scaled"

    def forward(self, x):
        return self.out(x + self.proj(F.relu(self.fc(x))))


class Resumed(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.ModuleList([nn.Linear(64, 64) for _ in range(16)])
        for layer in self.body:
            nn.init.xavier_uniform_(layer.weight)  # warning: [xavier-before-relu] "14 more\).*over the 15 layers"

    def forward(self, x):
        for layer in self.body:
            x = torch.relu(layer(x))
        return x


def train_or_resume(steps=10):
    model = Resumed()
    if os.path.exists("latest.pt"):
        model.load_state_dict(torch.load("latest.pt"))
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(steps):
        model(torch.randn(4, 64)).sum().backward()
        optimizer.step()
    return model


class ResumedFromPath(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.ModuleList([nn.Linear(64, 64) for _ in range(16)])
        for layer in self.body:
            nn.init.xavier_uniform_(layer.weight)  # warning: [xavier-before-relu] "14 more\).*over the 15 layers"

    def forward(self, x):
        for layer in self.body:
            x = torch.relu(layer(x))
        return x


def train_or_restore(steps=10):
    model = ResumedFromPath()
    _restore(Path("latest.pt"), model)
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(steps):
        model(torch.randn(4, 64)).sum().backward()
        optimizer.step()
    return model


def _restore(path, model):
    if not path.is_file():
        torch.save(model.state_dict(), path)
    else:
        model.load_state_dict(torch.load(path))
