"""Formulas that are a known scheme's but for a slip."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class NumberOutsideTheRoot(nn.Module):
    def __init__(self, inputs=48, outputs=80):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.head = nn.Linear(outputs, 1)
        bound = 6.0 / math.sqrt(self.weight.size(1) + self.weight.size(0))
        nn.init.uniform_(self.weight, -bound, bound)  # warning: [hand-written-scale-wrong] "6 / sqrt\(\(fan_in \+ fan_out\)\) where sqrt\(6 / \(fan_in \+ fan_out\)\).*std x2.45, variance x6"

    def forward(self, x):
        return self.head(F.relu(F.linear(x, self.weight)))


class WeightVector(nn.Module):
    """A weight of one dimension has no fans; its size is what the formula divides by."""

    def __init__(self, width=32):
        super().__init__()
        self.vector = nn.Parameter(torch.empty(2 * width))
        self.bias = nn.Parameter(torch.zeros(1))
        bound = 6.0 / math.sqrt(self.vector.size(0))
        self.vector.data.uniform_(-bound, bound)  # warning: [hand-written-scale-wrong] "6 / sqrt\(size\)"

    def forward(self, a, b):
        return torch.cat([a, b], dim=-1) @ self.vector + self.bias


class RootForgotten(nn.Module):
    def __init__(self, width=96):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.out = nn.Conv2d(width, 1, 1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                n = m.kernel_size[0] * m.kernel_size[1] * m.out_channels
                m.weight.data.normal_(0, 2.0 / n)  # warning: [hand-written-scale-wrong] "`RootForgotten.conv.weight` is given 2 / fan_in where sqrt\(2 / fan_in\).*std x0.0481"

    def forward(self, x):
        return self.out(F.relu(self.conv(x)))


class Product(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 1)
        nn.init.normal_(self.fc1.weight, 0.0, math.sqrt(2.0 * width))  # warning: [hand-written-scale-wrong] "sqrt\(2 \* fan_in\).*std x48"

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


def hidden_bound(layer):
    fan_in = layer.weight.data.size()[0]
    bound = 1.0 / math.sqrt(fan_in)
    return -bound, bound


class Actor(nn.Module):
    """``size()[0]`` is the number of outputs."""

    def __init__(self, states, actions, width=384):
        super().__init__()
        self.fc1 = nn.Linear(states, width)
        self.fc2 = nn.Linear(width, 48)
        self.fc3 = nn.Linear(48, actions)
        self.fc1.weight.data.uniform_(*hidden_bound(self.fc1))  # note: [hand-written-scale-wrong] "1 / sqrt\(fan_out\) where 1 / sqrt\(fan_in\).*std x 0.051 \* states"
        self.fc2.weight.data.uniform_(*hidden_bound(self.fc2))  # warning: [hand-written-scale-wrong] "std x2.83, variance x8"
        self.fc3.weight.data.uniform_(-3e-3, 3e-3)

    def forward(self, state):
        return torch.tanh(self.fc3(F.relu(self.fc2(F.relu(self.fc1(state))))))


class KernelLeftOut(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.out = nn.Conv2d(width, 1, 1)
        nn.init.normal_(self.conv.weight, 0.0, math.sqrt(2.0 / self.conv.in_channels))  # warning: [hand-written-scale-wrong] "1.41 / sqrt\(in_channels\).*std x3, variance x9"

    def forward(self, x):
        return self.out(F.relu(self.conv(x)))


class AveragesOverOutputs(nn.Module):
    def __init__(self, seq_len, pred_len):
        super().__init__()
        self.trend = nn.Linear(seq_len, pred_len)
        self.trend.weight = nn.Parameter((1 / pred_len) * torch.ones(pred_len, seq_len))  # note: [hand-written-scale-wrong] "1 / fan_out in every entry.*each row sums to"

    def forward(self, x):
        return self.trend(x)


class RoundResult(nn.Module):
    def __init__(self, width=100):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 1)
        nn.init.normal_(self.fc1.weight, 0.0, 2.0 / width)  # missed: [hand-written-scale-wrong] 0.02 is what everybody writes

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class TwoSizesOfThree(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.conv = nn.Conv3d(width, width, 3, padding=1)
        self.out = nn.Conv3d(width, 1, 1)
        n = self.conv.kernel_size[0] * self.conv.kernel_size[1] * self.conv.out_channels
        self.conv.weight.data.normal_(0, math.sqrt(2.0 / n))  # note: [hand-written-scale-wrong] "two kernel sizes\) where .*all three kernel sizes.*std x1.73, variance x3"

    def forward(self, x):
        return self.out(F.relu(self.conv(x)))


class SumOutsideOfTheBrackets(nn.Module):
    def __init__(self, inputs=48, outputs=80):
        super().__init__()
        self.body = nn.Linear(inputs, outputs)
        self.head = nn.Linear(outputs, 12)
        for layer in (self.body, self.head):
            layer.weight.data.normal_(0, 5 / 3 * (2.0 / layer.in_features + layer.out_features) ** 0.5)  # warning: [hand-written-scale-wrong] "sqrt\(2 / fan_in \+ fan_out\) where sqrt\(2 / \(fan_in \+ fan_out\)\).*std x"

    def forward(self, x):
        return self.head(torch.tanh(self.body(x)))


class SumOfNamesOutsideOfTheBrackets(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        bound = math.sqrt(6.0 / outputs + inputs)
        self.weight.data.uniform_(-bound, bound)  # note: [hand-written-scale-wrong] "sqrt\(6 / fan_out \+ fan_in\) where"

    def forward(self, x):
        return torch.tanh(x @ self.weight.t())


class NumberOutsideTheRootOfNames(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        bound = 6.0 / math.sqrt(inputs + outputs)
        self.weight.data.uniform_(-bound, bound)  # warning: [hand-written-scale-wrong] "6 / sqrt\(fan_in \+ fan_out\) where .*std x2.45"

    def forward(self, x):
        return torch.tanh(x @ self.weight.t())


class FanDividesTwice(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 1)
        variance = 2.0 / width
        nn.init.normal_(self.fc1.weight, std=math.sqrt(variance) / width)  # warning: [hand-written-scale-wrong] "sqrt\(2 / fan_in\) / fan_in where sqrt\(2 / fan_in\).*std x0.0208"

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class StdAsBound(nn.Module):
    def __init__(self, width=96, depth=12):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.out = nn.Linear(width, 1)
        for layer in self.layers:
            bound = math.sqrt(2.0 / layer.weight.size(1))
            layer.weight.data.uniform_(-bound, bound)  # warning: [hand-written-scale-wrong] "sqrt\(2 / fan_in\), a normal's std, where a uniform's bound sqrt\(6 / fan_in\).*x1.9e-06"
            layer.bias.data.zero_()

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.out(x)


class XavierStdAsBound(nn.Module):
    def __init__(self, width=96, depth=10):
        super().__init__()
        sizes = [width // 2, *[width, width // 2] * (depth // 2)]
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
        self.out = nn.Linear(sizes[-1], 1)
        for layer in self.layers:
            std = (2.0 / sum(layer.weight.shape)) ** 0.5
            nn.init.uniform_(layer.weight, -std, std)  # warning: [hand-written-scale-wrong] "sqrt\(2 / \(fan_in \+ fan_out\)\), a normal's std"
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return self.out(x)
