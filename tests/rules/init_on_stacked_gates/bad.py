"""Initializers on the stack of all gates."""

from torch import nn


class Orthogonal(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, 16)
        nn.init.orthogonal_(self.lstm.weight_hh_l0)  # warning: [init-on-stacked-gates] "a spectral radius of 0.50 instead of 1.*4 blocks"

    def forward(self, x):
        return self.lstm(x)[0]


class ByName(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(32, 32, num_layers=2, bidirectional=True)
        for name, p in self.gru.named_parameters():
            if "weight_ih" in name:
                nn.init.xavier_uniform_(p)  # note: [init-on-stacked-gates] "counts 3 gates as outputs.*std is x0.71"
            elif "weight_hh" in name:
                nn.init.orthogonal_(p)  # warning: [init-on-stacked-gates] "spectral radius of 0.58"

    def forward(self, x):
        return self.gru(x)[0]


class Cell(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(8, 8)
        nn.init.orthogonal_(self.cell.weight_ih)  # note: [init-on-stacked-gates] "std x0.50 of an orthogonal one"

    def forward(self, x, state):
        return self.cell(x, state)[0]
