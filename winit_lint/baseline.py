"""A baseline: the findings that a project has agreed to live with, so that only new ones count.

A finding is recognised by path, code, symbol and the text of its line, so that lines may move. Equal ones are counted.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias, final

from winit_lint.finding import Finding
from winit_lint.source.text import SourceText

SCHEMA = "winit-lint/baseline/1"
_KEYS = ("path", "code", "symbol", "line")

Entry: TypeAlias = tuple[str, str, str, str]
"""Path relative to the baseline's folder, code, symbol, and the line without its indentation."""


@final
class BaselineError(Exception):
    """A baseline that can't be used, as one line for the user with the place in the file."""


def read_baseline(path: str) -> Counter[Entry]:
    """The entries of the file with their counts.

    Raises:
        BaselineError: unreadable, not JSON (a merge conflict), another schema, or an entry that is none.
    """
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise BaselineError(f"{path}: cannot be read: it is no regular file")
        text = Path(path).read_bytes().decode("utf-8")
        document = json.loads(text)
    except OSError as error:
        raise BaselineError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise BaselineError(f"{path}:1: not UTF-8: {error.reason}") from None
    except json.JSONDecodeError as error:
        conflict = any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in text.split("\n"))
        what = "an unresolved merge conflict" if conflict else error.msg
        raise BaselineError(f"{path}:{error.lineno}:{error.colno}: not a baseline: {what}") from None
    except (RecursionError, ValueError):  # or a number of more digits than Python takes
        raise BaselineError(f"{path}:1: not a baseline: nested too deeply, or a number too long") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        found = document.get("schema") if isinstance(document, dict) else None
        raise BaselineError(f"{path}:{_line_of(text, 'schema')}: not a baseline of schema {SCHEMA} (found {found!r})")
    entries: Counter[Entry] = Counter()
    findings = document.get("findings")
    if not isinstance(findings, list):
        raise BaselineError(f"{path}:{_line_of(text, 'findings')}: `findings` must be a list")
    for number, item in enumerate(findings, 1):
        count = item.get("count", 1) if isinstance(item, dict) else None
        if not isinstance(count, int) or count < 1 or not all(isinstance(item.get(key), str) for key in _KEYS):
            raise BaselineError(f"{path}:{_line_of(text, 'findings')}: entry {number} of `findings` is no finding")
        entries[(item["path"], item["code"], item["symbol"], item["line"])] += count
    return entries


def write_baseline(path: str, findings: Iterable[Finding], texts: Mapping[str, SourceText]) -> int:
    """Writes the findings as the baseline, in one step; returns how many.

    Raises:
        BaselineError: the file can't be written.
    """
    counts = Counter(_entry(finding, path, texts) for finding in findings if _lasting(finding))
    items = [{**dict(zip(_KEYS, entry, strict=True)), "count": count} for entry, count in sorted(counts.items())]
    document = json.dumps({"schema": SCHEMA, "findings": items}, indent=1) + "\n"
    folder, temporary = os.path.dirname(os.path.abspath(path)), None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".winit-lint-baseline-", dir=folder)
        with open(descriptor, "w", encoding="utf-8") as stream:
            stream.write(document)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
        raise BaselineError(f"{path}: cannot be written: {error.strerror or error}") from None
    return counts.total()


def unlisted(
    findings: Iterable[Finding], listed: Counter[Entry], path: str, texts: Mapping[str, SourceText]
) -> tuple[Finding, ...]:
    """The findings that the baseline at ``path`` does not list, as many of equal ones as exceed its count."""
    left = Counter(listed)
    new = []
    for finding in findings:
        entry = _entry(finding, path, texts)
        if _lasting(finding) and left[entry] > 0:
            left[entry] -= 1
        else:
            new.append(finding)
    return tuple(new)


def _lasting(finding: Finding) -> bool:
    """A file that could not be read or a fault of ours is never agreed to."""
    return finding.code not in {"WI004", "WI007"}


def _entry(finding: Finding, path: str, texts: Mapping[str, SourceText]) -> Entry:
    text = texts.get(finding.span.path)
    line = text.lines[finding.span.line - 1].strip() if text and finding.span.line <= len(text.lines) else ""
    name = finding.span.path
    if not name.startswith("<"):
        name = Path(os.path.relpath(name, os.path.dirname(os.path.abspath(path)))).as_posix()
    return name, finding.code, finding.symbol, line


def _line_of(text: str, key: str) -> int:
    found = text.find(f'"{key}"')
    return text.count("\n", 0, found) + 1 if found >= 0 else 1
