"""Type tests of which a branch matches, or whose layers may be elsewhere."""

import torch
from torch import nn


class MatchingTest(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(8, 16, 3)
        self.conv2 = nn.Conv1d(16, 4, 3)
        self.apply(self.weight_init)

    @staticmethod
    def weight_init(m):
        if isinstance(m, nn.Conv1d):
            nn.init.xavier_normal_(m.weight)

    def forward(self, x):
        return self.conv2(self.conv1(x).sigmoid())


class GeneralRoutine(nn.Module):
    """Only the branch for linear layers matches here; that is what a general routine is for."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        for m in self.modules():
            if isinstance(m, (nn.Conv1d, nn.Conv2d)):
                nn.init.kaiming_normal_(m.weight)
            elif isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)

    def forward(self, x):
        return self.fc(x)


class Base(nn.Module):
    """The test matches in one of the two subclasses."""

    def finish(self):
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.xavier_normal_(m.weight)


class WithConv(Base):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.finish()

    def forward(self, x):
        return self.conv(x)


class WithoutConv(Base):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        self.finish()

    def forward(self, x):
        return self.fc(x)


class GivenFromOutside(nn.Module):
    """What the caller hands in is not known."""

    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(8, 4)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.xavier_normal_(m.weight)

    def forward(self, x):
        return self.head(self.backbone(x))


class NormsOnly(nn.Module):
    """A loop that is not meant for weights."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        for m in self.modules():
            if isinstance(m, nn.BatchNorm1d):
                nn.init.ones_(m.weight)

    def forward(self, x):
        return self.fc(x)


def init_plain(m):
    if type(m) == nn.Linear:
        nn.init.normal_(m.weight, std=0.5)


def build(sample):
    net = nn.Sequential(nn.LazyLinear(8), nn.Tanh(), nn.LazyLinear(1))
    net(sample)
    net.apply(init_plain)
    return net


class ChildrenOfChildren(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 4), nn.Tanh())
        for m in self.children():
            if isinstance(m, nn.Linear):
                nn.init.orthogonal_(m.weight)
            elif isinstance(m, nn.Sequential):
                for inner in m:
                    if isinstance(inner, nn.Linear):
                        nn.init.orthogonal_(inner.weight)

    def forward(self, x):
        return self.body(x)


class HandedAModule(nn.Module):
    """The module that the caller hands in may hold the layers that the test is for."""

    def __init__(self, body, channels):
        super().__init__()
        self.body = body
        self.conv = nn.Conv1d(channels, channels, 3)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight)


class OneCallForAllParts(nn.Module):
    """The call is the same for every part: that it does nothing to one of them is no slip."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Tanh())
        self.head = nn.Linear(8, 2)
        for part in (self.body, self.head):
            part.apply(self.start)

    def start(self, m):
        if isinstance(m, nn.Linear):
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.head(self.body(x).mean((2, 3)))


class ComparedFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.apply(self.start)

    def start(self, m):
        if m.__class__.__name__ == "Linear":
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.fc(x)


class OwnWeight(nn.Linear):
    """It fills its weight itself and is left out on purpose."""

    def __init__(self, width):
        super().__init__(width, width)
        self.weight = nn.Parameter(torch.eye(width) + 0.01 * torch.randn(width, width))
        self.scale = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x):
        return super().forward(x) * self.scale


class SubclassThatFillsItself(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(OwnWeight(8), nn.ReLU(), OwnWeight(8))
        self.body.apply(self.start)

    @staticmethod
    def start(m):
        if type(m) is nn.Linear:
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.body(x)
