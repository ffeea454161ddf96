"""Conditions that do not test what they seem to."""

import torch
from torch import nn


def init_detector(model):
    for name, m in model.named_modules():
        if isinstance(m, nn.Conv2d):
            if "conv_list" or "header" in name:  # warning: [init-condition-constant] "always true: the text 'conv_list'"
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
        return self.header(self.backbone(x))


class ClassByItself(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.fc = nn.Linear(16, 4)
        for m in (self.conv, self.fc):
            if isinstance(m, nn.Conv2d) or nn.Linear:  # warning: [init-condition-constant] "the class `nn.Linear`"
                nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.fc(self.conv(x).mean((2, 3)))


class OnlyTheFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(16, 16)
        self.value = nn.Linear(16, 16)
        for name, p in self.named_parameters():
            if ("query" or "value") in name and p.dim() > 1:  # warning: [init-condition-constant] "only this alternative"
                nn.init.orthogonal_(p)

    def forward(self, x):
        return self.query(x) * self.value(x)


class NoInstance(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 4))
        for m in self.modules():
            if m == nn.Linear:  # warning: [init-condition-constant] "never true: a module is not its class"
                nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.body(x)


def init_conv(m):
    name = m.__class__.__name__
    if name.find("Conv"):  # warning: [init-condition-constant] "but what it looks for"
        for p in m.parameters(recurse=False):
            p.data.normal_(0.0, 0.02)


class FoundAtTheFront(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))
        self.apply(init_conv)

    def forward(self, x):
        return self.body(x)


class TypeAsText(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 4))
        for m in self.modules():
            if type(m) == "Linear":  # warning: [init-condition-constant] "a class is not its name"
                nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.body(x)


class AskedForParameters(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.token = nn.Parameter(torch.zeros(1, 16))
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
        elif isinstance(module, nn.Parameter):  # warning: [init-condition-constant] "a Parameter is none"
            nn.init.normal_(module.data, std=0.02)

    def forward(self, x):
        return self.fc(x + self.token)


class AskedInALoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.token = nn.Parameter(torch.ones(1, 16))
        for module in self.modules():
            if isinstance(module, (nn.Parameter, torch.Tensor)) and self.training:  # warning: [init-condition-constant] "a Parameter is none"
                nn.init.normal_(module, std=0.02)

    def forward(self, x):
        return self.fc(x + self.token)


class GateLinear(nn.Linear):
    pass


class BaseFirst(nn.Module):
    """The branch for the base class takes those of the derived one."""

    def __init__(self):
        super().__init__()
        self.value = nn.Linear(16, 16)
        self.gate = GateLinear(16, 16)
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Conv1d)):
            nn.init.normal_(module.weight, std=0.02)
        elif isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
        elif isinstance(module, GateLinear):  # warning: [init-condition-constant] "for `Linear`, from which `GateLinear`"
            nn.init.zeros_(module.weight)
            nn.init.ones_(module.bias)

    def forward(self, x):
        return self.value(x) * self.gate(x).sigmoid()


class CopiedBranch(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 16, 3)
        self.up = nn.ConvTranspose2d(16, 3, 3)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
            elif isinstance(m, nn.Conv2d):  # warning: [init-condition-constant] "earlier branch is for `Conv2d`, so"
                nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.up(self.down(x).relu())


class ParametersForModules(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({"box": nn.Sequential(nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 4))})
        for head in self.heads.values():
            for layer in head.parameters():
                if isinstance(layer, (nn.Linear, nn.Conv2d)):  # warning: [init-condition-constant] "a Linear is none"
                    nn.init.orthogonal_(layer.weight)

    def forward(self, x):
        return self.heads["box"](x)


class NamedParametersForModules(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 4))
        for name, layer in self.named_parameters():
            if "body" in name and type(layer) is nn.Linear:  # warning: [init-condition-constant] "parameters are visited"
                nn.init.orthogonal_(layer.weight)

    def forward(self, x):
        return self.body(x)
