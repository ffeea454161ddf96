"""Writes that reach a temporary only."""

import math

import torch
from torch import nn


class RowsByList(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(10, 8)
        with torch.no_grad():
            self.emb.weight[[3, 7]] = nn.init.uniform_(self.emb.weight[[3, 7]], -0.1, 0.1)

    def forward(self, ids):
        return self.emb(ids)


class RowsByTensor(nn.Module):
    def __init__(self, missing):
        super().__init__()
        self.emb = nn.Embedding(10, 8)
        with torch.no_grad():
            idx = torch.tensor(missing)
            self.emb.weight[idx] = self.emb.weight[idx].normal_(0, 0.1)

    def forward(self, ids):
        return self.emb(ids)


class Clone(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        nn.init.orthogonal_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


class Converted(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        nn.init.orthogonal_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


class DrawnInFloat(nn.Module):
    """The type is asked for by an argument, in a method that is handed the layer."""

    def __init__(self, dim=64):
        super().__init__()
        self.up = nn.Linear(dim, 4 * dim, dtype=torch.bfloat16)
        self.down = nn.Linear(4 * dim, dim).to(torch.bfloat16)
        self.gate = nn.Parameter(torch.ones(dim, dtype=torch.float16))
        for layer in (self.up, self.down):
            self.draw(layer)
        self.gate.data.to("cpu", torch.float32).uniform_(0.5, 1.0)

    def draw(self, layer):
        wide = layer.weight.to(dtype=torch.float32)
        nn.init.trunc_normal_(wide, std=0.02)
        nn.init.zeros_(layer.bias)

    def forward(self, x):
        return x + self.gate * self.down(torch.relu(self.up(x)))


class ResultThrownAway(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Linear(8, 4)
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.xavier_uniform_(self.scale.weight)
        torch.zeros_like(self.scale.bias)

    def forward(self, x):
        return self.scale(x)


def returns_instead_of_writing(m):
    """`apply` throws the result away."""
    if type(m) == nn.Linear:
        w = torch.randn_like(m.weight) * math.sqrt(2.0 / m.in_features)
        b = torch.zeros_like(m.bias)
        return w, b


model = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 10))
model.apply(returns_instead_of_writing)
