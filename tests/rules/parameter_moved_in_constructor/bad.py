"""Attributes that should have been parameters."""

import torch
from torch import nn


class Scaled(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(dim, dim)) * dim**-0.5  # warning: [parameter-moved-in-constructor] "`weight` holds the result of arithmetic on a Parameter"

    def forward(self, x):
        return x @ self.weight


class ToAGivenDevice(nn.Module):
    def __init__(self, device):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(4, 4)).to(device)  # warning: [parameter-moved-in-constructor] "where `to` has something to convert"

    def forward(self, x):
        return x + self.table


class WhereADeviceIsGiven(nn.Module):
    def __init__(self, device=None):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(4, 4)).to(device)  # warning: [parameter-moved-in-constructor] "where `to` has something"

    def forward(self, x):
        return x + self.table


class OnTheGpu(nn.Module):
    def __init__(self):
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(1)).cuda()  # warning: [parameter-moved-in-constructor] "`cuda` of a Parameter"
        self.beta = nn.Parameter(torch.ones(1)).to("cuda:0")  # warning: [parameter-moved-in-constructor] "`to` of a Parameter"
        self.half = nn.Parameter(torch.ones(1)).to(torch.float16)  # warning: [parameter-moved-in-constructor] "no optimizer trains it"

    def forward(self, x):
        return x * self.alpha + self.beta


class ByALocal(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        w = nn.Parameter(torch.empty(dim, dim))
        nn.init.xavier_uniform_(w)
        w = w.clone()
        self.w = w  # warning: [parameter-moved-in-constructor] "`clone` of a Parameter"

    def forward(self, x):
        return x @ self.w


class Joined(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.token = torch.cat([nn.Parameter(torch.zeros(1, dim)), torch.ones(1, dim)])  # missed: [parameter-moved-in-constructor] a list of tensors is not followed

    def forward(self, x):
        return x + self.token
