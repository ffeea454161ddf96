"""Moments of activations under Gaussian pre-activations.

For z ~ N(0, q): E[f(z)], E[f(z)^2] and E[f'(z)^2], closed where a closed form exists, else by composite
Gauss-Legendre quadrature split at the kinks. A symbolic or unknown q has no moments here: callers pass floats.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import final

from winit_lint.theory.functions import ACTIVATIONS

_REACH = 9.0  # N(0,1) beyond 9 holds 2e-19
_ORDER = 12
_SUM_ORDER_LIMIT = 1e300


@final
@dataclass(frozen=True, slots=True)
class Moments:
    """E[f], E[f^2] and E[f'^2] for z ~ N(0, q); infinite where they overflow."""

    mean: float
    second: float
    slope_second: float

    @property
    def variance(self) -> float:
        """Var f = E[f^2] - E[f]^2."""
        return max(self.second - self.mean * self.mean, 0.0)


def is_known(activation: str) -> bool:
    """Whether the table holds this canonical name."""
    return activation in ACTIVATIONS


def is_homogeneous(activation: str) -> bool:
    """Whether f(c x) = c f(x) for every c > 0, so that ratios do not depend on q (False for unknown names)."""
    return activation in ACTIVATIONS and ACTIVATIONS[activation].homogeneous


def argument_name(activation: str) -> str | None:
    """The torch name of the activation's shape parameter (``negative_slope``), None where it has none."""
    return ACTIVATIONS[activation].argument if activation in ACTIVATIONS else None


def default_parameter(activation: str) -> float:
    """The shape parameter's default.

    Raises:
        KeyError: the activation is not in the table.
    """
    return ACTIVATIONS[activation].default


def value_at_zero(activation: str, parameter: float | None = None) -> float | None:
    """f(0); None for an activation that is not in the table."""
    if activation not in ACTIVATIONS:
        return None
    entry = ACTIVATIONS[activation]
    return entry.value(0.0, entry.default if parameter is None else parameter)


def slope_at_zero(activation: str, parameter: float | None = None) -> float | None:
    """f'(0) as torch's autograd gives it (0 for ReLU); None for an activation that is not in the table."""
    if activation not in ACTIVATIONS:
        return None
    entry = ACTIVATIONS[activation]
    return entry.slope(0.0, entry.default if parameter is None else parameter)


def moments(activation: str, parameter: float | None = None, q: float = 1.0) -> Moments:
    """The moments at pre-activation second moment ``q >= 0``; ``parameter`` None takes the default.

    Raises:
        KeyError: the activation is not in the table.
        ValueError: ``q`` is negative or not finite.
    """
    if not math.isfinite(q) or q < 0:
        raise ValueError(f"q must be finite and not negative, got {q}")
    entry = ACTIVATIONS[activation]
    return _moments(activation, float(entry.default if parameter is None else parameter), float(q))


def gain(activation: str, parameter: float | None = None) -> float:
    """The weight gain ``sqrt(fan_in) * std`` that keeps the second moment at q = 1: 1/sqrt(E[f^2]).

    Raises:
        KeyError: the activation is not in the table.
    """
    return 1 / math.sqrt(moments(activation, parameter).second)


@lru_cache(maxsize=16384)
def _moments(activation: str, p: float, q: float) -> Moments:
    entry = ACTIVATIONS[activation]
    if q == 0:
        at_zero = entry.value(0.0, p)
        return Moments(at_zero, at_zero * at_zero, entry.slope(0.0, p) ** 2)
    closed = _closed(activation, p, q)
    if closed is not None:
        return closed
    return quadrature(lambda x: (entry.value(x, p), entry.slope(x, p)), entry.kinks(p), q)


def _closed(activation: str, p: float, q: float) -> Moments | None:
    root = math.sqrt(q)
    match activation:
        case "identity":
            return Moments(0.0, q, 1.0)
        case "relu":
            return Moments(root / math.sqrt(2 * math.pi), q / 2, 0.5)
        case "leaky_relu" | "prelu" | "rrelu":
            second = (1 + p * p) / 2
            return Moments((1 - p) * root / math.sqrt(2 * math.pi), second * q, second)
        case "abs":
            return Moments(root * math.sqrt(2 / math.pi), q, 1.0)
        case "relu_squared":
            return Moments(q / 2, _finite(1.5 * q * q), 2 * q)
        case "square":
            return Moments(q, _finite(3 * q * q), 4 * q)
        case "exp":
            second = math.exp(2 * q) if q < 350 else math.inf
            return Moments(math.exp(q / 2) if q < 1400 else math.inf, second, second)
        case "sin":
            damped = math.exp(-2 * p * p * q)
            return Moments(0.0, (1 - damped) / 2, p * p * (1 + damped) / 2)
        case "cos":
            damped = math.exp(-2 * p * p * q)
            return Moments(math.exp(-p * p * q / 2), (1 + damped) / 2, p * p * (1 - damped) / 2)
        case "erf":
            # Williams 1998: E[erf(z)^2] = (2/pi) asin(2q/(1+2q))
            return Moments(0.0, 2 / math.pi * math.asin(2 * q / (1 + 2 * q)), 4 / math.pi / math.sqrt(1 + 4 * q))
        case "sign":
            return Moments(0.0, 1.0, 0.0)
        case _:
            return None


def _finite(value: float) -> float:
    return value if value < _SUM_ORDER_LIMIT else math.inf


def quadrature(
    function: Callable[[float], tuple[float, float]], kinks: Sequence[float], variance: float, mean: float = 0.0
) -> Moments:
    """The moments of a function that gives (value, slope), for z ~ N(mean, variance).

    Composite Gauss-Legendre, split where the function is not smooth.
    """
    root = math.sqrt(variance)
    if root == 0:
        value, slope = function(mean)
        return Moments(value, value * value, slope * slope)
    first = second = slope_second = 0.0
    edges = _panels(kinks, root, mean)
    nodes = _legendre(_ORDER)
    for left, right in itertools.pairwise(edges):
        half, middle = (right - left) / 2, (right + left) / 2
        for node, weight in nodes:
            z = middle + half * node
            mass = weight * half * math.exp(-z * z / 2)
            value, slope = function(mean + root * z)
            first += mass * value
            second += mass * value * value
            slope_second += mass * slope * slope
    norm = 1 / math.sqrt(2 * math.pi)
    return Moments(first * norm, _finite(second * norm), _finite(slope_second * norm))


def _panels(kinks: Sequence[float], root: float, mean: float) -> list[float]:
    """Edges in units of z: whole numbers, kinks, and powers of two in x, where the activation itself changes."""
    edges = {float(k) for k in range(-int(_REACH), int(_REACH) + 1)}
    for kink in (0.0, *kinks):
        edges.add((kink - mean) / root)
    step = 0.5
    while step / root < _REACH and step < 256:
        edges |= {(step - mean) / root, (-step - mean) / root}
        step *= 2
    return sorted(e for e in edges if -_REACH <= e <= _REACH)


@lru_cache(maxsize=4)
def _legendre(order: int) -> tuple[tuple[float, float], ...]:
    """Gauss-Legendre nodes and weights on [-1, 1] by Newton's method on the Legendre polynomial."""
    pairs = []
    for index in range(order):
        x = math.cos(math.pi * (index + 0.75) / (order + 0.5))
        derivative = 1.0
        for _ in range(60):
            before, value = 1.0, x
            for degree in range(2, order + 1):
                before, value = value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree
            derivative = order * (x * value - before) / (x * x - 1)
            change = value / derivative
            x -= change
            if abs(change) < 1e-15:
                break
        pairs.append((x, 2 / ((1 - x * x) * derivative * derivative)))
    return tuple(pairs)
