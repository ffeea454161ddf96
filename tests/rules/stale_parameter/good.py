"""Values that follow their Parameter, or are meant to stay."""

import torch
import torch.nn.functional as F
from torch import nn


class InForward(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.log_sigma = nn.Parameter(torch.zeros(n))

    def forward(self, x):
        sigma = torch.exp(self.log_sigma)
        return x / sigma


class AProperty(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.rho = nn.Parameter(torch.zeros(n))

    @property
    def sigma(self):
        return torch.exp(self.rho)

    def forward(self, x):
        return x * self.sigma


class Renewed(nn.Module):
    """The cache is brought up to date by another method."""

    def __init__(self, n=8):
        super().__init__()
        self.rho = nn.Parameter(torch.zeros(n))
        self.sigma = torch.exp(self.rho)

    def refresh(self):
        self.sigma = torch.exp(self.rho)

    def forward(self, x):
        return x * self.sigma


class RenewedInForward(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.rho = nn.Parameter(torch.zeros(n))
        self.sigma = torch.exp(self.rho)

    def forward(self, x):
        self.sigma = torch.exp(self.rho)
        return x * self.sigma


class Anchor(nn.Module):
    """A copy of the start is what it says; a view follows the storage."""

    def __init__(self, n=8):
        super().__init__()
        self.w = nn.Parameter(torch.randn(n, n))
        self.start = self.w.detach().clone()
        self.flat = self.w.view(-1)

    def forward(self, x):
        return x @ (self.w - self.start) + self.flat[0]


class NotUsed(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(n, n))
        self.norm_at_start = self.w.norm()

    def forward(self, x):
        return x @ self.w


class FrozenSource(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.freq = nn.Parameter(torch.arange(n).float(), requires_grad=False)
        self.angle = torch.exp(self.freq)

    def forward(self, x):
        return x * self.angle


class Registered(nn.Module):
    """A buffer is a decision: it is saved and moved."""

    def __init__(self, n=8):
        super().__init__()
        self.rho = nn.Parameter(torch.zeros(n))
        self.register_buffer("sigma", torch.exp(self.rho.detach()))

    def forward(self, x):
        return x * self.sigma


class AnotherParameter(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.w = nn.Parameter(torch.randn(n, n))
        self.magnitude = nn.Parameter(self.w.norm(dim=0))

    def forward(self, x):
        return F.linear(x, self.w) * self.magnitude
