"""A rough lexer: strings, comments, brackets and separators, without building anything.

It never fails and never recurses, so it may look at a file before any parser does. It takes the opening quote of a
nested f-string (3.12) for a closing one, which keeps brackets balanced well enough for its two uses: measuring depth
and finding comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_STRING = r"""
      (?P<string>
          \"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:\"\"\"|\\?\Z)
        | \'\'\'[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:\'\'\'|\\?\Z)
        | "[^"\\\n]*(?:\\.[^"\\\n]*)*(?:"|(?=\n)|\\?\Z)
        | '[^'\\\n]*(?:\\.[^'\\\n]*)*(?:'|(?=\n)|\\?\Z)
      )
    | (?P<comment>\#[^\n]*)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
"""
_TOKEN = re.compile(
    _STRING
    + r"""
    | (?P<separator>[,;])
    | (?P<newline>\n)
    | (?P<code>(?:[^"'\#()\[\]{},;\n\\]+|\\.?)+)
    """,
    re.VERBOSE | re.DOTALL,
)
# Brackets that hold nothing but plain code on one line stay inside the code, which leaves a fourth of the tokens.
_COARSE = re.compile(
    r"(?P<code>(?:[^\"'#()\[\]{}\\]+|\\.?|[(\[{][^\"'#()\[\]{}\n\\]*[)\]}])+) |" + _STRING, re.VERBOSE | re.DOTALL
)


class Token(NamedTuple):
    """A half-open range of the text; ``code`` is everything between the other kinds, line continuations included."""

    kind: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of ``text`` (line ends are ``\\n``), in order and without gaps."""
    for match in _TOKEN.finditer(text):
        yield Token(str(match.lastgroup), match.start(), match.end())


def coarse_tokens(text: str) -> Iterator[Token]:
    """Tokens where ``code`` also runs over line ends, separators and innermost brackets: cheaper by far."""
    for match in _COARSE.finditer(text):
        yield Token(str(match.lastgroup), match.start(), match.end())
