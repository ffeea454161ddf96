"""A recurrence over many steps, read at every one of them."""

import torch.nn as nn


class Sequence(nn.Module):
    def __init__(self, inputs=128, hidden=256, classes=64):
        super().__init__()
        self.rnn = nn.LSTM(inputs, hidden, batch_first=True)
        self.head = nn.Linear(hidden, classes)
        nn.init.xavier_uniform_(self.rnn.weight_ih_l0)
        nn.init.orthogonal_(self.rnn.weight_hh_l0)

    def forward(self, steps):
        states, _ = self.rnn(steps)
        return self.head(states)
