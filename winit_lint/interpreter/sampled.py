"""Functions of one draw, as of ``log(rand(n))``: their moments, by evenly spaced quantiles of the draw.

The elements are drawn independently, so that a function of one element at a time has the moments of the function on
these quantiles. What the function gave is kept with the memory, for the next function; a write drops it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Any, TypeAlias

from winit_lint.interpreter.operators import BINARY
from winit_lint.interpreter.values import Tensor, Value
from winit_lint.ir.distribution import UNKNOWN, Distribution, Kind
from winit_lint.ir.size import known

Sample: TypeAlias = tuple[Any, tuple[float, ...]]
"""The draw that the values are functions of, element by element, and the values."""

_POINTS = 1024


def sample(tensor: Tensor) -> Sample | None:
    """The values of a tensor that holds a uniform or normal draw, or a function of one; None for any other.

    None for a copy, too: the memory that it names is that of the original, and what is written to it is not there.
    """
    storage = tensor.storage
    if storage is None or tensor.region is not None or tensor.is_parameter or tensor.copied is not None:
        return None
    if storage.sample is not None:
        kept: Sample = storage.sample
        return kept
    dist = storage.dist
    mean, std, low, high = known(dist.mean), known(dist.std), known(dist.low), known(dist.high)
    places = [(place + 0.5) / _POINTS for place in range(_POINTS)]
    if dist.kind is Kind.UNIFORM and low is not None and high is not None:
        return (storage, len(storage.records)), tuple(low + (high - low) * place for place in places)
    if dist.kind is Kind.NORMAL and mean is not None and std is not None and std > 0:
        normal = NormalDist(mean, std)
        return (storage, len(storage.records)), tuple(map(normal.inv_cdf, places))
    return None


def mapped(found: Sample | None, function: Callable[[float], float]) -> Sample | None:
    """A function of each value; None where it has no value for one."""
    if found is None:
        return None
    try:
        values = tuple(float(function(value)) for value in found[1])
    except (ArithmeticError, TypeError, ValueError):
        return None
    return (found[0], values) if all(map(math.isfinite, values)) else None


def _joined(left: Tensor, right: Tensor, function: Callable[[float, float], float]) -> Sample | None:
    """A function of the elements of two tensors in the same places, where both come from one draw."""
    one, two = sample(left), sample(right)
    aligned = left.shape is not None and left.shape == right.shape and left.transposed is right.transposed
    if one is None or two is None or one[0] != two[0] or not aligned:
        return None
    others = iter(two[1])
    return mapped(one, lambda value: function(value, next(others)))


def combined(symbol: str, left: Value, right: Value) -> Sample | None:
    """What an operator makes of a function of a draw; None where the distributions themselves say it."""
    tensors = [value for value in (left, right) if isinstance(value, Tensor)]
    if not any(value.storage is not None and value.storage.sample is not None for value in tensors):
        return None
    if len(tensors) == 2:
        return _joined(left, right, BINARY[symbol]) if symbol in BINARY else None
    other = right if tensors[0] is left else left
    return by_number(sample(tensors[0]), symbol, other, reverse=tensors[0] is right)


def by_number(found: Sample | None, symbol: str, other: Value, *, reverse: bool) -> Sample | None:
    """An operator with a number on the other side; None where that is not known."""
    if symbol not in BINARY or not isinstance(other, (int, float)):
        return None
    operate = BINARY[symbol]
    return mapped(found, (lambda value: operate(other, value)) if reverse else (lambda value: operate(value, other)))


def moments(values: Sequence[Value]) -> Distribution:
    """The moments of numbers that all stand for as many elements."""
    if not values or not all(isinstance(value, (int, float)) for value in values):
        return UNKNOWN
    mean = math.fsum(values) / len(values)
    std = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    return Distribution(Kind.MOMENTS if std else Kind.CONSTANT, mean, std)
