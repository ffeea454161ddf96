"""Workflow commands of GitHub Actions: each finding an annotation on its line.

The runner undoes five escapes and no others (``ActionCommand`` of actions/runner): ``%25``, ``%0D`` and ``%0A``
everywhere, ``%3A`` and ``%2C`` in properties.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from winit_lint.finding import Finding, Severity
from winit_lint.reports.context import Context
from winit_lint.reports.printable import plain

_BREAK = re.compile(r"([\r\n])")
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(findings: Sequence[Finding], context: Context) -> str:
    """One command a finding."""
    return "".join(_command(finding) for finding in findings)


def _command(finding: Finding) -> str:
    span = finding.span
    properties = {"file": span.path, "line": str(span.line)}
    if span.end_line == span.line:  # the runner rejects columns on a range of several lines
        properties["col"] = str(span.column)
        properties["endLine"] = str(span.end_line)
        properties["endColumn"] = str(span.end_column)
    else:
        properties["endLine"] = str(span.end_line)
    properties["title"] = f"{finding.code} {finding.name}"
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    when = f" (when {finding.when})" if finding.when is not None else ""
    return f"::{_COMMANDS[finding.severity]} {written}::{_message(finding.message + when)}\n"


def _message(text: str) -> str:
    return "".join(_data(part) if part in ("\r", "\n") else _data(plain(part)) for part in _BREAK.split(text))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    escaped = _data(text).replace(":", "%3A").replace(",", "%2C")
    return "".join(_bytes(c) if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in escaped)


def _bytes(character: str) -> str:
    encoded = character.encode("utf-8", "surrogateescape" if "\udc80" <= character <= "\udcff" else "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in encoded)
