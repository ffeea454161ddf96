"""Writes into parameters that raise."""

import torch
from torch import nn


class PaddingRow(nn.Module):
    def __init__(self, n=10, dim=8):
        super().__init__()
        self.embed = nn.Embedding(n, dim)
        with torch.no_grad():
            self.embed.weight[0] = 0

    def forward(self, x):
        return self.embed(x)


class OwnDraw(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(dim, dim))
        with torch.no_grad():
            self.weight.uniform_(-0.1, 0.1)

    def forward(self, x):
        return x @ self.weight


class Scaled(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.out = nn.Linear(dim, dim)
        with torch.no_grad():
            self.out.weight *= 0.1

    def forward(self, x):
        return x + self.out(x)


class ForgetGate(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.lstm = nn.LSTM(dim, dim)
        for name, p in self.lstm.named_parameters():
            if "bias_ih" in name:
                with torch.no_grad():
                    p[dim : 2 * dim].fill_(1.0)

    def forward(self, x):
        return self.lstm(x)[0]


class Copied(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        with torch.no_grad():
            self.fc.bias.copy_(torch.zeros(dim))

    def forward(self, x):
        return self.fc(x)


class DrawnAndKept(nn.Module):
    """The line binds a name: the fix is only shown."""

    def __init__(self, dim=8):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(dim, dim))
        drawn = self.weight.normal_(0.0, 0.1)
        self.norm = drawn.norm()

    def forward(self, x):
        return x @ self.weight


class StateWithVariables(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        for name, value in self.state_dict(keep_vars=True).items():
            if name.endswith("bias"):
                with torch.no_grad():
                    value.zero_()

    def forward(self, x):
        return self.fc(x)
