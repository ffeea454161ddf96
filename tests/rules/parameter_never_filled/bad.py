"""Parameters that stay what the memory held."""

import torch
from torch import nn


class Bank(nn.Module):
    def __init__(self):
        super().__init__()
        self.bank = nn.Parameter(torch.empty(8, 32))  # error: [parameter-never-filled] "`Bank.bank` is never filled: its 256 entries"

    def forward(self, x):
        return x @ self.bank


class Legacy(nn.Module):
    """`torch.Tensor(n)` and `FloatTensor(n)` are uninitialised too; one of the three is filled."""

    def __init__(self, tags):
        super().__init__()
        self.start = nn.Parameter(torch.Tensor(tags))  # error: [parameter-never-filled] "its tags entries"
        self.end = nn.Parameter(torch.FloatTensor(tags))  # error: [parameter-never-filled] "never filled"
        self.steps = nn.Parameter(torch.Tensor(tags, tags))
        nn.init.uniform_(self.steps, -0.1, 0.1)

    def forward(self, x):
        return x + self.start + self.end @ self.steps


class ResetForgets(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Parameter(torch.empty(16, 16))
        self.key = nn.Parameter(torch.empty(16, 16))  # error: [parameter-never-filled] "never filled"
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.xavier_uniform_(self.query)
        nn.init.xavier_uniform_(self.query)

    def forward(self, x):
        return (x @ self.query) * (x @ self.key)


class Inner(nn.Module):
    """Neither it nor the model that encloses it fills the table."""

    def __init__(self, n):
        super().__init__()
        self.table = nn.Parameter(torch.empty(n, 4))  # error: [parameter-never-filled] "never filled"

    def forward(self, x):
        return x @ self.table


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner(5)
        self.out = nn.Linear(4, 4)
        nn.init.zeros_(self.out.bias)

    def forward(self, x):
        return self.out(self.inner(x))


class ReplacedWeight(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.fc.weight = nn.Parameter(torch.empty(4, 4))  # error: [parameter-never-filled] "never filled"

    def forward(self, x):
        return self.fc(x)


class OneRowFilled(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Parameter(torch.empty(6, 8))  # missed: [parameter-never-filled] filled in part
        nn.init.zeros_(self.tokens[0])

    def forward(self, x):
        return x + self.tokens


class ResetNotCalled(nn.Module):
    """No constructor but torch's own layers calls `reset_parameters` by itself."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Parameter(torch.empty(6, 8))  # missed: [parameter-never-filled] another class of the file calls that name

    def reset_parameters(self):
        nn.init.xavier_uniform_(self.mix)

    def forward(self, x):
        return x @ self.mix


class VectorsOfAttention(nn.Module):
    """Nothing else is said of them: they are filled, by a call that raises."""

    def __init__(self, width=8):
        super().__init__()
        self.query = nn.Parameter(torch.empty(width))
        self.key = nn.Parameter(torch.empty(width))
        for vector in (self.query, self.key):
            nn.init.xavier_uniform_(vector)  # error: [fan-init-on-vector] "raises ValueError for `VectorsOfAttention.query` \(and `VectorsOfAttention.key`\)"

    def forward(self, x):
        return torch.tanh(x @ self.query) * (x @ self.key)


class Gated(nn.Module):
    """Only functions build it, and they build more around it."""

    def __init__(self, dim, start=None):
        super().__init__()
        self.start = start
        self.gate = nn.Parameter(torch.empty(dim))  # error: [parameter-never-filled] "`Gated.gate` is never filled"
        if self.start is not None:
            self.start(self.gate)

    def forward(self, x):
        return x * self.gate


def gated_mlp(dim=16):
    return nn.Sequential(nn.Linear(4, dim), Gated(dim), nn.ReLU(), nn.Linear(dim, dim), Gated(dim), nn.Linear(dim, 2))


def gated_head(dim=16, count=2):
    layers = nn.ModuleList()
    for _ in range(count):
        layers.append(nn.Sequential(Gated(dim), nn.Linear(dim, 2)))
    return layers
