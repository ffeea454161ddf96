"""Formulas that are right, and constants that meet a wrong one by accident."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class GlorotByHand(nn.Module):
    def __init__(self, inputs=48, outputs=80):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.head = nn.Linear(outputs, 1)
        bound = math.sqrt(6.0 / (self.weight.size(1) + self.weight.size(0)))
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, x):
        return self.head(torch.tanh(F.linear(x, self.weight)))


class HeByHandOverOutputs(nn.Module):
    """The old torchvision formula: fan_out, with its kernel."""

    def __init__(self, width=48):
        super().__init__()
        self.conv1 = nn.Conv2d(width, 2 * width, 3, padding=1)
        self.conv2 = nn.Conv2d(2 * width, 1, 1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                n = m.kernel_size[0] * m.kernel_size[1] * m.out_channels
                m.weight.data.normal_(0, math.sqrt(2.0 / n))

    def forward(self, x):
        return self.conv2(F.relu(self.conv1(x)))


class HandWrittenCell(nn.Module):
    """torch's own rule for recurrent layers: one bound for all, by the number of units."""

    def __init__(self, inputs=24, units=48):
        super().__init__()
        self.units = units
        self.gate = nn.Linear(inputs + units, units)
        self.candidate = nn.Linear(inputs + units, units)
        bound = 1.0 / math.sqrt(units)
        for p in self.parameters():
            nn.init.uniform_(p, -bound, bound)

    def forward(self, x, h):
        z = torch.sigmoid(self.gate(torch.cat([x, h], 1)))
        return z * h + (1 - z) * torch.tanh(self.candidate(torch.cat([x, h], 1)))


class Siren(nn.Module):
    """1/in in the first layer, sqrt(6 / in) / w0 behind it."""

    def __init__(self, inputs=3, width=48, w0=30.0):
        super().__init__()
        self.w0 = w0
        self.first = nn.Linear(inputs, width)
        self.second = nn.Linear(width, width)
        self.head = nn.Linear(width, 1)
        nn.init.uniform_(self.first.weight, -1 / inputs, 1 / inputs)
        bound = math.sqrt(6 / width) / w0
        nn.init.uniform_(self.second.weight, -bound, bound)

    def forward(self, x):
        return self.head(torch.sin(self.w0 * self.second(torch.sin(self.w0 * self.first(x)))))


class Convention(nn.Module):
    """0.02 at a fan of 100 is no forgotten root."""

    def __init__(self, width=100):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 1)
        nn.init.normal_(self.fc1.weight, std=0.02)
        nn.init.uniform_(self.fc2.weight, -0.6, 0.6)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class DepthScaled(nn.Module):
    def __init__(self, width=48, depth=6):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        for layer in self.layers:
            nn.init.normal_(layer.weight, 0.0, math.sqrt(2 / (5 * width)) / math.sqrt(2 * depth))

    def forward(self, x):
        for layer in self.layers:
            x = x + F.relu(layer(x))
        return x


class Normalised(nn.Module):
    """The normalisation removes the factor."""

    def __init__(self, width=16):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        nn.init.normal_(self.conv.weight, 0.0, 2.0 / (9 * width))

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class MovingAverage(nn.Module):
    """DLinear: each row sums to 1."""

    def __init__(self, seq_len, pred_len):
        super().__init__()
        self.trend = nn.Linear(seq_len, pred_len)
        self.trend.weight = nn.Parameter((1 / seq_len) * torch.ones(pred_len, seq_len))

    def forward(self, x):
        return self.trend(x)


class OutputLayer(nn.Module):
    """TensorFlow's EfficientNets draw the classifier so."""

    def __init__(self, width=96, classes=48):
        super().__init__()
        self.body = nn.Linear(width, width)
        self.head = nn.Linear(width, classes)
        bound = 1.0 / math.sqrt(self.head.weight.size(0))
        nn.init.uniform_(self.head.weight, -bound, bound)

    def forward(self, x):
        return self.head(F.relu(self.body(x)))


