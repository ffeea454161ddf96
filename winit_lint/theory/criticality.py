"""Gains, the variance map of one layer, its fixed points, and how signal and gradient behave there.

For z = W h + b, h = f(z) the second moment follows q' = s E[f(z)^2] + b with s = fan_in Var(w) (Poole et al. 2016,
arXiv 1606.05340, eq. 3). chi_1 = s E[f'(z)^2] is the growth of the gradient a layer, 1 at the edge of chaos
(Schoenholz et al. 2017, arXiv 1611.01232, eq. 5); chi_par = s dE[f^2]/dq is the slope of the map, above 1 where the
fixed point repels (Roberts, Yaida and Hanin 2022, arXiv 2106.10165, chapter 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

from winit_lint.theory.functions import ACTIVATIONS
from winit_lint.theory.moments import is_homogeneous, moments, quadrature

_STEPS = 20_000
_SETTLED = 1e-12
_LOWEST, _HIGHEST = 1e-6, 1e4
_TINY = 1e-13
_ALIKE = 1e-3


def gain_backward(activation: str, parameter: float | None = None) -> float:
    """The gain that keeps the gradient's second moment at q = 1: 1/sqrt(E[f'^2]); infinite for a step.

    Raises:
        KeyError: the activation is not in the table.
    """
    slope = moments(activation, parameter).slope_second
    return 1 / math.sqrt(slope) if slope else math.inf


def gain_centred(activation: str, parameter: float | None = None) -> float:
    """The gain that keeps the variance where the next layer removes the mean: 1/sqrt(Var f).

    For standardised weights (Brock et al. 2021, arXiv 2101.08692, eq. 4).

    Raises:
        KeyError: the activation is not in the table.
    """
    return 1 / math.sqrt(moments(activation, parameter).variance)


def variance_map(q: float, s: float, bias: float, activation: str, parameter: float | None = None) -> float:
    """q' = s E[f(z)^2] + bias for z ~ N(0, q)."""
    return s * moments(activation, parameter, q).second + bias


def chi_1(q: float, s: float, activation: str, parameter: float | None = None) -> float:
    """The growth of the gradient's second moment a layer at q."""
    return s * moments(activation, parameter, q).slope_second


def chi_par(q: float, s: float, activation: str, parameter: float | None = None) -> float:
    """The slope of the variance map at q > 0: s E[z f f'] / q."""
    entry = ACTIVATIONS[activation]
    p = entry.default if parameter is None else parameter
    return s * quadrature(lambda z: (z * entry.value(z, p) * entry.slope(z, p), 0.0), entry.kinks(p), q).mean / q


def fixed_point(
    s: float, bias: float, activation: str, parameter: float | None = None, start: float = 1.0
) -> float | None:
    """Where the variance map settles from ``start``: 0 where it dies out, None where it grows without end.

    None as well where it has not settled after 20,000 layers, as it does at a critical point that is only just stable.
    """
    q = start
    for _ in range(_STEPS):
        following = variance_map(q, s, bias, activation, parameter)
        if not math.isfinite(following) or following > 1e100:
            return None
        if following < 1e-100:
            return 0.0
        if abs(following - q) <= _SETTLED * following:
            return following
        q = following
    return None


@final
@dataclass(frozen=True, slots=True)
class CriticalPoint:
    """The ``gain`` and ``q`` at which, without bias, the variance map rests and the gradient keeps its size.

    ``q`` is None for an activation that has such a point at every q, 0 for the limit of small signals.
    """

    gain: float
    q: float | None


def critical_point(activation: str, parameter: float | None = None) -> CriticalPoint | None:
    """The edge of chaos without bias; None where there is none.

    Both conditions hold where E[f^2] / q = E[f'^2]; the gain is 1/sqrt(E[f'^2]) there.
    """
    if is_homogeneous(activation):
        return CriticalPoint(gain_backward(activation, parameter), None)
    tiny = moments(activation, parameter, _TINY)
    if tiny.slope_second > _ALIKE and abs(tiny.second / _TINY / tiny.slope_second - 1) < _ALIKE:
        return CriticalPoint(1 / math.sqrt(tiny.slope_second), 0.0)
    low = _LOWEST
    while low < _HIGHEST:
        high = low * 2
        if _excess(low, activation, parameter) * _excess(high, activation, parameter) < 0:
            q = _bisect(low, high, activation, parameter)
            return CriticalPoint(1 / math.sqrt(moments(activation, parameter, q).slope_second), q)
        low = high
    return None


def _excess(q: float, activation: str, parameter: float | None) -> float:
    found = moments(activation, parameter, q)
    if not math.isfinite(found.second):
        return math.nan
    return found.second - q * found.slope_second


def _bisect(low: float, high: float, activation: str, parameter: float | None) -> float:
    below = _excess(low, activation, parameter)
    for _ in range(80):
        middle = math.sqrt(low * high)
        if _excess(middle, activation, parameter) * below > 0:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)
