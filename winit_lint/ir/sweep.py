"""How the signal changes with a size of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Course:
    """One direction at one place: for each size the values of all builds, and what is said of their growth.

    ``values`` are second moments forward; backward they are the gradient's squared norm over that at the output, since
    a second moment of n entries falls like 1 / n in every sound network. ``law`` is ``n^a`` (``rate`` is a), ``factor``
    (``rate`` is the factor that one more step brings), ``constant``, ``unclear`` (a change that other draws need not
    show), ``zero`` or ``not finite``. ``spread`` is half the width of the rate's 95 % interval over builds, None
    for one build; ``change`` is the fitted factor from the smallest to the largest size, None where there is no fit.
    """

    values: tuple[tuple[float | None, ...], ...]
    law: str
    rate: float | None = None
    spread: float | None = None
    change: float | None = None


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A module's output; the first and the last entry of a list are ``0`` and ``-1`` in its path, "" is the model.

    ``main`` says that all of the signal passes there: it is not inside a branch beside which something else goes on.
    """

    path: str
    cls: str
    forward: Course
    backward: Course
    main: bool = True


@final
@dataclass(frozen=True, slots=True)
class Sweep:
    """An integer argument of a target, set to each of ``sizes``.

    ``kind`` is ``width`` or ``depth``. ``failures`` has the sizes that could not be measured, and why; the others are
    those of every course.
    """

    kind: str
    name: str
    sizes: tuple[int, ...]
    builds: int
    inputs: str
    places: tuple[Place, ...]
    failures: tuple[tuple[int, str], ...] = ()
