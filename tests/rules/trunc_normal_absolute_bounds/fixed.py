"""Bounds that truncate nothing."""

from torch import nn


class DefaultBounds(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(192, 64)
        nn.init.trunc_normal_(self.fc.weight, std=0.02, a=-0.04, b=0.04)


class WrittenBounds(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 64)
        self.b = nn.Linear(64, 64)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.trunc_normal_(m.weight, mean=0.0, std=0.05, a=-0.1, b=0.1)
