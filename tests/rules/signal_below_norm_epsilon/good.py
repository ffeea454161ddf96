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


class AGroupForEachChannel(nn.Module):
    """The mean of each channel is subtracted, and with it the bias."""

    def __init__(self, channels=32, size=3):
        super().__init__()
        self.conv1 = nn.ConvTranspose3d(channels, channels, size, stride=2, padding=1, groups=channels)
        self.norm1 = nn.GroupNorm(num_groups=channels, num_channels=channels)
        self.conv2 = nn.ConvTranspose3d(channels, channels, size, stride=2, padding=1, groups=channels)
        self.norm2 = nn.InstanceNorm3d(channels)

    def forward(self, x):
        return self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))


class NormalisedBefore(nn.Module):
    """Rows of norm 1 have a second moment of 1 / size; the eps of `ln1` is no small part of it."""

    def __init__(self, size, hidden=600, eps=0.1):
        super().__init__()
        self.fc1 = nn.Linear(size, hidden)
        self.ln1 = nn.LayerNorm(hidden, eps=eps)
        self.fc2 = nn.Linear(hidden, hidden)
        self.ln2 = nn.LayerNorm(hidden, eps=eps)

    def forward(self, x):
        h = self.ln1(F.silu(self.fc1(F.normalize(x))))
        return self.ln2(F.silu(self.fc2(h) + h))


class FewInputs(nn.Module):
    """Torch's default on three inputs: a quarter is the bias's, which nobody chose and which trains."""

    def __init__(self, width=32):
        super().__init__()
        self.embed = nn.Linear(3, width)
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, 1)

    def forward(self, points):
        return self.out(torch.relu(self.norm(self.embed(points))))
