"""Identity kernels for one group of several."""

from torch import nn


class Grouped(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 3, padding=1, groups=4)
        nn.init.dirac_(self.conv.weight)  # warning: [dirac-ignores-groups] "without `groups=4` on `Grouped.conv.weight`: only 16 of 64"

    def forward(self, x):
        return self.conv(x)


class Depthwise(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv = nn.Conv1d(dim, dim, 5, padding=2, groups=dim)
        nn.init.dirac_(self.conv.weight)  # warning: [dirac-ignores-groups] "only 1/dim output channels"

    def forward(self, x):
        return self.conv(x)


class AnyGroups(nn.Module):
    def __init__(self, dim, groups):
        super().__init__()
        self.conv = nn.Conv2d(dim, dim, 3, padding=1, groups=groups)
        nn.init.dirac_(self.conv.weight)  # warning: [dirac-ignores-groups] "only 1/groups output channels"

    def forward(self, x):
        return self.conv(x)


class InALoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(32, 32, 3, groups=32), nn.ReLU(), nn.Conv2d(32, 64, 1))
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.dirac_(m.weight)  # warning: [dirac-ignores-groups] "`InALoop.layers.0.weight`: only 1 of 32"

    def forward(self, x):
        return self.layers(x)


class TooFew(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 3, groups=8)
        nn.init.dirac_(self.conv.weight, groups=2)  # warning: [dirac-ignores-groups] "without `groups=8`.*only 16 of 64"

    def forward(self, x):
        return self.conv(x)
