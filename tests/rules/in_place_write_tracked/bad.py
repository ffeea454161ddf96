"""Writes into parameters that raise."""

import torch
from torch import nn


class PaddingRow(nn.Module):
    def __init__(self, n=10, dim=8):
        super().__init__()
        self.embed = nn.Embedding(n, dim)
        self.embed.weight[0] = 0  # error: [in-place-write-tracked] "writes a part of it in place.*RuntimeError"

    def forward(self, x):
        return self.embed(x)


class OwnDraw(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(dim, dim))
        self.weight.uniform_(-0.1, 0.1)  # error: [in-place-write-tracked] "`OwnDraw.weight` requires a gradient"

    def forward(self, x):
        return x @ self.weight


class Scaled(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.out = nn.Linear(dim, dim)
        self.out.weight *= 0.1  # error: [in-place-write-tracked] "writes it in place"

    def forward(self, x):
        return x + self.out(x)


class ForgetGate(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.lstm = nn.LSTM(dim, dim)
        for name, p in self.lstm.named_parameters():
            if "bias_ih" in name:
                p[dim : 2 * dim].fill_(1.0)  # error: [in-place-write-tracked] "bias_ih_l0"

    def forward(self, x):
        return self.lstm(x)[0]


class Copied(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.fc.bias.copy_(torch.zeros(dim))  # error: [in-place-write-tracked] "fc.bias"

    def forward(self, x):
        return self.fc(x)


class DrawnAndKept(nn.Module):
    """The line binds a name: the fix is only shown."""

    def __init__(self, dim=8):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(dim, dim))
        drawn = self.weight.normal_(0.0, 0.1)  # error: [in-place-write-tracked] "DrawnAndKept.weight"
        self.norm = drawn.norm()

    def forward(self, x):
        return x @ self.weight


class StateWithVariables(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        for name, value in self.state_dict(keep_vars=True).items():
            if name.endswith("bias"):
                value.zero_()  # error: [in-place-write-tracked] "requires a gradient"

    def forward(self, x):
        return self.fc(x)
