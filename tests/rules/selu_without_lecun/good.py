"""SELU at LeCun's scale."""

from torch import nn
from torch.nn import functional as F


class LeCun(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.act = nn.SELU()
        self.drop = nn.AlphaDropout(0.1)
        self.fc2 = nn.Linear(64, 10)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="linear")
        nn.init.zeros_(self.fc1.bias)

    def forward(self, x):
        return self.fc2(self.drop(self.act(self.fc1(x))))


class XavierOnSquare(nn.Module):
    """Xavier's gain is 1 too."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.xavier_normal_(self.fc1.weight)

    def forward(self, x):
        return self.fc2(F.selu(self.fc1(x)))


class Normalised(nn.Module):
    """The normalisation removes the scale."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64, bias=False)
        self.norm = nn.BatchNorm1d(64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc2(F.selu(self.norm(self.fc1(x))))


class SwitchedOff(nn.Module):
    """Without the optional features the layer has no inputs: nothing is drawn."""

    def __init__(self, extra=0):
        super().__init__()
        self.fc = nn.Linear(extra, 64)
        nn.init.xavier_uniform_(self.fc.weight)

    def forward(self, x):
        return F.selu(self.fc(x))
