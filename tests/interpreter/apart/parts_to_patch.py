"""What other fixtures import and patch."""

import torch
from torch import nn


def fill(weight):
    nn.init.normal_(weight, std=0.5)


class Block(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(dim, dim))
        self.linear = nn.Linear(dim, dim)
        self.reset()

    def reset(self):
        nn.init.normal_(self.weight, std=0.02)


class Filled(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        fill(self.weight)
