"""Each projection by itself, or no stack."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class BlockByBlock(nn.Module):
    def __init__(self, dim=96):
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)
        for block in self.qkv.weight.chunk(3, dim=0):
            nn.init.xavier_uniform_(block)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        return F.scaled_dot_product_attention(q, k, v)


class EveryMatrix(nn.Module):
    """The stock loop picks nothing."""

    def __init__(self, dim=96):
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        return self.proj(F.scaled_dot_product_attention(q, k, v))


class Separate(nn.Module):
    """Three weights, each drawn as a third of a stack: a choice, and no stack."""

    def __init__(self, dim=96):
        super().__init__()
        self.q, self.k, self.v = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)
        for layer in (self.q, self.k, self.v):
            nn.init.xavier_uniform_(layer.weight, gain=1 / math.sqrt(2))

    def forward(self, x):
        return F.scaled_dot_product_attention(self.q(x), self.k(x), self.v(x))


class WrittenGain(nn.Module):
    """sqrt(2) makes up for the stack."""

    def __init__(self, dim=96):
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)
        nn.init.xavier_uniform_(self.qkv.weight, gain=math.sqrt(2))

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        return F.scaled_dot_product_attention(q, k, v)


class ByFanIn(nn.Module):
    """fan_in is that of each projection."""

    def __init__(self, dim=96):
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)
        nn.init.kaiming_uniform_(self.qkv.weight, nonlinearity="linear")

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        return F.scaled_dot_product_attention(q, k, v)


class OneHead(nn.Module):
    """The output is split, but the parts never meet: two outputs of one layer."""

    def __init__(self, dim=96):
        super().__init__()
        self.fc = nn.Linear(dim, 2 * dim)
        self.mean = nn.Linear(dim, dim)
        self.scale = nn.Linear(dim, dim)
        nn.init.xavier_uniform_(self.fc.weight)

    def forward(self, x):
        mean, scale = self.fc(x).chunk(2, dim=-1)
        return self.mean(mean), self.scale(scale)


class Modulation(nn.Module):
    """Shift and scale act on another flow."""

    def __init__(self, dim=96):
        super().__init__()
        self.film = nn.Linear(dim, 2 * dim)
        nn.init.xavier_uniform_(self.film.weight)

    def forward(self, x, condition):
        shift, scale = self.film(condition).chunk(2, dim=-1)
        return x * (1 + scale) + shift


class WideInput(nn.Module):
    """Against so many inputs the stack hardly counts: within 10 %."""

    def __init__(self):
        super().__init__()
        self.kv = nn.Linear(4096, 2 * 256)
        nn.init.xavier_uniform_(self.kv.weight)

    def forward(self, q, x):
        k, v = self.kv(x).chunk(2, dim=-1)
        return F.scaled_dot_product_attention(q, k, v)


class OwnAttention(nn.Module):
    """What torch's own layer does at construction."""

    def __init__(self, dim=96):
        super().__init__()
        self.attention = nn.MultiheadAttention(dim, 4)
        nn.init.xavier_uniform_(self.attention.in_proj_weight)

    def forward(self, x):
        return self.attention(x, x, x)[0]


class Normed(nn.Module):
    """A normalisation follows each part, so the scale is lost."""

    def __init__(self, dim=96):
        super().__init__()
        self.fc = nn.Linear(dim, 2 * dim)
        self.norm = nn.LayerNorm(2 * dim)
        nn.init.xavier_uniform_(self.fc.weight)

    def forward(self, x):
        a, b = torch.chunk(self.norm(self.fc(x)), 2, dim=-1)
        return a * torch.sigmoid(b)
