"""The ways to name the initializers."""

import math

import torch
import torch as th
import torch.nn.init
import torch.nn.init as I
from torch import nn
from torch.nn import Linear, Module, Parameter, init
from torch.nn import init as start
from torch.nn import modules as layers
from torch.nn.init import kaiming_uniform_, trunc_normal_ as trunc
from torch.nn.parameter import Parameter as Weight

uniform = nn.init.uniform_


class Names(Module):  # root
    def __init__(self):
        super().__init__()
        self.a = Linear(32, 32)  # reveal: a.bias [32] = uniform_ 0.102
        self.b = layers.Linear(32, 32)  # reveal: b.bias [32] = uniform_ 0.102
        self.c = layers.linear.Linear(32, 32)  # reveal: c.bias [32] = uniform_ 0.102
        self.d = th.nn.Linear(32, 32)  # reveal: d.bias [32] = uniform_ 0.102
        self.e = torch.nn.modules.linear.Linear(32, 32)  # reveal: e.bias [32] = uniform_ 0.102
        self.f = nn.Linear(32, 32)  # reveal: f.bias [32] = uniform_ 0.102
        self.g = Parameter(torch.empty(32, 32))
        self.h = Weight(torch.empty(32, 32))
        self.i = Parameter(torch.empty(32, 32))
        torch.nn.init.xavier_uniform_(self.a.weight)  # reveal: a.weight [32, 32] = xavier_uniform_ 0.177
        I.xavier_normal_(self.b.weight, gain=math.sqrt(2))  # reveal: b.weight [32, 32] = xavier_normal_ 0.25
        init.kaiming_normal_(self.c.weight, a=0.2)  # reveal: c.weight [32, 32] = kaiming_normal_ 0.245
        start.normal_(self.d.weight, 1, 0.5)  # reveal: d.weight [32, 32] = normal_ 1±0.5
        kaiming_uniform_(self.e.weight, a=math.sqrt(5))  # reveal: e.weight [32, 32] = kaiming_uniform_ 0.102
        trunc(self.f.weight, std=0.02)  # reveal: f.weight [32, 32] = trunc_normal_ 0.02
        uniform(self.g, -0.1, 0.1)  # reveal: g [32, 32] = uniform_ 0.0577
        th.nn.init.sparse_(self.h, 0.25)  # reveal: h [32, 32] = sparse_ 0.00866
        getattr(nn.init, "dirac_" if self.i.dim() > 2 else "eye_")(self.i)  # reveal: i [32, 32] = eye_ 0.0312±0.174


class Local(nn.Module):  # root
    def __init__(self):
        super().__init__()
        from torch.nn import init as inner

        self.fc = nn.Linear(16, 16)
        inner.orthogonal_(self.fc.weight, gain=0.5)  # reveal: fc.weight [16, 16] = orthogonal_ 0.125
        nn.init.constant_(tensor=self.fc.bias, val=3.0)  # reveal: fc.bias [16] = constant_ 3±0
