"""Models with something wrong, or something odd, each for one test."""

import os

import torch
from torch import nn
from torch.nn import functional


class DeadRelu(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.constant_(self.fc1.bias, -5.0)

    def forward(self, x):
        return self.fc2(functional.relu(self.fc1(x)))


class Broken(nn.Module):
    """Whatever it is given."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)

    def forward(self, x):
        raise RuntimeError(f"forward boom {self.fc(x).shape[0]}")


class Ends(Broken):
    def forward(self, x):
        self.fc(x)
        os._exit(3)


class LeavesChild(Broken):
    """A child that holds the pipes open."""

    def __init__(self):
        super().__init__()
        if os.fork() == 0:
            import time

            time.sleep(120)

    def forward(self, x):
        return self.fc(x)


class Half(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16, dtype=torch.bfloat16)

    def forward(self, x):
        return self.fc(x)


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.LazyLinear(10)

    def forward(self, x):
        return self.fc(x)


class LazyHead(nn.Module):
    """The first layer says what it takes."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(12, 24)
        self.norm = nn.LazyBatchNorm1d()
        self.head = nn.LazyLinear(10)

    def forward(self, x):
        return self.head(self.norm(self.first(x)))


class Takes(nn.Module):
    """A dictionary, which is never worked out."""

    def __init__(self):
        super().__init__()
        self.p = nn.Parameter(torch.zeros(3))

    def forward(self, batch):
        return batch["x"] * self.p


class Large(nn.Module):
    """A larger batch would cost too much."""

    def __init__(self):
        super().__init__()
        self.convs = nn.Sequential(nn.Conv2d(3, 128, 3, padding=1), nn.Conv2d(128, 8, 3, padding=1))

    def forward(self, x):
        return self.convs(x)
