"""The format for people: message, code frame, help, summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from winit_lint.finding import Finding, Severity
from winit_lint.reports.context import Context
from winit_lint.reports.frame import Mark, Row, frame
from winit_lint.reports.printable import plain
from winit_lint.reports.statistics import counts_by_rule
from winit_lint.reports.wording import effect_text, evidence_text, fix_text, summary_text

_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_BOLD, _DIM, _HELP = "1", "2", "1;32"


def render(findings: Sequence[Finding], context: Context) -> str:
    """Each finding with its frame and a blank line after it, then the summary."""
    summary = summary_text(findings, context.files, context.incomplete)
    statistics = counts_by_rule(findings) if context.statistics else ""
    return "\n".join((*blocks(findings, context), statistics + summary + "\n"))


def blocks(findings: Sequence[Finding], context: Context) -> Iterator[str]:
    """Each finding with its frame, in lines that end in a line feed."""
    return ("\n".join(_finding(finding, context)) + "\n" for finding in findings)


def _finding(finding: Finding, context: Context) -> Iterator[str]:
    yield _heading(finding, context)
    text = context.texts.get(finding.span.path)
    rows = tuple(frame(text.lines, marks(finding))) if text is not None else ()
    gutter = max((len(str(row.number)) for row in rows), default=2) + 2
    for row in rows:
        yield _row(row, gutter, finding.severity, context)
    pad = " " * gutter
    for related in finding.related:
        if text is None or related.span.path != finding.span.path:
            place = f"{plain(related.span.path)}:{related.span.line}"
            yield f"{pad} = {_paint('note', _BOLD, context)}: {place}: {plain(related.message)}"
    if finding.when is not None:
        yield f"{pad} = {_paint('when', _BOLD, context)}: {plain(finding.when)}"
    if finding.evidence is not None:
        yield f"{pad} = {_paint('probe', _BOLD, context)}: {plain(evidence_text(finding.evidence))}"
    if finding.fix is not None:
        yield f"{pad} = {_paint('help', _HELP, context)}: {plain(fix_text(finding.fix))}"


def _heading(finding: Finding, context: Context) -> str:
    span = finding.span
    place = _paint(f"{plain(span.path)}:{span.line}:{span.column}:", _BOLD, context)
    severity = _paint(finding.severity.value, _COLOURS[finding.severity], context)
    return f"{place} {severity} {finding.code} {finding.name}: {plain(finding.message)}"


def marks(finding: Finding) -> list[Mark]:
    """What is marked in the file of a finding: its place with the effect, and the places that belong to it."""
    label = effect_text(finding.effect) if finding.effect is not None else ""
    made = [Mark(finding.span, "^", label)]
    made += [
        Mark(related.span, "-", plain(related.message))
        for related in finding.related
        if related.span.path == finding.span.path
    ]
    return made


def _row(row: Row, gutter: int, severity: Severity, context: Context) -> str:
    number = str(row.number) if row.number else ""
    edge = _paint(f"{number:>{gutter}} |", _DIM, context)
    if not row.text.strip():
        return edge
    if row.number:
        return f"{edge} {row.text}"
    return f"{edge} {_paint(row.text, _COLOURS[severity] if row.sign == '^' else _DIM, context)}"


def _paint(text: str, style: str, context: Context) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if context.colour else text
