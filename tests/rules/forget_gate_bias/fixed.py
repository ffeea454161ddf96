"""Forget biases in the wrong place, or in too many."""

import torch
from torch import nn


class EveryGate(nn.Module):
    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        nn.init.constant_(self.lstm.bias_ih_l0.chunk(4)[1], 1.0)

    def forward(self, x):
        return self.lstm(x)[0]


class ByName(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.cell = nn.LSTMCell(dim, hidden)
        for name, p in self.cell.named_parameters():
            if "bias" in name:
                p.data.fill_(1)

    def forward(self, x, state):
        return self.cell(x, state)


class GruAsLstm(nn.Module):
    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.gru = nn.GRU(dim, hidden)
        n = self.gru.bias_ih_l0.size(0)
        self.gru.bias_ih_l0.data[n // 4 : n // 2].fill_(1.0)

    def forward(self, x):
        return self.gru(x)[0]


class GruOfAnySize(nn.Module):
    def __init__(self, dim, hidden, layers=2):
        super().__init__()
        self.gru = nn.GRU(dim, hidden, layers)
        for names in self.gru._all_weights:
            for name in names:
                if "bias" in name:
                    bias = getattr(self.gru, name)
                    n = bias.size(0)
                    bias.data[n // 4 : n // 2].fill_(1.0)

    def forward(self, x):
        return self.gru(x)[0]


class OutputGate(nn.Module):
    """In torch's order the last block is the output gate."""

    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        with torch.no_grad():
            self.lstm.bias_hh_l0[-hidden:].fill_(1)

    def forward(self, x):
        return self.lstm(x)[0]


class FirstLayer(nn.Module):
    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden, num_layers=2, bidirectional=True)
        self.lstm.bias_ih_l0.data[hidden : 2 * hidden] = 1.0

    def forward(self, x):
        return self.lstm(x)[0]


class Both(nn.Module):
    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        for bias in (self.lstm.bias_ih_l0, self.lstm.bias_hh_l0):
            nn.init.zeros_(bias)
            nn.init.ones_(bias[hidden : 2 * hidden])

    def forward(self, x):
        return self.lstm(x)[0]


class FromAVector(nn.Module):
    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        bias = torch.zeros(4 * hidden)
        bias[:hidden] = 1.0
        self.lstm.bias_ih_l0.data.copy_(bias)

    def forward(self, x):
        return self.lstm(x)[0]
