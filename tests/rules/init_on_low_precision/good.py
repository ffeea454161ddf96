"""Draws in float32, or draws that 16 bits can hold."""

import torch
from torch import nn


class Tight(nn.Module):
    """With bounds at 2 standard deviations no sample is lost."""

    def __init__(self, dim=256):
        super().__init__()
        self.fc = nn.Linear(dim, dim, dtype=torch.bfloat16)
        nn.init.trunc_normal_(self.fc.weight, std=0.02, a=-0.04, b=0.04)

    def forward(self, x):
        return self.fc(x)


class ConvertedLater(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        nn.init.orthogonal_(self.fc.weight)
        self.to(torch.bfloat16)

    def forward(self, x):
        return self.fc(x)


class BackToFloat(nn.Module):
    """Converted to float32 again before the draw."""

    def __init__(self, dim=64):
        super().__init__()
        self.fc = nn.Linear(dim, dim, dtype=torch.bfloat16)
        self.fc.float()
        nn.init.orthogonal_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


class GivenType(nn.Module):
    """The caller decides; the default is float32."""

    def __init__(self, dim=64, dtype=None):
        super().__init__()
        self.fc = nn.Linear(dim, dim, dtype=dtype)
        nn.init.orthogonal_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


class Normal(nn.Module):
    """A normal and Xavier's uniform are as good in 16 bits."""

    def __init__(self, dim=64):
        super().__init__()
        self.fc1 = nn.Linear(dim, dim, dtype=torch.bfloat16)
        self.fc2 = nn.Linear(dim, dim, dtype=torch.float16)
        nn.init.normal_(self.fc1.weight, std=0.02)
        nn.init.xavier_uniform_(self.fc2.weight)

    def forward(self, x):
        return self.fc2(self.fc1(x).half())


class ThroughACopy(nn.Module):
    """Drawn in float32 and copied."""

    def __init__(self, dim=64):
        super().__init__()
        self.fc = nn.Linear(dim, dim, dtype=torch.bfloat16)
        drawn = torch.empty(dim, dim)
        nn.init.orthogonal_(drawn)
        self.fc.weight.data.copy_(drawn)

    def forward(self, x):
        return self.fc(x)


class TinyInBfloat(nn.Module):
    """bfloat16 has the exponents of float32."""

    def __init__(self, dim=64):
        super().__init__()
        self.scale = nn.Parameter(torch.empty(dim, dtype=torch.bfloat16))
        nn.init.normal_(self.scale, std=1e-8)

    def forward(self, x):
        return x * self.scale


class UnknownType(nn.Module):
    """Converted to what the device has."""

    def __init__(self, dim=64, device=None, kind=None):
        super().__init__()
        self.fc = nn.Linear(dim, dim, dtype=torch.bfloat16)
        self.fc.to(getattr(torch, kind))
        nn.init.orthogonal_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)
