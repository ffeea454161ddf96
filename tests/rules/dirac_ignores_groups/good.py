"""Every channel gets its 1."""

from torch import nn


class WithGroups(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 3, padding=1, groups=4)
        nn.init.dirac_(self.conv.weight, groups=4)

    def forward(self, x):
        return self.conv(x)


class OneGroup(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv = nn.Conv2d(dim, dim, 3, padding=1)
        nn.init.dirac_(self.conv.weight)

    def forward(self, x):
        return self.conv(x)


class OwnGroups(nn.Module):
    """The number is taken from the layer."""

    def __init__(self, dim, groups):
        super().__init__()
        self.conv = nn.Conv2d(dim, dim, 3, padding=1, groups=groups)
        nn.init.dirac_(self.conv.weight, self.conv.groups)

    def forward(self, x):
        return self.conv(x)


class FewOutputs(nn.Module):
    """4 outputs in 2 groups, each with 32 inputs: all 4 get a 1."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 4, 3, groups=2)
        nn.init.dirac_(self.conv.weight)

    def forward(self, x):
        return self.conv(x)


class DrawnLater(nn.Module):
    """The last write counts."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 3, groups=4)
        nn.init.dirac_(self.conv.weight)
        for p in self.parameters():
            nn.init.normal_(p, std=0.05)

    def forward(self, x):
        return self.conv(x)


class FreeGroups(nn.Module):
    """How wide the groups are against the outputs is not known."""

    def __init__(self, dim, out, groups):
        super().__init__()
        self.conv = nn.Conv2d(dim, out, 3, groups=groups)
        nn.init.dirac_(self.conv.weight)

    def forward(self, x):
        return self.conv(x)
