"""Classes that change the start of torch's own layers."""

import math

import torch
import torch.nn as nn


class Small(nn.Linear):
    def reset_parameters(self):
        nn.init.normal_(self.weight, std=0.01)  # reveal: Net: small.weight [32, 16] = normal_ 0.01; Again: small.weight [16, 16] = normal_ 0.01
        if self.bias is not None:
            nn.init.zeros_(self.bias)  # reveal: Net: small.bias [32] = zeros_ 0; Again: small.bias [16] = zeros_ 0


class After(nn.Conv2d):
    def reset_parameters(self):
        super().reset_parameters()
        self.weight.data.mul_(0.1)  # reveal: Net: after.weight [16, 3, 3, 3] = kaiming_uniform_ 0.0111


class Positional(nn.Embedding):
    def __init__(self, length, dim):
        super().__init__(length, dim)
        nn.init.uniform_(self.weight, -0.05, 0.05)  # reveal: Net: positions.weight [50, 16] = uniform_ 0.0289


class Table(nn.Embedding):
    def reset_parameters(self):
        nn.init.normal_(self.weight, std=0.25)  # reveal: Net: table.weight [50, 16] = normal_ 0.25


class Norm(nn.LayerNorm):
    def reset_parameters(self):
        nn.init.zeros_(self.weight)  # reveal: Net: norm.weight [16] = zeros_ 0
        nn.init.zeros_(self.bias)  # reveal: Net: norm.bias [16] = zeros_ 0


class Lstm(nn.LSTM):
    def reset_parameters(self):
        for name, p in self.named_parameters():
            if "weight" in name:
                nn.init.orthogonal_(p)  # reveal: Net: rnn.weight_ih_l0 [128, 16] = orthogonal_ 0.0884; Net: rnn.weight_hh_l0 [128, 32] = orthogonal_ 0.0884
            else:
                nn.init.zeros_(p)  # reveal: Net: rnn.bias_ih_l0 [128] = zeros_ 0; Net: rnn.bias_hh_l0 [128] = zeros_ 0


class Net(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.small = Small(16, 32)
        self.after = After(3, 16, 3)  # reveal: after.bias [16] = uniform_ 0.111
        self.positions = Positional(50, 16)
        self.table = Table(50, 16)
        self.norm = Norm(16)
        self.rnn = Lstm(16, 32)


class Again(nn.Module):  # root
    """A routine that asks every child to start again."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)  # reveal: fc.weight [16, 16] = kaiming_uniform_ 0.144; fc.bias [16] = uniform_ 0.144
        self.small = Small(16, 16)
        nn.init.zeros_(self.fc.weight)
        nn.init.ones_(self.small.weight)
        self.reset_parameters()

    def reset_parameters(self):
        for layer in self.children():
            if hasattr(layer, "reset_parameters"):
                layer.reset_parameters()


class Own(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(size, size))
        self.reset_parameters()

    def reset_parameters(self, gain=1.0):
        std = gain / math.sqrt(self.weight.size(0))
        self.weight.data.uniform_(-std, std)  # reveal: Parent: children_.0.weight [16, 16] = uniform_ 0.144; Parent: children_.1.weight [16, 16] = uniform_ 0.433


class Parent(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.children_ = nn.ModuleList(Own(16) for _ in range(2))
        self.children_[1].reset_parameters(gain=3.0)
