"""Biases and scales that are None."""

from torch import nn


class NoGuard(nn.Module):
    def __init__(self, ch=8):
        super().__init__()
        self.conv_1 = nn.Conv2d(9, ch, 1, bias=False)
        self.bn_1 = nn.BatchNorm2d(ch)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                m.bias.data.zero_()  # error: [bias-none-dereference] "`NoGuard.conv_1.bias` is None"

    def forward(self, x):
        return self.bn_1(self.conv_1(x))


class Initializer(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim, bias=False)
        nn.init.constant_(self.fc.bias, 0.1)  # error: [bias-none-dereference] "raises AttributeError"

    def forward(self, x):
        return self.fc(x)


class NormWithoutAffine(nn.Module):
    def __init__(self, ch=8):
        super().__init__()
        self.norm = nn.InstanceNorm2d(ch)
        nn.init.ones_(self.norm.weight)  # error: [bias-none-dereference] "`InstanceNorm2d.weight` is None"

    def forward(self, x):
        return self.norm(x)


def projection(width, dropout=0.0, normed=False, bias=True):
    layer = nn.Linear(width, width, bias=bias)
    nn.init.normal_(layer.weight, std=0.02)
    layer.bias.data.zero_()  # warning: [bias-none-dereference] "is None"
    return nn.Sequential(layer, nn.LayerNorm(width)) if normed else layer


class SettingsOfTheCaller(nn.Module):
    """What its sizes are is not known, but the layer has no bias whatever they are."""

    def __init__(self, options):
        super().__init__()
        for name, value in vars(options).items():
            setattr(self, name, value)
        self.project = nn.Linear(self.width, self.width, bias=False)
        self.project.bias.data.zero_()  # error: [bias-none-dereference] "SettingsOfTheCaller.project.bias"

    def forward(self, x):
        return self.project(x)
