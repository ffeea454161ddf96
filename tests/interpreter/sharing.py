"""Tied, shared and copied parameters."""

import copy

import torch
import torch.nn as nn


class Tied(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(64, 32)
        self.head = nn.Linear(32, 64, bias=False)
        self.head.weight = self.table.weight
        nn.init.normal_(self.head.weight, std=0.02)  # reveal: table.weight [64, 32] = normal_ 0.02


class TiedBack(nn.Module):  # root
    """The other direction, after both were written."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(64, 32)
        self.head = nn.Linear(32, 64)  # reveal: head.bias [64] = uniform_ 0.102
        nn.init.zeros_(self.table.weight)
        nn.init.xavier_uniform_(self.head.weight)  # reveal: table.weight [64, 32] = xavier_uniform_ 0.144
        self.table.weight = self.head.weight


class Copies(nn.Module):  # root
    def __init__(self):
        super().__init__()
        layer = nn.Linear(16, 16)  # reveal: a.bias [16] = uniform_ 0.144; b.bias [16] = uniform_ 0.144; c.0.bias [16] = uniform_ 0.144; c.1.bias [16] = uniform_ 0.144
        nn.init.eye_(layer.weight)  # reveal: b.weight [16, 16] = eye_ 0.0625±0.242; c.0.weight [16, 16] = eye_ 0.0625±0.242
        self.a = layer
        self.b = copy.deepcopy(layer)
        self.c = nn.ModuleList([copy.deepcopy(layer) for _ in range(2)])
        nn.init.zeros_(self.a.weight)  # reveal: a.weight [16, 16] = zeros_ 0
        nn.init.ones_(self.c[1].weight)  # reveal: c.1.weight [16, 16] = ones_ 1±0


class Instances(nn.Module):  # root
    def __init__(self):
        super().__init__()
        shared = nn.Linear(16, 16)  # reveal: layers.0.bias [16] = uniform_ 0.144
        self.layers = nn.ModuleList([shared, shared])
        self.again = self.layers[0]
        nn.init.zeros_(self.again.weight)  # reveal: layers.0.weight [16, 16] = zeros_ 0


class Teacher(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.student = nn.Sequential(nn.Linear(16, 16))  # reveal: student.0.weight [16, 16] = kaiming_uniform_ 0.144; teacher.0.weight [16, 16] frozen = kaiming_uniform_ 0.144; teacher.0.bias [16] frozen = uniform_ 0.144
        self.teacher = copy.deepcopy(self.student)
        for p in self.teacher.parameters():
            p.requires_grad = False
        nn.init.zeros_(self.student[0].bias)  # reveal: student.0.bias [16] = zeros_ 0


class Data(nn.Module):  # root
    """Two parameters over one storage, and one that was copied."""

    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.zeros(8, 8))
        self.b = nn.Parameter(self.a.data.clone())  # reveal: b [8, 8] = Parameter 0
        self.c = nn.Linear(8, 8)  # reveal: c.weight [8, 8] = kaiming_uniform_ 0.204; c.bias [8] = uniform_ 0.204
        self.d = nn.Linear(8, 8)
        self.d.load_state_dict(self.c.state_dict())  # reveal: d.weight [8, 8] = load_state_dict 0.204; d.bias [8] = load_state_dict 0.204
        nn.init.ones_(self.a)  # reveal: a [8, 8] = ones_ 1±0
