"""Matrix initializers on vectors."""

import torch
from torch import nn


class Bias(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        nn.init.zeros_(self.fc.bias)


class EveryParameter(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1))
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.orthogonal_(p)


class NormScale(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(16)
        self.temperature = nn.Parameter(torch.ones(4))
        nn.init.kaiming_normal_(self.norm.weight)
        nn.init.kaiming_uniform_(self.temperature, a=1)
