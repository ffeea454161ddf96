"""Second writes that are meant, or that need the first."""

import copy
import functools

import torch
from torch import nn


class TwoHeads(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.mu = nn.Linear(dim, 2)
        self.value = nn.Linear(dim, 1)
        nn.init.orthogonal_(self.mu.weight, gain=0.01)
        nn.init.orthogonal_(self.value.weight, gain=1.0)

    def forward(self, x):
        return self.mu(x), self.value(x)


class GeneralThenSpecial(nn.Module):
    """The loop is for all layers, the lines behind it for one."""

    def __init__(self, dim=8):
        super().__init__()
        self.head = nn.Linear(dim, 2, bias=False)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, std=0.02)
        nn.init.zeros_(self.head.weight)

    def forward(self, x):
        return self.head(x)


def init(m):
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, std=0.02)


class ApplyThenSpecial(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.head = nn.Linear(dim, 2, bias=False)
        self.apply(init)
        nn.init.zeros_(self.head.weight)

    def forward(self, x):
        return self.head(x)


class Base(nn.Linear):
    def __init__(self, dim, out):
        super().__init__(dim, out, bias=False)
        nn.init.normal_(self.weight, std=0.02)


class Derived(Base):
    """The base class has its own scheme, which the derived one replaces."""

    def __init__(self, dim=8):
        super().__init__(dim, dim)
        nn.init.orthogonal_(self.weight)


class BuiltThenReset(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = Base(dim, dim)
        nn.init.zeros_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


class ReadBetween(nn.Module):
    """The first values live on in the copies."""

    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        nn.init.orthogonal_(self.fc.weight)
        self.twin = copy.deepcopy(self.fc)
        nn.init.zeros_(self.fc.weight)

    def forward(self, x):
        return self.fc(x) + self.twin(x)


class CopiedBetween(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.twin = nn.Linear(dim, dim)
        with torch.no_grad():
            nn.init.orthogonal_(self.fc.weight)
            self.twin.weight.copy_(self.fc.weight)
            nn.init.zeros_(self.fc.weight)

    def forward(self, x):
        return self.fc(x) + self.twin(x)


class Scaled(nn.Module):
    """The second write works on what the first one left."""

    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        nn.init.orthogonal_(self.fc.weight)
        self.fc.weight.data.mul_(0.1)
        self.out = nn.Linear(dim, dim)
        nn.init.orthogonal_(self.out.weight)
        nn.init.zeros_(self.out.weight[:2])

    def forward(self, x):
        return self.out(self.fc(x))


class Switched(nn.Module):
    """Only one of the two stays where the switch is off."""

    def __init__(self, dim=8, zero=True):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        nn.init.orthogonal_(self.fc.weight)
        if zero:
            nn.init.zeros_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


class FirstOfAll(nn.Module):
    """One round of the loop fills a layer again, the others do not."""

    def __init__(self, dim=8):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim) for _ in range(3)])
        for layer in self.layers:
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(self.layers[0].weight)

    def forward(self, x):
        for layer in self.layers:
            x = x + layer(x)
        return x


class NoisyLinear(nn.Linear):
    """torch's constructor calls `reset_parameters` before `sigma` exists; the second call cannot be avoided."""

    def __init__(self, dim=8, out=4):
        super().__init__(dim, out)
        self.sigma = nn.Parameter(torch.full((out, dim), 0.017))
        self.reset_parameters()

    def reset_parameters(self):
        bound = (3 / self.in_features) ** 0.5
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)


def once(function):
    @functools.wraps(function)
    def guarded(self, *args):
        if not getattr(self, "_set_up", False):
            self._set_up = True
            function(self, *args)

    return guarded


class SetUpOnce(nn.Module):
    """The decorator lets only the first call through."""

    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.set_up(0.1)
        self.set_up(0.2)

    @once
    def set_up(self, std):
        nn.init.normal_(self.fc.weight, std=std)

    def forward(self, x):
        return self.fc(x)


class LoopsWithConditions(nn.Module):
    """The second loop is for some of the layers, and the third over others."""

    def __init__(self, dim=8, depth=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim) for _ in range(depth)])
        for layer in self.layers:
            nn.init.xavier_normal_(layer.weight)
        for layer in self.layers:
            if layer is self.layers[-1]:
                nn.init.zeros_(layer.weight)
        for layer in self.layers[2:]:
            nn.init.normal_(layer.weight, std=0.02)

    def forward(self, x):
        for layer in self.layers:
            x = x + layer(x)
        return x


class LoopOverMore(nn.Module):
    """The first loop also fills what the second does not."""

    def __init__(self, dim=8):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim), nn.Linear(dim, dim, bias=False)])
        for p in self.layers.parameters():
            nn.init.uniform_(p, -0.1, 0.1)
        for layer in self.layers:
            nn.init.xavier_normal_(layer.weight)

    def forward(self, x):
        for layer in self.layers:
            x = x + layer(x)
        return x
