"""Callbacks that don't do what `apply` is for."""

from torch import nn


class ScalesAgain(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8))
        self.out = nn.Linear(8, 8)
        self.apply(self._init)

    def _init(self, module):
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
        self.out.weight.data *= 0.5  # warning: [apply-callback-ignores-argument] "2 times in all, so `ScalesAgain.out.weight` is scaled by 0.5\*\*2 = 0.25"

    def forward(self, x):
        return self.out(self.net(x))


class Block(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.mix = nn.Linear(dim, dim)

    def forward(self, x):
        return x + self.mix(x)


class ScalesBlocks(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.blocks = nn.ModuleList([Block() for _ in range(depth)])
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
        for block in self.blocks:
            block.mix.weight.data *= (1 / len(self.blocks)) ** 0.5  # warning: [apply-callback-ignores-argument] "on `Block.mix.weight` \(and 2 more parameters\).* 8 times in all"

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))


def init_normal(m):
    if type(m) == nn.Linear:
        nn.init.normal_(net[0].weight, mean=0, std=0.01)  # warning: [apply-callback-ignores-argument] "writes `net.0.weight` whatever module it is given: `net.2.weight` keeps torch's default"
        nn.init.zeros_(net[0].bias)  # warning: [apply-callback-ignores-argument] "`net.2.bias` keeps"


net.apply(init_normal)


def init_all(model):
    for m in model.modules():
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)


class CalledNotPassed(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh())
        self.net.apply(init_all(self.net))  # error: [apply-callback-ignores-argument] "returns None, so `apply` gets no function"

    def forward(self, x):
        return self.net(x)


class InALoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8))
        for _ in self.modules():
            self.net[0].weight.data *= 0.5  # missed: [apply-callback-ignores-argument] a loop has no argument to ignore

    def forward(self, x):
        return self.net(x)
