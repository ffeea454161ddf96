"""New instances, and sharing on purpose."""

from torch import nn


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.fc = nn.Linear(dim, dim)

    def forward(self, x):
        return x + self.fc(self.norm(x))


class NewInstances(nn.Module):
    """A list of widths is multiplied, not a module."""

    def __init__(self, dim=8, n=3):
        super().__init__()
        widths = [dim] * n
        self.layers = nn.ModuleList([Block(width) for width in widths])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class NewBlocks(nn.Module):
    def __init__(self, dim=8, n=3):
        super().__init__()
        self.layers = nn.ModuleList([Block(dim) for _ in range(n)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class SharedHead(nn.Module):
    """One head for all levels: each place sees another input."""

    def __init__(self, dim=8, levels=3):
        super().__init__()
        head = nn.Linear(dim, 4)
        self.heads = nn.ModuleList([head for _ in range(levels)])

    def forward(self, features):
        return [head(feature) for head, feature in zip(self.heads, features)]


class SharedByCall(nn.Module):
    """The one head is built where it is named, and shared where it is put."""

    def __init__(self, dim=8, levels=3):
        super().__init__()
        shared = self.head(dim)
        self.heads = nn.ModuleList([shared] * levels)

    def head(self, dim):
        return nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, 4))

    def forward(self, features):
        return [head(feature) for head, feature in zip(self.heads, features)]


class SharedByConfig(nn.Module):
    """The sharing has a switch."""

    def __init__(self, dim=8, n=3, share_layers=False):
        super().__init__()
        if share_layers:
            layer = Block(dim)
            self.layers = nn.ModuleList([layer] * n)
        else:
            self.layers = nn.ModuleList([Block(dim) for _ in range(n)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class NoWeights(nn.Module):
    """A module without weights may stand anywhere."""

    def __init__(self, n=3):
        super().__init__()
        self.drops = nn.ModuleList([nn.Dropout(0.1)] * n)

    def forward(self, x):
        for drop in self.drops:
            x = drop(x)
        return x


class Switched(nn.Module):
    """A truth value times a list keeps the list or drops it: there is one instance, not several places of it."""

    def __init__(self, blocks, size, batch_norm=True):
        super().__init__()
        modules = []
        for _ in range(blocks):
            modules += [nn.Linear(size, size)]
            modules += batch_norm * [nn.BatchNorm1d(size)]
            modules += (size > 8) * [nn.Dropout(0.1), nn.LayerNorm(size)]
        self.net = nn.Sequential(*modules)

    def forward(self, x):
        return self.net(x)


class SwitchedByTheCaller(nn.Module):
    """The same with a switch that only the caller knows, and that is tested elsewhere."""

    def __init__(self, size, batch_norm):
        super().__init__()
        if batch_norm:
            self.first = nn.BatchNorm1d(size)
        self.net = nn.Sequential(nn.Linear(size, size), *(batch_norm * [nn.BatchNorm1d(size)]))

    def forward(self, x):
        return self.net(x)


class GateByDefault(nn.Module):
    """The default is made once, before any layer; whichever flags are given, it is none of them."""

    def __init__(self, width, gate=nn.ReLU(), pooled=False):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, width, 3), gate, nn.Conv2d(width, width, 1))
        self.tail = nn.Conv2d(width, 1, 1) if pooled else nn.Conv2d(width, 2, 1)

    def forward(self, x):
        return self.tail(self.body(x))


def gated(width, act=nn.ReLU(), wide=False):
    layers = [nn.Conv2d(3, width, 3), act, nn.Conv2d(width, width, 3), act]
    return nn.Sequential(*layers, nn.Conv2d(width, 8, 1)) if wide else nn.Sequential(*layers)
