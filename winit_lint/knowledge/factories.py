"""Functions and methods that make a new tensor: where its shape comes from and what it holds."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from winit_lint.ir.distribution import LOADED, UNINITIALISED, Distribution, Kind
from winit_lint.ir.size import known
from winit_lint.knowledge import draws
from winit_lint.knowledge.signature import sig
from winit_lint.knowledge.spec import Arguments


@final
class ShapeSource(enum.Enum):
    """Where the shape of a new tensor stands in the call."""

    SIZES = "sizes"  # positional integers, one tuple or list, or the keyword `size`
    SIZE = "size"  # the argument `size`, one tuple or list
    LIKE = "like"  # the shape of the first argument
    DATA = "data"  # the contents of the first argument
    SIZES_OR_DATA = "sizes or data"  # integers (or a torch.Size) are sizes, a list or tensor is data
    COUNT = "count"  # one dimension, by counting: `count`
    MATRIX = "matrix"  # (n, m), square where m is None


@final
@dataclass(frozen=True, slots=True)
class FactorySpec:
    """A function that makes a tensor.

    ``signature`` lists (name, default) of the arguments that are not sizes of a SIZES call, the first tensor of LIKE
    and DATA included; for ``Tensor.new_*`` the tensor itself comes before it. ``distribution`` is that of the entries,
    from all arguments filled in ("?" where not known); ``count`` gives the length of a COUNT tensor (None where not
    known). ``random`` is True where values are drawn.
    """

    name: str
    shape: ShapeSource
    signature: tuple[tuple[str, Any], ...]
    distribution: Callable[[Arguments], Distribution]
    count: Callable[[Arguments], int | None] | None = None
    random: bool = False


_MOMENTS: Final = Distribution(Kind.MOMENTS)
_TENSOR: Final[Mapping[str, Any]] = {"dtype": None, "layout": None, "device": None, "requires_grad": False}
_MADE: Final[Mapping[str, Any]] = {"out": None, **_TENSOR, "pin_memory": False}
_DRAWN: Final[Mapping[str, Any]] = {"generator": None, **_MADE}
_ALIKE: Final[Mapping[str, Any]] = {**_TENSOR, "memory_format": None}
_NEW: Final[Mapping[str, Any]] = {**_TENSOR, "pin_memory": False}


def _uninitialised(_: Arguments) -> Distribution:
    return UNINITIALISED


def _loaded(_: Arguments) -> Distribution:
    return LOADED


def _zeros(_: Arguments) -> Distribution:
    return draws.constant(0.0)


def _ones(_: Arguments) -> Distribution:
    return draws.constant(1.0)


def _filled(a: Arguments) -> Distribution:
    return draws.constant(a.fill_value)


def _standard_normal(_: Arguments) -> Distribution:
    return draws.normal(0.0, 1.0)


def _standard_uniform(_: Arguments) -> Distribution:
    return draws.uniform(0.0, 1.0)


def _integers(a: Arguments) -> Distribution:
    return draws.integers(a.low, a.high)


def _permutation(a: Arguments) -> Distribution:
    return draws.integers(0, a.n)


def _permutation_length(a: Arguments) -> int | None:
    return a.n if isinstance(a.n, int) else None


def _range(a: Arguments) -> tuple[float, float, float] | None:
    """start, end, step of an arange; one argument is the end."""
    start, end, step = (0, a.start, 1) if a.end is None else (a.start, a.end, a.step)
    numbers = known(start), known(end), known(step)
    if numbers[0] is None or numbers[1] is None or not numbers[2]:
        return None
    return numbers[0], numbers[1], numbers[2]


def _range_length(a: Arguments) -> int | None:
    found = _range(a)
    return None if found is None else max(0, math.ceil((found[1] - found[0]) / found[2]))


def _range_moments(a: Arguments) -> Distribution:
    found, length = _range(a), _range_length(a)
    if found is None or not length:
        return _MOMENTS
    return draws.evenly_spaced(found[0], found[0] + (length - 1) * found[2], length)


def _steps(a: Arguments) -> int | None:
    return a.steps if isinstance(a.steps, int) else None


def _identity(a: Arguments) -> Distribution:
    rows, columns = a.n, a.n if a.m is None else a.m
    if not isinstance(rows, int) or not isinstance(columns, int) or rows <= 0 or columns <= 0:
        return Distribution(Kind.EYE)
    return draws.ones_among(1 / max(rows, columns))


def _coin(_: Arguments) -> Distribution:
    """``torch.bernoulli(input)``: the chances are the entries of the input."""
    return _MOMENTS


def _like(name: str, distribution: Callable[[Arguments], Distribution], random: bool = False) -> FactorySpec:
    return FactorySpec(f"torch.{name}", ShapeSource.LIKE, sig("input", **_ALIKE), distribution, random=random)


def _made(name: str, distribution: Callable[[Arguments], Distribution]) -> FactorySpec:
    return FactorySpec(f"torch.{name}", ShapeSource.SIZES, sig(**_MADE), distribution)


def _drawn(name: str, distribution: Callable[[Arguments], Distribution]) -> FactorySpec:
    return FactorySpec(f"torch.{name}", ShapeSource.SIZES, sig(**_DRAWN), distribution, random=True)


def _new(name: str, distribution: Callable[[Arguments], Distribution]) -> FactorySpec:
    return FactorySpec(f"torch.Tensor.{name}", ShapeSource.SIZES, sig(**_NEW), distribution)


def _legacy(name: str) -> FactorySpec:
    """The old constructors: sizes leave memory as it is, anything else is data."""
    return FactorySpec(name, ShapeSource.SIZES_OR_DATA, sig(device=None), _uninitialised)


_FUNCTIONS: Final[Mapping[str, FactorySpec]] = {
    "torch.empty": FactorySpec("torch.empty", ShapeSource.SIZES, sig(**_MADE, memory_format=None), _uninitialised),
    "torch.zeros": _made("zeros", _zeros),
    "torch.ones": _made("ones", _ones),
    "torch.randn": _drawn("randn", _standard_normal),
    "torch.rand": _drawn("rand", _standard_uniform),
    "torch.full": FactorySpec("torch.full", ShapeSource.SIZE, sig("size", "fill_value", **_MADE), _filled),
    "torch.empty_strided": FactorySpec(
        "torch.empty_strided", ShapeSource.SIZE, sig("size", "stride", **_NEW), _uninitialised
    ),
    # Two positional arguments are (high, size), with low = 0.
    "torch.randint": FactorySpec(
        "torch.randint", ShapeSource.SIZE, sig("low", "high", "size", **_DRAWN), _integers, random=True
    ),
    "torch.randperm": FactorySpec(
        "torch.randperm", ShapeSource.COUNT, sig("n", **_DRAWN), _permutation, _permutation_length, random=True
    ),
    # One positional argument is the end.
    "torch.arange": FactorySpec(
        "torch.arange", ShapeSource.COUNT, sig("start", end=None, step=1, **_MADE), _range_moments, _range_length
    ),
    "torch.linspace": FactorySpec(
        "torch.linspace",
        ShapeSource.COUNT,
        sig("start", "end", "steps", **_MADE),
        lambda a: draws.evenly_spaced(a.start, a.end, a.steps),
        _steps,
    ),
    "torch.logspace": FactorySpec(
        "torch.logspace",
        ShapeSource.COUNT,
        sig("start", "end", "steps", base=10.0, **_MADE),
        lambda _: _MOMENTS,
        _steps,
    ),
    "torch.eye": FactorySpec("torch.eye", ShapeSource.MATRIX, sig("n", m=None, **_MADE), _identity),
    # mean and std may be tensors, whose shape the result then has; `size` goes with two numbers.
    "torch.normal": FactorySpec(
        "torch.normal",
        ShapeSource.SIZE,
        sig("mean", std=1.0, size=None, **_DRAWN),
        lambda a: draws.normal(a.mean, a.std),
        random=True,
    ),
}

_ALIKES: Final[Mapping[str, FactorySpec]] = {
    "torch.empty_like": _like("empty_like", _uninitialised),
    "torch.zeros_like": _like("zeros_like", _zeros),
    "torch.ones_like": _like("ones_like", _ones),
    "torch.randn_like": _like("randn_like", _standard_normal, random=True),
    "torch.rand_like": _like("rand_like", _standard_uniform, random=True),
    "torch.full_like": FactorySpec("torch.full_like", ShapeSource.LIKE, sig("input", "fill_value", **_ALIKE), _filled),
    # Two positional arguments are (input, high), with low = 0.
    "torch.randint_like": FactorySpec(
        "torch.randint_like", ShapeSource.LIKE, sig("input", "low", "high", **_ALIKE), _integers, random=True
    ),
    "torch.bernoulli": FactorySpec(
        "torch.bernoulli", ShapeSource.LIKE, sig("input", generator=None, out=None), _coin, random=True
    ),
}

_DATA: Final[Mapping[str, FactorySpec]] = {
    "torch.tensor": FactorySpec(
        "torch.tensor",
        ShapeSource.DATA,
        sig("data", dtype=None, device=None, requires_grad=False, pin_memory=False),
        _loaded,
    ),
    "torch.as_tensor": FactorySpec("torch.as_tensor", ShapeSource.DATA, sig("data", dtype=None, device=None), _loaded),
    "torch.asarray": FactorySpec(
        "torch.asarray",
        ShapeSource.DATA,
        sig("obj", dtype=None, device=None, copy=None, requires_grad=False),
        _loaded,
    ),
    "torch.from_numpy": FactorySpec("torch.from_numpy", ShapeSource.DATA, sig("ndarray"), _loaded),
    "torch.scalar_tensor": FactorySpec("torch.scalar_tensor", ShapeSource.DATA, sig("s", **_NEW), _loaded),
}

_LEGACY: Final[Mapping[str, FactorySpec]] = {
    "torch.Tensor": _legacy("torch.Tensor"),
    "torch.FloatTensor": _legacy("torch.FloatTensor"),
    "torch.DoubleTensor": _legacy("torch.DoubleTensor"),
    "torch.HalfTensor": _legacy("torch.HalfTensor"),
    "torch.BFloat16Tensor": _legacy("torch.BFloat16Tensor"),
    "torch.LongTensor": _legacy("torch.LongTensor"),
    "torch.IntTensor": _legacy("torch.IntTensor"),
    "torch.ShortTensor": _legacy("torch.ShortTensor"),
    "torch.CharTensor": _legacy("torch.CharTensor"),
    "torch.ByteTensor": _legacy("torch.ByteTensor"),
    "torch.BoolTensor": _legacy("torch.BoolTensor"),
    "torch.cuda.FloatTensor": _legacy("torch.cuda.FloatTensor"),
    "torch.cuda.DoubleTensor": _legacy("torch.cuda.DoubleTensor"),
    "torch.cuda.HalfTensor": _legacy("torch.cuda.HalfTensor"),
    "torch.cuda.LongTensor": _legacy("torch.cuda.LongTensor"),
    "torch.Tensor.new": _legacy("torch.Tensor.new"),
}

_NEW_METHODS: Final[Mapping[str, FactorySpec]] = {
    "torch.Tensor.new_empty": _new("new_empty", _uninitialised),
    "torch.Tensor.new_zeros": _new("new_zeros", _zeros),
    "torch.Tensor.new_ones": _new("new_ones", _ones),
    "torch.Tensor.new_full": FactorySpec(
        "torch.Tensor.new_full", ShapeSource.SIZE, sig("size", "fill_value", **_NEW), _filled
    ),
    "torch.Tensor.new_tensor": FactorySpec(
        "torch.Tensor.new_tensor",
        ShapeSource.DATA,
        sig("data", dtype=None, device=None, requires_grad=False, layout=None, pin_memory=False),
        _loaded,
    ),
}

FACTORIES: Final[Mapping[str, FactorySpec]] = {**_FUNCTIONS, **_ALIKES, **_DATA, **_LEGACY, **_NEW_METHODS}
