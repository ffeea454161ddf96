"""What a tensor's entries are drawn from."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import final

from winit_lint.ir.size import Number, SizeExpr, product


@final
class Kind(enum.Enum):
    """The family of a distribution."""

    CONSTANT = "constant"
    UNIFORM = "uniform"
    NORMAL = "normal"
    TRUNCATED_NORMAL = "truncated_normal"
    ORTHOGONAL = "orthogonal"
    EYE = "eye"  # identity or dirac: structured, mostly zero
    SPARSE = "sparse"
    MOMENTS = "moments"  # only mean and std are known (a mixture, a product, a loaded table)
    UNINITIALISED = "uninitialised"  # memory that nothing has filled
    LOADED = "loaded"  # from a checkpoint or given data: real values, moments not known
    UNKNOWN = "unknown"


def _times(value: Number | None, factor: Number) -> Number | None:
    return None if value is None else product((value, factor))


def _plus(value: Number | None, offset: Number) -> Number | None:
    return None if value is None else value + offset


def _abs(value: Number) -> Number:
    return abs(value) if isinstance(value, (int, float)) else value


@final
@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution with its moments.

    ``mean`` and ``std`` are those of what is really drawn (after truncation), None where not known. ``low`` and
    ``high`` bound the support of uniform and truncated draws. Symbolic sizes may stand in all four. A constant has
    std 0.
    """

    kind: Kind
    mean: Number | None = None
    std: Number | None = None
    low: Number | None = None
    high: Number | None = None

    @property
    def second_moment(self) -> Number | None:
        """E[w^2] = mean^2 + std^2."""
        if self.mean is None or self.std is None:
            return None
        return self.mean * self.mean + self.std * self.std

    @property
    def is_zero(self) -> bool:
        """Every entry is exactly 0."""
        return self.kind is Kind.CONSTANT and not isinstance(self.mean, SizeExpr) and self.mean == 0

    def scaled(self, factor: Number) -> Distribution:
        """The distribution of ``factor * w``."""
        low, high = _times(self.low, factor), _times(self.high, factor)
        if isinstance(factor, (int, float)) and factor < 0:
            low, high = high, low
        kind = Kind.CONSTANT if factor == 0 else self.kind
        return Distribution(kind, _times(self.mean, factor), _times(self.std, _abs(factor)), low, high)

    def shifted(self, offset: Number) -> Distribution:
        """The distribution of ``w + offset``."""
        kind = Kind.MOMENTS if self.kind in {Kind.ORTHOGONAL, Kind.EYE, Kind.SPARSE} else self.kind
        return replace(
            self, kind=kind, mean=_plus(self.mean, offset), low=_plus(self.low, offset), high=_plus(self.high, offset)
        )


UNKNOWN = Distribution(Kind.UNKNOWN)
UNINITIALISED = Distribution(Kind.UNINITIALISED)
LOADED = Distribution(Kind.LOADED)


def constant(value: Number) -> Distribution:
    """Every entry is ``value``."""
    return Distribution(Kind.CONSTANT, value, 0.0)
