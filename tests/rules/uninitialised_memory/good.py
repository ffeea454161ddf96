import torch
import torch.nn as nn


class Zeros(nn.Module):  # probe
    """Filled where it is made."""

    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, 64))


class FilledLater(nn.Module):  # probe
    """Filled by a routine."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(16, 8))
        self.bias = nn.Parameter(torch.empty(16))
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        nn.init.zeros_(self.bias)


class Whole(nn.Module):  # probe
    """Filled block by block, to the last."""

    def __init__(self):
        super().__init__()
        self.bank = nn.Parameter(torch.empty(4, 8, 8))
        for expert in self.bank:
            nn.init.orthogonal_(expert.data)


class TorchLayers(nn.Module):  # probe
    """Torch's layers make their tensors by torch.empty and fill them."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.attention = nn.MultiheadAttention(8, 2)
        self.norm = nn.BatchNorm1d(8)


class Lazy(nn.Module):  # probe
    """There is no memory yet."""

    def __init__(self):
        super().__init__()
        self.fc = nn.LazyLinear(8)


class Infinite(nn.Module):  # probe
    """Infinity is a value."""

    def __init__(self):
        super().__init__()
        self.register_buffer("best", torch.full((1,), float("inf")))
