"""Weights that come about in many ways, for the replay of their writes."""

from __future__ import annotations

import copy

import numpy
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.scaled = nn.Parameter(torch.randn(width, width) * 0.1)
        self.half = nn.Linear(width, width).to(torch.bfloat16)


class Net(nn.Module):
    """Writes by ``apply``, in a loop over names, to parts, by copies, and from values that are read."""

    def __init__(self, width: int = 64, depth: int = 3) -> None:
        super().__init__()
        self.table = nn.Embedding(1000, width, padding_idx=0)
        self.blocks = nn.ModuleList(Block(width) for _ in range(depth))
        self.rates = [rate.item() for rate in torch.linspace(0, 0.1, depth)]
        self.head = nn.Linear(width, 1000, bias=False)
        self.head.weight = self.table.weight
        self.conv, self.lstm = nn.Conv2d(8, 16, 3), nn.LSTM(width, width)
        self.apply(self._drawn)
        for name, parameter in self.named_parameters():
            if name.endswith("down.weight"):
                nn.init.normal_(parameter, 0, 0.02 / (2 * depth) ** 0.5)
        self._finish(width)

    @torch.no_grad()
    def _finish(self, width: int) -> None:
        first, second, third = self.blocks[0], self.blocks[1], self.blocks[2]
        nn.init.orthogonal_(first.out.weight)
        nn.init.trunc_normal_(first.up.weight, std=0.02)
        nn.init.kaiming_normal_(first.qkv.weight.t())
        second.out.weight.copy_(torch.eye(width) + 0.01 * torch.randn(width, width))
        third.qkv.weight[:width].zero_()
        third.out.weight.copy_(second.out.weight)
        gates = [nn.init.orthogonal_(torch.empty(width, width)) for _ in range(4)]
        self.lstm.weight_hh_l0.data = torch.cat(gates)

    def _drawn(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


class Read(nn.Module):
    """The second weight depends on numbers of the first."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(64, 64), nn.Linear(64, 64)
        with torch.no_grad():
            self.first.weight.mul_(1 / self.first.weight.std().item())
            self.second.weight.fill_(self.first.weight.max().item())


class Lacking(nn.Module):
    """Nothing fills half of its weight."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        with torch.no_grad():
            self.weight[:32].normal_()


class Changed(nn.Module):
    """Its weight is made of a tensor that another value is written to afterwards."""

    def __init__(self) -> None:
        super().__init__()
        kept = torch.outer(torch.arange(200.0), torch.ones(200))
        self.weight = nn.Parameter(torch.empty(200, 200))
        with torch.no_grad():
            self.weight.copy_(kept)
            kept.zero_()


class Wide(nn.Module):
    """Two gigabytes, of which nothing takes long to draw."""

    def __init__(self, count: int = 16) -> None:
        super().__init__()
        self.layers = nn.ParameterList(torch.zeros(2**25) for _ in range(count))


class Alike(nn.Module):
    """Copies, layers that are drawn from one seed, a matrix of equal rows, and layers that differ."""

    def __init__(self) -> None:
        super().__init__()
        first = nn.Linear(64, 64)
        self.copied = nn.ModuleList(copy.deepcopy(first) for _ in range(3))
        self.seeded = nn.ModuleList(self._seeded() for _ in range(2))
        self.drawn = nn.ModuleList(nn.Linear(64, 64) for _ in range(3))
        self.flat = nn.Parameter(torch.empty(64, 64))
        with torch.no_grad():
            self.flat.copy_(torch.randn(64).expand(64, 64))

    def _seeded(self) -> nn.Module:
        torch.manual_seed(3)
        return nn.Linear(64, 64)


class Otherwise(nn.Module):
    """Its reset draws the first weight with another std and leaves the second alone."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        self.forgotten = nn.Parameter(torch.empty(64, 64))
        self.same = nn.Linear(64, 64)
        self.register_buffer("table", torch.arange(4096.0).reshape(64, 64))
        self.register_buffer("lost", torch.ones(64, 64))
        nn.init.normal_(self.weight, std=0.02)
        nn.init.normal_(self.forgotten, std=0.02)

    def reset_parameters(self) -> None:
        nn.init.normal_(self.weight, std=0.2)
        self.table.copy_(torch.arange(4096.0).reshape(64, 64))


class AsArray(nn.Module):
    """Numbers that leave torch."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.third = nn.Linear(64, 64), nn.Linear(64, 64), nn.Linear(64, 64)
        scale = numpy.linalg.norm(self.first.weight.detach().numpy(), 2)
        largest = max(max(row) for row in self.first.weight.tolist())
        array = numpy.asarray(self.first.weight.detach())
        with torch.no_grad():
            self.first.weight.div_(float(scale))
            self.second.weight.fill_(largest)
            self.third.weight.copy_(torch.from_numpy(array * 2))


class ThroughArray(nn.Module):
    """Writes past torch."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Linear(64, 64).weight
        self.weight.detach().numpy()[:] = 1.0
