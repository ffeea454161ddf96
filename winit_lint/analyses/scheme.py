"""Which variance scheme a write spells: the gain that it aims at and the fan that it divides by.

Only ``torch.nn.init``'s fan-based initializers and hand-written ``std = c / sqrt(fan)`` formulas spell one; a fixed
standard deviation does not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

from winit_lint.finding import Severity
from winit_lint.ir.size import Number, SizeExpr, known, ratio
from winit_lint.ir.write import Write
from winit_lint.knowledge.initializers import calculate_gain
from winit_lint.theory.fans import torch_fans

DEFAULT_SLOPE = math.sqrt(5)
"""The ``a`` of torch's own reset_parameters: bound 1/sqrt(fan_in)."""


@final
@dataclass(frozen=True, slots=True)
class Scheme:
    """``Var(w) = gain**2 / fan`` with ``mode`` naming the fan: "fan_in", "fan_out" or "average" (Xavier).

    ``named`` is False for a formula written by hand, where the gain is worked out from the numbers.
    """

    mode: str
    gain: float
    named: bool = True


def nominal_gain(nonlinearity: object, slope: object) -> float | None:
    """The gain of ``torch.nn.init.calculate_gain``; None where it raises or is not known."""
    if isinstance(slope, str):
        return None
    try:
        return known(calculate_gain(nonlinearity, slope))
    except ValueError:
        return None


def is_xavier(write: Write) -> bool:
    """``xavier_uniform_``, ``xavier_normal_`` and their deprecated names, of torch or of a library's copy."""
    return write.name.rstrip("_") in {"xavier_uniform", "xavier_normal"}


def is_kaiming(write: Write) -> bool:
    """``kaiming_uniform_``, ``kaiming_normal_`` and their deprecated names."""
    return write.name.rstrip("_") in {"kaiming_uniform", "kaiming_normal"}


def is_orthogonal(write: Write) -> bool:
    """``orthogonal_`` and its deprecated name."""
    return write.name.rstrip("_") == "orthogonal"


def named_scheme(write: Write) -> Scheme | None:
    """The scheme of a Xavier or Kaiming call as its arguments spell it; None for anything else."""
    if is_xavier(write):
        gain = known(write.args.get("gain", 1.0))
        return None if gain is None else Scheme("average", gain)
    if is_kaiming(write):
        mode = write.args.get("mode", "fan_in")
        gain = nominal_gain(write.args.get("nonlinearity", "leaky_relu"), write.args.get("a", 0))
        if gain is None or not isinstance(mode, str) or mode.lower() not in {"fan_in", "fan_out"}:
            return None
        return Scheme(mode.lower(), gain)
    return None


# 1/3 is U(+-1/sqrt(fan)), 1 LeCun and Xavier on a square, 2 He, 25/9 torch's tanh; 2/3 is U(+-sqrt(2/fan)).
_USUAL_SQUARED_GAINS = (1 / 3, 2 / 3, 1.0, 2.0, 25 / 9)


def hand_gain(std: Number | None, fan: Number | None) -> float | None:
    """The gain of the usual schemes for which ``std = gain / sqrt(fan)`` exactly; None where there is none.

    A round constant (0.02) meets such a number only by accident and never counts.
    """
    if isinstance(std, (int, float)) and is_round(float(std)):
        return None
    return usual_gain(std, fan)


def usual_gain(std: Number | None, fan: Number | None) -> float | None:
    """The same, by accident or not."""
    if std is None or fan is None:
        return None
    share = known(cancelled(std * std * fan))
    if share is None or share <= 0:
        return None
    return next((math.sqrt(s) for s in _USUAL_SQUARED_GAINS if math.isclose(share, s, rel_tol=1e-6)), None)


def shape_fans(shape: tuple[Number | None, ...] | None) -> tuple[Number, Number] | None:
    """(fan_in, fan_out) as ``nn.init`` computes them from a shape; None where it is not known or too short."""
    if shape is None or len(shape) < 2:
        return None
    sizes = tuple(size for size in shape if size is not None)
    if len(sizes) != len(shape):
        return None
    return torch_fans(sizes)


def cancelled(value: Number) -> Number:
    """``value`` with ``(a) // (b)`` taken as the exact quotient, which layer sizes are held to (channels // groups)."""
    if not isinstance(value, SizeExpr):
        return value
    total: Number = 0
    for monomial, coefficient in value.terms:
        term: Number = coefficient
        for name, exponent in monomial:
            quotient = _quotient(name)
            if quotient is None:
                term = term * SizeExpr(((((name, exponent),), 1),))
            else:
                term = term * SizeExpr(((((quotient[0], exponent),), 1),))
                term = term * SizeExpr(((((quotient[1], -exponent),), 1),))
        total = total + term
    return total


def divisors(shape: tuple[Number | None, ...] | None) -> frozenset[str]:
    """The symbols that a shape's dimensions are floor-divided by: ``groups`` in ``in_channels // groups``."""
    found: set[str] = set()
    for size in shape or ():
        if isinstance(size, SizeExpr):
            for name in size.atoms:
                quotient = _quotient(name)
                if quotient is not None:
                    found.add(quotient[1])
    return frozenset(found)


def _quotient(name: str) -> tuple[str, str] | None:
    # The form that SizeExpr.__floordiv__ gives an inexact division of two plain symbols.
    left, separator, right = name.partition(") // (")
    if not separator or not left.startswith("(") or not right.endswith(")"):
        return None
    numerator, denominator = left[1:], right[:-1]
    plain = all(part.replace(".", "").replace("_", "").isalnum() for part in (numerator, denominator))
    return (numerator, denominator) if plain and not denominator.isdigit() else None


def is_round(value: float) -> bool:
    """A positive number of at most two significant digits: one that somebody wrote down."""
    return value > 0 and math.isclose(value, float(f"{value:.1e}"), rel_tol=1e-9)


def share(numerator: Number | None, denominator: Number | None) -> Number | None:
    """``numerator / denominator`` with quotients cancelled; None where either is not known or the latter is 0."""
    if numerator is None or denominator is None:
        return None
    bottom = cancelled(denominator)
    return None if bottom == 0 else ratio(cancelled(numerator), bottom)


def right_scale(write: Write, fan_in: Number | None, needed: tuple[float, float]) -> bool:
    """Whether the std drawn, over the true fan, certainly amounts to a gain in this range, give or take 10 %.

    A wrong gain over a wrong fan can: two faults, by their names, that leave nothing to change.
    """
    std = write.distribution.std
    if std is None or fan_in is None:
        return False
    squared = known(cancelled(std * std * fan_in))
    low, high = needed
    return squared is not None and (0.9 * low) ** 2 <= squared <= (1.1 * high) ** 2


def std_factor_severity(factor: float | None) -> Severity | None:
    """The severity of a std that is ``factor`` times what was meant; None within 10 %.

    A note within a factor of 2 and where the factor is not a number, a warning beyond.
    """
    if factor is None:
        return Severity.NOTE
    if abs(factor - 1) <= 0.1:
        return None
    return Severity.NOTE if 0.5 <= factor <= 2 else Severity.WARNING
