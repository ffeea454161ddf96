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
    """Groups of tensors of layers in one place that hold the same draws, and single matrices of rank one.

    Only drawn weights count: constants, identity kernels and computed tables are equal on purpose. Layers are "in
    one place" where their names differ in numbers only.
    """
    tensors = dict(module.named_parameters())
    groups: dict[tuple[str, tuple[int, ...], float], list[str]] = {}
    for parameter in model.parameters:
        tensor = tensors.get(parameter.name)
        entries = None if tensor is None else entries_of(tensor)
        if tensor is None or entries is None or tensor.dim() < 2 or not parameter.trainable:
            continue  # equal biases do no harm where the weights differ
        if not _drawn(parameter, entries):
            continue
        place = re.sub(r"\d+", "*", parameter.name)
        groups.setdefault((place, tuple(tensor.shape), float(entries.double().sum())), []).append(parameter.name)
        how = _degenerate(tensor.detach())
        if how is not None:
            yield Copies(how, (parameter.name,))
    for names in groups.values():
        equal = [name for name in names if torch.equal(tensors[name], tensors[names[0]])]
        if len(equal) > 1:
            yield Copies("equal", tuple(equal))


@final
@dataclass(slots=True)
class CopiesApart:
    """The same for tensors that are there one at a time: of each a digest is kept."""

    _groups: dict[tuple[str, tuple[object, ...], bytes], list[str]] = field(default_factory=dict)
    _alone: list[Copies] = field(default_factory=list)

    def add(self, parameter: Parameter, tensor: torch.Tensor, entries: torch.Tensor, *, whole: bool) -> None:
        """Take a tensor in; entries that are a part of it are independent of each other, so its rank is full."""
        shape = parameter.shape
        if shape is None or len(shape) < 2 or not parameter.trainable or not _drawn(parameter, entries):
            return
        place = re.sub(r"\d+", "*", parameter.name)
        digest = hashlib.blake2b(entries.contiguous().view(torch.uint8).numpy().tobytes(), digest_size=16).digest()
        self._groups.setdefault((place, shape, digest), []).append(parameter.name)
        how = _degenerate(tensor.detach()) if whole else None
        if how is not None:
            self._alone.append(Copies(how, (parameter.name,)))

    def found(self) -> tuple[Copies, ...]:
        """As :func:`copies` tells them."""
        equal = (Copies("equal", tuple(names)) for names in self._groups.values() if len(names) > 1)
        return (*self._alone, *equal)


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
