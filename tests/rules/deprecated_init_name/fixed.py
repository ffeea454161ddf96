"""Initializers under their old names."""

import torch
from torch import nn
from torch.nn import init
from torch.nn.init import kaiming_normal_


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        nn.init.xavier_uniform_(self.fc.weight)
        init.constant_(self.fc.bias, 0.0)

    def forward(self, x):
        return self.fc(x)


class SeveralLines(nn.Module):
    def __init__(self, gain="linear"):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        torch.nn.init.orthogonal_(
            self.fc.weight, gain=torch.nn.init.calculate_gain(gain)
        )

    def forward(self, x):
        return self.fc(x)


class BareName(nn.Module):
    """The import has to change too."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        self.out = nn.Linear(4, 2)
        kaiming_normal_(self.fc.weight)

    def forward(self, x):
        return self.out(self.fc(x).relu())
