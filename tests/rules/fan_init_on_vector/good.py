"""Matrix initializers on matrices only."""

import torch
from torch import nn


class Guarded(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.out = nn.Linear(8, 1)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.out(torch.tanh(self.fc(x)))


class Unsqueezed(nn.Module):
    """The view has two dimensions."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.empty(64))
        nn.init.xavier_uniform_(self.scale.unsqueeze(0))

    def forward(self, x):
        return x * self.scale


class GivenByCaller(nn.Module):
    """Its number of dimensions is not known."""

    def __init__(self, shape):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(shape))
        nn.init.xavier_uniform_(self.table)

    def forward(self, x):
        return x + self.table
