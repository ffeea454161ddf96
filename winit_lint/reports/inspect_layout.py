"""The table of an inspect document: a row a parameter where there is room for it, else lines that wrap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from winit_lint.reports.inspect_cells import Cells, cells, heading
from winit_lint.reports.inspect_fold import Group
from winit_lint.reports.text_columns import flowed, shrunk, styled, table, total, wrapped

_WIDE = 120
_COLUMNS = ("  parameter", "shape", "fan in", "fan out", "initializer", "std", "where", "read by")
_RIGHT = frozenset({2, 3})
_FLOORS = ((32, 11, 6, 7, 30, 7, 28, 20), (18, 10, 6, 7, 24, 7, 17, 17))
"""How far the columns may shrink: to the first where that will do, with the second they fill ``_WIDE`` columns."""


def lines(found: Sequence[Group], files: Mapping[str, str], width: int | None, console: Console) -> Iterator[Text]:
    """The groups, each under a heading of its own, in lines of at most ``width`` columns."""
    made = [(group, [cells(row, files) for row in group.rows]) for group in found]
    wide = width is None or width >= _WIDE
    widths = _widths([row for _, each in made for cell in each for row in _wide(cell)], width) if wide else []
    if wide:
        yield from table(console, [[Text(name, "bold") for name in _COLUMNS]], widths, _RIGHT)
    for group, each in made:
        yield from _heading(group, width)
        if wide:
            yield from table(
                console, (_styled(cell, row, widths) for cell in each for row in _wide(cell)), widths, _RIGHT
            )
        else:
            for cell in each:
                yield from _narrow(cell, width or _WIDE)


def fits(found: Sequence[Group], files: Mapping[str, str], width: int | None) -> bool:
    """Whether no cell has to be wrapped."""
    rows = [row for group in found for each in group.rows for row in _wide(cells(each, files))]
    return width is None or total(_natural(rows)) <= width


def _heading(group: Group, width: int | None) -> Iterator[Text]:
    module, layer, times = heading(group)
    text = Text.assemble((module, "bold"), "  ", (layer, "cyan"), f"  {times}" if times else "")
    if width is None or cell_len(text.plain) <= width:
        yield text
    else:
        yield from wrapped(text.plain, width, "bold")


def _wide(cell: Cells) -> Iterator[tuple[str, ...]]:
    """The rows of a parameter: one for each initializer that may be the last."""
    head = (f"  {cell.role}", cell.shape, cell.fan_in, cell.fan_out)
    for number, entry in enumerate(cell.written):
        what = (entry.call, entry.std, entry.where)
        yield (*head, *what, cell.read_by) if number == 0 else ("", "", "", "", *what, "")


def _styled(cell: Cells, row: tuple[str, ...], widths: Sequence[int]) -> list[Text]:
    unknown = "" if cell.known else "yellow"
    return styled(row, widths, _RIGHT, {4: unknown, 5: unknown})


def _natural(rows: Sequence[tuple[str, ...]]) -> list[int]:
    return [max(map(cell_len, column)) for column in zip(_COLUMNS, *rows, strict=True)]


def _widths(rows: Sequence[tuple[str, ...]], width: int | None) -> list[int]:
    return shrunk(_natural(rows), _FLOORS, width)


def _narrow(cell: Cells, width: int) -> Iterator[Text]:
    """A line for the parameter, one for each initializer that may be the last."""
    fans = f"fans {cell.fan_in} / {cell.fan_out}" if (cell.fan_in, cell.fan_out) != ("-", "-") else ""
    reads = f"read by {cell.read_by}" if cell.read_by else ""
    yield from map(Text, flowed((cell.role, cell.shape, fans, reads), width, "  "))
    for entry in cell.written:
        std = f"std {entry.std}" if cell.known else ""
        for line in flowed((std, entry.call, entry.where), width, "    "):
            yield Text(line, "" if cell.known else "yellow")
