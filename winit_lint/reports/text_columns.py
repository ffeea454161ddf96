"""Text in columns: where lines may be broken, and how columns share the room that there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_GAP = 2
_WORDS = re.compile(r"(?<=\s)(?=[^\s+*])")
_WORD_PARTS = re.compile(r"(?<=[_,(=/])(?=\w)|(?<=\.)(?=[^\W\d])|(?<=[a-z])(?=[A-Z])")
_ANYWHERE = re.compile(r"(?<=.)(?=.)")
"""Where a line may end: behind a blank, between the parts of a name or call, anywhere."""


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


def styled(row: Sequence[str], widths: Sequence[int], right: Set[int], styles: Mapping[int, str]) -> list[Text]:
    """The cells of a row, broken to fit; what goes on below is indented, in the first column further."""
    made = []
    for number, (text, width) in enumerate(zip(row, widths, strict=True)):
        first, *rest = broken(text, width, 0 if number in right else 1) or [""]
        pad = "    " if number == 0 else " "
        shown = "\n".join((first, *(line if number in right else pad + line for line in rest)))
        made.append(Text(shown, styles.get(number, "")))
    return made


def table(console: Console, rows: Iterable[Sequence[Text]], widths: Sequence[int], right: Set[int]) -> Iterator[Text]:
    """The rows in columns of these widths; those of ``right`` end at their right side."""
    made = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False)
    for number, width in enumerate(widths):
        made.add_column(width=width, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    for line in console.render_lines(made, pad=False):
        text = Text()
        for segment in line:
            text.append(segment.text, segment.style)
        text.rstrip()
        yield text


def total(widths: Sequence[int]) -> int:
    """The width of a table with these columns."""
    return sum(widths) + _GAP * (len(widths) - 1)


def shrunk(widths: Sequence[int], floors: Sequence[Sequence[int]], width: int | None) -> list[int]:
    """The columns made narrower until they fit, those with most to spare first; to the last of ``floors`` at most."""
    found = list(widths)
    for floor in floors:
        while width is not None and total(found) > width:
            spare = [wide - least for wide, least in zip(found, floor, strict=True)]
            if max(spare) <= 0:
                break
            found[spare.index(max(spare))] -= 1
    return found


def flowed(parts: Iterable[str], width: int, indent: str) -> Iterator[str]:
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
