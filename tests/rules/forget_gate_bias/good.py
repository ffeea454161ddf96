"""The forget gate alone, or nothing that opens a gate."""

import torch
from torch import nn


class ForgetGate(nn.Module):
    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        nn.init.constant_(self.lstm.bias_ih_l0[hidden : 2 * hidden], 1.0)

    def forward(self, x):
        return self.lstm(x)[0]


class Chunk(nn.Module):
    """The same for any size, all layers and directions."""

    def __init__(self, dim, hidden):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden, num_layers=2, bidirectional=True)
        for name, bias in self.lstm.named_parameters():
            if "bias_ih" in name:
                nn.init.zeros_(bias)
                bias.data.chunk(4)[1].fill_(1.0)
            elif "bias_hh" in name:
                nn.init.zeros_(bias)

    def forward(self, x):
        return self.lstm(x)[0]


class SplitInTwo(nn.Module):
    """Half in each bias: the sum is 1."""

    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        for bias in (self.lstm.bias_ih_l0, self.lstm.bias_hh_l0):
            bias.data[hidden : 2 * hidden].fill_(0.49)

    def forward(self, x):
        return self.lstm(x)[0]


class SmallConstant(nn.Module):
    """0.1 everywhere opens no gate."""

    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        nn.init.constant_(self.lstm.bias_ih_l0, 0.1)
        nn.init.zeros_(self.lstm.bias_hh_l0)

    def forward(self, x):
        return self.lstm(x)[0]


class Chrono(nn.Module):
    """Drawn for long memories: input gates closed, forget gates open, both on purpose."""

    def __init__(self, dim=8, hidden=16, longest=500):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        with torch.no_grad():
            self.lstm.bias_ih_l0.zero_()
            self.lstm.bias_ih_l0[hidden : 2 * hidden].uniform_(1, longest - 1).log_()
            self.lstm.bias_ih_l0[:hidden] = -self.lstm.bias_ih_l0[hidden : 2 * hidden]

    def forward(self, x):
        return self.lstm(x)[0]


class UpdateGate(nn.Module):
    """The update gate of a GRU keeps the state: its block is the second third."""

    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.gru = nn.GRU(dim, hidden)
        n = self.gru.bias_ih_l0.size(0)
        self.gru.bias_ih_l0.data[n // 3 : 2 * n // 3].fill_(1.0)

    def forward(self, x):
        return self.gru(x)[0]


class OneGate(nn.Module):
    """A plain RNN has no gates."""

    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.rnn = nn.RNN(dim, hidden)
        nn.init.ones_(self.rnn.bias_ih_l0)

    def forward(self, x):
        return self.rnn(x)[0]


class Reshaped(nn.Module):
    """A row of the view is a gate's block."""

    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        self.lstm.bias_ih_l0.data.view(4, hidden)[1].fill_(1.0)

    def forward(self, x):
        return self.lstm(x)[0]
