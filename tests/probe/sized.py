"""Networks of a width and a depth, whose signal is known by arithmetic."""

from __future__ import annotations

import torch
from torch import nn


class Plain(nn.Module):
    """ReLU layers: each multiplies the second moment by half of ``width * std ** 2``; He's variance without a std."""

    def __init__(self, width: int = 64, depth: int = 4, std: float | None = None) -> None:
        super().__init__()
        self.first = nn.Linear(32, width, bias=False)
        self.layers = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(depth))
        self.last = nn.Linear(width, 10, bias=False)
        for layer in self.layers:
            nn.init.normal_(layer.weight, std=std if std is not None else (2 / width) ** 0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x).relu()
        for layer in self.layers:
            x = layer(x).relu()
        out: torch.Tensor = self.last(x)
        return out


class Branch(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.inner = nn.LayerNorm(width), nn.Linear(width, width, bias=False)
        nn.init.normal_(self.inner.weight, std=width**-0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = x + self.inner(self.norm(x))
        return out


class Residual(nn.Module):
    """Each block adds a branch of second moment 1."""

    def __init__(self, width: int, depth: int = 4) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(Branch(width) for _ in range(depth)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.blocks(x)
        return out


class Config:
    def __init__(self, width: int = 16, heads: int = 4) -> None:
        if width % heads:
            raise ValueError("width is no multiple of heads")
        self.width, self.heads = width, heads


class Configured(Plain):
    def __init__(self, config: Config) -> None:
        super().__init__(config.width, 2)


class Dead(Plain):
    def __init__(self, width: int = 8) -> None:
        super().__init__(width, 2)
        nn.init.zeros_(self.first.weight)
