"""SELU at another scale than LeCun's."""

from torch import nn
from torch.nn import functional as F


class KaimingBeforeSelu(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="relu")  # note: [selu-without-lecun] "has gain 1.41 before SELU.*x1.7"

    def forward(self, x):
        return self.fc2(F.selu(self.fc1(x)))


class DeepKaiming(nn.Module):
    def __init__(self, width=64, depth=16):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.head = nn.Linear(width, 10)
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight)  # warning: [selu-without-lecun] "14 more.*x43 over 16 layers"
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = F.selu(layer(x))
        return self.head(x)


class TorchsGain(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 10)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="selu")  # note: [selu-without-lecun] "gain 0.75"

    def forward(self, x):
        return self.fc2(F.selu(self.fc1(x)))


class Default(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)  # note: [selu-without-lecun] "keeps torch's default, gain 0.577"
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc2(F.selu(self.fc1(x)))


class PlainDropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 64)
        self.act = nn.SELU()
        self.drop = nn.Dropout(0.5)  # note: [selu-without-lecun] "plain dropout behind SELU.*by 2 "
        self.fc2 = nn.Linear(64, 10)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="linear")

    def forward(self, x):
        return self.fc2(self.drop(self.act(self.fc1(x))))


def left_alone(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, outputs), nn.SELU())  # note: [selu-without-lecun] "keeps torch's default, gain 0.577"


class NotDrawnAgain(nn.Module):
    """Its own layer alone is."""

    def __init__(self, width=32):
        super().__init__()
        self.body = nn.Sequential(left_alone(width, width), left_alone(width, width))
        self.out = nn.Linear(width, 1)
        nn.init.kaiming_normal_(self.out.weight, nonlinearity="linear")

    def forward(self, x):
        return self.out(self.body(x))


def dropped(inputs, outputs, p):
    return nn.Sequential(nn.Linear(inputs, outputs), nn.SELU(), nn.Dropout(p))  # note: [selu-without-lecun] "plain dropout behind SELU: it multiplies the second moment by 1 / \(1 - "


class DroppedAtAnyRate(nn.Module):
    def __init__(self, settings):
        super().__init__()
        self.body = nn.ModuleList([dropped(settings.width, settings.width, settings.dropout) for _ in range(3)])
        self.out = nn.Linear(settings.width, 1)
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")

    def forward(self, x):
        for layer in self.body:
            x = layer(x)
        return self.out(x)
