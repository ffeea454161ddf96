"""Syntax that is newer than the Python that runs, put into older words of the same length.

The places of all else stay, so that a tree of the older text tells where the definitions of the newer one are. What
is lost is lost to types and to text: type parameters, what formatted strings hold, further classes of an ``except``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from winit_lint.source.lexer import tokens

_PARAMETERS = re.compile(r"\b(?:class|def)[ \t]+\w+[ \t]*(\[)")
_ALIAS = re.compile(r"^([ \t]*)type[ \t]+(\w+)[ \t]*(\[)?", re.MULTILINE)
_EXCEPT = re.compile(r"^[ \t]*except\b[ \t]*(\*?)[^\n,():]*(,[^\n():]*)?:", re.MULTILINE)
_PREFIX = re.compile(r"(?<![\w\"'])[fFtTrR]{1,2}(?=[\"'])")
_CLOSED = re.compile(r"[(\[{}\])]")
_MAX_DEPTH = 20


def older(text: str) -> str | None:
    """The text with the newer syntax that is known put into older; None where it has none of it."""
    made = _without_templates(text)
    plain = _code_only(made)
    spans: list[tuple[int, int, str]] = []
    for match in _PARAMETERS.finditer(plain):
        spans += _blanked(plain, match.start(1))
    for match in _ALIAS.finditer(plain):
        name, end = match[2], match.end(2)
        spans.append((match.end(1), end, name))
        spans += _blanked(plain, match.start(3)) if match[3] else ()
    for match in _EXCEPT.finditer(plain):
        spans += [(start, end, "") for start, end in (match.span(1), match.span(2)) if start < end]
    for start, end, instead in spans:
        made = made[:start] + instead + re.sub(r"[^\n]", " ", made[start + len(instead) : end]) + made[end:]
    return made if made != text else None


def _blanked(plain: str, start: int) -> Iterator[tuple[int, int, str]]:
    """The bracket that opens at ``start``, with all inside."""
    depth = 0
    for match in _CLOSED.finditer(plain, start):
        depth += 1 if match[0] in "([{" else -1
        if depth == 0:
            yield start, match.end(), ""
            return


def _code_only(text: str) -> str:
    """The text with spaces for strings and comments."""
    parts = []
    for kind, start, end in tokens(text):
        piece = text[start:end]
        parts.append(re.sub(r"[^\n]", " ", piece) if kind in {"string", "comment"} else piece)
    return "".join(parts)


def _without_templates(text: str) -> str:
    """Formatted and template strings as plain formatted strings that hold nothing."""
    parts: list[str] = []
    done = 0
    for match in _PREFIX.finditer(text):
        if match.start() < done or not set(match[0].lower()) & {"f", "t"}:
            continue
        end = _string_end(text, match.end(), raw="r" in match[0].lower())
        if end is None:
            continue
        width = 3 if text.startswith(('"""', "'''"), match.end()) else 1
        quote = text[match.end() : match.end() + width]
        inside = text[match.end() + width : end - width]
        if width == 1 and "\n" in inside:
            continue
        prefix = match[0].replace("t", "f").replace("T", "F")
        parts += [text[done : match.start()], prefix, quote, re.sub(r"[^\n]", "x", inside), quote]
        done = end
    return "".join([*parts, text[done:]])


def _string_end(text: str, start: int, *, raw: bool, depth: int = 0) -> int | None:
    """Behind the closing quote of a formatted string that opens at ``start``; its fields may hold strings."""
    width = 3 if text.startswith(('"""', "'''"), start) else 1
    quote = text[start : start + width]
    place, open_fields = start + width, 0
    while place < len(text) and depth < _MAX_DEPTH:
        if not open_fields and text.startswith(quote, place):
            return place + width
        letter = text[place]
        if (not open_fields and letter == "\\" and not raw) or (
            not open_fields and text[place : place + 2] in {"{{", "}}"}
        ):
            place += 2
        elif letter in "{[(" and (open_fields or letter == "{"):
            open_fields, place = open_fields + 1, place + 1
        elif letter in "}])" and open_fields:
            open_fields, place = open_fields - 1, place + 1
        elif open_fields and letter in "\"'":
            end = _string_end(text, place, raw=False, depth=depth + 1)
            if end is None:
                return None
            place = end
        elif letter == "\n" and width == 1 and not open_fields:
            return None
        else:
            place += 1
    return None
