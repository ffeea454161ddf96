"""Type tests that no layer of the model passes."""

import torch
from torch import nn


class ConvOfAnotherDimension(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(8, 16, 3)
        self.conv2 = nn.Conv1d(16, 4, 3)
        self.apply(self.weight_init)

    @staticmethod
    def weight_init(m):
        if isinstance(m, nn.Conv2d):  # warning: [init-filter-misses-layer] "Conv2d but the weight layers that it visits are 2 Conv1d"
            nn.init.xavier_normal_(m.weight)

    def forward(self, x):
        return self.conv2(self.conv1(x).sigmoid())


class LoopForAnotherLayer(nn.Module):
    """The normalisation is reached, the weights are not."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(8, 4, 2)
        self.norm = nn.BatchNorm2d(4)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):  # warning: [init-filter-misses-layer] "1 ConvTranspose2d"
                nn.init.kaiming_normal_(m.weight)
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)

    def forward(self, x):
        return self.norm(self.up(x))


class ExactType(nn.Module):
    """`type(m) ==` does not see a subclass."""

    def __init__(self):
        super().__init__()
        self.fc = Scaled(4, 4)
        for m in self.modules():
            if type(m) == nn.Linear:  # warning: [init-filter-misses-layer] "1 Scaled"
                nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.fc(x)


class Scaled(nn.Linear):
    def forward(self, x):
        return super().forward(x) * 0.5


def init_lazy(m):
    if type(m) == nn.LazyLinear:  # warning: [init-filter-misses-layer] "ordinary class after the first forward"
        nn.init.normal_(m.weight, std=0.01)


def build(sample):
    net = nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.LazyLinear(1))
    net(sample)
    net.apply(init_lazy)
    return net


class ByName(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        for m in self.modules():
            if type(m).__name__.find("Conv") != -1:  # warning: [init-filter-misses-layer] "tests for Conv but"
                nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.fc(x)


class DirectChildrenOnly(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
        for m in self.children():
            if isinstance(m, nn.Linear):  # warning: [init-filter-misses-layer] "direct children only: `body.0`"
                nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.body(x)


class RightForTheHeadOnly(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Tanh())
        self.head = nn.Linear(8, 2)
        self.body.apply(self.start)  # note: [init-filter-misses-layer] "changes nothing in `body`"
        self.head.apply(self.start)

    def start(self, m):
        if isinstance(m, nn.Linear):
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.head(self.body(x).mean((2, 3)))


class ComparedFirst(nn.Module):
    """Nothing is called before the class is compared."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.apply(self.start)

    def start(self, m):
        if m.__class__.__name__ == "Conv2d":  # warning: [init-filter-misses-layer] "tests for Conv2d"
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.fc(x)


class LowRank(nn.Linear):
    """A layer with parameters of its own: what it inherits still waits for the routine."""

    def __init__(self, width):
        super().__init__(width, width)
        self.scale = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x):
        return super().forward(x) * self.scale


class SubclassWithMore(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(LowRank(8), nn.ReLU(), LowRank(8))
        self.body.apply(self.start)

    @staticmethod
    def start(m):
        if type(m) is nn.Linear:  # warning: [init-filter-misses-layer] "2 LowRank"
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.body(x)
