"""Second moments of an elementwise function of a Gaussian value that is correlated between positions and samples.

At infinite width a pre-activation is Gaussian over the weights, and two of them, at two positions or for two samples,
are jointly Gaussian (Neal 1996; Lee et al. 2018, arXiv 1711.00165; for convolutions Novak et al. 2019, arXiv
1810.05148). The correlation follows the map of Poole et al. 2016, arXiv 1606.05340, eq. 5, which for rectifiers is the
arc-cosine kernel of Cho and Saul 2009, eq. 6. It decides what averages, maxima and batch statistics leave.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import final

from winit_lint.theory.elementwise import Affine, Applied, Argument, Elementwise
from winit_lint.theory.moments import Moments, moments, quadrature

_RECTIFIERS = frozenset({"relu", "leaky_relu", "prelu", "rrelu"})
_REACH = 6.0


def _grid(step: float) -> tuple[float, ...]:
    # half a step beside 0, where most kinks are
    return tuple(-_REACH + step * (i + 0.5) for i in range(round(2 * _REACH / step)))


_COARSE, _FINE = _grid(0.4), _grid(0.1)
_SAME = 1e-9  # relative: where two values differ by less they are one


@final
@dataclass(frozen=True, slots=True)
class Law:
    """The maximum of ``count`` values N(``mean``, ``variance``), each two with covariance ``covariance``.

    ``covariance`` is also that between two such maxima, at different positions or for different samples.
    """

    mean: float
    variance: float
    covariance: float = 0.0
    count: int = 1


@final
@dataclass(frozen=True, slots=True)
class Joint:
    """E[f], E[f^2], E[f f'] for two positions or samples, and E[(df/dz)^2]; infinite where they overflow."""

    mean: float
    second: float
    common: float
    slope_second: float


STANDARD = Law(0.0, 1.0)
"""White inputs of unit variance."""


@lru_cache(maxsize=65536)
def joint(function: Elementwise, law: Law) -> Joint:
    """The moments of ``function`` of a value with that law."""
    law = _within(law)
    if not math.isfinite(law.variance) or not math.isfinite(law.mean) or law.variance > 1e300:
        return Joint(math.nan, math.inf, math.nan, math.nan)
    if law.count > 1:
        return _maximum(function, law)
    found = _single(function, law)
    if not math.isfinite(found.second):
        return Joint(found.mean, math.inf, math.nan, found.slope_second)
    return Joint(found.mean, found.second, _common(function, law, found), found.slope_second)


def _within(law: Law) -> Law:
    variance = max(law.variance, 0.0)
    return Law(law.mean, variance, min(max(law.covariance, 0.0), variance), law.count)


def _single(function: Elementwise, law: Law) -> Moments:
    match function:
        case Argument():
            return Moments(law.mean, law.variance + law.mean**2, 1.0)
        case Affine(factor, offset, Argument()):
            mean = factor * law.mean + offset
            return Moments(mean, factor**2 * law.variance + mean**2, factor**2)
        case Applied(activation, parameter, Argument()) if law.mean == 0:
            return moments(activation, parameter, law.variance)
        case _:
            return quadrature(function.at, function.kinks, law.variance, law.mean)


def _common(function: Elementwise, law: Law, found: Moments) -> float:
    """E[f(z) f(z')] for two values with the covariance of the law."""
    if law.covariance <= _SAME * law.variance:
        return found.mean**2
    if law.covariance >= (1 - _SAME) * law.variance:
        return found.second
    match function:
        case Argument():
            return law.covariance + law.mean**2
        case Affine(factor, offset, inner):
            within = _single(inner, law)
            return factor**2 * _common(inner, law, within) + 2 * factor * offset * within.mean + offset**2
        case Applied(activation, slope, Argument()) if law.mean == 0 and activation in _RECTIFIERS:
            return _rectified(law.variance, law.covariance, slope)
        case _:
            return sum(weight * inner**2 for weight, inner in _conditional(function, law))


def _rectified(q: float, c: float, slope: float) -> float:
    """E[f f'] of max(z, 0) + slope min(z, 0), from the arc-cosine kernel of order 1."""
    rho = c / q
    kernel = q / (2 * math.pi) * (math.sqrt(1 - rho * rho) + rho * (math.pi - math.acos(rho)))
    return (1 - slope) ** 2 * kernel + slope * (1 - slope) * c + slope**2 * c


def _conditional(function: Elementwise, law: Law) -> list[tuple[float, float]]:
    """(weight, E[f | shared part]) over the shared part of the values."""
    shared, own = math.sqrt(law.covariance), math.sqrt(law.variance - law.covariance)
    nodes = tuple(zip(_COARSE, _masses(1, _COARSE), strict=True))
    found = []
    for u, weight in nodes:
        centre = law.mean + shared * u
        found.append((weight, sum(mass * function.at(centre + own * v)[0] for v, mass in nodes)))
    return found


def _maximum(function: Elementwise, law: Law) -> Joint:
    shared, own = math.sqrt(law.covariance), math.sqrt(law.variance - law.covariance)
    mean = second = common = slope_second = 0.0
    masses = _masses(law.count, _FINE)
    outer = zip(_COARSE, _masses(1, _COARSE), strict=True) if shared else [(0.0, 1.0)]
    for u, weight in outer:
        centre = law.mean + shared * u
        inner = 0.0
        for v, mass in zip(_FINE, masses, strict=True):
            if mass:
                value, slope = function.at(centre + own * v)
                inner += mass * value
                second += weight * mass * value * value
                slope_second += weight * mass * slope * slope
        mean += weight * inner
        common += weight * inner * inner
    return Joint(mean, second, common, slope_second)


@lru_cache(maxsize=64)
def _masses(count: int, grid: tuple[float, ...]) -> tuple[float, ...]:
    """The law of the maximum of ``count`` independent N(0, 1) on the grid."""
    found = [count * math.exp(-v * v / 2) * (0.5 * math.erfc(-v / math.sqrt(2))) ** (count - 1) for v in grid]
    total = sum(found)
    return tuple(each / total for each in found)
