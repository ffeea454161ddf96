import torch
import torch.nn as nn


class ZeroBias(nn.Module):  # probe: 64,32
    """Half of the entries are zero, as they should be."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.zeros_(self.fc1.bias)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


class FewInputs(nn.Module):  # probe: 2,32
    """A unit that is zero for both of two inputs is not dead."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


class Smooth(nn.Module):  # probe: 64,32
    """GELU has a slope far below zero, too, and no unit of it is exactly zero."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc2(nn.functional.gelu(self.fc1(x)))


class OpenGates(nn.Module):  # probe: 64,32
    """A gate with a bias of 2 is nearly open, not flat: its slope there is a third of the steepest."""

    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(32, 64)
        self.out = nn.Linear(64, 10)
        nn.init.constant_(self.gate.bias, 2.0)

    def forward(self, x):
        return self.out(torch.sigmoid(self.gate(x)))


class Images(nn.Module):  # probe: 2,3,16,16
    """Each channel has many positions."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3)
        self.norm = nn.BatchNorm2d(32)
        self.out = nn.Conv2d(32, 4, 1)

    def forward(self, x):
        return self.out(nn.functional.relu6(self.norm(self.conv(x))))


class Sparse(nn.Module):  # probe: 64,32
    """Nine in ten entries are zero on purpose, and every unit still sees its inputs."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc2(nn.functional.hardshrink(self.fc1(x), 0.9))
