"""Positive numbers as bars on a log scale that all of a table share."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

_PARTS = " ▏▎▍▌▋▊▉"
_FULL = "█"
_REACH = "░"
_LEAST_DECADES = 2
_SMALLEST, _LARGEST = 1e-300, 1e300


@final
@dataclass(frozen=True, slots=True)
class Scale:
    """From ``low`` to ``high``, whole powers of ten."""

    low: int
    high: int

    def place(self, value: float) -> float:
        """Where a value lies: 0 at the low end and below, 1 at the high end."""
        if value <= 0:
            return 0.0
        at = (math.log10(min(max(value, _SMALLEST), _LARGEST)) - self.low) / (self.high - self.low)
        return min(max(at, 0.0), 1.0)

    def bar(self, low: float, high: float, width: int) -> str:
        """A bar to ``low``, and a lighter one from there to ``high``; in at most ``width`` columns."""
        eighths = round(self.place(low) * width * 8)
        whole, part = divmod(eighths, 8)
        drawn = _FULL * whole + (_PARTS[part] if part else "")
        return drawn + _REACH * (round(self.place(high) * width) - len(drawn))


def scale_of(values: Iterable[float | None]) -> Scale | None:
    """The scale that holds the values, two decades at least; None where none is positive and finite."""
    logs = [math.log10(value) for value in values if value is not None and 0 < value < math.inf]
    if not logs:
        return None
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    short = _LEAST_DECADES - (high - low)
    if short > 0:
        low -= (short + 1) // 2
        high += short // 2
    return Scale(low, high)
