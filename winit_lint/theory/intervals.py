"""How far the moments of a finite sample lie from those of the distribution."""

from __future__ import annotations

import math

STANDARD_ERRORS = 4.0
"""Two-sided 6 in 100,000: a model has some hundred parameters."""

_FEWEST = 32  # entries; below, a light-tailed sample's own std is too uncertain for the quantiles used here
_SCARCE = 8.0  # degrees of freedom of its variance


def std_interval(std: float, kurtosis: float, n: int) -> tuple[float, float] | None:
    """Where the true std lies, for ``n`` independent entries; None where they are too few to tell.

    ``kurtosis`` is the fourth central moment over the squared variance (3 for a normal, 1.8 for a uniform). The sample
    variance is taken as a chi-square with as many degrees of freedom as give its variance, (kurtosis - 1) / n, and its
    quantiles by the cube-root approximation of Wilson and Hilferty (1931), which is good from 8 degrees on.
    """
    if n < _FEWEST or kurtosis < 1:
        return None
    freedom = 2.0 * (n - 1) / max(kurtosis - 1.0, 1e-3)
    if freedom < _SCARCE:
        return None
    spread = math.sqrt(2.0 / (9.0 * freedom))
    low, high = ((1.0 - 2.0 / (9.0 * freedom) + sign * STANDARD_ERRORS * spread) ** 3 for sign in (-1.0, 1.0))
    return (std / math.sqrt(high), std / math.sqrt(low)) if low > 0 else None


def mean_interval(mean: float, std: float, n: int) -> tuple[float, float] | None:
    """Where the true mean lies; the quantile of Student's distribution by its first correction for few entries."""
    if n < _FEWEST:
        return None
    z = STANDARD_ERRORS
    reach = z * (1.0 + (z * z + 1.0) / (4.0 * (n - 1))) * std / math.sqrt(n)
    return mean - reach, mean + reach
