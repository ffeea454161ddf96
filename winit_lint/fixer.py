"""Fixes: chosen, spliced into the original bytes, linted again until nothing changes, written at one stroke."""

from __future__ import annotations

import ast
import contextlib
import difflib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias, final

from winit_lint.finding import Edit, Finding, applies
from winit_lint.source.text import SourceError, SourceText, decode

ROUNDS = 10
"""Fixes that still change a file after this many rounds work against each other: the file is left as it was."""

Lint: TypeAlias = Callable[[Mapping[str, SourceText]], Sequence[Finding]]
"""The findings of the run with the texts given, by path, in place of the files."""

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n?|\n")
_TEMPORARY = ".winit-lint-"
_STRAY_AFTER = 3600.0


@final
class FixError(Exception):
    """Why a file is left as it was; nothing of it has been changed."""


@final
@dataclass(frozen=True, slots=True)
class Change:
    """What one file is to become: ``before`` as it was read, ``after`` with the fixes of ``fixed`` in it."""

    before: SourceText
    after: SourceText
    fixed: tuple[Finding, ...]


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """The changes, and the files left alone with the reason."""

    changes: tuple[Change, ...]
    refused: tuple[tuple[str, str], ...]


def plan(texts: Mapping[str, SourceText], findings: Sequence[Finding], lint: Lint, *, unsafe: bool = False) -> Plan:
    """What the fixes of ``findings``, the safe ones or all, make of ``texts``; nothing is written."""
    current = dict(texts)
    fixed: dict[str, list[Finding]] = {}
    refused: dict[str, str] = {}
    for _ in range(ROUNDS):
        applied = _round(current, (finding for finding in findings if applies(finding, unsafe=unsafe)), refused)
        if not applied:
            break
        for path, (text, done) in applied.items():
            current[path] = text
            fixed.setdefault(path, []).extend(done)
        findings = lint({path: current[path] for path in fixed})
    else:
        restless = _round(current, (finding for finding in findings if applies(finding, unsafe=unsafe)), refused)
        refused |= dict.fromkeys(restless, f"its fixes do not settle in {ROUNDS} rounds")
    changes = (Change(texts[path], current[path], tuple(done)) for path, done in fixed.items() if path not in refused)
    return Plan(tuple(changes), tuple(refused.items()))


def diff(change: Change) -> str:
    """The change as a unified diff of the decoded text."""
    path = change.before.path
    old, new = (_lines(text) for text in (change.before, change.after))
    return "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}")
    )


def write(change: Change, root: str) -> None:
    """Replace the file by its new bytes: whoever reads it sees the old ones or the new ones, whatever happens.

    A link inside ``root`` stays one, its target is written; permissions are kept, the owner where that is allowed.

    Raises:
        FixError: the file lies outside ``root``, has other hard links, is read-only, or is not what was read.
        OSError: the new file could not be written.
    """
    target = os.path.realpath(change.before.absolute)
    if not Path(target).is_relative_to(os.path.realpath(root)):
        raise FixError(f"it lies outside {root}")
    status = os.stat(target)
    if status.st_nlink > 1:
        raise FixError("it has other hard links, which would keep the old text")
    if not os.access(target, os.W_OK):
        raise FixError("it is read-only")
    folder = os.path.dirname(target)
    _sweep(folder)
    descriptor, temporary = tempfile.mkstemp(prefix=_TEMPORARY, suffix=".tmp", dir=folder)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(change.after.raw)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(PermissionError, AttributeError):  # AttributeError: no owners on this system
            os.chown(temporary, status.st_uid, status.st_gid)
        os.chmod(temporary, status.st_mode & 0o7777)
        _unchanged(target, status, change.before.raw)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _unchanged(target: str, status: os.stat_result, raw: bytes) -> None:
    now = os.stat(target)
    same = (now.st_dev, now.st_ino) == (status.st_dev, status.st_ino)
    if same:
        with open(target, "rb") as stream:
            same = stream.read(len(raw) + 1) == raw
    if not same:
        raise FixError("it has changed since it was read")


def _sweep(folder: str) -> None:
    """Remove what a run that was killed has left; younger files may belong to a run that is writing now."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_TEMPORARY) and entry.name.endswith(".tmp"):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _STRAY_AFTER:
                        os.unlink(entry.path)


def _round(
    texts: Mapping[str, SourceText], findings: Iterable[Finding], refused: dict[str, str]
) -> dict[str, tuple[SourceText, tuple[Finding, ...]]]:
    """The texts that change, with what is fixed in them; files that cannot be fixed are added to ``refused``."""
    chosen: dict[str, list[Finding]] = {}
    taken: dict[str, list[Edit]] = {}
    for finding in findings:
        edits = finding.fix.edits if finding.fix is not None else ()
        path = edits[0].span.path
        if path in refused or path not in texts or any(edit.span.path != path for edit in edits):
            continue
        others = taken.setdefault(path, [])
        if set(edits) <= set(others) or not _collide([*others, *edits]):
            chosen.setdefault(path, []).append(finding)
            others.extend(edit for edit in edits if edit not in others)
    applied: dict[str, tuple[SourceText, tuple[Finding, ...]]] = {}
    for path, fixed in chosen.items():
        try:
            text = _spliced(texts[path], taken[path])
        except FixError as refusal:
            refused[path] = str(refusal)
            continue
        if text.raw != texts[path].raw:
            applied[path] = text, tuple(fixed)
    return applied


def _collide(edits: Sequence[Edit]) -> bool:
    """Whether two edits share a character or start at one place (then their order would matter)."""
    ranges = sorted(((e.span.line, e.span.column), (e.span.end_line, e.span.end_column)) for e in edits)
    return any(second[0] < first[1] or second[0] == first[0] for first, second in pairwise(ranges))


def _spliced(text: SourceText, edits: Sequence[Edit]) -> SourceText:
    """``text`` with the edits in it; every byte outside them is as it was.

    Raises:
        FixError: the codec does not give the file's bytes back, an edit needs a character that it lacks or lies
            outside the text, or the result is not Python.
    """
    mark = _BOM if text.has_bom else b""
    body = text.raw.removeprefix(mark).decode(text.encoding)
    if body.encode(text.encoding) != text.raw.removeprefix(mark):
        raise FixError(f"its bytes are not those that {text.encoding} writes")
    ends = list(_LINE_END.finditer(body))
    starts = [0, *(end.end() for end in ends)]
    limits = [*(end.start() for end in ends), len(body)]
    line_end = ends[0].group() if ends else "\n"

    def offset(line: int, column: int) -> int:
        if not 1 <= line <= len(starts) or not 0 <= column - 1 <= limits[line - 1] - starts[line - 1]:
            raise FixError(f"a fix names line {line}, column {column}, which it does not have")
        return starts[line - 1] + column - 1

    for edit in sorted(edits, key=lambda e: e.span, reverse=True):
        start = offset(edit.span.line, edit.span.column)
        end = offset(edit.span.end_line, edit.span.end_column)
        body = body[:start] + edit.text.replace("\n", line_end) + body[end:]
    try:
        raw = mark + body.encode(text.encoding)
    except UnicodeEncodeError as error:
        raise FixError(f"{text.encoding} has no {body[error.start]!a}, which a fix needs") from None
    return _parsed(raw, text)


def _parsed(raw: bytes, before: SourceText) -> SourceText:
    try:
        ast.parse(before.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FixError("this Python cannot parse it, so a fix could not be checked") from None
    try:
        text = decode(raw, before.path, before.absolute)
        ast.parse(text.text)
    except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
        raise FixError("a fix would leave it unparsable") from None
    return text


def _lines(text: SourceText) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text.text)
