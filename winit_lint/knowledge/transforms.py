"""What in-place functions of a drawn tensor do to its distribution."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from winit_lint.ir.distribution import UNKNOWN, Distribution, Kind
from winit_lint.ir.size import known
from winit_lint.knowledge import draws

_TOLERANCE: Final = 1e-6


def erfinv(dist: Distribution) -> Distribution:
    """``erfinv_`` of a uniform draw: a normal truncated at the images of its ends, std 1/sqrt(2) before truncation.

    This is how ``torch.nn.init.trunc_normal_`` and its copies sample.
    """
    low, high = known(dist.low), known(dist.high)
    if dist.kind is not Kind.UNIFORM or low is None or high is None or not -1 <= low < high <= 1:
        return UNKNOWN
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
    """``clamp_(low, high)``: nothing changes where the support lies inside, else the moments are not known."""
    bottom, top = known(dist.low), known(dist.high)
    if dist.kind is Kind.CONSTANT:
        bottom = top = known(dist.mean)
    if bottom is None or top is None:
        return UNKNOWN
    least = -math.inf if low is None else known(low)
    most = math.inf if high is None else known(high)
    if least is None or most is None:
        return UNKNOWN
    margin = _TOLERANCE * max(1.0, abs(bottom), abs(top))
    return replace(dist) if least <= bottom + margin and top <= most + margin else UNKNOWN


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
