"""Conditions that test each alternative, or guard no initializer."""

import torch
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


class ForBoth(nn.Module):
    """One routine for modules and for parameters that are handed to it."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.token = nn.Parameter(torch.zeros(1, 16))
        self.apply(init_any)
        init_any(self.token)

    def forward(self, x):
        return self.fc(x + self.token)


def init_any(given):
    if isinstance(given, nn.Linear):
        nn.init.normal_(given.weight, std=0.02)
    elif isinstance(given, nn.Parameter):
        nn.init.normal_(given, std=0.02)


def init_far(given):
    if isinstance(given, nn.Parameter):
        nn.init.normal_(given, std=0.02)


class FirstRoot(nn.Module):
    """Of no use here; another class hands it a parameter."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.apply(init_far)

    def forward(self, x):
        return self.fc(x)


class SecondRoot(nn.Module):
    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 16))
        init_far(self.token)

    def forward(self, x):
        return x + self.token


class OneOfTwo(nn.Module):
    """The other alternative is met, and so is what is not asked for."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Parameter) or isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
        if not isinstance(module, nn.Parameter) and hasattr(module, "bias"):
            nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.fc(x)


class GateLinear(nn.Linear):
    pass


class DerivedFirst(nn.Module):
    """The special class comes before the general one, and a branch with more of a condition leaves some of it."""

    def __init__(self):
        super().__init__()
        self.value = nn.Linear(16, 16, bias=False)
        self.gate = GateLinear(16, 16)
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, GateLinear) and module.bias is None:
            nn.init.zeros_(module.weight)
        elif isinstance(module, GateLinear):
            nn.init.ones_(module.bias)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)

    def forward(self, x):
        return self.value(x) * self.gate(x).sigmoid()


try:
    from fused_norms import FusedLayerNorm as Norm
except ImportError:
    Norm = nn.LayerNorm


class NormOfAPackage(nn.Module):
    """By the second name it is another class where the package is there; a branch may name one that is taken before."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(16, 16), Norm(16), nn.Conv1d(16, 16, 1))
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.LayerNorm)):
            nn.init.ones_(module.weight)
        elif isinstance(module, Norm):
            nn.init.zeros_(module.weight)
        elif isinstance(module, (nn.Linear, nn.Conv1d)):
            nn.init.normal_(module.weight, std=0.02)

    def forward(self, x):
        return self.body(x)


class OneForAll(nn.Module):
    """The same is done to both."""

    def __init__(self):
        super().__init__()
        self.gate = GateLinear(16, 16)
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
        elif isinstance(module, GateLinear):
            nn.init.normal_(module.weight, std=0.02)

    def forward(self, x):
        return self.gate(x)


def init_one(given):
    if isinstance(given, nn.Linear):
        nn.init.normal_(given.weight, std=0.02)
    elif given.dim() > 1:
        nn.init.normal_(given, std=0.02)


class ParametersForARoutine(nn.Module):
    """The routine is for both; what is asked in the loop is the kind of tensor, or the other half of `or`."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        for p in self.parameters():
            init_one(p)
            if isinstance(p, nn.Linear) or p.dim() > 1:
                nn.init.normal_(p, std=0.02)
            if type(p) is nn.Parameter and p.dim() == 1 and type(p).__name__ != "Linear":
                nn.init.zeros_(p)

    def forward(self, x):
        return self.fc(x)
