"""Matrix initializers on vectors."""

import torch
from torch import nn


class Bias(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        nn.init.xavier_uniform_(self.fc.bias)  # error: [fan-init-on-vector] "raises ValueError for `Bias.fc.bias`.*this tensor has 1"


class EveryParameter(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1))
        for p in self.parameters():
            nn.init.orthogonal_(p)  # error: [fan-init-on-vector] "`EveryParameter.net.0.bias` \(and `EveryParameter.net.2.bias`\)"


class NormScale(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(16)
        self.temperature = nn.Parameter(torch.ones(4))
        nn.init.kaiming_normal_(self.norm.weight)  # error: [fan-init-on-vector] "NormScale.norm.weight"
        nn.init.kaiming_uniform_(self.temperature, a=1)  # error: [fan-init-on-vector] "NormScale.temperature"
