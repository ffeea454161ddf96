"""Weights that `parameters()` does not list."""

import torch
import torch.nn.functional as F
from torch import nn


class InAList(nn.Module):
    def __init__(self, dim=8, depth=3):
        super().__init__()
        self.layers = [nn.Linear(dim, dim) for _ in range(depth)]  # warning: [unregistered-weight] "`layers` keeps its layers \(Linear\) in a plain list"

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


class Appended(nn.Module):
    def __init__(self, num_layers=2, hidden=8):
        super().__init__()
        self.ih = nn.Linear(2, hidden)
        self.lstms = []
        for _ in range(num_layers):
            self.lstms.append(nn.LSTMCell(hidden, hidden))  # warning: [unregistered-weight] "`lstms` keeps its layers \(LSTMCell\)"


class ByName(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.heads = {"a": nn.Linear(dim, 1), "b": nn.Linear(dim, 1)}  # warning: [unregistered-weight] "in a plain dict"

    def forward(self, x):
        return self.heads["a"](x) + self.heads["b"](x)


class Pairs(nn.Module):
    def __init__(self, dim=8, depth=3):
        super().__init__()
        self.blocks = []
        for _ in range(depth):
            self.blocks.append((nn.Conv1d(dim, dim, 3, padding=1), nn.BatchNorm1d(dim)))  # warning: [unregistered-weight] "\(Conv1d, BatchNorm1d\)"

    def forward(self, x):
        for conv, norm in self.blocks:
            x = norm(conv(x)).relu()
        return x


class PlainTensor(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.w = torch.randn(dim, dim) * dim**-0.5  # warning: [unregistered-weight] "`w` is drawn by `randn` and used as a weight, but is a plain tensor"
        self.b = torch.zeros(dim)

    def forward(self, x):
        return x @ self.w + self.b


class AsksForAGradient(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.w = torch.empty(dim, dim, requires_grad=True)
        nn.init.xavier_uniform_(self.w)  # warning: [unregistered-weight] "no optimizer trains it"

    def forward(self, x):
        return F.linear(x, self.w)


class InAVariable(nn.Module):
    def __init__(self, cin=4, cout=8, k=3):
        super().__init__()
        self_encode = nn.Conv1d(cin, cout, k, padding=1)  # warning: [unregistered-weight] "this Conv1d is initialised and then dropped"
        nn.init.xavier_uniform_(self_encode.weight)

    def forward(self, x):
        return self.encode(x)


class One(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.layers = [nn.Linear(dim, dim)]  # missed: [unregistered-weight] a list of one hides a module on purpose

    def forward(self, x):
        return self.layers[0](x)
