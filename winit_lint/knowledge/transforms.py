"""What in-place functions of a drawn tensor do to its distribution."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist
from typing import Final

from winit_lint.ir.distribution import UNKNOWN, Distribution, Kind, constant
from winit_lint.ir.size import known
from winit_lint.knowledge import draws

_TOLERANCE: Final = 1e-6
_EDGE: Final = 1e-9  # a uniform draw this near to -1 and 1 gives a normal with all its tails
_FAR: Final = 6.0  # standard deviations beyond which a normal has no mass to speak of


def erfinv(dist: Distribution) -> Distribution:
    """``erfinv_`` of a uniform draw: a normal truncated at the images of its ends, std 1/sqrt(2) before truncation.

    This is how ``torch.nn.init.trunc_normal_`` and its copies sample.
    """
    low, high = known(dist.low), known(dist.high)
    if dist.kind is not Kind.UNIFORM or low is None or high is None or not -1 <= low < high <= 1:
        return UNKNOWN
    if low <= -1 + _EDGE and high >= 1 - _EDGE:
        return Distribution(Kind.NORMAL, 0.0, math.sqrt(0.5))
    return draws.truncated_normal(0.0, math.sqrt(0.5), _inverse(low), _inverse(high))


def _inverse(value: float) -> float:
    """The inverse error function by bisection; the ends map far out, where a normal has no mass."""
    low, high = -6.0, 6.0
    for _ in range(80):
        middle = (low + high) / 2
        if math.erf(middle) < value:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def clamped(dist: Distribution, low: object, high: object) -> Distribution:
    """``clamp_(low, high)``: nothing changes where the support lies inside.

    Where it does not, the moments of a uniform or normal draw are known: the mass beyond an end comes to lie on it.
    """
    least = -math.inf if low is None else known(low)
    most = math.inf if high is None else known(high)
    if least is None or most is None or least > most:
        return UNKNOWN
    bottom, top = known(dist.low), known(dist.high)
    if dist.kind is Kind.CONSTANT:
        bottom = top = known(dist.mean)
    if dist.kind is Kind.NORMAL:
        return _clamped_normal(dist, least, most)
    if bottom is None or top is None:
        return UNKNOWN
    margin = _TOLERANCE * max(1.0, abs(bottom), abs(top))
    if least <= bottom + margin and top <= most + margin:
        return replace(dist)
    if dist.kind is Kind.CONSTANT:
        return constant(min(max(bottom, least), most))
    return _clamped_uniform(bottom, top, least, most) if dist.kind is Kind.UNIFORM else UNKNOWN


def _clamped_normal(dist: Distribution, least: float, most: float) -> Distribution:
    mean, std = known(dist.mean), known(dist.std)
    if mean is None or std is None or std <= 0:
        return UNKNOWN
    left, right = (least - mean) / std, (most - mean) / std
    if left <= -_FAR and right >= _FAR:
        return replace(dist)
    standard = NormalDist()
    below, above = standard.cdf(left), 1.0 - standard.cdf(right)
    at_left, at_right = standard.pdf(left), standard.pdf(right)
    inside = 1.0 - below - above
    # of the standard normal: the ends and the inside each bring their share of the first two moments
    first = _on(below, left) + _on(above, right) + at_left - at_right
    second = _on(below, left, 2) + _on(above, right, 2) + inside + _on(at_left, left) - _on(at_right, right)
    spread = std * math.sqrt(max(0.0, second - first * first))
    return Distribution(Kind.MOMENTS, mean + std * first, spread, least, most)


def _on(mass: float, place: float, power: int = 1) -> float:
    """What a mass at a place brings to a moment; none is there at infinity."""
    return mass * place**power if mass else 0.0


def _clamped_uniform(bottom: float, top: float, least: float, most: float) -> Distribution:
    low, high = min(max(bottom, least), most), min(max(top, least), most)
    width = top - bottom
    if width <= 0 or low >= high:
        return constant(low)
    below, above = (low - bottom) / width, (top - high) / width
    first = below * low + above * high + (high**2 - low**2) / (2 * width)
    second = below * low**2 + above * high**2 + (high**3 - low**3) / (3 * width)
    return Distribution(Kind.MOMENTS, first, math.sqrt(max(0.0, second - first * first)), low, high)


def norm(dist: Distribution, count: float) -> Distribution:
    """The Euclidean norm of ``count`` independent entries of ``dist``.

    Exact for a constant and for a centred normal (a chi distribution). Else to second order in the spread of the sum
    of squares, which takes the fourth moment and at least seven entries.
    """
    mean, std = known(dist.mean), known(dist.std)
    if mean is None or std is None or count < 1:
        return UNKNOWN
    if dist.kind is Kind.CONSTANT:
        return Distribution(Kind.CONSTANT, abs(mean) * math.sqrt(count), 0.0)
    total = count * (mean * mean + std * std)
    if dist.kind is Kind.NORMAL and mean == 0:
        middle = std * math.sqrt(2) * math.exp(math.lgamma((count + 1) / 2) - math.lgamma(count / 2))
    elif dist.kind in _FLATNESS and count >= _FEW and total > 0:
        # E[x^4] of a symmetric distribution with this mean, std and ratio of fourth to squared second central moment
        fourth = mean**4 + 6 * mean * mean * std * std + _FLATNESS[dist.kind] * std**4
        spread = count * (fourth - (total / count) ** 2)
        middle = math.sqrt(total) * (1 - spread / (8 * total * total))
    else:
        return UNKNOWN
    return Distribution(Kind.MOMENTS, middle, math.sqrt(max(0.0, total - middle * middle)))


_FEW: Final = 7
_FLATNESS: Final = {Kind.NORMAL: 3.0, Kind.UNIFORM: 1.8}
