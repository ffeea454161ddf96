"""One line a finding."""

from __future__ import annotations

from collections.abc import Sequence

from winit_lint.finding import Finding
from winit_lint.reports.context import Context
from winit_lint.reports.printable import plain
from winit_lint.reports.statistics import counts_by_rule
from winit_lint.reports.wording import summary_text


def render(findings: Sequence[Finding], context: Context) -> str:
    """``path:line:column: severity CODE name: message``, then the summary."""
    statistics = counts_by_rule(findings) if context.statistics else ""
    return lines(findings) + statistics + summary_text(findings, context.files, context.incomplete) + "\n"


def lines(findings: Sequence[Finding]) -> str:
    """The findings alone."""
    return "".join(_line(finding) for finding in findings)


def _line(finding: Finding) -> str:
    span = finding.span
    place = f"{plain(span.path)}:{span.line}:{span.column}"
    when = f" (when {plain(finding.when)})" if finding.when is not None else ""
    proved = f" [{finding.evidence.status}]" if finding.evidence is not None else ""
    return f"{place}: {finding.severity.value} {finding.code} {finding.name}: {plain(finding.message)}{when}{proved}\n"
