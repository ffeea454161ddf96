"""What the page of a probe shows of a sweep: its verdicts, a plot a direction, and a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import final

from winit_lint.ir.sweep import Course, Place, Sweep
from winit_lint.reports.bars import Scale, scale_of
from winit_lint.reports.depth_plot import Label
from winit_lint.reports.printable import plain
from winit_lint.reports.probe_rows import number
from winit_lint.reports.sweep_words import DIRECTIONS, MEANING, conclusions, course_of, middle, path_of, title, verdict

_WIDTH, _HEIGHT = 380, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 16, 10, 24
_MOST_TICKS = 6
_COLOURS = 8


@final
@dataclass(frozen=True)
class SweepLine:
    """A place in a plot: a path of SVG, and what it says when it is pointed at; ``colour`` is that of its table row.

    Colours are numbered from 1; 0 is that of all for which there is none left.
    """

    path: str
    title: str
    colour: int


@final
@dataclass(frozen=True)
class SweepPlot:
    """One direction of a sweep; ``rows`` and ``columns`` are the ticks."""

    name: str
    meaning: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    lines: tuple[SweepLine, ...]
    table: tuple[tuple[str, tuple[str, ...], str, int], ...]
    verdict: str


@final
@dataclass(frozen=True)
class SweepView:
    """A sweep; ``sizes`` head the columns of its tables."""

    title: str
    about: str
    sizes: tuple[str, ...]
    plots: tuple[SweepPlot, ...]
    failures: tuple[str, ...]


def sweep_view(sweep: Sweep) -> SweepView:
    """The sweep as the template shows it."""
    seeds = f"{sweep.builds} seed{'' if sweep.builds == 1 else 's'}, step 0; input {sweep.inputs or 'not known'}"
    failures = [f"{sweep.name} = {size}: {why}" for size, why in sweep.failures]
    plots = [plot for direction in DIRECTIONS if (plot := _plot(sweep, direction)) is not None]
    sizes = tuple(map(str, sweep.sizes))
    return SweepView(plain(title(sweep)), plain(seeds), sizes, tuple(plots), tuple(map(plain, failures)))


def _plot(sweep: Sweep, direction: str) -> SweepPlot | None:
    courses = [(place, course_of(place, direction)) for place in sweep.places]
    scale = scale_of(middle(values) for _, course in courses for values in course.values)
    if scale is None:
        return None
    colours = _colours(courses)
    lines = tuple(
        SweepLine(
            "".join(_path(sweep, course, scale)),
            plain(f"{path_of(place)}: {verdict(course, sweep.name)}"),
            colour,
        )
        for (place, course), colour in zip(courses, colours, strict=True)
    )
    table = tuple(
        (
            plain(f"{path_of(place)}{'' if place.main else ' (branch)'}"),
            tuple(number(middle(values), 2) for values in course.values),
            plain(verdict(course, sweep.name)),
            colour,
        )
        for (place, course), colour in zip(courses, colours, strict=True)
    )
    return SweepPlot(
        direction.capitalize(), MEANING[direction], _WIDTH, _HEIGHT, _LEFT, _WIDTH - _RIGHT, _TOP, _HEIGHT - _BOTTOM,
        tuple(_rows(scale)), tuple(Label(_x(sweep, size), str(size)) for size in sweep.sizes), lines, table,
        plain(dict(conclusions(sweep)).get(direction, "")),
    )  # fmt: skip


def _colours(courses: Sequence[tuple[Place, Course]]) -> list[int]:
    """Those that change come first, then what all of the signal passes."""
    ranks = [(not place.main, course.law in {"constant", "unclear"}) for place, course in courses]
    chosen = sorted(sorted(range(len(ranks)), key=ranks.__getitem__)[:_COLOURS])
    colours = {number: colour for colour, number in enumerate(chosen, 1)}
    return [colours.get(number, 0) for number in range(len(ranks))]


def _rows(scale: Scale) -> Iterator[Label]:
    step = -(-(scale.high - scale.low) // _MOST_TICKS)
    for decade in range(scale.low, scale.high + 1):
        if decade % step == 0:
            yield Label(_y(10.0**decade, scale), "1" if decade == 0 else f"1e{decade}")


def _path(sweep: Sweep, course: Course, scale: Scale) -> Iterator[str]:
    """A line through the sizes that are known."""
    pen = "M"
    for size, values in zip(sweep.sizes, course.values, strict=True):
        mean = middle(values)
        if mean is None:
            pen = "M"
            continue
        yield f"{pen}{_x(sweep, size)} {_y(mean, scale)}"
        pen = "L"


def _x(sweep: Sweep, size: int) -> float:
    """On a log scale for a width, where powers of it are straight."""
    low, high, at = map(math.log if sweep.kind == "width" else float, (sweep.sizes[0], sweep.sizes[-1], size))
    return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * (at - low) / (high - low), 1)


def _y(value: float, scale: Scale) -> float:
    return round(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - scale.place(value)), 1)
