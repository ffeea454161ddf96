"""Orthogonal weights whose gain does not suit what follows."""

from torch import nn
from torch.nn import functional as F


class ForgottenGain(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.fc1 = nn.Linear(width, width)
        self.fc2 = nn.Linear(width, 4)
        nn.init.orthogonal_(self.fc1.weight)  # note: [orthogonal-gain-mismatch] "`ForgottenGain.fc1.weight` is orthogonal with gain 1 \(by default\) but relu follows: second moment x0.5 here; write gain=nn.init.calculate_gain\(.relu.\)"
        nn.init.orthogonal_(self.fc2.weight, gain=0.01)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class Deep(nn.Module):
    def __init__(self, width=64, depth=16):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.head = nn.Linear(width, 4)
        self.apply(self.draw)

    def draw(self, module):
        if isinstance(module, nn.Linear):
            nn.init.orthogonal_(module.weight)  # warning: [orthogonal-gain-mismatch] "14 more\).*over the 16 layers with relu of its chain the signal's second moment x1.5e-05"
            nn.init.zeros_(module.bias)

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.head(x)


class TooLarge(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(5)])
        self.head = nn.Linear(width, 4)
        for layer in self.layers:
            nn.init.orthogonal_(layer.weight, gain=3.0)  # error: [orthogonal-gain-mismatch] "gain 3 but leaky_relu follows.*calculate_gain\(.leaky_relu., 0.2\)"

    def forward(self, x):
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
        return self.head(x)


class Depthwise(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.depthwise = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.pointwise = nn.Conv2d(width, 8, 1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.orthogonal_(m.weight)  # warning: [orthogonal-gain-mismatch] "`Depthwise.depthwise.weight` is a grouped convolution.*std x0.375, variance x0.141"

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class Convolutions(nn.Module):
    """The encoder of many agents that learn from pixels."""

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(32, 32, 3) for _ in range(8)])
        self.fc = nn.Linear(32, 50)
        for conv in self.convs:
            nn.init.orthogonal_(conv.weight.data)  # note: [orthogonal-gain-mismatch] "8 layers with relu"

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        return self.fc(x.mean((2, 3)))


class ChosenAtRunTime(nn.Module):
    def __init__(self, act, width=64):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(width, width), act(), nn.Linear(width, 4))
        nn.init.orthogonal_(self.net[0].weight)  # missed: [orthogonal-gain-mismatch] the activation is an argument

    def forward(self, x):
        return self.net(x)


class ScaledByOne(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.fc1 = self.drawn(nn.Linear(width, width))
        self.fc2 = self.drawn(nn.Linear(width, 4))

    @staticmethod
    def drawn(layer, scale=1.0):
        nn.init.orthogonal_(layer.weight.data)  # note: [orthogonal-gain-mismatch] "`ScaledByOne.fc1.weight` is orthogonal with gain 1"
        layer.weight.data.mul_(scale)  # 1 changes nothing, so the draw is named
        return layer

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class AnyNumberOfInputs(nn.Module):
    """The first layer's factor depends on the caller; the others halve what it gives."""

    def __init__(self, observations, width=48, depth=9):
        super().__init__()
        sizes = [observations] + [width] * depth
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
        self.out = nn.Linear(width, 1)
        for layer in (*self.layers, self.out):
            nn.init.orthogonal_(layer.weight, 1)  # note: [orthogonal-gain-mismatch] "`AnyNumberOfInputs.layers.1.weight`.*gain 1 but relu follows: second moment x0.5 here, over the 8 layers with relu"
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.out(x)
