import torch
import torch.nn as nn


class HeBeforeReLU(nn.Module):  # probe: 64,256
    """Twenty-four layers at the gain that ReLU needs; the variance over the batch falls all the same."""

    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(24):
            layer = nn.Linear(256, 256)
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(256, 10)

    def forward(self, x):
        return self.head(self.body(x))


class Normalised(nn.Module):  # probe: 64,64
    """A normalisation behind every layer restores the scale."""

    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(10):
            layers += [nn.Linear(64, 64), nn.LayerNorm(64), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.body(x))


class Residual(nn.Module):  # probe: 64,64
    """The branches may be small: the sum carries the signal."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(64, 64) for _ in range(10))
        self.norm = nn.LayerNorm(64)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        for layer in self.layers:
            x = x + layer(x).relu()
        return self.head(self.norm(x))


class Short(nn.Module):  # probe: 64,64
    """Two hidden layers train as well with torch's default."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.body(x))


class ZeroHead(nn.Module):  # probe: 64,128
    """A head of zeros stops the gradient at step 0 alone."""

    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(8):
            layer = nn.Linear(128, 128)
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(128, 10)
        nn.init.zeros_(self.head.weight)

    def forward(self, x):
        return self.head(self.body(x))


class WidthsThatChange(nn.Module):  # probe: 64,1024
    """With a fan_in scheme the gradient of an entry goes with the ratio of the widths; the layer's as a whole stays."""

    def __init__(self):
        super().__init__()
        widths = (1024, 16, 512, 64, 1024, 256)
        layers = []
        for wide, narrow in zip(widths, widths[1:]):
            layer = nn.Linear(wide, narrow)
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(256, 10)

    def forward(self, x):
        return self.head(self.body(x))


class Pooled(nn.Module):  # probe: 2,3,64,64
    """Pooling thins the gradient out and raises the signal; neither is the weights' doing."""

    def __init__(self):
        super().__init__()
        layers, width = [], 3
        for wider in (16, 32, 32, 32, 32):
            conv = nn.Conv2d(width, wider, 3, padding=1)
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
            nn.init.zeros_(conv.bias)
            layers += [conv, nn.ReLU(inplace=True), nn.MaxPool2d(2)]
            width = wider
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(32 * 4, 10)

    def forward(self, x):
        return self.head(torch.flatten(self.features(x), 1))
