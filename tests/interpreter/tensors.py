"""Tensor methods, assignments and arithmetic on parameters."""

import math

import torch
import torch.nn as nn


class Methods(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(32, 32)
        self.b = nn.Linear(32, 32)
        self.c = nn.Linear(32, 32)
        self.d = nn.Linear(32, 32)
        self.a.weight.data.normal_(0, 0.02)  # reveal: a.weight [32, 32] = normal_ 0.02
        self.a.bias.data.zero_()  # reveal: a.bias [32] = zero_ 0
        self.b.weight.data.uniform_(-0.1, 0.3)  # reveal: b.weight [32, 32] = uniform_ 0.1±0.115
        self.b.bias.data.fill_(0.5)  # reveal: b.bias [32] = fill_ 0.5±0
        with torch.no_grad():
            self.c.weight.normal_(mean=0.0, std=0.1).mul_(0.5)  # reveal: c.weight [32, 32] = normal_ 0.05
            self.c.bias.copy_(torch.ones(32))  # reveal: c.bias [32] = copy_ 1±0
            self.d.weight.copy_(torch.randn(32, 32) * 0.3)  # reveal: d.weight [32, 32] = copy_ 0.3
        nn.init.constant_(self.d.bias.data, -1.0)  # reveal: d.bias [32] = constant_ -1±0


class Arithmetic(nn.Module):  # root
    def __init__(self, scale=0.25):
        super().__init__()
        self.a = nn.Linear(64, 16)
        self.b = nn.Linear(64, 16)
        self.c = nn.Linear(64, 16)
        self.d = nn.Linear(64, 16, bias=False)
        self.a.weight.data *= scale  # reveal: a.weight [16, 64] = kaiming_uniform_ 0.018
        self.a.bias.data += 1.0  # reveal: a.bias [16] = uniform_ 1±0.0722
        self.b.weight.data.div_(math.sqrt(2))  # reveal: b.weight [16, 64] = kaiming_uniform_ 0.051
        self.b.bias.data.add_(-2).abs_()  # reveal: b.bias [16] = abs_ 2±0.0722
        self.c.weight.data = torch.randn(16, 64) / 8  # reveal: c.weight [16, 64] = randn 0.125
        self.c.bias.data.copy_(self.c.bias.data * 0 + 1)  # reveal: c.bias [16] = copy_ 1±0
        self.d.weight.data.clamp_(-0.01, 0.01)  # reveal: d.weight [16, 64] = clamp_ 0.00973


class Assigned(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 32)
        self.fc.weight = nn.Parameter(torch.eye(32, 16))  # reveal: fc.weight [32, 16] = eye 0.0312±0.174
        self.fc.bias = nn.Parameter(torch.zeros_like(self.fc.bias) + 0.5)  # reveal: fc.bias [32] = zeros_like 0.5±0
        self.out = nn.Linear(16, 32)
        self.out.bias = None
        self.out.weight = nn.Parameter(self.out.weight * 2)  # reveal: out.weight [32, 16] = Parameter 0.289


class Parts(nn.Module):  # root
    def __init__(self, hidden=32):
        super().__init__()
        self.rnn = nn.LSTM(16, hidden)  # reveal: rnn.bias_hh_l0 [128] = uniform_ 0.102; rnn.bias_ih_l0 [128] = uniform_ 0.25±0.442; rnn.weight_ih_l0 [128, 16] = uniform_ 0.0884
        self.table = nn.Embedding(50, 16, padding_idx=0)  # reveal: table.weight [50, 16] = normal_ 0.99
        nn.init.orthogonal_(self.rnn.weight_hh_l0)  # reveal: rnn.weight_hh_l0 [128, 32] = orthogonal_ 0.0884
        self.rnn.bias_ih_l0.data[hidden : 2 * hidden].fill_(1.0)  # reveal: rnn.bias_ih_l0[hidden : 2 * hidden] = fill_ 1±0
        with torch.no_grad():
            self.table.weight[0] = 0.0  # reveal: table.weight[0] = __setitem__ 0
            self.rnn.weight_ih_l0[:hidden].zero_()  # reveal: rnn.weight_ih_l0[:hidden] = zero_ 0
        self.fused = nn.Linear(8, 16, bias=False)  # reveal: fused.weight [16, 8] = kaiming_uniform_
        place = [slice(None)] * self.fused.weight.ndim
        place[0] = slice(8, 16)
        nn.init.zeros_(self.fused.weight[place])  # reveal: fused.weight[place] = zeros_ 0


class Chained(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.empty(32, 32).normal_(std=0.1))  # reveal: a [32, 32] = normal_ 0.1
        self.b = nn.Parameter(torch.Tensor(32, 32).uniform_(-1, 1))  # reveal: b [32, 32] = uniform_ 0.577
        self.c = nn.Parameter(nn.init.xavier_uniform_(torch.empty(32, 64)))  # reveal: c [32, 64] = xavier_uniform_ 0.144
        self.d = nn.Parameter(torch.empty(32, 32), requires_grad=False)
        torch.nn.init.normal_(self.d).mul_(2.0)  # reveal: d [32, 32] frozen = normal_ 2
        self.e = nn.Parameter(torch.zeros(32).requires_grad_())  # reveal: e [32] = zeros 0


class Functions(nn.Module):  # root
    """Functions of a constant and of a draw."""

    def __init__(self, heads=4):
        super().__init__()
        self.logit_scale = nn.Parameter(torch.log(10 * torch.ones(heads, 1)))  # reveal: logit_scale [4, 1] = ones 2.3±0
        self.slope = nn.Parameter(torch.full((heads,), 4.0).sqrt())  # reveal: slope [4] = full 2±0
        self.noise = nn.Parameter(torch.log(torch.rand(heads)))  # reveal: noise [4] = rand -1±0.997
