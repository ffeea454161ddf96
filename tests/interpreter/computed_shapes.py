"""The sizes of tensors that are computed from others."""

import torch
import torch.nn as nn


class Broadcast(nn.Module):  # root
    def __init__(self):
        super().__init__()
        both = torch.zeros(10, 1) + torch.ones(20)
        self.a = nn.Linear(*both.shape, bias=False)  # reveal: a.weight [20, 10] = kaiming_uniform_ 0.183
        third = torch.ones(3, 1, 1).mul(torch.zeros(4, 5))
        self.b = nn.Linear(third.shape[0], third.size(2), bias=False)  # reveal: b.weight [5, 3] = kaiming_uniform_ 0.333
        product = torch.zeros(3, 8) @ torch.zeros(8, 12)
        self.c = nn.Linear(*product.shape, bias=False)  # reveal: c.weight [12, 3] = kaiming_uniform_ 0.333


class Reduced(nn.Module):  # root
    def __init__(self):
        super().__init__()
        x = torch.zeros(3, 4, 5, 6)
        self.a = nn.Linear(x.mean((2, 3)).shape[1], x.sum(1).shape[1], bias=False)  # reveal: a.weight [5, 4] = kaiming_uniform_ 0.289
        self.b = nn.Linear(x.norm(dim=0).shape[0], x.amax(-1).shape[-1], bias=False)  # reveal: b.weight [5, 4] = kaiming_uniform_ 0.289
        self.c = nn.Linear(x.max(1)[0].shape[1], x.argmax(1).shape[1], bias=False)  # reveal: c.weight [5, 5] = kaiming_uniform_ 0.258
        self.d = nn.Linear(x.prod(-1).shape[-1], x.var(0).shape[0], bias=False)  # reveal: d.weight [4, 5] = kaiming_uniform_ 0.258
        self.e = nn.Linear(x.logsumexp(1).shape[1], x.mean(1, keepdim=True).numel(), bias=False)  # reveal: e.weight [90, 5] = kaiming_uniform_ 0.258
        values, indices = x.min(dim=2)
        self.f = nn.Linear(values.shape[2], x.max(0).indices.shape[0], bias=False)  # reveal: f.weight [4, 6] = kaiming_uniform_ 0.236
        self.g = nn.Linear(x.softmax(1).shape[1], len(x.mean().shape) + 1, bias=False)  # reveal: g.weight [1, 4] = kaiming_uniform_ 0.289


class CountedBySize(nn.Module):  # root
    def __init__(self, channels=6):
        super().__init__()
        self.conv = nn.Conv2d(channels, 4, 3, bias=False)
        fan_in = self.conv.weight.shape[1:].numel()
        nn.init.normal_(self.conv.weight, std=fan_in**-0.5)  # reveal: conv.weight [4, 6, 3, 3] = normal_ 0.136
        self.fc = nn.Linear(self.conv.weight.size()[2:].numel(), self.conv.weight.shape.numel(), bias=False)  # reveal: fc.weight [216, 9] = kaiming_uniform_ 0.192
