"""Weights that are tied, replaced or made on some paths only."""

import copy
import math

import torch
import torch.nn as nn


# build: 40, 16, True
# build: 40, 16, False
class Tied(nn.Module):
    def __init__(self, words, dim, tie):
        super().__init__()
        self.embed = nn.Embedding(words, dim)
        self.out = nn.Linear(dim, words, bias=False)
        if tie:
            self.out.weight = self.embed.weight
        nn.init.uniform_(self.embed.weight, -0.1, 0.1)


# build: 16, 2
# build: 16, 3
class SharedLayers(nn.Module):
    def __init__(self, dim, times):
        super().__init__()
        layer = nn.Linear(dim, dim)
        self.layers = nn.ModuleList([layer] * times)
        nn.init.eye_(layer.weight)


# build: 16, True
# build: 16, False
class Replaced(nn.Module):
    def __init__(self, dim, scaled):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        if scaled:
            self.fc.weight = nn.Parameter(self.fc.weight.data * 0.1)


# build: 16, 3
# build: 24, 2
class Cloned(nn.Module):
    def __init__(self, dim, n):
        super().__init__()
        layer = nn.Linear(dim, dim)
        nn.init.xavier_uniform_(layer.weight)
        self.layers = nn.ModuleList([copy.deepcopy(layer) for _ in range(n)])


# build: 16, True
# build: 16, False
class OptionalHead(nn.Module):
    def __init__(self, dim, head):
        super().__init__()
        self.body = nn.Linear(dim, dim)
        self.head = nn.Linear(dim, 2) if head else None
        if self.head is not None:
            nn.init.zeros_(self.head.weight)


# build: 16, True
# build: 16, False
class Learnable(nn.Module):
    def __init__(self, dim, learnable):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        table = torch.randn(10, dim) * 0.02
        if learnable:
            self.table = nn.Parameter(table)
        else:
            self.register_buffer("table", table)


# build: 16, 2.0
# build: 16, 0.5
class Temperature(nn.Module):
    def __init__(self, dim, temperature):
        super().__init__()
        self.logit_scale = nn.Parameter(torch.ones([]) * math.log(1 / 0.07))
        self.tau = nn.Parameter(torch.tensor(temperature))
        self.text = nn.Parameter(torch.empty(dim, dim))
        nn.init.normal_(self.text, std=dim**-0.5)


# build: 24, 3
# build: 12, 2
class Momentum(nn.Module):
    def __init__(self, dim, classes):
        super().__init__()
        self.online = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, classes))
        nn.init.normal_(self.online[0].weight, std=0.3)
        self.target = copy.deepcopy(self.online)
        for p in self.target.parameters():
            p.requires_grad_(False)


# build: 16, 4
# build: 32, 6
class Chunked(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.in_proj = nn.Parameter(torch.empty(3 * dim, dim))
        nn.init.zeros_(self.in_proj)
        q, k, v = self.in_proj.data.chunk(3)
        for part in (q, k):
            nn.init.normal_(part, std=0.5)
        nn.init.normal_(v, std=0.25)
        self.bias = nn.Parameter(torch.zeros(4 * dim))
        self.bias.data[dim : 2 * dim].fill_(1.0)


# build: 16, 4
# build: 24, 8
class Slopes(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.decay = nn.Parameter(torch.linspace(0.0, 1.0, 5))
        self.a = nn.Parameter(torch.rand(heads, dim) * 2 - 1)
        self.b = nn.Parameter(torch.rand(heads) / math.sqrt(dim))
        self.c = nn.Parameter(torch.full((heads, dim), 1.0 / heads))
