"""General schemes that leave the special ones, or replace only what was general itself."""

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


class SetAgain(nn.Module):
    """The special one comes last."""

    def __init__(self, dim=16, depth=3):
        super().__init__()
        self.blocks = nn.ModuleList([Block(dim) for _ in range(depth)])
        self.apply(self._init_weights)
        for block in self.blocks:
            nn.init.zeros_(block.out.weight)

    def _init_weights(self, m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class OtherTypes(nn.Module):
    """The routine does not touch layers of that type."""

    def __init__(self, dim=16):
        super().__init__()
        self.block = Block(dim)
        self.embed = nn.Embedding(8, dim)
        for m in self.modules():
            if isinstance(m, nn.Embedding):
                nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.block(self.embed(x))


class General(nn.Module):
    """A part with a random scheme and zero biases of its own, as any layer has."""

    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.norm = nn.LayerNorm(dim)
        nn.init.normal_(self.fc.weight, std=0.02)
        nn.init.zeros_(self.fc.bias)
        nn.init.ones_(self.norm.weight)

    def forward(self, x):
        return self.norm(torch.tanh(self.fc(x)))


class ReplacesGeneral(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.part = General(dim)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
                nn.init.normal_(m.bias, std=1e-6)
            elif isinstance(m, nn.LayerNorm):
                nn.init.constant_(m.weight, 0.5)

    def forward(self, x):
        return self.part(x)


class Marked(nn.Module):
    """The part marks its layer and the routine leaves marked ones out."""

    def __init__(self, dim=16):
        super().__init__()
        self.block = Block(dim)
        self.block.out._keep = True
        for m in self.modules():
            if isinstance(m, nn.Linear) and not getattr(m, "_keep", False):
                nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.block(x)


class OwnRoutine(nn.Module):
    """The class sets and fills by itself: its own second thought."""

    def __init__(self, dim=16):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        nn.init.zeros_(self.fc.weight)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.fc(x)


class Scaled(nn.Module):
    """The loop scales what is there; zero stays zero."""

    def __init__(self, dim=16):
        super().__init__()
        self.block = Block(dim)
        for p in self.parameters():
            p.data.mul_(0.5)

    def forward(self, x):
        return self.block(x)


class Deliberate(nn.Module):
    """Not a loop over everything but a line for this one layer."""

    def __init__(self, dim=16):
        super().__init__()
        self.block = Block(dim)
        nn.init.normal_(self.block.out.weight, std=0.01)

    def forward(self, x):
        return self.block(x)


def filled_for_a_test(dim=16):
    """A function that fills what it has built does so on purpose."""
    net = nn.Sequential(Block(dim), Block(dim))
    outer = nn.Linear(dim, dim)
    for p in net.parameters():
        nn.init.normal_(p, std=0.1)
    return net, outer
