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


def selu_layer(inputs, outputs):
    """By itself it has torch's default; the class that calls it draws LeCun's."""
    return nn.Sequential(nn.Linear(inputs, outputs), nn.SELU(), nn.AlphaDropout(0.1))


class MadeByAFunction(nn.Module):
    def __init__(self, settings):
        super().__init__()
        sizes = [settings.inputs, *settings.widths]
        self.body = nn.Sequential(*[selu_layer(a, b) for a, b in zip(sizes, sizes[1:])])
        self.out = nn.Linear(sizes[-1], 1)
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
                nn.init.zeros_(layer.bias)

    def forward(self, x):
        return self.out(self.body(x))


class NoDropoutByDefault(nn.Module):
    def __init__(self, width=32, p=0.0):
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.out = nn.Linear(width, 1)
        self.drop = nn.Dropout(p)
        nn.init.kaiming_normal_(self.fc.weight, nonlinearity="linear")

    def forward(self, x):
        return self.out(self.drop(F.selu(self.fc(x))))
