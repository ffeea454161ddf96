"""The table of an inspect document: a row a parameter where there is room for it, else lines that wrap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from winit_lint.reports.inspect_cells import Cells, cells, heading
from winit_lint.reports.inspect_fold import Group

_WIDE = 120
_GAP = 2
_COLUMNS = ("  parameter", "shape", "fan in", "fan out", "initializer", "std", "where", "read by")
_RIGHT = frozenset({2, 3})
_FLOORS = ((32, 11, 6, 7, 30, 7, 28, 20), (18, 10, 6, 7, 24, 7, 17, 17))
"""How far the columns may shrink: to the first where that will do, with the second they fill ``_WIDE`` columns."""

_WORDS = re.compile(r"(?<=\s)(?=[^\s+*])")
_WORD_PARTS = re.compile(r"(?<=[_,(=/])(?=\w)|(?<=\.)(?=[^\W\d])|(?<=[a-z])(?=[A-Z])")
_ANYWHERE = re.compile(r"(?<=.)(?=.)")
"""Where a line may end: behind a blank, between the parts of a name or call, anywhere."""


def lines(found: Sequence[Group], files: Mapping[str, str], width: int | None, console: Console) -> Iterator[Text]:
    """The groups, each under a heading of its own, in lines of at most ``width`` columns."""
    made = [(group, [cells(row, files) for row in group.rows]) for group in found]
    wide = width is None or width >= _WIDE
    widths = _widths([row for _, each in made for cell in each for row in _wide(cell)], width) if wide else []
    if wide:
        yield from _table(console, [[Text(name, "bold") for name in _COLUMNS]], widths)
    for group, each in made:
        yield from _heading(group, width)
        if wide:
            yield from _table(console, (_styled(cell, row, widths) for cell in each for row in _wide(cell)), widths)
        else:
            for cell in each:
                yield from _narrow(cell, width or _WIDE)


def fits(found: Sequence[Group], files: Mapping[str, str], width: int | None) -> bool:
    """Whether no cell has to be wrapped."""
    rows = [row for group in found for each in group.rows for row in _wide(cells(each, files))]
    return width is None or _total(_natural(rows)) <= width


def wrapped(text: str, width: int | None, style: str = "", indent: str = "  ") -> Iterator[Text]:
    """A text in lines of at most ``width`` columns; those after the first begin with ``indent``."""
    for number, line in enumerate(broken(text, width, len(indent))):
        yield Text(f"{indent}{line}" if number else line, style)


def broken(text: str, width: int | None, indent: int = 0) -> list[str]:
    """A text in lines of at most ``width`` columns, ``indent`` fewer after the first.

    It is broken at blanks, a word that is too long for a line between its parts, and a part that is, anywhere.
    """
    if width is None or cell_len(text) <= width:
        return [text]
    found = [""]
    for word in _WORDS.split(text):
        for part in _fitting(word, _WORD_PARTS, max(width - indent, 1)):
            for piece in _fitting(part, _ANYWHERE, max(width - indent, 1)):
                room = max(width - (indent if len(found) > 1 else 0), 1)
                if cell_len(found[-1] + piece.rstrip()) > room and found[-1]:
                    found.append("")
                found[-1] += piece
    return [line.rstrip() for line in found if line.strip()]


def _fitting(text: str, breaks: re.Pattern[str], room: int) -> list[str]:
    return [text] if cell_len(text.rstrip()) <= room else breaks.split(text)


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
    style = "" if cell.known else "yellow"
    made = []
    for number, (text, width) in enumerate(zip(row, widths, strict=True)):
        first, *rest = broken(text, width, 0 if number in _RIGHT else 1) or [""]
        pad = "    " if number == 0 else " "
        shown = "\n".join((first, *(line if number in _RIGHT else pad + line for line in rest)))
        made.append(Text(shown, style if number in {4, 5} else ""))
    return made


def _table(console: Console, rows: Iterable[Sequence[Text]], widths: Sequence[int]) -> Iterator[Text]:
    table = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False)
    for number, width in enumerate(widths):
        table.add_column(width=width, justify="right" if number in _RIGHT else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    for line in console.render_lines(table, pad=False):
        made = Text()
        for segment in line:
            made.append(segment.text, segment.style)
        made.rstrip()
        yield made


def _natural(rows: Sequence[tuple[str, ...]]) -> list[int]:
    return [max(map(cell_len, column)) for column in zip(_COLUMNS, *rows, strict=True)]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _widths(rows: Sequence[tuple[str, ...]], width: int | None) -> list[int]:
    """The columns' widths: those with most to spare are made narrower first."""
    widths = _natural(rows)
    for floors in _FLOORS:
        while width is not None and _total(widths) > width:
            spare = [wide - floor for wide, floor in zip(widths, floors, strict=True)]
            if max(spare) <= 0:
                break
            widths[spare.index(max(spare))] -= 1
    return widths


def _narrow(cell: Cells, width: int) -> Iterator[Text]:
    """A line for the parameter, one for each initializer that may be the last."""
    fans = f"fans {cell.fan_in} / {cell.fan_out}" if (cell.fan_in, cell.fan_out) != ("-", "-") else ""
    reads = f"read by {cell.read_by}" if cell.read_by else ""
    yield from map(Text, _flowed((cell.role, cell.shape, fans, reads), width, "  "))
    for entry in cell.written:
        std = f"std {entry.std}" if cell.known else ""
        for line in _flowed((std, entry.call, entry.where), width, "    "):
            yield Text(line, "" if cell.known else "yellow")


def _flowed(parts: Iterable[str], width: int, indent: str) -> Iterator[str]:
    """Parts beside each other as far as there is room; what goes on below is indented further."""
    line = ""
    for part in filter(None, parts):
        joined = f"{line}{' ' * _GAP}{part}" if line else indent + part
        if line and cell_len(joined) > width:
            yield line
            joined = f"{indent}  {part}"
        line = joined
        if cell_len(line) > width:
            lead = line[: len(line) - len(line.lstrip())]
            *done, line = (lead + each for each in broken(line.strip(), width - len(lead), 2))
            yield from done[:1]
            yield from (f"  {each}" for each in done[1:])
            line = f"  {line}" if done else line
    if line:
        yield line
