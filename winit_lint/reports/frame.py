"""Code frames: lines of source with marks under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import final

from winit_lint.reports.printable import cells, printable
from winit_lint.source.span import Span

_WIDTH = 120
"""The longest piece of a line that is shown, in characters; more is cut around the mark."""
_LEAD = 40
_TAB = "    "
_MORE = "..."


@final
@dataclass(frozen=True, slots=True)
class Mark:
    """A place to show: what stands under it (``sign``, repeated) and beside that (``label``)."""

    span: Span
    sign: str
    label: str = ""


@final
@dataclass(frozen=True, slots=True)
class Row:
    """A line of a frame: source text with its number, or (``number`` 0) the mark under it."""

    number: int
    text: str
    sign: str = ""


def frame(lines: Sequence[str], marks: Sequence[Mark]) -> Iterator[Row]:
    """The marked lines in line order, each followed by its marks; marks beyond the text are left out."""
    within = [mark for mark in marks if 1 <= mark.span.line <= len(lines)]
    for number, group in groupby(sorted(within, key=lambda mark: mark.span.line), key=lambda mark: mark.span.line):
        line = lines[number - 1].rstrip("\r\n")
        shown: tuple[int, int] | None = None
        for mark in group:
            window = _window(line, mark.span.column - 1)
            if window != shown:
                shown = window
                yield Row(number, _cut(line, window))
            yield Row(0, _under(line, window, mark), mark.sign)


def _window(line: str, start: int) -> tuple[int, int]:
    if len(line) <= _WIDTH:
        return 0, len(line)
    low = max(0, min(start - _LEAD, len(line) - _WIDTH))
    return low, low + _WIDTH


def _cut(line: str, window: tuple[int, int]) -> str:
    low, high = window
    return (_MORE if low else "") + _shown(line[low:high]) + (_MORE if high < len(line) else "")


def _under(line: str, window: tuple[int, int], mark: Mark) -> str:
    low, high = window
    span = mark.span
    start = min(max(span.column - 1, low), high)
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    before = cells((_MORE if low else "") + _shown(line[low:start]))
    width = max(1, cells(_shown(line[start : max(start, min(end, high))])))
    return " " * before + mark.sign * width + (f" {mark.label}" if mark.label else "")


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))
