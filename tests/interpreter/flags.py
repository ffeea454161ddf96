"""Marks that code leaves on modules and parameters to steer its own routine."""

import torch
import torch.nn as nn


class Gpt(nn.Module):  # root
    def __init__(self, layers=4):
        super().__init__()
        self.layers = layers
        self.fc = nn.Linear(32, 64)  # reveal: fc.bias [64] = uniform_ 0.102
        self.proj = nn.Linear(64, 32)  # reveal: proj.bias [32] = uniform_ 0.0722
        self.proj.SCALE_INIT = 1
        self.skip = nn.Linear(32, 32)  # reveal: skip.weight [32, 32] = kaiming_uniform_ 0.102; skip.bias [32] = uniform_ 0.102
        self.skip._no_init = True
        self.apply(self._init)

    def _init(self, module):
        if getattr(module, "_no_init", False):
            return
        if isinstance(module, nn.Linear):
            std = 0.02
            if hasattr(module, "SCALE_INIT"):
                std *= (2 * self.layers) ** -0.5
            torch.nn.init.normal_(module.weight, mean=0.0, std=std)  # reveal: fc.weight [64, 32] = normal_ 0.02; proj.weight [32, 64] = normal_ 0.00707


class OnParameters(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.empty(16, 16))
        self.b = nn.Parameter(torch.empty(16, 16))
        self.b.init_std = 0.3
        self.b._fixed = True
        for p in self.parameters():
            nn.init.normal_(p, std=getattr(p, "init_std", 1.5))  # reveal: a [16, 16] = normal_; b [16, 16] frozen = normal_ 0.3
            if hasattr(p, "_fixed"):
                p.requires_grad_(False)


class Done(nn.Module):  # root
    """A set of names already handled."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(16, 16)
        self.b = nn.Linear(16, 16)  # reveal: b.bias [16] = uniform_ 0.144
        done = set()
        for module, value in ((self.a, 1.0), (self.b, 2.0), (self.a, 3.0)):
            if module in done:
                continue
            done.add(module)
            nn.init.constant_(module.weight, value)  # reveal: a.weight [16, 16] = constant_ 1±0; b.weight [16, 16] = constant_ 2±0
        skipped = [id(self.b)]
        for m in self.modules():
            if id(m) not in skipped and hasattr(m, "bias"):
                nn.init.zeros_(m.bias)  # reveal: a.bias [16] = zeros_ 0
