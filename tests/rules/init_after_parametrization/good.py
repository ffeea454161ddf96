"""The right order, and the old spectral_norm, whose weight shares its storage."""

from torch import nn
from torch.nn.utils import spectral_norm, weight_norm


class BeforeWeightNorm(nn.Module):
    def __init__(self):
        super().__init__()
        conv = nn.Conv1d(8, 8, 3)
        conv.weight.data.normal_(0.0, 0.01)
        self.conv = weight_norm(conv)

    def forward(self, x):
        return self.conv(x)


class OldSpectralNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = spectral_norm(nn.Conv1d(8, 8, 3))
        nn.init.xavier_uniform_(self.conv.weight)

    def forward(self, x):
        return self.conv(x)


class BiasOnly(nn.Module):
    """The bias is not recomputed, nor is what weight_norm computes from."""

    def __init__(self):
        super().__init__()
        self.conv = weight_norm(nn.Conv1d(8, 8, 3))
        nn.init.zeros_(self.conv.bias)
        nn.init.ones_(self.conv.weight_g)

    def forward(self, x):
        return self.conv(x)


class SourcesWrittenToo(nn.Module):
    """What is written to the weight is lost, but what it is computed from is written as well."""

    def __init__(self):
        super().__init__()
        conv = nn.Conv1d(8, 8, 3)
        nn.init.normal_(conv.weight, std=0.1)
        self.conv = weight_norm(conv)
        nn.init.normal_(self.conv.weight, std=0.02)
        nn.init.normal_(self.conv.weight_v, std=0.02)

    def forward(self, x):
        return self.conv(x)
