"""Formulas whose parts are all there but stand in the wrong place: a sum outside of its brackets, a fan that divides
twice, a std in the place of a bound.

As in ``hand_formula`` a formula is recognised by its value; one over symbolic sizes by the expression that it makes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.analyses.final_writes import FinalWrite
from winit_lint.analyses.hand_formula import Slip
from winit_lint.analyses.scheme import cancelled, shape_fans, usual_gain
from winit_lint.ir.distribution import Kind
from winit_lint.ir.size import Number, SizeExpr, known, ratio, sqrt

_NUMBERS = {Kind.NORMAL: (2.0, 1.0), Kind.UNIFORM: (6.0, 3.0)}
_GAINS = (1.0, math.sqrt(2), 5 / 3)
_SMALL_FAN = 8  # below it other formulas give the same numbers
_TOLERANCE = 1e-6


def misgrouped_slip(item: FinalWrite) -> Slip | None:
    """The slip of one write; None where its value is that of a usual scheme, or not known."""
    held = item.write.distribution
    scale = held.high if held.kind is Kind.UNIFORM else held.std
    if held.kind not in _NUMBERS or scale is None or known(held.mean) != 0:
        return None
    pairs = tuple(_pairs(item))
    fans = {fan for pair in pairs for fan in (*pair, sum(pair))}
    if any(usual_gain(held.std, fan) is not None for fan in fans):
        return None
    for pair in pairs:
        found = _open_sum(held.kind, scale, pair) or _root_of_sum(held.kind, scale, sum(pair))
        if found is None:
            names = zip(("fan_in", "fan_out"), pair, strict=True)
            found = next((slip for name, fan in names if (slip := _twice(held.kind, scale, name, fan))), None)
        if found is not None:
            return found
    return None


def std_as_bound(item: FinalWrite) -> Slip | None:
    """U(-s, s) with the std s of He or Xavier: its std is s / sqrt(3). Some mean it so: its effect must decide."""
    held, fan_in, fan_out = item.write.distribution, item.parameter.fan_in, item.parameter.fan_out
    if held.kind is not Kind.UNIFORM or held.high is None or known(held.mean) != 0 or fan_in is None:
        return None
    squared = held.high * held.high
    if _same(cancelled(squared * fan_in), 1.0):
        return None  # torch's default bound, which on a square is Xavier's std as well
    fans = [("fan_in", fan_in)] + ([] if fan_out is None else [("(fan_in + fan_out)", fan_in + fan_out)])
    for name, fan in fans:
        if _same(cancelled(squared * fan), 2.0):
            written = f"the bound sqrt(2 / {name}), a normal's std,"
            return Slip(written, f"a uniform's bound sqrt(6 / {name})", 3**-0.5)
    return None


def _pairs(item: FinalWrite) -> Iterator[tuple[Number, Number]]:
    parameter = item.parameter
    true = None if parameter.fan_in is None or parameter.fan_out is None else (parameter.fan_in, parameter.fan_out)
    for pair in dict.fromkeys(fans for fans in (true, shape_fans(parameter.shape)) if fans is not None):
        yield cancelled(pair[0]), cancelled(pair[1])


def _open_sum(kind: Kind, scale: Number, pair: tuple[Number, Number]) -> Slip | None:
    """``sqrt(2 / fan_in + fan_out)``, a gain before it or not."""
    names = ("fan_in", "fan_out")
    for first in (0, 1):
        divisor, added = pair[first], pair[1 - first]
        for number in _NUMBERS[kind]:
            for gain in _GAINS:
                if not _is_open(scale, gain, number, divisor, added):
                    continue
                text = f"{names[first]} + {names[1 - first]}"
                meant = sqrt(ratio(number, divisor + added))
                factor = ratio(sqrt(ratio(number, divisor) + added), meant)
                return Slip(f"sqrt({number:g} / {text})", f"sqrt({number:g} / ({text}))", factor)
    return None


def _is_open(scale: Number, gain: float, number: float, divisor: Number, added: Number) -> bool:
    if isinstance(scale, SizeExpr):
        return _same(scale, gain * sqrt(ratio(number, divisor) + added))
    # The summand is far larger than the quotient, which alone shows the formula.
    rest, quotient = known(scale**2 / gain**2 - added), known(ratio(number, divisor))
    return rest is not None and quotient is not None and math.isclose(rest, quotient, rel_tol=1e-4)


def _root_of_sum(kind: Kind, scale: Number, total: Number) -> Slip | None:
    """``6 / sqrt(fan_in + fan_out)`` over symbolic sizes; ``hand_formula`` knows it by numbers."""
    if not isinstance(scale, SizeExpr):
        return None
    for number in _NUMBERS[kind]:
        meant = f"sqrt({number:g} / (fan_in + fan_out))"
        if kind is Kind.UNIFORM and _same(scale, ratio(number, sqrt(total))):  # the std 2 / sqrt(sum) is He's
            return Slip(f"{number:g} / sqrt(fan_in + fan_out)", meant, math.sqrt(number))
        if _same(scale, sqrt(number * total)):
            return Slip(f"sqrt({number:g} * (fan_in + fan_out))", meant, total)
    return None


def _twice(kind: Kind, scale: Number, name: str, fan: Number) -> Slip | None:
    """``sqrt(2 / fan) / fan``. One over a whole number may well be another formula's (1/512 at a fan of 64)."""
    if not isinstance(scale, SizeExpr) and (scale <= 0 or _same(1 / scale, float(round(1 / scale)))):
        return None
    size = known(fan)
    if size is not None and size <= _SMALL_FAN:
        return None
    for number in _NUMBERS[kind]:
        if _same(cancelled(scale * scale * fan * fan * fan), number):
            return Slip(f"sqrt({number:g} / {name}) / {name}", f"sqrt({number:g} / {name})", ratio(1, fan))
    return None


def _same(value: Number, wanted: Number) -> bool:
    """Equal but for rounding; expressions term by term."""
    if isinstance(value, SizeExpr) and isinstance(wanted, SizeExpr):
        pairs = zip(value.terms, wanted.terms, strict=False)
        return len(value.terms) == len(wanted.terms) and all(
            left[0] == right[0] and math.isclose(left[1], right[1], rel_tol=_TOLERANCE) for left, right in pairs
        )
    number, other = known(value), known(wanted)
    return number is not None and other is not None and math.isclose(number, other, rel_tol=_TOLERANCE)
