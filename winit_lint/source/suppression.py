"""Suppressions: comments that silence rules.

``# winit: ignore[xavier-before-relu] reason`` at the end of a line silences the findings of that line, and at the end
of a logical line those of all of it; on a line of its own it covers the next logical line (inside brackets the next
line). ``# winit: file-ignore[...]`` covers the file. ``# noqa: WI101`` is honoured like the first form.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest
from typing import final

from winit_lint.source.lexer import tokens
from winit_lint.source.span import Span
from winit_lint.source.text import SourceText

_WINIT = re.compile(r"#\s*winit\s*:\s*", re.IGNORECASE)
_DIRECTIVE = re.compile(r"(?P<form>file-ignore|ignore)\s*\[(?P<names>[^\]]*)\]", re.IGNORECASE)
_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<names>[A-Z]+[0-9]+\b(?:[,\s]+[A-Z]+[0-9]+\b)*)", re.IGNORECASE)
_NAME = re.compile(r"[^,\s]+")
_OTHER = re.compile(r"#\s*[^\W\d]")  # "see #12" is prose, "# type: ignore" another tool's


@final
@dataclass(frozen=True, slots=True)
class Suppression:
    """One name in one comment.

    ``span`` is the name, ``comment`` the comment; ``name`` is as written. ``first`` and ``last`` are the lines covered
    (inclusive). ``alone`` is True when the comment holds no other name and nothing else but a reason, so that it can
    be removed whole. ``noqa`` marks the form that other linters share.
    """

    name: str
    span: Span
    comment: Span
    first: int
    last: int
    alone: bool
    noqa: bool = False


@final
@dataclass(frozen=True, slots=True)
class Malformed:
    """A comment that means to suppress and can't: it begins with ``winit:`` and has no readable list."""

    span: Span
    message: str


@final
@dataclass(frozen=True, slots=True)
class Suppressions:
    """The suppressions of one file, in order."""

    entries: tuple[Suppression, ...] = ()
    malformed: tuple[Malformed, ...] = ()

    def covering(self, span: Span, matches: Callable[[str], bool]) -> tuple[Suppression, ...]:
        """The entries that cover the first line of ``span`` (or any of its lines, by a comment on that line)."""
        return tuple(e for e in self.entries if matches(e.name) and _covers(e, span))


NONE = Suppressions()


def _covers(entry: Suppression, span: Span) -> bool:
    on_own_line = entry.comment.line not in range(entry.first, entry.last + 1)
    if entry.first <= span.line <= entry.last:
        return True
    return not on_own_line and span.line <= entry.comment.line <= span.end_line


@dataclass(frozen=True, slots=True)
class _Comment:
    start: int
    end: int
    line: int
    column: int
    depth: int
    own_line: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    """Comments, and the logical lines as (first, last) physical lines in order."""

    comments: tuple[_Comment, ...]
    logical: tuple[tuple[int, int], ...]
    code_lines: tuple[int, ...]


def suppressions(source: SourceText) -> Suppressions:
    """The suppressions that the comments of ``source`` spell."""
    lowered = source.text.lower() if "#" in source.text else ""
    if "winit" not in lowered and "noqa" not in lowered:
        return NONE
    layout = _layout(source.text)
    entries: list[Suppression] = []
    malformed: list[Malformed] = []
    for comment in layout.comments:
        text = source.text[comment.start : comment.end]
        span = Span(source.path, comment.line, comment.column, comment.line, comment.column + len(text))
        starts = list(_WINIT.finditer(text))
        for winit, following in zip_longest(starts, starts[1:]):
            rest = text[winit.end() : following.start() if following is not None else len(text)]
            found = _DIRECTIVE.match(rest)
            if found is None or not found["names"].strip():
                if found is not None or _meant_to_suppress(rest):
                    malformed.append(Malformed(span, _complaint(rest, found)))
                continue
            whole_file = found["form"].lower() == "file-ignore"
            lines = (1, source.text.count("\n") + 1) if whole_file else _covered(comment, layout)
            offset = winit.end() + found.start("names")
            alone = winit.start() == 0 and _OTHER.search(text, winit.end() + found.end()) is None
            entries.extend(_named(found["names"], span, offset, lines, alone=alone, noqa=False))
        if (noqa := _NOQA.search(text)) is not None:
            alone = noqa.start() == 0 and noqa.end() == len(text.rstrip())
            lines = (comment.line, comment.line) if comment.own_line else _covered(comment, layout)
            entries.extend(_named(noqa["names"], span, noqa.start("names"), lines, alone=alone, noqa=True))
    return Suppressions(tuple(entries), tuple(malformed))


