"""Conditions that test each alternative, or guard no initializer."""

from torch import nn

DEFAULT = "normal"


def init_detector(model):
    for name, m in model.named_modules():
        if isinstance(m, nn.Conv2d):
            if "conv_list" in name or "header" in name:
                nn.init.normal_(m.weight, std=0.01)
            else:
                nn.init.kaiming_uniform_(m.weight, nonlinearity="relu")


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Conv2d(3, 16, 3)
        self.header = nn.Conv2d(16, 4, 1)
        init_detector(self)

    def forward(self, x):
        return self.header(self.backbone(x).relu())


class FlagsAndTypes(nn.Module):
    """Flags, empty texts and texts with a default are no constants of the condition."""

    def __init__(self, scheme=None, zero=False):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.zero = zero
        chosen = scheme or DEFAULT
        for m in self.modules():
            if isinstance(m, nn.Linear) and (chosen or "") == "normal":
                nn.init.normal_(m.weight, std=0.02)
            if isinstance(m, (nn.Linear, nn.Conv2d)) and self.zero:
                nn.init.zeros_(m.weight)

    def forward(self, x):
        return self.fc(x)


class FallbackName(nn.Module):
    """`or` that gives a default: the variable comes first."""

    def __init__(self, scheme=None):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        for m in self.modules():
            if isinstance(m, nn.Linear) and (scheme or "normal") == "normal":
                nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.fc(x)


def init_conv(m):
    name = m.__class__.__name__
    if name.find("Conv") != -1 or name.find("Linear") == 0:
        nn.init.kaiming_normal_(m.weight, nonlinearity="relu")


class Found(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))
        self.apply(init_conv)

    def forward(self, x):
        return self.body(x)


class TypesAsTypes(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 4))
        for m in self.modules():
            if type(m) is nn.Linear or m.__class__.__name__ == "Bilinear" or m is self.body:
                for p in m.parameters(recurse=False):
                    nn.init.uniform_(p, -0.1, 0.1)

    def forward(self, x):
        return self.body(x)
