"""One matrix at a time, or no bank."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class OneByOne(nn.Module):
    def __init__(self, experts=8, dim=64, hidden=128):
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(experts, dim, hidden))
        self.w2 = nn.Parameter(torch.empty(experts, hidden, dim))
        for bank in (self.w1, self.w2):
            for expert in bank:
                nn.init.xavier_uniform_(expert)

    def forward(self, x):
        return torch.bmm(torch.tanh(torch.bmm(x, self.w1)), self.w2)


class Index(nn.Module):
    """The same with an index."""

    def __init__(self, experts=8, dim=64, hidden=128):
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(experts, dim, hidden))
        for expert in self.w1:
            nn.init.xavier_uniform_(expert)
        for i in range(experts):
            nn.init.xavier_uniform_(self.w1[i])

    def forward(self, x):
        return torch.bmm(x, self.w1)


class Constant(nn.Module):
    """0.02 is no fan."""

    def __init__(self, experts=8, dim=64, hidden=128):
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(experts, dim, hidden))
        nn.init.normal_(self.w1, std=0.02)

    def forward(self, x):
        return torch.bmm(x, self.w1)


class Kernel(nn.Module):
    """A convolution's kernel is what torch takes it for."""

    def __init__(self, width=64):
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(width, width, 3))
        nn.init.kaiming_uniform_(self.kernel, a=math.sqrt(5))

    def forward(self, x):
        return F.conv1d(x, self.kernel)


class Normed(nn.Module):
    """A normalisation follows, so the scale is lost."""

    def __init__(self, experts=8, dim=64):
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(experts, dim, dim))
        self.norm = nn.LayerNorm(dim)
        nn.init.xavier_uniform_(self.w1)

    def forward(self, x):
        return self.norm(torch.bmm(x, self.w1))


class Summed(nn.Module):
    """A bilinear form: torch's fan_in is the product of both inputs, and that is right."""

    def __init__(self, left=16, right=16, out=4):
        super().__init__()
        self.core = nn.Parameter(torch.empty(out, left, right))
        nn.init.kaiming_normal_(self.core, nonlinearity="linear")

    def forward(self, pair):
        return torch.einsum("bij,oij->bo", pair, self.core)


class Positions(nn.Module):
    """A table of positions is added, not multiplied."""

    def __init__(self, length=16, dim=64):
        super().__init__()
        self.position = nn.Parameter(torch.empty(1, length, dim))
        nn.init.xavier_uniform_(self.position)

    def forward(self, x):
        return x + self.position


class Unread(nn.Module):
    """Multiplied by a kernel from elsewhere: how, is not known."""

    def __init__(self, experts=8, dim=64, kernel=None):
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(experts, dim, dim))
        self.kernel = kernel
        nn.init.xavier_uniform_(self.w1)

    def forward(self, x):
        return self.kernel(x, self.w1)


class ComposedKernel(nn.Module):
    """A 1x1 kernel and a 3x3 one make up the kernel of a convolution; no signal runs through the product of the two."""

    def __init__(self, dim=64, mid=32, out=128, size=3):
        super().__init__()
        self.first = nn.Parameter(torch.empty(mid, dim, 1, 1))
        self.second = nn.Parameter(torch.empty(out, mid, size, size))
        self.register_buffer("identity", torch.eye(mid, dim).reshape(mid, dim, 1, 1))
        nn.init.kaiming_uniform_(self.first)
        nn.init.kaiming_uniform_(self.second)

    def forward(self, x):
        first = (self.first + self.identity).squeeze()
        return F.conv2d(x, torch.einsum("ti,othw->oihw", first, self.second), padding=1)
