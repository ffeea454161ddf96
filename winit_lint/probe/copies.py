"""Drawn tensors that are equal, and matrices whose rows are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, final

import torch
from torch import nn

from winit_lint.ir.distribution import Kind
from winit_lint.ir.measured import Copies
from winit_lint.ir.model import Model, Parameter
from winit_lint.probe.operation import is_draw
from winit_lint.probe.statistics import entries_of

_DRAWN: Final = frozenset({Kind.UNIFORM, Kind.NORMAL, Kind.TRUNCATED_NORMAL, Kind.ORTHOGONAL})
_ROUNDING: Final = 1e-5
_FEWEST: Final = 16  # entries of a tensor that says anything
_ROWS: Final = 256


def copies(model: Model, module: nn.Module) -> Iterator[Copies]:
    """What :class:`Gathered` tells of the tensors of a module."""
    tensors, found = dict(module.named_parameters()), Gathered()
    for parameter in model.parameters:
        tensor = tensors.get(parameter.name)
        entries = None if tensor is None else entries_of(tensor)
        if tensor is not None and entries is not None:
            found.add(parameter, tensor, entries, whole=True)
    yield from found.found()


@final
@dataclass(slots=True)
class Gathered:
    """Groups of tensors of layers in one place that hold the same draws, and single matrices of rank one.

    Only drawn weights count: constants, identity kernels and computed tables are equal on purpose, and equal biases do
    no harm where the weights differ. Layers are "in one place" where their names differ in numbers only. Tensors may
    be there one at a time: of each a digest is kept.
    """

    _groups: dict[tuple[str, tuple[object, ...], bytes], list[str]] = field(default_factory=dict)
    _alone: list[Copies] = field(default_factory=list)

    def add(self, parameter: Parameter, tensor: torch.Tensor, entries: torch.Tensor, *, whole: bool) -> None:
        """Take a tensor in; entries that are a part of it are independent of each other, so its rank is full."""
        shape = parameter.shape
        if shape is None or len(shape) < 2 or not parameter.trainable or not _drawn(parameter, entries):
            return
        place = re.sub(r"\d+", "*", parameter.name)
        self._groups.setdefault((place, shape, _digest(entries)), []).append(parameter.name)
        how = _degenerate(tensor.detach()) if whole else None
        if how is not None:
            self._alone.append(Copies(how, (parameter.name,)))

    def found(self) -> Iterator[Copies]:
        """The single matrices, then the groups."""
        yield from self._alone
        yield from (Copies("equal", tuple(names)) for names in self._groups.values() if len(names) > 1)


def _digest(entries: torch.Tensor) -> bytes:
    """Equal for equal bits, and hardly ever for others."""
    plain = entries.contiguous().cpu().view(torch.uint8).numpy()
    return hashlib.blake2b(plain.data, digest_size=16).digest()


def _drawn(parameter: Parameter, entries: torch.Tensor) -> bool:
    if entries.numel() < _FEWEST or not bool(torch.isfinite(entries).all()) or float(entries.std()) == 0.0:
        return False
    write = parameter.last
    return write is not None and (is_draw(write.init) or write.distribution.kind in _DRAWN)


def _degenerate(tensor: torch.Tensor) -> str | None:
    """What is wrong with a matrix; tensors of more dimensions are flattened behind the first."""
    matrix = tensor.reshape(tensor.shape[0], -1)[:_ROWS].double()
    if min(matrix.shape) < 4:
        return None
    if bool((matrix == matrix[0]).all()):
        return "equal rows"
    direction = matrix[matrix.norm(dim=1).argmax()]
    direction = direction / direction.norm()
    rest = matrix - torch.outer(matrix @ direction, direction)
    return "rank one" if float(rest.norm()) < _ROUNDING * float(matrix.norm()) else None
