"""Fixed scales that suit their fan, or whose scale does not matter."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Repaired(nn.Module):
    def __init__(self, width=256, depth=4):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.head = nn.Linear(width, 10)
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.head(x)


class Block(nn.Module):
    """GPT's and BERT's convention: the branch is small, the skip carries the signal."""

    def __init__(self, width=64):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x):
        return x + self.down(F.gelu(self.up(self.norm(x))))


class SmallTransformer(nn.Module):
    def __init__(self, width=64, depth=12):
        super().__init__()
        self.embed = nn.Embedding(1000, width)
        self.blocks = nn.ModuleList([Block(width) for _ in range(depth)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 1000, bias=False)
        self.apply(self.draw)

    def draw(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, mean=0.0, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def forward(self, tokens):
        h = self.embed(tokens)
        for block in self.blocks:
            h = block(h)
        return self.head(self.norm(h))


class Discriminator(nn.Module):
    """DCGAN: every convolution but the first is followed by a normalisation, which removes the first one's scale too."""

    def __init__(self, width=16):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(3, width, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 1, 4, 1, 0, bias=False),
        )
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.normal_(m.weight, 0.0, 0.02)

    def forward(self, x):
        return self.main(x)


class WideEnough(nn.Module):
    """At fan_in 4096, std 0.02 is within 10 % of what ReLU needs."""

    def __init__(self, width=4096):
        super().__init__()
        self.a = nn.Linear(width, width)
        self.b = nn.Linear(width, width)
        self.head = nn.Linear(width, 10)
        for layer in (self.a, self.b):
            nn.init.normal_(layer.weight, std=0.02)

    def forward(self, x):
        return self.head(F.relu(self.b(F.relu(self.a(x)))))


class SmallHead(nn.Module):
    """Only the output layer is small: the actor of DDPG, the predictor of a detector."""

    def __init__(self, width=64):
        super().__init__()
        self.body = nn.Linear(width, width)
        self.head = nn.Linear(width, 4)
        nn.init.uniform_(self.head.weight, -3e-3, 3e-3)

    def forward(self, x):
        return torch.tanh(self.head(F.relu(self.body(x))))


class SqueezeExcite(nn.Module):
    """A gate that starts even."""

    def __init__(self, width=32):
        super().__init__()
        self.reduce = nn.Conv2d(width, 8, 1)
        self.expand = nn.Conv2d(8, width, 1)
        for conv in (self.reduce, self.expand):
            nn.init.trunc_normal_(conv.weight, std=0.01)  # note: [trunc-normal-absolute-bounds] "nothing is truncated"

    def forward(self, x):
        return x * torch.sigmoid(self.expand(F.relu(self.reduce(x.mean((2, 3), keepdim=True)))))


class EqualisedLinear(nn.Module):
    """StyleGAN: N(0, 1) is rescaled in forward."""

    def __init__(self, width=512):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(width, width))
        self.scale = 1 / math.sqrt(width)

    def forward(self, x):
        return F.leaky_relu(F.linear(x, self.weight * self.scale), 0.2)


class Equalised(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(EqualisedLinear(), EqualisedLinear(), EqualisedLinear())
        self.head = nn.Linear(512, 1)

    def forward(self, x):
        return self.head(self.body(x))


class FromTheSizes(nn.Module):
    """1/sqrt(fan_in) comes out as a round number here."""

    def __init__(self, width=100):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(3)])
        self.head = nn.Linear(width, 1)
        bound = 1 / math.sqrt(width)
        for layer in self.layers:
            nn.init.uniform_(layer.weight, -bound, bound)

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.head(x)


class NormalisedByArgument(nn.Module):
    """A required argument: that it could be None is no configuration of this model."""

    def __init__(self, norm_layer, width=32):
        super().__init__()
        layers = []
        for _ in range(5):
            layers.append(nn.Conv2d(width, width, 1))
            if norm_layer is not None:
                layers.append(norm_layer(width))
            layers.append(nn.ReLU())
        self.body = nn.Sequential(*layers)
        self.head = nn.Conv2d(width, 1, 1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.head(self.body(x))


class SwitchedOff(nn.Module):
    """Without the optional features the first layer has no inputs, and a weight without entries has no scale."""

    def __init__(self, use_inner=False, use_outer=False):
        super().__init__()
        size = 64 * use_inner
        if use_outer:
            size += 64
        self.first = nn.Linear(size, 64)
        self.second = nn.Linear(64, 64)
        for layer in (self.first, self.second):
            nn.init.normal_(layer.weight, 0, 0.05)

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))))
