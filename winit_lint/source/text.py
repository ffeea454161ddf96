"""The text of one file, read once."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import re
import stat
import tokenize
from dataclasses import dataclass, field
from functools import cached_property
from typing import final

from winit_lint.source.nesting import Limits, too_deep

_NEWLINE = re.compile(r"\r\n?")
_PYTHON_2 = re.compile(
    r"^[ \t]*(print[ \t]+[\w\"'%]|exec[ \t]+[\w\"']|except[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:|raise[ \t]+[\w.]+[ \t]*,)"
    r"|^[^#\"'\n]*(=[ \t]*(0[0-7]+|\d+L)\b|`\w+`|<>)",
    re.MULTILINE,
)
_SURROGATE = re.compile("[\ud800-\udfff]")


@final
class SourceError(Exception):
    """A file that can't be linted; ``code`` is the WI0 rule that says so.

    ``code`` is None for something that is no regular file: that is skipped with a notice and is no finding.
    """

    def __init__(self, code: str | None, path: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.path = path
        self.message = message
        self.line = line
        self.column = column


@final
@dataclass(frozen=True, slots=True)
class SizeLimits:
    """Files above either are not read (WI005); ``nesting`` bounds what is parsed (WI006)."""

    file_bytes: int = 2_000_000
    file_lines: int = 100_000
    nesting: Limits = field(default_factory=Limits)


@final
@dataclass(frozen=True)
class SourceText:
    """A file's text.

    ``path`` is the name that the run shows and that spans carry, ``absolute`` the file on disk (the empty string for
    text without a file). ``held`` is what it says, once: the text where encoding it gives its bytes back, else the
    bytes, since one emoji makes every character of a decoded text take four of them.
    """

    path: str
    absolute: str
    held: str | bytes = field(repr=False)
    encoding: str = "utf-8"
    has_bom: bool = False

    @property
    def text(self) -> str:
        """Decoded, without a byte-order mark; every line end is a line feed.

        CRLF and a lone CR are line ends as in CPython, form feeds and U+2028 are not, so that lines and columns are
        CPython's.
        """
        if isinstance(self.held, str):
            return self.held
        body = self.held.removeprefix(codecs.BOM_UTF8) if self.has_bom else self.held
        return _NEWLINE.sub("\n", body.decode(self.encoding))

    @property
    def raw(self) -> bytes:
        """The bytes that were read."""
        return self.held.encode(self.encoding) if isinstance(self.held, str) else self.held

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends; ``lines[n - 1]`` is line n."""
        return tuple(self.text.split("\n"))

    @property
    def looks_like_python_2(self) -> bool:
        """A statement of Python 2 (``print x``) begins some line: a hint for a file that does not parse."""
        return _PYTHON_2.search(self.text) is not None


def digest(content: bytes) -> str:
    """What stands for the bytes of a file."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def read(path: str, absolute: str | None = None, limits: SizeLimits | None = None) -> SourceText:
    """The text of the regular file at ``absolute`` (``path`` where not given), to be shown as ``path``.

    Raises:
        SourceError: WI001 not decodable, WI004 unreadable, WI005 too large, WI006 too deeply nested; without a code
            for what is no regular file.
    """
    limits = limits or SizeLimits()
    absolute = absolute if absolute is not None else os.path.abspath(path)
    return decode(read_bytes(path, absolute, limits.file_bytes), path, absolute, limits)


def decode(raw: bytes, path: str, absolute: str, limits: SizeLimits | None = None) -> SourceText:
    """The text that ``raw`` spells by PEP 263.

    Raises:
        SourceError: WI001 not decodable, WI005 too large, WI006 too deeply nested.
    """
    limits = limits or SizeLimits()
    if len(raw) > limits.file_bytes:
        raise SourceError("WI005", path, f"not linted: more than {limits.file_bytes} bytes")
    has_bom = raw.startswith(codecs.BOM_UTF8)
    encoding, text = _decoded(raw, path)
    text = _NEWLINE.sub("\n", text)
    lines = text.count("\n")
    if lines > limits.file_lines:
        raise SourceError("WI005", path, f"not linted: {lines} lines, more than {limits.file_lines}")
    deep = too_deep(text, limits.nesting)
    if deep is not None:
        raise SourceError("WI006", path, f"not linted: {deep[1]}", deep[0])
    plain = len(text) == len(raw) and b"\r" not in raw and text.isascii() and text.encode(encoding) == raw
    return SourceText(path, absolute, text if plain else raw, encoding, has_bom)


def read_bytes(path: str, absolute: str, limit: int) -> bytes:
    """The bytes of the regular file at ``absolute``, ``limit`` at most.

    Raises:
        SourceError: WI004 unreadable, WI005 too large; without a code for what is no regular file.
    """
    # O_NONBLOCK: opening a FIFO must not wait for a writer. The kind is asked of the open file, not of the name.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
    try:
        descriptor = os.open(absolute, flags)
    except FileNotFoundError:
        what = "a link to nothing" if os.path.islink(absolute) else "vanished before it was read"
        raise SourceError("WI004", path, what) from None
    except (OSError, ValueError) as error:
        if _is_special(absolute):
            raise SourceError(None, path, "not a regular file") from None
        raise SourceError("WI004", path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(None, path, "not a regular file")
        if status.st_size > limit:
            raise SourceError("WI005", path, f"not linted: {status.st_size} bytes, more than {limit}")
        with open(descriptor, "rb", closefd=False) as stream:
            # not `limit` at once: room for all of it would be made; and the file may have grown in between
            content = stream.read(status.st_size + 1)
            return content if len(content) <= status.st_size else content + stream.read(limit + 1 - len(content))
    except OSError as error:
        raise SourceError("WI004", path, f"cannot be read: {error.strerror or error}") from None
    finally:
        os.close(descriptor)


def _is_special(absolute: str) -> bool:
    """A socket or device: those fail to open instead of giving a descriptor to ask."""
    try:
        mode = os.stat(absolute).st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _decoded(raw: bytes, path: str) -> tuple[str, str]:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceError("WI001", path, "not UTF-8 and no other encoding declared (UTF-16?)")
    nul = raw.find(b"\0")
    if nul >= 0:
        line = raw.count(b"\n", 0, nul) + 1
        raise SourceError("WI001", path, "a null byte: a binary file, or not UTF-8/declared encoding", line)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8/declared encoding: byte 0x{raw[error.start]:02x} is not {error.encoding}"
        raise SourceError("WI001", path, message, line) from None
    except (SyntaxError, UnicodeError, LookupError) as error:
        # an invalid first two lines is reported by detect_encoding as a SyntaxError, like an unknown cookie
        raise SourceError("WI001", path, f"not UTF-8/declared encoding: {error}") from None
    lone = _SURROGATE.search(text)
    if lone is not None:
        line = text.count("\n", 0, lone.start()) + 1
        raise SourceError("WI001", path, "not UTF-8/declared encoding: a lone surrogate", line)
    return ("utf-8" if encoding == "utf-8-sig" else encoding), text
