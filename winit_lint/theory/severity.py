"""From a predicted ratio of second moments to a severity."""

from __future__ import annotations

import math

from winit_lint.finding import Severity

# (lowest, highest) ratio that is still below the severity; the low side is wider, because training recovers better
# from a small signal than from a large one.
_BANDS = (
    (Severity.NOTE, 1e-2, 10.0),
    (Severity.WARNING, 1e-4, 100.0),
    (Severity.ERROR, 1e-6, 1e3),
)
_EDGE = 1e-9  # relative: a value on an edge takes the milder side, rounding included


def band(ratio: float | None) -> Severity | None:
    """The severity of a ratio of second moments; None where it is silent (1e-2 to 10) or not known."""
    if ratio is None or math.isnan(ratio):
        return None
    found = None
    for severity, low, high in _BANDS:
        if ratio < low * (1 - _EDGE) or ratio > high * (1 + _EDGE):
            found = severity
    return found


def worse(*ratios: float | None) -> float | None:
    """The ratio with the highest severity, the one further from 1 among equals; None where none is known."""
    known = [r for r in ratios if r is not None and not math.isnan(r)]
    return max(known, key=_badness, default=None)


def _badness(ratio: float) -> tuple[int, float]:
    severity = band(ratio)
    return (-1 if severity is None else severity.rank, abs(math.log(ratio)) if ratio > 0 else math.inf)


def milder(severity: Severity | None, steps: int = 1) -> Severity | None:
    """``severity`` lowered by ``steps``; None below a note."""
    if severity is None:
        return None
    rank = severity.rank - steps
    return (Severity.NOTE, Severity.WARNING, Severity.ERROR)[rank] if rank >= 0 else None
