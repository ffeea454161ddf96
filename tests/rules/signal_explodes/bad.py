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


class RootOfALayer(nn.Module):  # probe: 32,64
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 64)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(torch.sqrt(self.a(x)))  # error: [signal-explodes] "what `torch.sqrt` puts out are NaN or infinite at step 0, and so is the output of `head` .torch.nn.Linear. behind it"


class RootPutOut(nn.Module):  # probe: 32,64
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 64)

    def forward(self, x):
        return torch.log(self.a(x))  # error: [signal-explodes] "what `torch.log` puts out are NaN or infinite at step 0$"


class ZeroScaleBelow(nn.Module):  # probe: 32,64
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 64)
        self.s = nn.Parameter(torch.zeros(64))
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.a(x) / self.s)  # error: [signal-explodes] "it divides by `ZeroScaleBelow.s`, which is zero, and so is the output of `head`"


class ZeroNormBelow(nn.Module):  # probe: 32,64
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 64, bias=False)
        nn.init.zeros_(self.a.weight)
        self.norm = nn.LayerNorm(64)

    def forward(self, x):
        x = self.a(x)
        return self.norm(x / x.norm(dim=1, keepdim=True))  # error: [signal-explodes] "what `torch.Tensor /` puts out are NaN"
