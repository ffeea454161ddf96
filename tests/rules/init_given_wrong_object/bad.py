"""Modules in the place of tensors, and tensors in the place of modules."""

import torch
from mmengine.model import constant_init
from torch import nn


def init_module(module, value=0.0):
    if hasattr(module, "weight") and module.weight is not None:
        nn.init.constant_(module.weight, value)
    if hasattr(module, "bias") and module.bias is not None:
        nn.init.constant_(module.bias, value)


def init_linear(m):
    if isinstance(m, nn.Linear):
        nn.init.trunc_normal_(m.weight, std=0.02, a=-0.04, b=0.04)


class ModuleForTensor(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        nn.init.xavier_uniform_(self.fc)  # error: [init-given-wrong-object] "given a module \(`Linear`\), not its weight"

    def forward(self, x):
        return self.fc(x)


class BlockForTensor(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = nn.Sequential(nn.Linear(8, 8), nn.ReLU())
        for child in self.children():
            nn.init.normal_(child, std=0.02)  # error: [init-given-wrong-object] "AttributeError"

    def forward(self, x):
        return self.block(x)


class TensorForModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        init_module(self.fc.bias)  # warning: [init-given-wrong-object] "`init_module` asks for hasattr 'weight', but is given the tensor `TensorForModule.fc.bias`"

    def forward(self, x):
        return self.fc(x)


class ByItsClass(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        init_linear(self.fc.weight)  # warning: [init-given-wrong-object] "asks for isinstance Linear"

    def forward(self, x):
        return self.fc(x)


class HelperOfALibrary(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        constant_init(self.fc.bias, 0)  # warning: [init-given-wrong-object] "`constant_init` takes a module"

    def forward(self, x):
        return self.fc(x)


class InALoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8))
        for p in self.parameters():
            init_linear(p)  # warning: [init-given-wrong-object] "`InALoop.net.0.weight` \(and `InALoop.net.0.bias`, 2 more\)"

    def forward(self, x):
        return self.net(x)


class RawParameter(nn.Module):
    """The table keeps the values that it was created with."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.table = nn.Parameter(torch.zeros(16, 8))
        init_module(self.fc, value=0.5)
        init_module(self.table, value=0.5)  # warning: [init-given-wrong-object] "earlier values \(constant 0\)"

    def forward(self, x):
        return self.fc(x) + self.table
