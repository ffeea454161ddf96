"""Initializers on the stack of all gates."""

from torch import nn


class Orthogonal(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, 16)
        for gate in self.lstm.weight_hh_l0.chunk(4, dim=0):
            nn.init.orthogonal_(gate)

    def forward(self, x):
        return self.lstm(x)[0]


class ByName(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(32, 32, num_layers=2, bidirectional=True)
        for name, p in self.gru.named_parameters():
            if "weight_ih" in name:
                for gate in p.chunk(3, dim=0):
                    nn.init.xavier_uniform_(gate)
            elif "weight_hh" in name:
                for gate in p.chunk(3, dim=0):
                    nn.init.orthogonal_(gate)

    def forward(self, x):
        return self.gru(x)[0]


class Cell(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(8, 8)
        for gate in self.cell.weight_ih.chunk(4, dim=0):
            nn.init.orthogonal_(gate)

    def forward(self, x, state):
        return self.cell(x, state)[0]
