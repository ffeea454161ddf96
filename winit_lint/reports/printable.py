"""Text that is safe to print: nothing in it steers a terminal, reorders a line or passes for another name."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
_WORD = re.compile(r"\w+")
_LATIN_LOOKALIKES = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u0501\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406\u0408"
    "\u03bf\u03bd\u03c1\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
)
"""Cyrillic, then Greek letters that are drawn as Latin ones."""


def printable(text: str) -> str:
    """``text`` with control, format (bidi), unassigned and lone surrogate characters as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(c) if unicodedata.category(c) in _INVISIBLE else c for c in text)


def plain(text: str) -> str:
    """:func:`printable`, and letters of another script that pass for Latin ones as escapes too.

    A word in another script is left alone unless Latin letters stand in it or each of its letters has a Latin twin.
    """
    return printable(text) if text.isascii() else printable(_WORD.sub(lambda m: _unmasked(m[0]), text))


def cells(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return len(text) if text.isascii() else sum(_cell(c) for c in text)


def _cell(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, carried by surrogateescape
        return f"\\x{code - 0xDC00:02x}"
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if named is not None:
        return named
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _unmasked(word: str) -> str:
    if word.isascii():
        return word
    letters = [c for c in word if c.isalpha()]
    mixed = any(c.isascii() for c in letters)
    if not mixed and not all(c in _LATIN_LOOKALIKES for c in letters):
        return word
    return "".join(_escaped(c) if c.isalpha() and not c.isascii() and not _is_accented_latin(c) else c for c in word)


def _is_accented_latin(letter: str) -> bool:
    base = unicodedata.normalize("NFD", letter)[0]
    return base.isascii() or letter in "\u00df\u00e6\u00c6\u00f8\u00d8\u0153\u0152\u0131\u0142\u0141"
