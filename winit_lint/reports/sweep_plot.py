"""A sweep drawn into axes that are given: a line a place over the sizes, from the least to the most of its builds."""

from __future__ import annotations

from textwrap import wrap
from typing import Any, Final

from winit_lint.ir.sweep import Course, Sweep
from winit_lint.reports.printable import plain
from winit_lint.reports.sweep_words import DIRECTIONS, MEANING, conclusions, course_of, middle, path_of, title

_MOST: Final = 8
_LETTERS: Final = 100  # of a line above the axes
_COLOURS: Final = ("#1463c4", "#b35900", "#2e7d32", "#8e24aa", "#c62828", "#00838f", "#6d4c41", "#7a8490")


def draw(row: Any, sweep: Sweep, tick: Any) -> None:
    """Two axes, forward and beside it backward; width on a log scale, as powers of it are straight there.

    ``tick`` writes the numbers beside the axes.
    """
    told = dict(conclusions(sweep))
    for axes, direction in zip(row, DIRECTIONS, strict=True):
        axes.set_yscale("log")
        if sweep.kind == "width":
            axes.set_xscale("log", base=2)
        chosen = _chosen(sweep, direction)
        for colour, (label, course) in zip(_COLOURS, chosen, strict=False):
            means = [_number(middle(values)) for values in course.values]
            axes.plot(sweep.sizes, means, "-o", color=colour, ms=3, lw=1.4, label=label)
            low, high = ([_number(end(values)) for values in course.values] for end in (_least, _most))
            axes.fill_between(sweep.sizes, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.set_xticks(sweep.sizes, [str(size) for size in sweep.sizes])
        axes.minorticks_off()
        axes.grid(axis="y", alpha=0.3)
        axes.set_xlabel(plain(sweep.name))
        axes.yaxis.set_major_formatter(tick)
        parts = (f"{title(sweep)}: {MEANING[direction]}", told.get(direction, ""))
        axes.set_title(
            "\n".join(plain(line) for part in parts for line in wrap(part, _LETTERS)), loc="left", fontsize=8
        )
        if chosen:
            axes.legend(fontsize=7, framealpha=0.6)


def _chosen(sweep: Sweep, direction: str) -> list[tuple[str, Course]]:
    """What all of the signal passes, or of much of that what changes most."""
    main = [place for place in sweep.places if place.main] or sweep.places
    every = [(plain(path_of(place)), course_of(place, direction)) for place in main]
    if len(every) <= _MOST:
        return every
    ranked = sorted(every, key=lambda each: -max(each[1].change or 1.0, 1 / (each[1].change or 1.0)))
    return [each for each in every if each in ranked[:_MOST]]


def _least(values: tuple[float | None, ...]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def _most(values: tuple[float | None, ...]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _number(value: float | None) -> float:
    return value if value is not None and 0 < value < 1e300 else float("nan")
