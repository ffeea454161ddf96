"""Views, and copies that are written back."""

import math

import torch
from torch import nn


class RowsAssigned(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(10, 8)
        with torch.no_grad():
            self.emb.weight[[3, 7]] = torch.empty(2, 8).uniform_(-0.1, 0.1)

    def forward(self, ids):
        return self.emb(ids)


class Slice(nn.Module):
    """A slice shares the storage; so do `.data` and `.detach()`."""

    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(10, 8)
        nn.init.uniform_(self.emb.weight[3:7], -0.1, 0.1)
        nn.init.uniform_(self.emb.weight[0], -0.1, 0.1)
        self.fc = nn.Linear(8, 4)
        self.fc.weight.data.normal_(0, 0.3)
        nn.init.zeros_(self.fc.bias.detach())

    def forward(self, ids):
        return self.fc(self.emb(ids))


class CopyWrittenBack(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        w = self.fc.weight.data.clone()
        nn.init.orthogonal_(w)
        self.fc.weight.data.copy_(w)
        self.out = nn.Linear(4, 4)
        v = self.out.weight.detach().clone()
        nn.init.orthogonal_(v)
        self.out.weight = nn.Parameter(v)

    def forward(self, x):
        return self.out(self.fc(x))


class AlreadyFloat(nn.Module):
    """A conversion that converts nothing returns the tensor itself."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        nn.init.orthogonal_(self.fc.weight.float())

    def forward(self, x):
        return self.fc(x)


class ConvertedToItsOwnType(nn.Module):
    """What has the type already is no copy, and what is drawn in float32 is written back."""

    def __init__(self, dtype=torch.bfloat16):
        super().__init__()
        self.up = nn.Linear(8, 16, dtype=torch.bfloat16)
        self.down = nn.Linear(16, 8, dtype=dtype)
        self.out = nn.Linear(8, 4, dtype=torch.float64)
        nn.init.constant_(self.up.weight.bfloat16(), 0.125)
        nn.init.constant_(self.up.bias.to(torch.bfloat16), 0.125)
        nn.init.normal_(self.out.weight.to(torch.float64), std=0.3)
        wide = self.down.weight.to(torch.float32)
        nn.init.normal_(wide, std=0.02)
        self.down.weight.data = wide.to(dtype)

    def forward(self, x):
        return self.out(self.down(torch.relu(self.up(x))).double())


@torch.no_grad()
def writes_in_place(m):
    if type(m) == nn.Linear:
        m.weight.copy_(torch.randn_like(m.weight) * math.sqrt(2.0 / m.in_features))
        m.bias.copy_(torch.zeros_like(m.bias))


model = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 10))
model.apply(writes_in_place)


def causal_mask(size, index):
    """What writes in place drops nothing, also by a method that the tables do not list."""
    mask = torch.empty(size, size)
    mask.fill_(float("-inf"))
    mask.triu_(1)
    mask.scatter_(0, index, 0.0)
    return mask


class Masked(nn.Module):
    def __init__(self, size, index):
        super().__init__()
        self.register_buffer("mask", causal_mask(size, index))
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        return self.fc(x) + self.mask


class Penalty(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Linear(8, 4)

    def penalty(self, wanted):
        total = torch.zeros(())
        for step in range(3):
            total = total + (self.scale.weight - step * wanted).pow(2).sum()
        return total / 3


def called_for_its_gradient(units=8):
    """`backward` and `retain_grad` are called for what they do: they make no tensor."""
    model = Penalty()
    model.scale.weight.retain_grad()
    (model.scale.weight + 1).retain_grad()
    model.penalty(torch.ones(4, units)).backward()
    torch.zeros(4).requires_grad_(True).sum().backward()
