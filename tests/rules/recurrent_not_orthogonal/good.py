"""Recurrent weights that keep their gradient, or were chosen with care."""

import torch
from torch import nn


class PerGate(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(64, 128)
        for gate in self.rnn.weight_hh_l0.chunk(4, dim=0):
            nn.init.orthogonal_(gate)

    def forward(self, x):
        return self.rnn(x)[0]


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(16, 32)
        self.irnn = nn.RNN(32, 32, nonlinearity="relu")
        nn.init.orthogonal_(self.rnn.weight_hh_l0)
        nn.init.eye_(self.irnn.weight_hh_l0)

    def forward(self, x):
        return self.irnn(self.rnn(x)[0])[0]


class ForgetBias(nn.Module):
    """The forget gate's bias outweighs the weights."""

    def __init__(self, hidden=64):
        super().__init__()
        self.rnn = nn.LSTM(32, hidden)
        with torch.no_grad():
            self.rnn.bias_hh_l0[hidden : 2 * hidden].fill_(1.0)

    def forward(self, x):
        return self.rnn(x)[0]


class Gating(nn.Module):
    """A cell that runs once is a gate, not a memory."""

    def __init__(self):
        super().__init__()
        self.gate = nn.GRUCell(32, 32)

    def forward(self, x, residual):
        return self.gate(x, residual)
