"""A package of models out of a generator: as many files as asked for, that import each other as those of a zoo do."""

from __future__ import annotations

from pathlib import Path

IN_A_FOLDER = 50

_LAYERS = """\
import torch
from torch import nn


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x / x.std() * self.weight


def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        nn.init.zeros_(module.bias)
"""

_MODEL = """\
import torch
from torch import nn
from torch.nn import functional as F

from {layers} import Norm, init_weights
{imported}

class Block{number}(nn.Module):
    def __init__(self, width, expansion={expansion}):
        super().__init__()
        self.norm = Norm(width)
        self.fc1 = nn.Linear(width, expansion * width)
        self.fc2 = nn.Linear(expansion * width, width)

    def forward(self, x):
        return x + self.fc2(F.{activation}(self.fc1(self.norm(x))))


class Net{number}(nn.Module):
    def __init__(self, width={width}, depth={depth}, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, width, {kernel}, stride=2)
        self.blocks = nn.ModuleList({block}(width) for _ in range(depth))
        self.head = nn.Linear(width, classes)
        self.apply(init_weights)
        {extra}

    def forward(self, x):
        x = self.stem(x).flatten(2).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean(1))


def net{number}(**options):
    return Net{number}(width={width}, **options)
"""

_ACTIVATIONS = ("relu", "gelu", "silu", "tanh")
_EXTRAS = ("nn.init.xavier_uniform_(self.head.weight)", "nn.init.zeros_(self.head.weight)", "self.scale = 1.0")


def write_package(folder: Path, files: int) -> None:
    """Writes a package of this many modules; every third uses the block of the one before it, in the same folder."""
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "layers.py").write_text(_LAYERS)
    for number in range(files):
        part = folder / f"part{number // IN_A_FOLDER}"
        if not number % IN_A_FOLDER:
            part.mkdir()
            (part / "__init__.py").write_text("")
        (part / f"net{number}.py").write_text(_model(folder.name, number))


def _model(package: str, number: int) -> str:
    borrows = number % 3 == 2 and number % IN_A_FOLDER > 0
    return _MODEL.format(
        layers=f"{package}.layers",
        imported=f"from .net{number - 1} import Block{number - 1}\n" if borrows else "",
        number=number,
        expansion=2 + number % 3,
        activation=_ACTIVATIONS[number % len(_ACTIVATIONS)],
        width=32 * (1 + number % 7),
        depth=2 + number % 5,
        kernel=3 + 2 * (number % 3),
        block=f"Block{number - 1 if borrows else number}",
        extra=_EXTRAS[number % len(_EXTRAS)],
    )
