"""Sizes that may be symbolic: ``64``, ``dim``, ``4 * dim``, ``in_channels // groups``.

A size is an ``int`` or ``float`` where it is known and a :class:`SizeExpr` in the names of constructor arguments where
it is not. An expression is a sum of monomials over atoms, so that ratios of fans cancel exactly
(``ratio(4 * dim, dim) == 4``); whatever leaves that form (a floor division, a root of a sum) becomes a new atom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias, final

_Monomial: TypeAlias = tuple[tuple[str, float], ...]
_MAX_TERMS = 24


def _tidy(value: float) -> int | float:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


@final
@dataclass(frozen=True, slots=True)
class SizeExpr:
    """A symbolic size in normal form: sum of ``coefficient * product(atom ** power)``.

    ``terms`` is sorted and holds no zero coefficient; two equal expressions compare equal and hash alike. It is never
    a plain number (the operators return ``int`` or ``float`` then).
    """

    terms: tuple[tuple[_Monomial, float], ...]

    @staticmethod
    def atom(name: str) -> SizeExpr:
        """The unknown that ``name`` (a constructor's argument, or an opaque expression's text) stands for."""
        return SizeExpr(((((name, 1),), 1),))

    @property
    def atoms(self) -> frozenset[str]:
        """The names that occur."""
        return frozenset(name for monomial, _ in self.terms for name, _ in monomial)

    def __add__(self, other: Number) -> Number:
        if not isinstance(other, (int, float, SizeExpr)):
            return NotImplemented
        total = dict(self.terms)
        for monomial, coefficient in _terms(other):
            total[monomial] = total.get(monomial, 0) + coefficient
        return _build(total)

    __radd__ = __add__

    def __neg__(self) -> Number:
        return self * -1

    def __sub__(self, other: Number) -> Number:
        if not isinstance(other, (int, float, SizeExpr)):
            return NotImplemented
        return self + (other * -1)

    def __rsub__(self, other: Number) -> Number:
        return (self * -1) + other

    def __mul__(self, other: Number) -> Number:
        if not isinstance(other, (int, float, SizeExpr)):
            return NotImplemented
        total: dict[_Monomial, float] = {}
        right = _terms(other)
        if len(self.terms) * len(right) > _MAX_TERMS:
            return SizeExpr.atom(f"({self}) * ({other})")
        for left_monomial, left in self.terms:
            for right_monomial, coefficient in right:
                monomial = _merge(left_monomial, right_monomial)
                total[monomial] = total.get(monomial, 0) + left * coefficient
        return _build(total)

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Number:
        if not isinstance(other, (int, float, SizeExpr)):
            return NotImplemented
        return ratio(self, other)

    def __rtruediv__(self, other: Number) -> Number:
        if not isinstance(other, (int, float, SizeExpr)):
            return NotImplemented
        return ratio(other, self)

    def __floordiv__(self, other: Number) -> Number:
        if not isinstance(other, (int, float, SizeExpr)):
            return NotImplemented
        exact = ratio(self, other)
        if isinstance(exact, (int, float)):
            return math.floor(exact)
        if all(float(c).is_integer() and all(p > 0 for _, p in m) for m, c in exact.terms):
            return exact
        return SizeExpr.atom(f"({self}) // ({other})")

    def __rfloordiv__(self, other: Number) -> Number:
        if not isinstance(other, (int, float, SizeExpr)):
            return NotImplemented
        exact = ratio(other, self)
        return math.floor(exact) if isinstance(exact, (int, float)) else SizeExpr.atom(f"({other}) // ({self})")

    def __mod__(self, other: Number) -> Number:
        if not isinstance(other, (int, float, SizeExpr)):
            return NotImplemented
        return SizeExpr.atom(f"({self}) % ({other})")

    def __pow__(self, other: Number) -> Number:
        if isinstance(other, (int, float)):
            return power(self, other)
        return SizeExpr.atom(f"({self}) ** ({other})")

    def __rpow__(self, other: Number) -> Number:
        return SizeExpr.atom(f"({other}) ** ({self})")

    def __str__(self) -> str:
        parts = []
        for monomial, coefficient in self.terms:
            factors = []
            for name, exponent in monomial:
                text = (
                    name
                    if _is_plain(name) or (exponent == 1 and len(self.terms) == len(monomial) == 1)
                    else f"({name})"
                )
                factors.append(text if exponent == 1 else f"{text} ** {_tidy(exponent)}")
            body = " * ".join(factors)
            parts.append(
                body if coefficient == 1 and body else f"{_tidy(coefficient)}" + (f" * {body}" if body else "")
            )
        return " + ".join(parts).replace("+ -", "- ")


Number: TypeAlias = int | float | SizeExpr
"""A known number or a symbolic one."""


def _is_plain(name: str) -> bool:
    return all(c.isalnum() or c in "_.[]*'\"" for c in name)


def _terms(value: Number) -> tuple[tuple[_Monomial, float], ...]:
    if isinstance(value, SizeExpr):
        return value.terms
    return (((), value),) if value else ()


def _merge(left: _Monomial, right: _Monomial) -> _Monomial:
    powers = dict(left)
    for name, exponent in right:
        powers[name] = powers.get(name, 0) + exponent
    return tuple(sorted((name, _tidy(exponent)) for name, exponent in powers.items() if exponent))


def _build(total: dict[_Monomial, float]) -> Number:
    terms = tuple(sorted(((m, _tidy(c)) for m, c in total.items() if c), key=lambda t: t[0]))
    if not terms:
        return 0
    if len(terms) == 1 and not terms[0][0]:
        return terms[0][1]
    if len(terms) > _MAX_TERMS:
        return SizeExpr.atom(str(SizeExpr(terms)))
    return SizeExpr(terms)


def ratio(numerator: Number, denominator: Number) -> Number:
    """``numerator / denominator``, a plain number wherever the symbols cancel.

    Raises:
        ZeroDivisionError: the denominator is the number 0.
    """
    if isinstance(denominator, (int, float)):
        if denominator == 0:
            raise ZeroDivisionError("ratio by zero")
        return numerator * (1 / denominator) if isinstance(numerator, SizeExpr) else _tidy(numerator / denominator)
    if len(denominator.terms) == 1:
        monomial, coefficient = denominator.terms[0]
        inverse = tuple((name, -exponent) for name, exponent in monomial)
        return SizeExpr(((inverse, 1 / coefficient),)) * numerator
    if isinstance(numerator, SizeExpr) and len(numerator.terms) == len(denominator.terms):
        factors = {
            n[1] / d[1] if n[0] == d[0] else None for n, d in zip(numerator.terms, denominator.terms, strict=True)
        }
        if len(factors) == 1 and None not in factors:
            return _tidy(next(f for f in factors if f is not None))
    return SizeExpr.atom(f"({numerator}) / ({denominator})")


def power(value: Number, exponent: float) -> Number:
    """``value ** exponent``; exact for a single monomial with a positive coefficient, else an opaque atom."""
    if isinstance(value, (int, float)):
        powered: float = float(value) ** exponent
        return _tidy(powered)
    if isinstance(exponent, int) and 0 < exponent <= 3:
        result: Number = value
        for _ in range(exponent - 1):
            result = result * value
        return result
    if len(value.terms) == 1 and value.terms[0][1] > 0:
        monomial, coefficient = value.terms[0]
        return _build({tuple((n, _tidy(p * exponent)) for n, p in monomial): coefficient**exponent})
    return SizeExpr.atom(f"({value}) ** {_tidy(exponent)}")


def sqrt(value: Number) -> Number:
    """The square root, exact for monomials (``sqrt(4 * dim ** 2) == 2 * dim``: sizes are positive); nan below 0."""
    if isinstance(value, (int, float)) and value < 0:
        return math.nan
    return math.sqrt(value) if isinstance(value, (int, float)) else power(value, 0.5)


def product(values: tuple[Number, ...]) -> Number:
    """The product, 1 for an empty tuple."""
    result: Number = 1
    for value in values:
        result = result * value
    return result


def nonzero(value: Number | None) -> Number | None:
    """``value``, None where it is the number 0: a tensor without entries has no fans to divide by."""
    return None if isinstance(value, (int, float)) and value == 0 else value


def known(value: object) -> float | None:
    """``value`` as a float where it is a plain finite number, else None."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None
    return None
