"""The geometry of a plot of second moments by depth: a log scale upwards, one place an operation along it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import final

from winit_lint.reports.bars import Scale, scale_of
from winit_lint.reports.printable import cells, plain
from winit_lint.reports.probe_rows import number
from winit_lint.reports.probe_steps import Course, Step

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 10, 24
_LETTER = 6.4  # the width of a letter of the labels, roughly
_MOST_TICKS = 7
_MOST_PARTS = 60


@final
@dataclass(frozen=True, slots=True)
class Point:
    """One measured value: ``title`` says all about it, ``parameter`` is the weight there, if any."""

    x: float
    y: float
    title: str
    parameter: str


@final
@dataclass(frozen=True, slots=True)
class Label:
    """A tick with its text."""

    at: float
    text: str


@final
@dataclass(frozen=True, slots=True)
class DepthPlot:
    """A plot ``width`` by ``height``: ``band`` are closed shapes, the three courses paths of SVG, "" where empty.

    ``rows`` and ``columns`` are the ticks, ``one`` is the height of 1 where that lies within.
    """

    name: str
    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    one: float | None
    band: tuple[str, ...]
    predicted: str
    zeroed: str
    measured: str
    points: tuple[Point, ...]


def depth_plot(
    steps: Sequence[Step], name: str, course: Callable[[Step], Course], width: int, height: int
) -> DepthPlot | None:
    """The plot of one direction; None where nothing was measured."""
    courses = [course(step) for step in steps]
    scale = scale_of(value for each in courses for value in (each.measured, each.zeroed, each.predicted))
    if scale is None or all(each.measured is None for each in courses):
        return None
    frame = _Frame(scale, len(steps), width, height)
    return DepthPlot(
        name, width, height, _LEFT, width - _RIGHT, _TOP, height - _BOTTOM,
        tuple(frame.rows()),
        tuple(frame.columns(steps)),
        frame.y(1.0) if scale.low <= 0 <= scale.high else None,
        tuple(frame.band(courses)),
        frame.path([each.predicted for each in courses]),
        frame.path([each.zeroed for each in courses]),
        frame.path([each.measured for each in courses]),
        tuple(
            Point(frame.x(place), frame.y(each.measured), _title(step, each), next(iter(step.parameters), ""))
            for place, (step, each) in enumerate(zip(steps, courses, strict=True))
            if each.measured is not None
        ),
    )  # fmt: skip


def _title(step: Step, course: Course) -> str:
    parts = [f"{plain(step.place)}: {number(course.measured)}"]
    if course.predicted is not None:
        parts.append(f"predicted {number(course.predicted)} ({number(course.low)} to {number(course.high)})")
    if course.zeroed is not None:
        parts.append(f"with every bias zero {number(course.zeroed)}")
    if step.zero:
        parts.append(f"{step.zero:.0%} of entries are 0")
    if step.dead:
        parts.append(f"{step.dead:.0%} of units are dead")
    if step.saturated:
        parts.append(f"{step.saturated:.0%} saturated")
    return "\n".join(parts)


@final
class _Frame:
    def __init__(self, scale: Scale, places: int, width: int, height: int) -> None:
        self._scale = scale
        self._places = places
        self._width = width - _LEFT - _RIGHT
        self._height = height - _TOP - _BOTTOM

    def x(self, place: float) -> float:
        return round(_LEFT + self._width * (place + 0.5) / self._places, 1)

    def y(self, value: float) -> float:
        return round(_TOP + self._height * (1 - self._scale.place(value)), 1)

    def rows(self) -> Iterator[Label]:
        """Whole decades."""
        step = -(-(self._scale.high - self._scale.low) // _MOST_TICKS)
        for decade in range(self._scale.low, self._scale.high + 1):
            if decade % step == 0:
                yield Label(self.y(10.0**decade), "1" if decade == 0 else f"1e{decade}")

    def columns(self, steps: Sequence[Step]) -> Iterator[Label]:
        """Where each part of the model begins, with its name where there is room; of very many those with names."""
        free = 0.0
        parts = list(_parts(steps))
        crowded = len(parts) > _MOST_PARTS
        for start, name in parts:
            at = self.x(start - 0.5)
            room = cells(name) * _LETTER + 2
            fits = at >= free and at + room <= _LEFT + self._width + _RIGHT
            if fits or not crowded:
                yield Label(at, name if fits else "")
            free = at + room + _LETTER if fits else free

    def path(self, values: Sequence[float | None]) -> str:
        """A line through the values with a gap where there is none; a lone value is a short stroke."""
        drawn = []
        for known, run in groupby(enumerate(values), key=lambda each: each[1] is not None):
            points = [(self.x(place), self.y(value)) for place, value in run if value is not None]
            if known and len(points) == 1:
                drawn.append(f"M{points[0][0] - 2:g} {points[0][1]}h4")
            elif known:
                drawn.append("M" + "L".join(f"{x} {y}" for x, y in points))
        return "".join(drawn)

    def band(self, courses: Sequence[Course]) -> Iterator[str]:
        for known, run in groupby(enumerate(courses), key=lambda each: each[1].low is not None):
            if not known:
                continue
            ends = [(self.x(p), c.low, c.high) for p, c in run if c.low is not None and c.high is not None]
            if len(ends) == 1:
                ends = [(ends[0][0] - 3, *ends[0][1:]), (ends[0][0] + 3, *ends[0][1:])]
            there = "L".join(f"{x:g} {self.y(high)}" for x, _, high in ends)
            back = "L".join(f"{x:g} {self.y(low)}" for x, low, _ in reversed(ends))
            yield f"M{there}L{back}Z"


def _parts(steps: Sequence[Step]) -> Iterator[tuple[int, str]]:
    """(first place, name) of the model's parts: entries of its outermost lists (``blocks.3``), and what is in none."""
    current = ""
    for place, step in enumerate(steps):
        name = _part(step.layer.split("."))
        if name and name != current:
            current = name
            yield place, plain(name)


def _part(path: Sequence[str]) -> str:
    index = next((number for number, each in enumerate(path) if each.isdecimal()), None)
    return path[-1] if index is None else ".".join(path[max(0, index - 1) : index + 1])
