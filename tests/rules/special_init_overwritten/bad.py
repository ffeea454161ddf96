"""Special starts of parts that the model's general scheme wipes out."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, 4 * dim)
        self.out = nn.Linear(4 * dim, dim)
        nn.init.zeros_(self.out.weight)

    def forward(self, x):
        return x + self.out(F.gelu(self.fc(x)))


class ZeroBranch(nn.Module):
    def __init__(self, dim=16, depth=3):
        super().__init__()
        self.blocks = nn.ModuleList([Block(dim) for _ in range(depth)])
        self.apply(self._init_weights)  # warning: [special-init-overwritten] "`Block.out.weight`.*was 0 and is random \(std 0.02\)"

    def _init_weights(self, m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class Mixer(nn.Module):
    def __init__(self, dim, rank=4):
        super().__init__()
        self.dt = nn.Linear(rank, dim)
        nn.init.constant_(self.dt.weight, rank**-0.5)

    def forward(self, x):
        return self.dt(x)


class ConstantStart(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.mixer = Mixer(dim)
        for m in self.modules():  # warning: [special-init-overwritten] "was 0.5 and is random"
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)

    def forward(self, x):
        return self.mixer(x)


class Residual(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv = nn.Conv2d(dim, dim, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(dim)
        nn.init.zeros_(self.bn.weight)

    def forward(self, x):
        return x + self.bn(self.conv(x))


class ZeroGamma(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.block = Residual(dim)
        for m in self.modules():  # warning: [special-init-overwritten] "`Residual.bn.weight` was 0 and is 1 now"
            if isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)

    def forward(self, x):
        return self.block(x)


class Head(nn.Module):
    def __init__(self, dim, classes=80):
        super().__init__()
        self.score = nn.Conv2d(dim, classes, 1)
        nn.init.constant_(self.score.bias, -math.log(99))

    def forward(self, x):
        return self.score(x)


def reset(m):
    if isinstance(m, nn.Conv2d):
        nn.init.zeros_(m.bias)


class LostPrior(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.head = Head(dim)
        self.apply(reset)  # warning: [special-init-overwritten] "was -4.6 and is 0 now"

    def forward(self, x):
        return torch.sigmoid(self.head(x))


class Transition(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.memory = nn.Linear(dim, dim, bias=False)
        nn.init.eye_(self.memory.weight)

    def forward(self, x):
        return self.memory(x)


class LostIdentity(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.step = Transition(dim)
        for p in self.parameters():  # warning: [special-init-overwritten] "was the identity and is random"
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)

    def forward(self, x):
        return self.step(x)
