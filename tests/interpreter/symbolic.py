"""Sizes that only the caller knows."""

import math

import torch
import torch.nn as nn


class Block(nn.Module):  # root
    def __init__(self, dim, ratio=4, groups=1):
        super().__init__()
        hidden = dim * ratio
        self.fc1 = nn.Linear(dim, hidden)  # reveal: fc1.bias [4 * dim] = uniform_ 0.5773502691896258 * dim ** -0.5
        self.fc2 = nn.Linear(hidden, dim)  # reveal: fc2.bias [dim] = uniform_ 0.2886751345948129 * dim ** -0.5
        self.scale = nn.Parameter(dim**-0.5 * torch.randn(dim, 2 * dim))  # reveal: scale [dim, 2 * dim] = randn dim ** -0.5
        nn.init.normal_(self.fc2.weight, std=1 / math.sqrt(hidden))  # reveal: fc2.weight [dim, 4 * dim] = normal_ 0.5 * dim ** -0.5
        nn.init.uniform_(self.fc1.weight, -1 / dim, 1 / dim)  # reveal: fc1.weight [4 * dim, dim] = uniform_ 0.5773502691896258 * dim ** -1


class Stack(nn.Module):  # root
    def __init__(self, dim, depth):
        super().__init__()
        self.blocks = nn.ModuleList([nn.Linear(dim, dim) for _ in range(depth)])  # reveal: blocks.*.bias [dim] = uniform_ 0.5773502691896258 * dim ** -0.5
        self.head = nn.Linear(dim, 4)  # reveal: head.weight [4, dim] = kaiming_uniform_ 0.5773502691896257 * dim ** -0.5; head.bias [4] = uniform_ 0.5773502691896258 * dim ** -0.5
        for block in self.blocks:
            nn.init.normal_(block.weight, std=0.02 / math.sqrt(2 * depth))  # reveal: blocks.*.weight [dim, dim] = normal_ 0.014142135623730949 * depth ** -0.5


class Built(nn.Module):  # root(24, heads=3)
    def __init__(self, dim, heads, mlp_ratio=4.0, qkv_bias=False):
        super().__init__()
        assert dim % heads == 0
        self.qkv = nn.Linear(dim, dim * 3, bias=qkv_bias)  # reveal: qkv.weight [72, 24] = kaiming_uniform_ 0.118
        self.mlp = nn.Linear(dim, int(dim * mlp_ratio))  # reveal: mlp.weight [96, 24] = kaiming_uniform_ 0.118; mlp.bias [96] = uniform_ 0.118
        self.table = nn.Parameter(torch.zeros((2 * 7 - 1) * (2 * 7 - 1), heads))
        nn.init.trunc_normal_(self.table, std=0.02)  # reveal: table [169, 3] = trunc_normal_ 0.02


class Config:
    dim = 32
    depth = 2

    def __init__(self, dropout=0.1, **options):
        self.dropout = dropout
        self.heads = options.get("heads", 8)


class Configured(nn.Module):  # root
    def __init__(self, config=Config(heads=4)):
        super().__init__()
        self.fc = nn.Linear(config.dim, config.heads)  # reveal: fc.weight [4, 32] = kaiming_uniform_ 0.102; fc.bias [4] = uniform_ 0.102
        self.layers = nn.ModuleList([nn.Linear(config.dim, config.dim) for _ in range(config.depth)])  # reveal: layers.0.weight [32, 32] = kaiming_uniform_ 0.102; layers.0.bias [32] = uniform_ 0.102; layers.1.weight [32, 32] = kaiming_uniform_ 0.102; layers.1.bias [32] = uniform_ 0.102


class Starred(nn.Module):  # root
    def __init__(self, dim, depth):
        super().__init__()
        self.net = nn.Sequential(*[nn.Linear(dim, dim, bias=False) for _ in range(depth)])  # reveal: net.*.weight [dim, dim] = kaiming_uniform_ 0.5773502691896257 * dim ** -0.5
        self.value = nn.Linear(dim, 1, bias=False)
        nn.init.orthogonal_(self.value.weight, gain=2.0)  # reveal: value.weight [1, dim] = orthogonal_ 2 * dim ** -0.5


class AddedUp(nn.Module):  # root
    """Numbers that loops of unknown length make: one round says nothing of them, but of the others."""

    def __init__(self, fields, sizes, depth):
        super().__init__()
        self.num = 0
        total, width, last = 0, 8, 8
        for field in fields:
            total += field.dim
            if field.kind == "token":
                self.num += 1
        for size in sizes:
            width = 2 * width
            last = size
        while depth > 4:
            depth //= 2
        self.counted = nn.Linear(self.num, 4, bias=False)  # reveal: counted.weight [4, ?] = kaiming_uniform_ 0.5773502691896257 * (?self.num) ** -0.5
        self.added = nn.Linear(total, 4, bias=False)  # reveal: added.weight [4, ?] = kaiming_uniform_ 0.5773502691896257 * (?total) ** -0.5
        self.doubled = nn.Linear(width, 4, bias=False)  # reveal: doubled.weight [4, ?] = kaiming_uniform_ 0.5773502691896257 * (?width) ** -0.5
        self.assigned = nn.Linear(last, 4, bias=False)  # reveal: assigned.weight [4, sizes[*]] = kaiming_uniform_ 0.5773502691896257 * sizes[*] ** -0.5
        self.turned = nn.Linear(depth, 4, bias=False)  # reveal: turned.weight [4, ?] = kaiming_uniform_ 0.5773502691896257 * (?depth) ** -0.5
