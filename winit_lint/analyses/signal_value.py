"""What is known of the values that one operation puts out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import final

from winit_lint.ir.size import Number
from winit_lint.theory.elementwise import ARGUMENT, Argument, Elementwise
from winit_lint.theory.law import STANDARD, Joint, Law, joint


@final
@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the source does not say.

    ``input_size`` is the shape of the first input, its batch dimension first, None where nobody says; then an average
    over all positions, be it attention, a global pooling or a recurrence, runs over ``positions`` of them.
    """

    input_size: tuple[int, ...] | None = None
    positions: int = 64


@final
@dataclass(frozen=True, slots=True)
class Value:
    """``function`` of a value with ``law``, which the operation ``source`` put out as ``base`` of it.

    ``function`` is ``base`` but for elementwise operations behind ``source``. ``gaussian`` is False where the law only
    shares its moments with the real one. ``grid`` are the sizes of the positions where known, ``width`` the number of
    channels, which ``channels_last`` says are the last dimension.
    """

    law: Law
    function: Elementwise
    source: int
    base: Elementwise = ARGUMENT
    exact: bool = True
    gaussian: bool = True
    grid: tuple[int, ...] | None = None
    width: Number | None = None
    channels_last: bool = True

    @property
    def joint(self) -> Joint:
        """Its moments."""
        return joint(self.function, self.law)

    @property
    def composed(self) -> bool:
        """Elementwise operations stand between it and its source."""
        return self.function is not self.base

    @property
    def slope_second(self) -> float:
        """E[(d value / d source)^2]."""
        own = self.joint.slope_second
        if isinstance(self.base, Argument):
            return own
        below = joint(self.base, self.law).slope_second
        return own / below if below > 0 else math.nan

    def count(self, otherwise: int) -> tuple[int, bool]:
        """How many positions there are, and whether that is known."""
        return (otherwise, False) if not self.grid else (math.prod(self.grid), True)


def white(source: int, grid: tuple[int, ...] | None = None) -> Value:
    """A standardised input."""
    return Value(STANDARD, ARGUMENT, source, grid=grid)


def plain(source: int, mean: float, second: float, common: float, like: Value, *, exact: bool, gaussian: bool) -> Value:
    """A value of which only the moments are known, at the positions of ``like``."""
    law = Law(mean, max(second - mean * mean, 0.0), max(common - mean * mean, 0.0))
    return replace(
        like, law=law, function=ARGUMENT, source=source, base=ARGUMENT, exact=exact and like.exact, gaussian=gaussian
    )
