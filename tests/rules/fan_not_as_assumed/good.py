import torch
import torch.nn as nn
import torch.nn.functional as F


class TransposedByTrueFanIn(nn.Module):  # probe: 2,256,4,4
    """Of a transposed weight with stride 1 torch's fan_out is the true fan_in."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 3, 4, stride=1)
        nn.init.kaiming_normal_(self.up.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.up(x).relu()


class Plain(nn.Module):  # probe: 2,3,8,8
    """Nothing is grouped or strided: torch is right."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3, padding=1)
        self.out = nn.Conv2d(32, 8, 1)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.out(self.conv(x).relu())


class DepthwiseBeforeNorm(nn.Module):  # probe: 2,64,8,8
    """The normalisation removes the scale."""

    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)
        self.norm = nn.BatchNorm2d(64)
        self.out = nn.Conv2d(64, 8, 1)
        nn.init.kaiming_normal_(self.depthwise.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.out(self.norm(self.depthwise(x)).relu())


class Defaults(nn.Module):  # probe: 2,256,4,4
    """Nobody chose them: torch's default is by the same wrong fan, and no finding of this rule."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 3, 4, stride=2)

    def forward(self, x):
        return self.up(x)


class NoFans(nn.Module):  # probe: 2,64,8,8
    """A fixed std takes no fan."""

    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(64, 64, 3, padding=1, groups=64)
        self.out = nn.Conv2d(64, 8, 1)
        nn.init.normal_(self.depthwise.weight, std=0.3)

    def forward(self, x):
        return self.out(self.depthwise(x).relu())


class GatesOneByOne(nn.Module):  # probe: 2,5,128
    """Each block is drawn by its own fans."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(128, 128, batch_first=True)
        for gate in self.rnn.weight_ih_l0.chunk(3):
            nn.init.xavier_uniform_(gate)
        for gate in self.rnn.weight_hh_l0.chunk(3):
            nn.init.orthogonal_(gate)

    def forward(self, x):
        return self.rnn(x)[0]


class ThroughATransposedView(nn.Module):  # probe: 2,256,4,4
    """The initializer is given the weight with its first dimensions swapped, and takes the right fan."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 16, 3)
        nn.init.kaiming_normal_(self.up.weight.transpose(0, 1), nonlinearity="relu")

    def forward(self, x):
        return self.up(x).relu()


class RawAsLinear(nn.Module):  # probe: 4,64
    """The shape is that of F.linear: torch is right."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(512, 64))
        self.out = nn.Linear(512, 8)
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")

    def forward(self, x):
        return self.out(F.linear(x, self.weight).relu())


class RawByTrueFanIn(nn.Module):  # probe: 4,512
    """Of a matrix (in, out) torch's fan_out is the true fan_in."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(512, 64))
        self.out = nn.Linear(64, 8)
        nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.out((x @ self.weight).relu())


class ThereAndBack(nn.Module):  # probe: 4,512
    """Tied: the encoder and the decoder want different fans, and one draw can't suit both."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(512, 64))
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")

    def forward(self, x):
        return (x @ self.weight).relu() @ self.weight.t()


class HalvesOfASum(nn.Module):  # probe: 4,64
    """Additive attention: the products of two parts are summed, so 128 terms meet."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(32, 128))
        self.out = nn.Linear(32, 8)
        nn.init.kaiming_normal_(self.weight)

    def forward(self, x):
        return self.out(torch.tanh(F.linear(x, self.weight[:, :64]) + F.linear(x.flip(0), self.weight[:, 64:])))


class XavierEitherWay(nn.Module):  # probe: 4,512
    """The sum of the fans does not depend on the orientation."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(512, 64))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x):
        return x @ self.weight
