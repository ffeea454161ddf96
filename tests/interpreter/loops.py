"""Loops over modules and parameters, and the tests in them."""

import math
import re

import torch
import torch.nn as nn


class Modules(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.norm = nn.BatchNorm2d(16)  # reveal: norm.bias [16] = zeros_ 0
        self.group = nn.GroupNorm(4, 16)  # reveal: group.bias [16] = zeros_ 0
        self.fc = nn.Linear(16, 8)
        self.rest = nn.Sequential(nn.Conv1d(16, 32, 3, bias=False))
        for m in self.modules():
            if isinstance(m, (nn.Conv1d, nn.Conv2d)):
                n = m.kernel_size[0] * m.out_channels
                m.weight.data.normal_(0, math.sqrt(2.0 / n))  # reveal: conv.weight [16, 3, 3, 3] = normal_ 0.204; rest.0.weight [32, 16, 3] = normal_ 0.144
                if m.bias is not None:
                    m.bias.data.zero_()  # reveal: conv.bias [16] = zero_ 0
            elif isinstance(m, nn.modules.batchnorm._BatchNorm) or isinstance(m, nn.GroupNorm):
                nn.init.constant_(m.weight, 0.5)  # reveal: norm.weight [16] = constant_ 0.5±0; group.weight [16] = constant_ 0.5±0
            elif type(m) == nn.Linear:
                nn.init.kaiming_uniform_(m.weight, mode="fan_in", nonlinearity="relu")  # reveal: fc.weight [8, 16] = kaiming_uniform_ 0.354
                fan_in, _ = nn.init._calculate_fan_in_and_fan_out(m.weight)
                bound = 1 / math.sqrt(fan_in)
                nn.init.uniform_(m.bias, -bound, bound)  # reveal: fc.bias [8] = uniform_ 0.144


class Parameters(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(16, 32)
        self.fc = nn.Linear(32, 8)
        self.norm = nn.LayerNorm(8)  # reveal: norm.weight [8] = ones_ 1±0
        for name, p in self.named_parameters():
            if "weight_ih" in name:
                nn.init.xavier_uniform_(p.data)  # reveal: rnn.weight_ih_l0 [96, 16] = xavier_uniform_ 0.134
            elif "weight_hh" in name:
                nn.init.orthogonal_(p.data)  # reveal: rnn.weight_hh_l0 [96, 32] = orthogonal_ 0.102
            elif name.endswith("bias") or "bias_" in name:
                p.data.fill_(0)  # reveal: rnn.bias_ih_l0 [96] = fill_ 0; rnn.bias_hh_l0 [96] = fill_ 0; fc.bias [8] = fill_ 0; norm.bias [8] = fill_ 0
            elif "norm" not in name:
                nn.init.normal_(p, 0, 0.1)  # reveal: fc.weight [8, 32] = normal_ 0.1


class Dimensions(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(16, 32), nn.LayerNorm(32), nn.Linear(32, 16))
        self.scale = nn.Parameter(torch.ones(16))
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)  # reveal: net.0.weight [32, 16] = xavier_uniform_ 0.204; net.2.weight [16, 32] = xavier_uniform_ 0.204
            else:
                nn.init.uniform_(p)  # reveal: scale [16] = uniform_ 0.5±0.289; net.0.bias [32] = uniform_ 0.5±0.289; net.1.weight [32] = uniform_ 0.5±0.289; net.1.bias [32] = uniform_ 0.5±0.289; net.2.bias [16] = uniform_ 0.5±0.289


class Uniform(nn.Module):  # root
    def __init__(self, hidden=64):
        super().__init__()
        self.weight = nn.Parameter(torch.Tensor(hidden, 16))
        self.bias = nn.Parameter(torch.Tensor(hidden))
        self.reset_parameters(hidden)

    def reset_parameters(self, hidden):
        stdv = 1.0 / math.sqrt(hidden)
        for weight in self.parameters():
            weight.data.uniform_(-stdv, stdv)  # reveal: weight [64, 16] = uniform_ 0.0722; bias [64] = uniform_ 0.0722


def by_class(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        m.weight.data.normal_(0.0, 0.02)  # reveal: ClassNames: up.weight [16, 8, 4, 4] = normal_ 0.02; ClassNames: conv.weight [8, 8, 3, 3] = normal_ 0.02
    elif classname.find("BatchNorm") != -1:
        m.weight.data.normal_(1.0, 0.02)  # reveal: ClassNames: norm.weight [8] = normal_ 1±0.02
        m.bias.data.fill_(0)  # reveal: ClassNames: norm.bias [8] = fill_ 0
    elif "Linear" in type(m).__name__:
        m.weight.data.mul_(0.5)  # reveal: ClassNames: fc.weight [8, 8] = kaiming_uniform_ 0.102


class ClassNames(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(16, 8, 4)  # reveal: up.bias [8] = uniform_ 0.051
        self.conv = nn.Conv2d(8, 8, 3)  # reveal: conv.bias [8] = uniform_ 0.068
        self.norm = nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, 8)  # reveal: fc.bias [8] = uniform_ 0.204
        self.apply(by_class)


class Children(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(16, 16)
        self.deep = nn.Sequential(nn.Linear(16, 16))
        for child in self.children():
            if isinstance(child, nn.Linear):
                nn.init.eye_(child.weight)  # reveal: a.weight [16, 16] = eye_ 0.0625±0.242
        for name, child in self.named_children():
            if name == "deep":
                child[0].bias.data.fill_(7.0)  # reveal: deep.0.bias [16] = fill_ 7±0
        for i, (q, k) in enumerate(zip([self.a], self.deep)):
            nn.init.constant_(q.bias, i + 1.0)  # reveal: a.bias [16] = constant_ 1±0
            nn.init.zeros_(k.weight)  # reveal: deep.0.weight [16, 16] = zeros_ 0


class Patterns(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.block1 = nn.Linear(16, 16)
        self.block2 = nn.Linear(16, 16)  # reveal: block2.bias [16] = uniform_ 0.144
        for n, p in self.named_parameters():
            if re.match(r"block2\.weight", n):
                nn.init.zeros_(p)  # reveal: block2.weight [16, 16] = zeros_ 0
            elif n.split(".")[-1] == "weight" and "1" in n:
                nn.init.ones_(p)  # reveal: block1.weight [16, 16] = ones_ 1±0
        for n, m in self.named_modules():
            if n in {"block1", "other"}:
                nn.init.constant_(m.bias, 4.0)  # reveal: block1.bias [16] = constant_ 4±0


class Matched(nn.Module):  # root
    def __init__(self, init_type="normal", gain=0.02):
        super().__init__()
        self.conv = nn.Conv2d(8, 16, 3)  # reveal: conv.bias [16] = uniform_ 0.068
        self.fc = nn.Linear(16, 8)  # reveal: fc.bias [8] = uniform_ 0.144
        for m in self.modules():
            match m:
                case nn.Linear():
                    self.fill(m, "other", gain)
                case nn.Conv2d():
                    self.fill(m, init_type, gain)

    def fill(self, m, init_type, gain):
        if init_type == "normal":
            nn.init.normal_(m.weight.data, 0.0, gain)  # reveal: conv.weight [16, 8, 3, 3] = normal_ 0.02
        elif init_type == "xavier":
            nn.init.xavier_normal_(m.weight.data, gain=gain)
        else:
            nn.init.orthogonal_(m.weight.data, gain=gain)  # reveal: fc.weight [8, 16] = orthogonal_ 0.005


class Dictionary(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        for key, value in self.state_dict().items():
            if key.endswith("weight"):
                nn.init.normal_(value, std=0.3)  # reveal: fc.weight [16, 16] = normal_ 0.3
        found = dict(self.named_parameters())
        nn.init.ones_(found["fc.bias"])  # reveal: fc.bias [16] = ones_ 1±0
