import torch
import torch.nn as nn


class NegativeBias(nn.Module):  # probe: 64,32
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.constant_(self.fc1.bias, -5.0)  # error: [dead-units] "zero for 100.0% of its inputs, and 100% of its 64 units"

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


class SaturatedTanh(nn.Module):  # probe: 64,256
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(256, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.normal_(self.fc1.weight, std=4.0)  # warning: [dead-units] "Tanh behind `SaturatedTanh.fc1.weight` is saturated for 9\d"
        self.act = nn.Tanh()

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class MostOfTheUnits(nn.Module):  # probe: 64,32
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 64)  # warning: [dead-units] "and 88% of its 64 units for every input"
        self.fc2 = nn.Linear(64, 10)
        with torch.no_grad():
            self.fc1.bias[:56] = -20.0

    def forward(self, x):
        return self.fc2(nn.functional.relu(self.fc1(x)))


class PastSix(nn.Module):  # probe: 4,8,8,8
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 16, 3)
        self.out = nn.Conv2d(16, 4, 1)
        nn.init.constant_(self.conv.bias, 20.0)  # error: [dead-units] "ReLU6 .* is zero or saturated for 100"
        self.act = nn.ReLU6()

    def forward(self, x):
        return self.out(self.act(self.conv(x)))


class WideSigmoid(nn.Module):  # probe: 64,32
    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(32, 64)
        self.out = nn.Linear(64, 10)
        nn.init.constant_(self.gate.bias, 12.0)  # error: [dead-units] "sigmoid behind"

    def forward(self, x):
        return self.out(torch.sigmoid(self.gate(x)))


class OneDeadLayer(nn.Module):  # probe: 4,32
    """A small batch tells where all units are dead, and the layers behind it are not told as well."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 64)
        self.fc2 = nn.Linear(64, 64)
        self.fc3 = nn.Linear(64, 10)
        nn.init.constant_(self.fc1.bias, -5.0)  # error: [dead-units] "zero for 100.0% of its inputs \(measured"
        nn.init.zeros_(self.fc2.bias)

    def forward(self, x):
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))
