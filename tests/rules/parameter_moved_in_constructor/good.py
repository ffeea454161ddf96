"""Parameters that stay parameters, and tensors that are none on purpose."""

import math

import torch
from torch import nn


class ScaledBefore(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(dim, dim) * dim**-0.5)

    def forward(self, x):
        return x @ self.weight


class ConvertedBefore(nn.Module):
    def __init__(self, dim, device):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(64, 64).to(device) * 64**-0.5)
        self.bias = nn.Parameter(torch.zeros(dim, device=device))

    def forward(self, x):
        return x @ self.weight


class NothingToConvert(nn.Module):
    """float32 on the CPU is what `torch.zeros` gives, so each of these returns the Parameter itself."""

    def __init__(self, dim=8):
        super().__init__()
        self.a = nn.Parameter(torch.zeros(dim)).float()
        self.b = nn.Parameter(torch.zeros(dim)).to(torch.float32)
        self.c = nn.Parameter(torch.zeros(dim)).to("cpu")
        self.d = nn.Parameter(torch.zeros(dim)).contiguous()
        self.e = nn.Parameter(torch.zeros(dim)).requires_grad_()
        self.f = nn.Parameter(torch.zeros(dim)).to(None)

    def forward(self, x):
        return x + self.a + self.b + self.c + self.d + self.e + self.f


class ModulesMove(nn.Module):
    """`Module.to` changes the module in place and returns it."""

    def __init__(self, device):
        super().__init__()
        self.fc = nn.Linear(8, 8).to(device)

    def forward(self, x):
        return self.fc(x)


class WrappedAgain(nn.Module):
    def __init__(self, device):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(8, 8)) + 1
        self.w = nn.Parameter(self.w.detach())

    def forward(self, x):
        return x + self.w


class Frozen(nn.Module):
    """A constant: nothing is lost for training."""

    def __init__(self, device):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(3, 1, 1), requires_grad=False).to(device)
        self.start = nn.Parameter(torch.zeros(3)).detach()

    def forward(self, x):
        return (x - self.mean) + self.start[0]


class OnlyASize(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(dim, dim))
        self.bound = 1 / math.sqrt(self.w.size(1))
        self.numel = self.w.numel()

    def forward(self, x):
        return x @ self.w * self.bound


class ForwardMayConvert(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        scale = self.scale.to(x.dtype) * 2
        return x * scale
