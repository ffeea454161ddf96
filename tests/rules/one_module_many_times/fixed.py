"""One instance where several layers are meant."""

from torch import nn


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.fc = nn.Linear(dim, dim)

    def forward(self, x):
        return x + self.fc(self.norm(x))


class Multiplied(nn.Module):
    def __init__(self, dim=8, n=3):
        super().__init__()
        self.layers = nn.ModuleList([Block(dim) for _ in range(n)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class MultipliedInSequential(nn.Module):
    def __init__(self, dim=8, n=2):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(4, dim), *([Block(dim) for _ in range(n)]))

    def forward(self, x):
        return self.encoder(x)


def mlp(dim, hidden):
    return nn.Sequential(nn.Linear(dim, hidden), nn.LayerNorm(hidden), nn.GELU())


class TwoInputs(nn.Module):
    """A function builds it, and the places see different signals."""

    def __init__(self, dim=8, hidden=16):
        super().__init__()
        self.inputs = nn.ModuleList([mlp(dim, hidden) for _ in range(2)])
        self.mixers = nn.ModuleList([self.mixer(hidden) for _ in range(2)])
        self.out = nn.Linear(hidden, 1)

    @staticmethod
    def mixer(hidden):
        layer = nn.Linear(hidden, hidden)
        return layer

    def forward(self, pitch, loudness):
        both = [mix(net(x)) for mix, net, x in zip(self.mixers, self.inputs, (pitch, loudness))]
        return self.out(both[0] + both[1])


class TaskHeads(nn.Module):
    def __init__(self, dim=8, tasks=4):
        super().__init__()
        self.heads = nn.ModuleList([nn.Linear(dim, 2) for _ in range(tasks)])

    def forward(self, x):
        return [head(x) for head in self.heads]


class VariableInSeries(nn.Module):
    def __init__(self, dim=8, n=3):
        super().__init__()
        block = Block(dim)
        self.layers = nn.ModuleList([block] * n)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Wrapped(nn.Module):
    def __init__(self, dim, inner):
        super().__init__()
        self.norm, self.inner = nn.LayerNorm(dim), inner

    def forward(self, x):
        return x + self.inner(self.norm(x))


class Captured(nn.Module):
    def __init__(self, dim=8, depth=3):
        super().__init__()
        inner = nn.Sequential(nn.Linear(dim, dim), nn.GELU(), nn.Linear(dim, dim))
        self.layers = nn.ModuleList([Wrapped(dim, inner) for _ in range(depth)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
