"""Bounds that truncate nothing."""

import math

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


class ComputedStd(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(48, 64)
        nn.init.trunc_normal_(self.fc.weight, std=math.sqrt(1 / 48), a=-2 * math.sqrt(1 / 48), b=2 * math.sqrt(1 / 48))


class ScaledAfterTheDraw(nn.Module):
    def __init__(self, scale=0.001):
        super().__init__()
        self.head = nn.Linear(192, 10)
        nn.init.trunc_normal_(self.head.weight, std=0.02, a=-0.04, b=0.04)
        self.head.weight.data.mul_(scale)  # the draw is what truncates nothing, so its line is named
