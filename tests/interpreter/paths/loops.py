"""Loops over counts and widths that only the caller knows."""

import math

import torch
import torch.nn as nn


# build: 16, 3
# build: 24, 5
class Stack(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(dim, dim) for _ in range(depth))
        for layer in self.layers:
            nn.init.normal_(layer.weight, std=0.02 / math.sqrt(2 * depth))
            nn.init.zeros_(layer.bias)


# build: 32, 3
class DepthScaled(nn.Module):
    """A std for each index: one answer for all of them cannot be right."""

    def __init__(self, dim, depth):
        super().__init__()
        self.layers = nn.ModuleList()
        for i in range(depth):
            layer = nn.Linear(dim, dim)
            nn.init.normal_(layer.weight, std=0.1 / math.sqrt(i + 1))
            self.layers.append(layer)


# build: 32
class KnownDepthScaled(nn.Module):
    def __init__(self, dim, depth=4):
        super().__init__()
        self.layers = nn.ModuleList()
        for i in range(depth):
            layer = nn.Linear(dim, dim)
            nn.init.normal_(layer.weight, std=0.1 / math.sqrt(i + 1))
            self.layers.append(layer)


# build: 16, 4
# build: 16, 6
class Alternating(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.layers = nn.ModuleList()
        for i in range(depth):
            if i % 2 == 0:
                self.layers.append(nn.Linear(dim, dim))
            else:
                self.layers.append(nn.Conv1d(dim, dim, 3))


# build: 32, 4
# build: 16, 2
class LastIsZero(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim, bias=False) for _ in range(depth)])
        nn.init.zeros_(self.layers[-1].weight)


# build: 32, 4
class SkipsLast(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim, bias=False) for _ in range(depth)])
        for i, layer in enumerate(self.layers):
            if i == depth - 1:
                nn.init.zeros_(layer.weight)
            else:
                nn.init.orthogonal_(layer.weight)


# build: [16, 32, 24]
# build: [8, 64, 8]
class Widths(nn.Module):
    def __init__(self, widths):
        super().__init__()
        layers = []
        for a, b in zip(widths[:-1], widths[1:]):
            layers += [nn.Linear(a, b), nn.ReLU()]
        self.net = nn.Sequential(*layers)
        for m in self.net.modules():
            if isinstance(m, nn.Linear):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
                nn.init.zeros_(m.bias)


# build: 64
# build: 20
class Halving(nn.Module):
    def __init__(self, width):
        super().__init__()
        layers = []
        while width > 8:
            layers.append(nn.Linear(width, width // 2))
            width //= 2
        self.net = nn.Sequential(*layers)


# build: 16, 3
# build: 16, 1
class FirstDiffers(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.net = nn.Sequential(*[nn.Linear(4 if i == 0 else dim, dim) for i in range(depth)])


# build: 16, True
# build: 16, False
class ComprehensionCondition(nn.Module):
    def __init__(self, dim, wide):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, n * dim) for n in (1, 2, 4) if n < 4 or wide])
        for layer in self.layers:
            nn.init.constant_(layer.bias, 0.5)


# build: 12, 3
# build: 12, 2
class Pyramid(nn.Module):
    def __init__(self, channels, levels):
        super().__init__()
        self.levels = nn.ModuleDict({f"level{i}": nn.Conv2d(channels, channels, 1) for i in range(levels)})
        for conv in self.levels.values():
            nn.init.xavier_uniform_(conv.weight)
            nn.init.constant_(conv.bias, 0)


# build: 16, 2
# build: 8, 4
class Blocks(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.blocks = nn.Sequential(*[Residual(dim, 1 / math.sqrt(depth)) for _ in range(depth)])
        self.head = nn.Linear(dim, 4)
        nn.init.zeros_(self.head.weight)


class Residual(nn.Module):
    def __init__(self, dim, scale):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.gain = nn.Parameter(torch.full((dim,), scale))
