"""Bounds that truncate nothing."""

import math

from torch import nn


class DefaultBounds(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(192, 64)
        nn.init.trunc_normal_(self.fc.weight, std=0.02)  # note: [trunc-normal-absolute-bounds] "-2.* and 2.* 100 standard deviations away"


class WrittenBounds(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 64)
        self.b = nn.Linear(64, 64)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.trunc_normal_(m.weight, mean=0.0, std=0.05, a=-1.0, b=1.0)  # note: [trunc-normal-absolute-bounds] "`WrittenBounds.a.weight` \(and `WrittenBounds.b.weight`\)"


class ComputedStd(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(48, 64)
        nn.init.trunc_normal_(self.fc.weight, std=math.sqrt(1 / 48))  # note: [trunc-normal-absolute-bounds] "at std 0.144, so"


class ScaledAfterTheDraw(nn.Module):
    def __init__(self, scale=0.001):
        super().__init__()
        self.head = nn.Linear(192, 10)
        nn.init.trunc_normal_(self.head.weight, std=0.02)  # note: [trunc-normal-absolute-bounds] "100 standard deviations away at std 0.02"
        self.head.weight.data.mul_(scale)  # the draw is what truncates nothing, so its line is named
