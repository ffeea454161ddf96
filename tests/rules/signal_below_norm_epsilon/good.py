"""Normalisations that see enough of a signal, or of which nothing certain is known."""

import torch
from torch import nn
from torch.nn import functional as F


class Repaired(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.norm = nn.BatchNorm1d(width)
        nn.init.kaiming_normal_(self.fc.weight, nonlinearity="linear")

    def forward(self, x):
        return F.relu(self.norm(self.fc(x)))


class SmallButEnough(nn.Module):
    """v = 0.0256 is thousands of times eps."""

    def __init__(self, width=64):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        nn.init.normal_(self.conv.weight, 0.0, 0.02)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class BatchNormCancelsTheBias(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.norm = nn.BatchNorm1d(width)
        nn.init.normal_(self.fc.weight, std=0.005)

    def forward(self, x):
        return F.relu(self.norm(self.fc(x)))


class BiasZeroed(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.fc.weight, std=0.005)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return F.gelu(self.norm(self.fc(x)))


class SmallOnPurpose(nn.Module):
    """Each scale of a ResNet's last normalisation is zero: the branch starts as nothing, and the sum is normal."""

    def __init__(self, width=32):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.after = nn.BatchNorm2d(width)
        nn.init.zeros_(self.norm2.weight)

    def forward(self, x):
        return self.after(x + self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))))


class PostNorm(nn.Module):
    """The sum is what the normalisation sees, not the small branch."""

    def __init__(self, width=64):
        super().__init__()
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        self.norm = nn.LayerNorm(width)
        for layer in (self.up, self.down):
            nn.init.normal_(layer.weight, std=1e-3)

    def forward(self, x):
        return self.norm(x + self.down(F.gelu(self.up(x))))


class TokenTable(nn.Module):
    """0.02 as in BERT: v = 0.0004 is 40 times eps."""

    def __init__(self, width=64):
        super().__init__()
        self.table = nn.Embedding(1000, width)
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.table.weight, std=0.02)

    def forward(self, tokens):
        return torch.tanh(self.norm(self.table(tokens)))


class Pixels(nn.Module):
    """What is divided by 255 has no second moment of 1."""

    def __init__(self, width=32):
        super().__init__()
        self.conv = nn.Conv2d(4, width, 8, stride=4)
        self.norm = nn.BatchNorm2d(width)
        nn.init.orthogonal_(self.conv.weight, 2**0.5)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x / 255.0)))


class WindowOfNothing(nn.Module):
    """Its defaults leave a window of 0, which torch refuses: no prediction, and no crash."""

    def __init__(self, side=14, tokens=16):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.AvgPool2d(side // tokens, stride=side // tokens)
        self.head = nn.Conv2d(8, 8, 1)
        self.norm = nn.BatchNorm2d(8)

    def forward(self, x):
        return self.norm(self.head(self.pool(self.conv(x))))
