"""Recurrent weights with independent entries."""

from torch import nn


class Default(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(64, 128)  # note: [recurrent-not-orthogonal] "keeps torch's default.*state of an LSTM fall to about 1e-20"

    def forward(self, x):
        return self.rnn(x)[0]


class XavierEverywhere(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(32, 64, num_layers=2)
        for name, p in self.rnn.named_parameters():
            if "weight_hh" in name:
                nn.init.normal_(p, 0.0, 0.1)  # note: [recurrent-not-orthogonal] "`XavierEverywhere.rnn.weight_hh_l0` \(and `XavierEverywhere.rnn.weight_hh_l1`\) is drawn by `normal_`"

    def forward(self, x):
        return self.rnn(x)[0]


class Cell(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.RNNCell(16, 32)  # note: [recurrent-not-orthogonal] "an identity start keeps 0.7"

    def forward(self, x, h):
        for _ in range(8):
            h = self.cell(x, h)
        return h


class CellInUnknownLoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(16, 32)  # missed: [recurrent-not-orthogonal] the length of the loop is not known

    def forward(self, xs, h):
        for x in xs:
            h = self.cell(x, h)
        return h


def _uniform_by_eval(rnn):
    for layer in range(rnn.num_layers):
        weight = eval("rnn.weight_hh_l" + str(layer))
        nn.init.uniform_(weight, -0.1, 0.1)  # note: [recurrent-not-orthogonal] "is drawn by `uniform_`"


class WrittenThroughEval(nn.Module):
    """What the text names is written: it is not the default that is kept."""

    def __init__(self, units=256):
        super().__init__()
        self.rnn = nn.LSTM(64, units)
        _uniform_by_eval(self.rnn)

    def forward(self, x):
        return self.rnn(x)[0]
