"""The table of a probe on a terminal: a line a module with its signal, below it a line a parameter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from winit_lint.reports.bars import Scale, scale_of
from winit_lint.reports.inspect_cells import heading
from winit_lint.reports.probe_rows import Block, Line, Spread
from winit_lint.reports.text_columns import flowed, shrunk, styled, table, total, wrapped

_WIDE = 110
_COLUMNS = ("  parameter", "shape", "fan in", "fan out", "initializer", "where", "std", "promised", "needed")
_RIGHT = frozenset({2, 3, 6, 7, 8})
_FLOORS = ((30, 11, 6, 7, 28, 22, 6, 8, 6), (14, 9, 6, 7, 20, 12, 6, 8, 6))
_BAR, _SHORT_BAR = 14, 10
_NUMBER = 17


def lines(found: Sequence[Block], width: int | None, console: Console) -> Iterator[Text]:
    """The blocks in lines of at most ``width`` columns, unwrapped where that is None."""
    scales = (
        scale_of(end for block in found if block.forward for end in (block.forward.low, block.forward.high)),
        scale_of(end for block in found if block.backward for end in (block.backward.low, block.backward.high)),
    )
    rows = [row for block in found for line in block.lines for row in _rows(line)]
    wide = width is None or width >= _WIDE
    widths = shrunk([max(map(cell_len, c)) for c in zip(_COLUMNS, *rows, strict=True)], _FLOORS, width)
    if wide:
        yield from table(console, [[Text(name, "bold") for name in _COLUMNS]], widths, _RIGHT)
    for block in found:
        yield from _heading(block, scales, max(total(widths), width or 0) if wide else width or _WIDE, wide=wide)
        if wide:
            made = (styled(row, widths, _RIGHT, _styles(line)) for line in block.lines for row in _rows(line))
            yield from table(console, made, widths, _RIGHT)
        else:
            for line in block.lines:
                yield from _narrow(line, width or _WIDE)
    yield from _legend(scales, width)


def _heading(block: Block, scales: tuple[Scale | None, Scale | None], width: int, *, wide: bool) -> Iterator[Text]:
    """The module, and beside it or below it the second moments at its output."""
    module, layer, times = heading(block.group)
    name = Text.assemble((module, "bold"), "  ", (layer, "cyan"), f"  {times}" if times else "")
    bar = _BAR if wide else _SHORT_BAR
    shown = [
        _signal(label, spread, scale, bar)
        for label, spread, scale in zip(("forward", "backward"), (block.forward, block.backward), scales, strict=True)
        if spread is not None
    ]
    beside = "  ".join(shown)
    if wide and shown and cell_len(name.plain) + 2 + cell_len(beside) <= width:
        yield Text.assemble(name, " " * (width - cell_len(name.plain) - cell_len(beside)), beside.rstrip())
        return
    if cell_len(name.plain) <= width:
        yield name
    else:
        yield from wrapped(name.plain, width, "bold")
    for part in [beside] if cell_len(beside) + 2 <= width else shown:
        yield from (Text(f"  {part.rstrip()}") for part in [part] if part)


def _signal(label: str, spread: Spread, scale: Scale | None, bar: int) -> str:
    drawn = scale.bar(spread.low, spread.high, bar) if scale is not None else ""
    return f"{label} {spread!s:<{_NUMBER}} {drawn:<{bar}}"


def _rows(line: Line) -> Iterator[tuple[str, ...]]:
    """The rows of a parameter: one for each initializer that may be the last."""
    cell = line.cells
    for number, entry in enumerate(cell.written):
        stds = (line.measured, line.promised, line.needed) if number == 0 else ("", "", "")
        head = (f"  {cell.role}", cell.shape, cell.fan_in, cell.fan_out) if number == 0 else ("",) * 4
        yield (*head, entry.call, entry.where, *stds)


def _styles(line: Line) -> dict[int, str]:
    return {4: "" if line.cells.known else "yellow", 6: "" if line.kept else "bold yellow"}


def _narrow(line: Line, width: int) -> Iterator[Text]:
    cell = line.cells
    fans = f"fans {cell.fan_in} / {cell.fan_out}" if (cell.fan_in, cell.fan_out) != ("-", "-") else ""
    yield from map(Text, flowed((cell.role, cell.shape, fans), width, "  "))
    stds = [
        f"{label} {std}"
        for label, std in (("std", line.measured), ("promised", line.promised), ("needed", line.needed))
        if std != "-"
    ]
    for text in () if line.measured == "0" and line.kept else flowed(stds, width, "    "):
        yield Text(text, "" if line.kept else "bold yellow")
    for entry in cell.written:
        for text in flowed((entry.call, entry.where), width, "    "):
            yield Text(text, "" if cell.known else "yellow")


def _legend(scales: tuple[Scale | None, Scale | None], width: int | None) -> Iterator[Text]:
    ends = [
        f"{label} 1e{scale.low} to 1e{scale.high}"
        for label, scale in zip(("forward", "backward"), scales, strict=True)
        if scale is not None
    ]
    if ends:
        told = f"bars: second moments at each module's output on a log scale, {', '.join(ends)}; light: of several"
        yield from wrapped(told, width, "dim")
