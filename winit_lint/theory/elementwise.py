"""Elementwise functions of one Gaussian value, composed from the table: ``x * sigmoid(x)``, ``relu(x) ** 2 - 0.5``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, final

from winit_lint.theory.functions import ACTIVATIONS

_INCREASING = frozenset(
    {
        "identity", "relu", "leaky_relu", "prelu", "rrelu", "elu", "celu", "selu", "softplus", "softsign", "tanh",
        "hardtanh", "sigmoid", "hardsigmoid", "logsigmoid", "relu6", "exp", "erf", "arctan", "tanhshrink",
        "softshrink", "hardshrink", "sign", "lecun_tanh",
    }
)  # fmt: skip


@final
@dataclass(frozen=True)
class Argument:
    """The value itself."""

    depth: int = 0
    increasing: bool = True

    def at(self, z: float) -> tuple[float, float]:
        """(value, slope) at ``z``."""
        return z, 1.0

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where it is not smooth."""
        return ()


@final
@dataclass(frozen=True)
class Applied:
    """An activation of the table at a function. ``parameter`` is its shape parameter."""

    activation: str
    parameter: float
    inner: Elementwise

    @cached_property
    def depth(self) -> int:
        """How many functions are nested."""
        return self.inner.depth + 1

    @cached_property
    def increasing(self) -> bool:
        """It never falls, so that it may be exchanged with a maximum."""
        return self.activation in _INCREASING and self.inner.increasing

    def at(self, z: float) -> tuple[float, float]:
        """(value, slope) at ``z``."""
        x, slope = self.inner.at(z)
        entry = ACTIVATIONS[self.activation]
        return entry.value(x, self.parameter), entry.slope(x, self.parameter) * slope

    @cached_property
    def kinks(self) -> tuple[float, ...]:
        """Where it is not smooth, as far as the inner function is affine."""
        own = ACTIVATIONS[self.activation].kinks(self.parameter)
        match self.inner:
            case Argument():
                return own
            case Affine(factor, offset, Argument()) if factor:
                return tuple((kink - offset) / factor for kink in own)
            case _:
                return self.inner.kinks


@final
@dataclass(frozen=True)
class Affine:
    """``factor * f + offset``."""

    factor: float
    offset: float
    inner: Elementwise

    @cached_property
    def depth(self) -> int:
        """How many functions are nested."""
        return self.inner.depth + 1

    @cached_property
    def increasing(self) -> bool:
        """It never falls."""
        return self.factor >= 0 and self.inner.increasing

    def at(self, z: float) -> tuple[float, float]:
        """(value, slope) at ``z``."""
        value, slope = self.inner.at(z)
        return self.factor * value + self.offset, self.factor * slope

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where it is not smooth."""
        return self.inner.kinks


@final
@dataclass(frozen=True)
class Combined:
    """The sum, difference or product of two functions of the same value; ``symbol`` is ``+``, ``-`` or ``*``."""

    symbol: str
    left: Elementwise
    right: Elementwise

    @cached_property
    def depth(self) -> int:
        """How many functions are nested."""
        return max(self.left.depth, self.right.depth) + 1

    @cached_property
    def increasing(self) -> bool:
        """It never falls; False where that is not plain."""
        return self.symbol == "+" and self.left.increasing and self.right.increasing

    def at(self, z: float) -> tuple[float, float]:
        """(value, slope) at ``z``."""
        (a, slope_a), (b, slope_b) = self.left.at(z), self.right.at(z)
        match self.symbol:
            case "+":
                return a + b, slope_a + slope_b
            case "-":
                return a - b, slope_a - slope_b
            case _:
                return a * b, a * slope_b + slope_a * b

    @cached_property
    def kinks(self) -> tuple[float, ...]:
        """Where it is not smooth."""
        return (*self.left.kinks, *self.right.kinks)


Elementwise: TypeAlias = Argument | Applied | Affine | Combined

ARGUMENT = Argument()
_DEEPEST = 12


def apply(activation: str, parameter: float | None, inner: Elementwise) -> Elementwise | None:
    """The activation at a function; None where the table does not hold it or too much is nested."""
    if activation not in ACTIVATIONS or inner.depth >= _DEEPEST:
        return None
    value = ACTIVATIONS[activation].default if parameter is None else parameter
    return Applied(activation, float(value), inner)


def affine(factor: float, offset: float, inner: Elementwise) -> Elementwise | None:
    """``factor * f + offset``, nested ones merged; None where a number is not finite or too much is nested."""
    if isinstance(inner, Affine):
        factor, offset, inner = factor * inner.factor, factor * inner.offset + offset, inner.inner
    if not (math.isfinite(factor) and math.isfinite(offset)) or inner.depth >= _DEEPEST:
        return None
    return Affine(factor, offset, inner)


def combine(symbol: str, left: Elementwise, right: Elementwise) -> Elementwise | None:
    """``left symbol right``; None for another operator or where too much is nested."""
    if symbol not in {"+", "-", "*"} or max(left.depth, right.depth) >= _DEEPEST:
        return None
    return Combined(symbol, left, right)
