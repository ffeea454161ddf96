"""The moments of a whole parameter whose parts were written one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from winit_lint.analyses.last_write import later_parts
from winit_lint.ir.model import Parameter
from winit_lint.ir.size import Number, known, product, ratio
from winit_lint.ir.write import Write

Held = tuple[Write, Number | None, Number | None]
"""The write to name for what a parameter holds, and the mean and std over all its entries; None where not known."""


_SLIGHT = 0.01


def held(parameter: Parameter) -> Held | None:
    """What a parameter holds once writes to its parts are counted with the last whole one; None where that is unknown.

    The whole write is named where any of it is left, else the last write. Less than a hundredth of the rows counts for
    nothing unless it changes the moments, nor does one row of an unknown number of rows or at an unknown place.
    """
    whole = parameter.last
    if whole is None:
        return None
    changing = [part for part in later_parts(parameter) if not _same(part, whole)]
    if not changing:
        return whole, whole.distribution.mean, whole.distribution.std
    shares = _shares(parameter, whole, later_parts(parameter))
    if shares is None:
        return whole, None, None
    (first, left), last = shares[0], shares[-1][0]
    if first is whole and left > 1 - _SLIGHT and _near(whole, shares):
        return whole, whole.distribution.mean, whole.distribution.std
    if all(_same(write, last) for write, _ in shares):
        return last, last.distribution.mean, last.distribution.std
    return (whole if first is whole else last, *_mixture(shares))


def _near(whole: Write, shares: Sequence[tuple[Write, float]]) -> bool:
    """Whether the parts leave the moments of the whole as they were, as far as these are known."""
    mean, std = known(whole.distribution.mean), known(whole.distribution.std)
    after_mean, after_std = _mixture(shares)
    if mean is None or std is None or after_mean is None or after_std is None:
        return True
    return max(abs(after_mean - mean), abs(after_std - std)) <= 2 * _SLIGHT * math.hypot(mean, std)


def _same(one: Write, other: Write) -> bool:
    first, second = one.distribution, other.distribution
    return first.mean is not None and (first.mean, first.std) == (second.mean, second.std)


def _shares(parameter: Parameter, whole: Write, parts: Sequence[Write]) -> list[tuple[Write, float]] | None:
    """The share of the rows that each write is the last one of, in the order of the writes; None where not known."""
    count = parameter.shape[0] if parameter.shape else None
    reached: list[tuple[Write, float, float]] = []
    for part in parts:
        rows = part.region.rows if part.region is not None else None
        if rows is None or not _whole_rows(parameter, part, rows[1] - rows[0]):
            return None
        low, high = (None, None) if not count else (known(ratio(row, count)) for row in rows)
        if low is not None and high is not None:
            reached.append((part, max(0.0, low), min(1.0, high)))
        elif rows[1] - rows[0] != 1:
            return None
    edges = sorted({0.0, 1.0, *(edge for _, *ends in reached for edge in ends)})
    writes = [whole, *(write for write, _, _ in reached)]
    found: dict[int, float] = {}
    for low, high in pairwise(edges):
        last = max((n for n, (_, first, end) in enumerate(reached, 1) if first <= low and high <= end), default=0)
        found[last] = found.get(last, 0.0) + high - low
    return [(writes[n], found[n]) for n in sorted(found)]


def _whole_rows(parameter: Parameter, part: Write, number: Number) -> bool:
    """Whether a part is that many rows of the parameter, not of a view in another form or of a part of a row."""
    if part.shape is None or parameter.shape is None or None in (*part.shape, *parameter.shape):
        return False
    return _count(part.shape) == product((number, _count(parameter.shape[1:])))


def _count(shape: Sequence[Number | None]) -> Number:
    return product(tuple(size for size in shape if size is not None))


def _mixture(shares: Sequence[tuple[Write, float]]) -> tuple[float | None, float | None]:
    mean = second = 0.0
    for write, share in shares:
        part_mean, part_std = known(write.distribution.mean), known(write.distribution.std)
        if part_mean is None or part_std is None:
            return None, None
        mean += share * part_mean
        second += share * (part_mean**2 + part_std**2)
    return mean, math.sqrt(max(0.0, second - mean**2))
