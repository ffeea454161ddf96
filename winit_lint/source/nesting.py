"""How deep a text nests, measured before any parser sees it.

Parsers recurse: 1,500 nested parentheses, 10,000 ``elif`` branches or a sum of 10,000 terms end some of them with a
segmentation fault, which no ``except`` catches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import final

from winit_lint.source.lexer import coarse_tokens, tokens

_WORD = re.compile(r"\w+|[^\s\w]")
_BRANCH = re.compile(r"^([ \t\f]*)(elif\b|\S)", re.MULTILINE)
_NEGATIONS = re.compile(r"(?:\bnot\s+){301}")  # some parsers need time in the cube of their number
_BRACKET = re.compile(r"[()\[\]{}]")


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """What is still parsed.

    ``depth`` counts open brackets (CPython's own limit is 200), ``chain`` the tokens at one bracket level without a
    comma or line end (a sum of n terms has 2n - 1), ``branches`` the ``elif`` of one ``if``.
    """

    depth: int = 200
    chain: int = 6000
    branches: int = 3000


def too_deep(text: str, limits: Limits) -> tuple[int, str] | None:
    """The line (from 1) and the reason where ``text`` exceeds a limit, else None."""
    found = None if _certainly_shallow(text, limits) else _measure(text, limits)
    if found is not None:
        return text.count("\n", 0, found[0]) + 1, found[1]
    negated = _NEGATIONS.search(text) if "not not" in text else None
    if negated is not None:
        return text.count("\n", 0, negated.start()) + 1, "more than 300 negations in a row"
    return _long_elif(text, limits.branches) if text.count("elif") > limits.branches else None


def _certainly_shallow(text: str, limits: Limits) -> bool:
    """Within the limits even when every character is a token and every string a format string."""
    depth = since = 0
    for kind, start, end in coarse_tokens(text):
        since += 1
        match kind:
            case "code":
                newline = text.rfind("\n", start, end) if depth == 0 else -1
                since = end - newline if newline >= 0 else since + end - start
                if end - start > limits.chain:
                    return False
            case "open":
                depth += 1
            case "close":
                depth = max(0, depth - 1)
            case "string" if _bracket_depth_bound(text, start, end) > limits.depth:
                return False
        if depth >= limits.depth or since > limits.chain:
            return False
    return True


def _bracket_depth_bound(text: str, start: int, end: int) -> int:
    if end - start < 100:
        return 0
    return text.count("(", start, end) + text.count("[", start, end) + text.count("{", start, end)


def _measure(text: str, limits: Limits) -> tuple[int, str] | None:
    """The offset of the first excess and what it is."""
    deep = f"more than {limits.depth} nested brackets"
    levels = [0]
    for kind, start, end in tokens(text):
        match kind:
            case "code":
                levels[-1] += len(_WORD.findall(text, start, end))
            case "string":
                levels[-1] += 1
                if _is_format(text, start) and _bracket_depth(text[start:end]) > limits.depth:
                    return start, deep
            case "open":
                levels[-1] += 1
                levels.append(0)
                if len(levels) - 1 > limits.depth:
                    return start, deep
            case "close" if len(levels) > 1:
                levels.pop()
            case "separator":
                levels[-1] = 0
            case "newline" if len(levels) == 1:
                levels[0] = 0
        if levels[-1] > limits.chain:
            return start, f"more than {limits.chain} tokens in one expression"
    return None


def _is_format(text: str, quote: int) -> bool:
    prefix = text[max(0, quote - 2) : quote].lower()
    return prefix[-1:] in ("f", "t") or (prefix[-1:] == "r" and prefix[:1] in ("f", "t"))


def _bracket_depth(body: str) -> int:
    depth = deepest = 0
    for bracket in _BRACKET.findall(body):
        depth = depth + 1 if bracket in "([{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _long_elif(text: str, limit: int) -> tuple[int, str] | None:
    """The first ``if`` with more than ``limit`` branches: ``elif`` lines with nothing shallower or equal between."""
    counts: dict[int, int] = {}
    for match in _BRANCH.finditer(text):
        indent = len(match[1])
        for deeper in [i for i in counts if i > indent]:
            del counts[deeper]
        if match[2] != "elif":
            counts.pop(indent, None)
            continue
        counts[indent] = counts.get(indent, 0) + 1
        if counts[indent] > limit:
            return text.count("\n", 0, match.start()) + 1, f"more than {limit} `elif` branches"
    return None