class MeetsItByChance(nn.Module):
    """One std for the whole depth: that it is 2 / fan_in for the smaller of the two is no formula of the line's."""

    def __init__(self, width=384, depth=12):
        super().__init__()
        self.fc1 = nn.Linear(width // 2, width)
        self.fc2 = nn.Linear(width, width // 2)
        for layer in (self.fc1, self.fc2):
            nn.init.normal_(layer.weight, std=width**-0.5 * (2 * depth) ** -0.5)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class SwitchedOff(nn.Module):
    """Without the optional features the layer has no inputs: nothing is drawn."""

    def __init__(self, extra=0, hidden=128):
        super().__init__()
        self.fc = nn.Linear(extra, hidden)
        self.mix = nn.Linear(hidden, hidden)
        bound = 1 / math.sqrt(hidden)
        nn.init.uniform_(self.fc.weight, -bound, bound)

    def forward(self, x):
        return self.mix(torch.tanh(self.fc(x)))


class HalfOfTheUsualBound(nn.Module):
    """0.5 / sqrt(fan_in) is 1 / sqrt(fan_out) as the layer widens four times."""

    def __init__(self, width=512):
        super().__init__()
        self.key = nn.Linear(width, 4 * width, bias=False)
        self.value = nn.Linear(4 * width, width, bias=False)
        self.key.weight.data.uniform_(-0.5 / width**0.5, 0.5 / width**0.5)
        self.value.weight.data.zero_()

    def forward(self, x):
        return self.value(torch.relu(self.key(x)) ** 2)


class FlatKernel(nn.Module):
    """A kernel of one frame has two sizes that count."""

    def __init__(self, width=48):
        super().__init__()
        self.conv = nn.Conv3d(width, width, (1, 3, 3), padding=(0, 1, 1))
        self.out = nn.Conv3d(width, 1, 1)
        n = self.conv.kernel_size[1] * self.conv.kernel_size[2] * self.conv.out_channels
        self.conv.weight.data.normal_(0, math.sqrt(2.0 / n))

    def forward(self, x):
        return self.out(F.relu(self.conv(x)))


class GlorotOfNames(nn.Module):
    """The roots taken apart, and He's over the mean of both fans."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.a = nn.Parameter(torch.empty(outputs, inputs))
        self.b = nn.Parameter(torch.empty(outputs, inputs))
        self.c = nn.Parameter(torch.empty(outputs, inputs))
        bound = math.sqrt(6.0) / math.sqrt(inputs + outputs)
        self.a.data.uniform_(-bound, bound)
        self.b.data.normal_(0, 2.0 / math.sqrt(inputs + outputs))
        self.c.data.normal_(0, math.sqrt(2.0 / (inputs + outputs)))

    def forward(self, x):
        return torch.tanh(x @ self.a.t()) + F.relu(x @ self.b.t()) + torch.tanh(x @ self.c.t())


class NarrowButShort(nn.Module):
    """The bound sqrt(2 / fan_in) on two layers, and behind a normalisation: nothing is lost by it."""

    def __init__(self, width=96, depth=12):
        super().__init__()
        self.first, self.second = nn.Linear(width, width), nn.Linear(width, width)
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(depth)])
        self.out = nn.Linear(width, 1)
        bound = math.sqrt(2.0 / width)
        for layer in (self.first, self.second, *self.layers):
            layer.weight.data.uniform_(-bound, bound)
            layer.bias.data.zero_()

    def forward(self, x):
        x = F.relu(self.second(F.relu(self.first(x))))
        for layer, norm in zip(self.layers, self.norms):
            x = F.relu(norm(layer(x)))
        return self.out(x)


class Codebook(nn.Module):
    """1 / codes, which is fan_in ** -1.5 where there are 512 codes of 64 entries."""

    def __init__(self, codes=512, width=64):
        super().__init__()
        self.table = nn.Parameter(torch.empty(codes, width))
        self.scores = nn.Linear(width, codes)
        nn.init.normal_(self.table, std=1 / codes)
        nn.init.uniform_(self.scores.weight, -1 / codes, 1 / codes)

    def forward(self, x):
        return torch.softmax(x @ self.table.t() + torch.tanh(self.scores(x)), dim=-1) @ self.table
