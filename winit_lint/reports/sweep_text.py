"""A sweep for the terminal: a table a direction, one line a place, and the verdicts."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from winit_lint.ir.sweep import Sweep
from winit_lint.reports.printable import cells, plain
from winit_lint.reports.probe_rows import number
from winit_lint.reports.sweep_words import DIRECTIONS, MEANING, conclusions, course_of, middle, path_of, title, verdict
from winit_lint.reports.text_columns import wrapped

_LEAST_PATH = 28


def lines(sweep: Sweep, width: int | None) -> Iterator[Text]:
    """The sweep in lines of at most ``width`` columns."""
    seeds = f"{sweep.builds} seed{'' if sweep.builds == 1 else 's'}, step 0; input {sweep.inputs or 'not known'}"
    yield from wrapped(plain(title(sweep)), width, "bold")
    yield from wrapped(plain(seeds), width, "dim")
    for direction in DIRECTIONS if sweep.places else ():
        yield from wrapped(f"{direction}: {MEANING[direction]}", width, "bold")
        yield from _table(sweep, direction, width)
    for direction, text in conclusions(sweep):
        yield from wrapped(plain(f"{direction}: {text}"), width, "yellow" if "constant" not in text else "")
    if len(sweep.sizes) < 2:
        yield from wrapped("too few sizes could be measured to compare them", width, "yellow")
    for size, why in sweep.failures:
        yield from wrapped(plain(f"not measured: {sweep.name} = {size}: {why}"), width, "yellow")


def _table(sweep: Sweep, direction: str, width: int | None) -> Iterator[Text]:
    heads = ("place", *map(str, sweep.sizes), "verdict")
    rows = []
    for place in sweep.places:
        course = course_of(place, direction)
        means = [number(middle(values), 2) for values in course.values]
        name = plain(f"{path_of(place)}  {place.cls.rpartition('.')[2]}{'' if place.main else ' (branch)'}")
        rows.append((name, *means, verdict(course, sweep.name)))
    sizes = [max(cells(row[column]) for row in (heads, *rows)) for column in range(len(heads) - 1)]
    over = 0 if width is None else sum(sizes) + 2 * len(sizes) + max(cells(row[-1]) for row in rows) - width
    sizes[0] -= min(max(over, 0), max(sizes[0] - _LEAST_PATH, 0))
    quiet = {row for row, place in zip(rows, sweep.places, strict=True) if not place.main or row[-1] == "constant"}
    for row in (heads, *rows):
        name = row[0] if cells(row[0]) <= sizes[0] else f"{row[0][: sizes[0] - 2]}.."
        numbers = [text.rjust(size) for text, size in zip(row[1:-1], sizes[1:], strict=True)]
        style = "bold" if row is heads else "" if row in quiet else "yellow"
        start = "  ".join([name.ljust(sizes[0]), *numbers])
        yield from wrapped(f"{start}  {row[-1]}", width, style, " " * 4)
