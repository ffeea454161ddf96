"""How a quantity grows with a size: a power of it, or a factor a step, from several draws at several sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

FACTOR: Final = 1.35
"""A change over all sizes by less than this is none: what this project takes for the same second moment."""

_STUDENT: Final = (math.inf, 12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
"""Student's t at 95 %, two-sided, by degrees of freedom; beyond the table it is taken to be 2.26."""


@final
@dataclass(frozen=True, slots=True)
class Trend:
    """``rate`` is the slope, with half the width of its 95 % interval over draws (None of one draw), and the misfit.

    ``misfit`` is the root mean square of what the line leaves of the logarithms; ``change`` the factor from the
    smallest to the largest size.
    """

    rate: float
    spread: float | None
    misfit: float
    change: float

    @property
    def sure(self) -> bool:
        """Whether it is a trend: larger than the spread over draws, and no small one."""
        beyond = self.spread is None or abs(self.rate) > self.spread
        return beyond and not 1 / FACTOR < self.change < FACTOR


def power(sizes: Sequence[int], draws: Sequence[Sequence[float]]) -> Trend:
    """The exponent ``a`` of ``size ** a``; ``draws`` has for each draw one positive value a size."""
    return _trend([math.log(size) for size in sizes], draws)


def exponential(sizes: Sequence[int], draws: Sequence[Sequence[float]]) -> Trend:
    """The logarithm of the factor that each step of the size brings."""
    return _trend([float(size) for size in sizes], draws)


def _trend(places: Sequence[float], draws: Sequence[Sequence[float]]) -> Trend:
    logs = [[math.log(value) for value in values] for values in draws]
    rates = [_slope(places, each) for each in logs]
    rate = sum(rates) / len(rates)
    means = [sum(column) / len(column) for column in zip(*logs, strict=True)]
    offset = sum(means) / len(means) - rate * sum(places) / len(places)
    left = [mean - offset - rate * place for mean, place in zip(means, places, strict=True)]
    misfit = math.sqrt(sum(each * each for each in left) / len(left))
    change = math.exp(max(min(rate * (places[-1] - places[0]), 700.0), -700.0))
    return Trend(rate, _spread(rates), misfit, change)


def _slope(places: Sequence[float], values: Sequence[float]) -> float:
    middle, level = sum(places) / len(places), sum(values) / len(values)
    square = sum((place - middle) ** 2 for place in places)
    return sum((p - middle) * (v - level) for p, v in zip(places, values, strict=True)) / square


def _spread(rates: Sequence[float]) -> float | None:
    count = len(rates)
    if count < 2:
        return None
    mean = sum(rates) / count
    deviation = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / (count - 1))
    return _STUDENT[min(count - 1, len(_STUDENT) - 1)] * deviation / math.sqrt(count)
