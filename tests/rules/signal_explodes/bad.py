import torch
import torch.nn as nn


class LargeNormal(nn.Module):  # probe: 64,256
    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(6):
            layer = nn.Linear(256, 256)
            nn.init.normal_(layer.weight, std=0.5)  # error: [signal-explodes] "6 layers with relu, the signal's second moment goes x\d\.\de\+0[89]"
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(256, 10)

    def forward(self, x):
        return self.head(self.body(x))


class GainWithoutReLU(nn.Module):  # probe: 64,256
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(256, 256) for _ in range(9))
        self.head = nn.Linear(256, 10)
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")  # warning: [signal-explodes] "9 layers with no activation between"
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


class UnitNormalConvs(nn.Module):  # probe: 2,8,10,10
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(8, 8, 3, padding=1) for _ in range(5))
        self.head = nn.Conv2d(8, 4, 1)
        for conv in self.convs:
            nn.init.normal_(conv.weight)  # error: [signal-explodes] "5 layers with relu"

    def forward(self, x):
        for conv in self.convs:
            x = conv(x).relu()
        return self.head(x)


class Overflows(nn.Module):  # probe: 8,16
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.mid = nn.Linear(16, 16)
        self.out = nn.Linear(16, 4)
        for layer in (self.fc, self.mid, self.out):
            nn.init.normal_(layer.weight, std=1e20)

    def forward(self, x):
        return self.out(self.mid(self.fc(x)))  # error: [signal-explodes] "entries of the output of `mid` .torch.nn.Linear. are NaN or infinite"
