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
