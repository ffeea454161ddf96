"""A place in a source file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters in one file.

    ``path`` is the path as the run names the file (relative to the working directory where it can be).
    Lines and columns count from 1, columns in characters and without a byte-order mark; the end is exclusive.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"
