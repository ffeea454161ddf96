"""Which distribution a parameter's entries look like."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import torch

from winit_lint.ir.distribution import Kind
from winit_lint.knowledge.draws import truncated_normal

_FEW: Final = 50  # entries below which no test tells the families apart
_MOST: Final = 20_000
_CHUNK: Final = 2**22  # entries that are compared at a time
_CRITICAL: Final = 2.23  # of sqrt(n) times the largest distance of the distribution functions: 1 in 10,000
_VECTORS: Final = 64  # rows (columns) that are tested for being orthonormal
_ORTHONORMAL: Final = 1e-4
_BLOCKS: Final = (2, 3, 4)
_ROOT2: Final = math.sqrt(2.0)


def family(tensor: torch.Tensor, promised: Kind) -> tuple[str | None, int]:
    """The family's name and in how many blocks of rows it holds; (None, 1) where nothing fits or entries are few.

    Where several fit (a normal and one that is truncated far out), the promised one is named.
    """
    entries = tensor.reshape(-1)
    low, high = float(entries.min()), float(entries.max())
    if low == high:
        return Kind.CONSTANT.value, 1
    blocks = orthonormal(tensor)
    if blocks:
        return Kind.ORTHOGONAL.value, blocks
    if all(bool(((part == low) | (part == high)).all()) for part in torch.split(entries, _CHUNK)):
        return "two_valued", 1
    if len(entries) < _FEW:
        return None, 1
    step = max(1, len(entries) // _MOST)
    distances = _distances(entries[::step].double().sort().values, low, high)
    fitting = {kind: distance for kind, distance in distances.items() if distance < _CRITICAL}
    if promised in fitting:
        return promised.value, 1
    return (min(fitting, key=lambda kind: fitting[kind]).value, 1) if fitting else (None, 1)


def orthonormal(tensor: torch.Tensor) -> int:
    """In how many blocks of rows the flattened matrix is orthogonal up to a scale; 0 for none."""
    if tensor.dim() < 2 or not tensor.shape[0]:
        return 0
    matrix = tensor.reshape(tensor.shape[0], -1).float()
    if min(matrix.shape) < 2:
        return 0
    squares, rest = divmod(matrix.shape[0], matrix.shape[1])
    # stacked squares that are orthogonal each have orthonormal columns together, too
    first = (squares, 1) if squares > 1 and not rest else (1,)
    for blocks in (*first, *_BLOCKS):
        rows = matrix.shape[0] // blocks
        if matrix.shape[0] % blocks or rows < 2:
            continue
        if all(_orthonormal(block) for block in torch.split(matrix, rows)):
            return int(blocks)
    return 0


def _orthonormal(block: torch.Tensor) -> bool:
    short = block if block.shape[0] <= block.shape[1] else block.T
    vectors = short[:: max(1, short.shape[0] // _VECTORS)][:_VECTORS]
    products = vectors @ vectors.T
    diagonal = products.diagonal()
    scale = float(diagonal.mean())
    if scale <= 0 or float((diagonal - scale).abs().max()) > _ORTHONORMAL * scale:
        return False
    off = products - torch.diag(diagonal)
    return float(off.abs().max()) < _ORTHONORMAL * scale and int((vectors != 0).sum()) > len(vectors)


def _distances(ordered: torch.Tensor, low: float, high: float) -> dict[Kind, float]:
    """For each family, sqrt(n) times the largest distance between its distribution function and the sample's."""
    mean, std = float(ordered.mean()), float(ordered.std())
    found = {
        Kind.UNIFORM: _distance(ordered, lambda x: (x - low) / (high - low)),
        Kind.NORMAL: _distance(ordered, lambda x: _normal((x - mean) / std)),
    }
    parent = _parent(std, (high - low) / 2)
    if parent is not None:
        middle = (low + high) / 2
        first = _normal(torch.tensor((low - middle) / parent, dtype=torch.float64))
        mass = 1.0 - 2.0 * first
        found[Kind.TRUNCATED_NORMAL] = _distance(ordered, lambda x: (_normal((x - middle) / parent) - first) / mass)
    return found


def _parent(std: float, reach: float) -> float | None:
    """The std of the normal which, truncated at ``reach`` on both sides, has this std; None where none has."""
    low, high = std, 50.0 * std
    for _ in range(60):
        middle = (low + high) / 2
        cut = truncated_normal(0.0, middle, -reach, reach).std
        if not isinstance(cut, (int, float)):
            return None
        low, high = (middle, high) if cut < std else (low, middle)
    return low if low < 40.0 * std else None


def _normal(x: torch.Tensor) -> torch.Tensor:
    return 0.5 * (1.0 + torch.erf(x / _ROOT2))


def _distance(ordered: torch.Tensor, function: Callable[[torch.Tensor], torch.Tensor]) -> float:
    count = len(ordered)
    expected = function(ordered)
    steps = torch.arange(count, dtype=torch.float64) / count
    largest = max(float((expected - steps).abs().max()), float((expected - steps - 1.0 / count).abs().max()))
    return largest * math.sqrt(count)