def _meant_to_suppress(rest: str) -> bool:
    """Ordinary prose may begin with "winit:" too."""
    word = re.match(r"[\w-]*", rest.lower())
    return "[" in rest or bool(word and get_close_matches(word[0], ["ignore", "file-ignore"]))


def _complaint(rest: str, found: re.Match[str] | None) -> str:
    if found is not None:
        return "a suppression without a rule: write the code or name in the brackets"
    if re.match(r"(file-)?ignore\b", rest, re.IGNORECASE):
        return "a suppression without [rule]: write `# winit: ignore[rule-name] reason`"
    return "not a suppression: write `# winit: ignore[rule-name] reason` or `# winit: file-ignore[rule-name] reason`"


def _named(
    names: str, comment: Span, offset: int, lines: tuple[int, int], *, alone: bool, noqa: bool
) -> Iterable[Suppression]:
    found = list(_NAME.finditer(names))
    for name in found:
        column = comment.column + offset + name.start()
        span = Span(comment.path, comment.line, column, comment.line, column + len(name[0]))
        yield Suppression(name[0], span, comment, *lines, alone=alone and len(found) == 1, noqa=noqa)


def _covered(comment: _Comment, layout: _Layout) -> tuple[int, int]:
    """The lines that a suppression in ``comment`` is for."""
    if not comment.own_line:
        index = bisect_left(layout.logical, (comment.line + 1, 0)) - 1
        if index >= 0 and layout.logical[index][1] == comment.line:
            return layout.logical[index]
        return comment.line, comment.line
    if comment.depth:
        following = bisect_left(layout.code_lines, comment.line)
        line = layout.code_lines[following] if following < len(layout.code_lines) else comment.line
        return line, line
    following = bisect_left(layout.logical, (comment.line, 0))
    return layout.logical[following] if following < len(layout.logical) else (comment.line, comment.line)


def _layout(text: str) -> _Layout:
    comments: list[_Comment] = []
    logical: list[tuple[int, int]] = []
    code_lines: list[int] = []
    line, line_start, depth = 1, 0, 0
    first: int | None = None  # where the logical line began; None before its first token
    opening = 0  # the offset of that token
    decorated: int | None = None  # the first line of the decorators that belong to the next logical line
    for kind, start, end in tokens(text):
        newlines = text.count("\n", start, end)
        match kind:
            case "comment":
                own = not text[line_start:start].strip()
                comments.append(_Comment(start, end, line, start - line_start + 1, depth, own))
            case "newline" if depth == 0 and first is not None:
                if text[opening : opening + 80].lstrip(" \t\f").startswith("@"):
                    decorated = first if decorated is None else decorated
                else:
                    logical.append((first if decorated is None else decorated, line))
                    decorated = None
                first = None
            case "code" if not text[start:end].strip(" \t\f\\\n"):
                pass
            case "newline":
                pass
            case _:
                if first is None:
                    first, opening = line, start
                code_lines.extend(n for n in range(line, line + newlines + 1) if not code_lines or n > code_lines[-1])
                depth = max(0, depth + (kind == "open") - (kind == "close"))
        if newlines:
            line += newlines
            line_start = text.rfind("\n", start, end) + 1
    if first is not None:
        logical.append((first if decorated is None else decorated, line))
    return _Layout(tuple(comments), tuple(logical), tuple(code_lines))


def unused(entries: Sequence[Suppression], used: Iterable[Suppression]) -> tuple[Suppression, ...]:
    """The entries that silenced nothing."""
    taken = set(used)
    return tuple(entry for entry in entries if entry not in taken)
