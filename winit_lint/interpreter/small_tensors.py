"""Arithmetic on small concrete tensors: the schedules of widths and drop rates that constructors compute."""

from __future__ import annotations

import collections
import itertools
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from winit_lint.interpreter.values import Tensor, Value
from winit_lint.ir.distribution import UNKNOWN, Distribution, Kind, constant

_Number = (int, float)


def concrete_call(name: str, args: list[Value], kwargs: Mapping[str, Value]) -> Tensor | tuple[Tensor, ...] | None:
    """A torch function of tensors whose contents are known; None where it is not one of the table or not concrete."""
    bare = name.rpartition(".")[2]
    first = args[0] if args else None
    if bare in _PARTED and isinstance(first, Tensor) and first.data is not None and len(first.shape or ()) == 1:
        return _PARTED[bare](first.data, args[1:], kwargs)
    if bare in ELEMENTWISE and isinstance(first, Tensor) and first.data is not None:
        found = _map(ELEMENTWISE[bare], first.data)
        if found is not None and first.shape is not None and len(first.shape) != 1:
            found.shape = first.shape
        elif found is not None and first.shape is None:
            found.shape = None  # expanded: the numbers stand for as many elements each
        return found
    if bare in _BINARY and len(args) >= 2:
        return _pairs(_BINARY[bare], args[0], args[1])
    if bare in _WHOLE and isinstance(first, Tensor) and first.data is not None:
        return _whole(_WHOLE[bare], first.data)
    return None


def of_constant(name: str, dist: Distribution) -> Distribution:
    """What a torch function of one tensor makes of elements that are all one known number."""
    function = ELEMENTWISE.get(name.rpartition(".")[2])
    if function is None or dist.kind is not Kind.CONSTANT or not isinstance(dist.mean, _Number):
        return UNKNOWN
    try:
        return constant(function(dist.mean))
    except (ArithmeticError, ValueError):
        return UNKNOWN


def _map(function: Callable[[Any], Any], data: list[Any]) -> Tensor | None:
    try:
        found = [function(value) for value in data]
    except (TypeError, ValueError, ArithmeticError):
        return None
    return Tensor(data=found, shape=(len(found),))


def _pairs(function: Callable[[Any, Any], Any], left: Value, right: Value) -> Tensor | None:
    one = left.data if isinstance(left, Tensor) else None
    two = right.data if isinstance(right, Tensor) else None
    if one is None and two is None:
        return None
    count = len(one if one is not None else two or [])
    lefts = one if one is not None else [left] * count
    rights = two if two is not None else [right] * count
    if len(lefts) != len(rights) or not all(isinstance(v, _Number) for v in (*lefts, *rights)):
        return None
    try:
        found = [function(a, b) for a, b in zip(lefts, rights, strict=True)]
    except (ArithmeticError, TypeError, ValueError):
        return None
    return Tensor(data=found, shape=(len(found),))


def _whole(function: Callable[[list[Any]], list[Any]], data: list[Any]) -> Tensor | None:
    try:
        found = function(data)
    except (TypeError, ValueError):
        return None
    return Tensor(data=found, shape=(len(found),))


def _unique(data: list[Any], args: list[Value], kwargs: Mapping[str, Value]) -> Tensor | tuple[Tensor, ...] | None:
    """Its values in order, and with ``return_counts`` how many there are of each."""
    if args or not kwargs.keys() <= {"sorted", "return_counts"} or not all(isinstance(v, _Number) for v in data):
        return None
    counts = collections.Counter(data)
    found = Tensor(data=sorted(counts), shape=(len(counts),))
    flag = kwargs.get("return_counts", False)
    if not isinstance(flag, bool):
        return None
    return (found, Tensor(data=[counts[v] for v in sorted(counts)], shape=(len(counts),))) if flag else found


def _split(data: list[Any], args: list[Value], kwargs: Mapping[str, Value]) -> tuple[Tensor, ...] | None:
    """Its parts by their size or sizes."""
    first = (
        args[0] if args else next((kwargs[k] for k in ("split_size_or_sections", "split_size") if k in kwargs), None)
    )
    sizes = first
    if isinstance(first, int) and first > 0:
        sizes = [min(first, len(data) - low) for low in range(0, len(data), first)]
    if not isinstance(sizes, (list, tuple)) or not all(isinstance(v, int) for v in sizes) or sum(sizes) != len(data):
        return None
    ends = list(itertools.accumulate(sizes))
    return tuple(Tensor(data=data[end - size : end], shape=(size,)) for size, end in zip(sizes, ends, strict=True))


def _diff(data: list[Any]) -> list[Any]:
    return [b - a for a, b in itertools.pairwise(data)]


ELEMENTWISE: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "log": math.log,
        "log2": math.log2,
        "log10": math.log10,
        "log1p": math.log1p,
        "exp": math.exp,
        "expm1": math.expm1,
        "sqrt": math.sqrt,
        "rsqrt": lambda value: 1 / math.sqrt(value),
        "reciprocal": lambda value: 1 / value,
        "square": lambda value: value * value,
        "sigmoid": lambda value: 1 / (1 + math.exp(-value)),
        "logit": lambda value: math.log(value / (1 - value)),
        "tanh": math.tanh,
        "sin": math.sin,
        "cos": math.cos,
        "round": round,
        "floor": math.floor,
        "ceil": math.ceil,
        "abs": abs,
        "neg": lambda value: -value,
    }
)
"""Torch functions of one tensor, by their last name, as functions of one of its elements."""

_BINARY: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "pow": lambda a, b: a**b,
        "div": lambda a, b: a / b,
        "divide": lambda a, b: a / b,
        "true_divide": lambda a, b: a / b,
        "mul": lambda a, b: a * b,
        "multiply": lambda a, b: a * b,
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
    }
)
_WHOLE: Mapping[str, Callable[[list[Any]], list[Any]]] = MappingProxyType(
    {"diff": _diff, "flip": lambda data: data[::-1]}
)
_PARTED: Mapping[str, Callable[[list[Any], list[Value], Mapping[str, Value]], Tensor | tuple[Tensor, ...] | None]] = (
    MappingProxyType({"unique": _unique, "split": _split})
)
