"""Small replacements, those in one stretch of text joined to one edit so that no other fix comes between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias, final

from winit_lint.finding import Edit
from winit_lint.fixes.syntax import Syntax, Unfit

Piece: TypeAlias = tuple[int, int, str]
"""First offset, the one behind the last, and what comes there."""


@final
@dataclass(slots=True)
class Pieces:
    """Replacements of ranges of offsets, in any order."""

    syntax: Syntax
    _parts: list[Piece] = field(default_factory=list)

    def put(self, start: int, end: int, text: str) -> None:
        """Replace a range."""
        self._parts.append((start, end, text))

    def extend(self, pieces: Iterable[Piece]) -> None:
        """Replace several ranges."""
        self._parts.extend(pieces)

    def edits(self, start: int, end: int) -> tuple[Edit, ...]:
        """One edit for all within the range, and one each for the others; none for what changes nothing.

        Raises:
            Unfit: two of them overlap.
        """
        inside = sorted(piece for piece in self._parts if start <= piece[0] and piece[1] <= end)
        others = sorted(set(self._parts).difference(inside))
        joined = (start, end, self._joined(start, end, inside))
        changed = (piece for piece in (*others, joined) if self.syntax.text[piece[0] : piece[1]] != piece[2])
        return tuple(Edit(self.syntax.span(first, last), new) for first, last, new in changed)

    def _joined(self, start: int, end: int, inside: list[Piece]) -> str:
        found, at = [], start
        for first, last, new in inside:
            if first < at:
                raise Unfit("its parts overlap")
            found += [self.syntax.text[at:first], new]
            at = last
        return "".join([*found, self.syntax.text[at:end]])
