"""Normalisations whose epsilon, or whose layer's bias, outweighs the signal."""

from torch import nn
from torch.nn import functional as F


class TinyStd(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.fc = nn.Linear(width, width, bias=False)
        self.norm = nn.BatchNorm1d(width)
        nn.init.normal_(self.fc.weight, std=1e-4)  # warning: [signal-below-norm-epsilon] "`TinyStd.norm`, a BatchNorm1d, meets a variance of 6.4e-07 with eps 1e-05: x0.06"

    def forward(self, x):
        return F.relu(self.norm(self.fc(x)))


class DepthwiseFanOut(nn.Module):
    """MobileNet's: fan_out counts all channels of a depthwise convolution, and eps is 1e-3."""

    def __init__(self, width=960):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(width, eps=1e-3)
        self.depthwise = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.norm2 = nn.BatchNorm2d(width, eps=1e-3)
        nn.init.kaiming_normal_(self.depthwise.weight, mode="fan_out", nonlinearity="relu")  # warning: [signal-below-norm-epsilon] "`DepthwiseFanOut.norm2`, a BatchNorm2d, meets a variance of 0.00071 with eps 0.001: x0.41"

    def forward(self, x):
        return F.relu(self.norm2(self.depthwise(F.relu(self.norm1(self.stem(x))))))


class NearlyThere(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.fc = nn.Linear(width, width, bias=False)
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.fc.weight, std=1e-3)  # note: [signal-below-norm-epsilon] "a LayerNorm, meets a variance of 6.[34]e-05 with eps 1e-05: x0.86"

    def forward(self, x):
        return self.norm(self.fc(x))


class BiasOutweighs(nn.Module):
    """The routine shrinks the weights and leaves the biases as torch draws them."""

    def __init__(self, width=64):
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.fc.weight, std=0.005)  # warning: [signal-below-norm-epsilon] "a LayerNorm, meets a layer whose bias is 76% of its second moment"

    def forward(self, x):
        return F.gelu(self.norm(self.fc(x)))


class OfUnknownWidth(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width, bias=False)
        self.norm = nn.BatchNorm1d(width)
        nn.init.normal_(self.fc.weight, std=1e-4)  # missed: [signal-below-norm-epsilon] the variance depends on the width

    def forward(self, x):
        return self.norm(self.fc(x))


class MomentumInThePlaceOfEps(nn.Module):
    """The second argument of BatchNorm is eps."""

    def __init__(self, width=64):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(width, 0.8)  # warning: [signal-below-norm-epsilon] "MomentumInThePlaceOfEps.norm1`, a BatchNorm2d, meets a variance of 0.33 with eps 0.8: x0.29 .* write momentum=0.8 if that is meant"
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return self.conv2(F.relu(self.norm1(self.conv1(x))))


class MomentumInThePlaceOfEpsBehindDrawnWeights(nn.Module):
    """The weights are as DCGAN draws them: it is the normalisation that is wrong."""

    def __init__(self, width=64):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width, 0.8)  # warning: [signal-below-norm-epsilon] "a BatchNorm2d, meets a variance of 0.011 with eps 0.8: x0.013"
        nn.init.normal_(self.conv.weight, 0.0, 0.02)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))
