"""Each gate by itself, or no stack at all."""

import torch
from torch import nn


class PerGate(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, 16)
        for gate in self.lstm.weight_hh_l0.chunk(4, dim=0):
            nn.init.orthogonal_(gate)

    def forward(self, x):
        return self.lstm(x)[0]


class OneGate(nn.Module):
    """A plain RNN has no stack."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(16, 16)
        nn.init.orthogonal_(self.rnn.weight_hh_l0)
        nn.init.xavier_uniform_(self.rnn.weight_ih_l0)

    def forward(self, x):
        return self.rnn(x)[0]


class Rewritten(nn.Module):
    """The blocks are rewritten one by one afterwards."""

    def __init__(self, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(16, hidden)
        nn.init.xavier_uniform_(self.lstm.weight_hh_l0)
        with torch.no_grad():
            for i in range(4):
                nn.init.orthogonal_(self.lstm.weight_hh_l0[i * hidden : (i + 1) * hidden])

    def forward(self, x):
        return self.lstm(x)[0]
