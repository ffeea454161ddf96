"""Patterns for paths, in the syntax of ``.gitignore``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@final
class BadPatternError(ValueError):
    """A pattern that means nothing, such as ``!`` or ``[z-a]``."""

    def __init__(self, pattern: str) -> None:
        super().__init__(f"`{pattern}` is no pattern of .gitignore")


def spec(patterns: Sequence[str]) -> GitIgnoreSpec:
    """What matches the paths of files that the patterns name or lead to, the last one that fits deciding.

    Raises:
        BadPatternError: one of them can't be read.
    """
    from pathspec import GitIgnoreSpec  # most projects exclude nothing

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except (ValueError, re.error):
        wrong = next((pattern for pattern in patterns if not _readable(pattern)), "")
        raise BadPatternError(wrong) from None


def _readable(pattern: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines((pattern,))
    except (ValueError, re.error):
        return False
    return True


@final
@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The patterns of one ``.gitignore``, for a walk that asks of each folder before it asks of what is in it.

    An entry is (what a path has to fit, whether that ignores it, whether it has to be a folder), the last one first.
    """

    patterns: tuple[tuple[re.Pattern[str], bool, bool], ...]

    def ignores(self, path: str, folder: bool) -> bool | None:
        """Whether the path below the file's own folder is ignored; None where no pattern names it."""
        for wanted, ignored, folders_only in self.patterns:
            if folder or not folders_only:
                found = wanted.search(path)
                # the one group is the slash behind a folder above, of which was asked before
                if found is not None and found.lastindex is None:
                    return ignored
        return None


def ignore_file(text: str) -> IgnoreFile:
    """The patterns in the text of the file; a line that means nothing is passed over, as git does."""
    # a line ends at a line feed only, and a byte-order mark does not count
    lines = [_without_blanks(line.removesuffix("\r")) for line in text.removeprefix("\ufeff").split("\n")]
    wanted = [(line.removesuffix("/"), line.endswith("/")) for line in lines if line.strip().strip("/")]
    try:
        made = spec([body for body, _ in wanted]).patterns
    except BadPatternError:
        wanted = [(body, folders_only) for body, folders_only in wanted if _readable(body)]
        made = spec([body for body, _ in wanted]).patterns
    pairs = zip(made, wanted, strict=True)
    found = [(p.regex, p.include, folders_only) for p, (_, folders_only) in pairs if p.regex is not None]
    return IgnoreFile(tuple(reversed([(regex, bool(include), only) for regex, include, only in found])))


def _without_blanks(line: str) -> str:
    short = line.rstrip(" ")
    return line if short.endswith("\\") else short
