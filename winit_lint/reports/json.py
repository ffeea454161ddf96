"""The check document, ``winit-lint/check/1``: for other tools, so its keys are fixed."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from winit_lint.finding import Evidence, Finding, Fix, Severity, SignalEffect
from winit_lint.reports.context import Context
from winit_lint.source.span import Span

SCHEMA = "winit-lint/check/1"


def render(findings: Sequence[Finding], context: Context) -> str:
    """The document, in ASCII: a path that is not UTF-8 keeps its bytes as escaped lone surrogates."""
    return json.dumps(document(findings, context), indent=2, allow_nan=False) + "\n"


def document(findings: Sequence[Finding], context: Context) -> dict[str, Any]:
    """The document as plain data; its summary gets ``incomplete: true`` when the run was cut short."""
    counts = Counter(finding.severity for finding in findings)
    summary: dict[str, Any] = {
        "files": context.files,
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "notes": counts[Severity.NOTE],
    }
    if context.incomplete:
        summary["incomplete"] = True
    return {"schema": SCHEMA, "findings": [entry(finding) for finding in findings], "summary": summary}


def entry(finding: Finding) -> dict[str, Any]:
    """One finding as it stands in documents."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        **_span(finding.span),
        "symbol": finding.symbol,
        "message": finding.message,
        "when": finding.when,
        "effect": None if finding.effect is None else _effect(finding.effect),
        "evidence": None if finding.evidence is None else _evidence(finding.evidence),
        "related": [
            {
                "path": related.span.path,
                "line": related.span.line,
                "column": related.span.column,
                "message": related.message,
            }
            for related in finding.related
        ],
        "fix": None if finding.fix is None else _fix(finding.fix),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    numbers = {name: _finite(value) if isinstance(value, float) else value for name, value in evidence.values}
    return {"status": evidence.status, "target": evidence.target, "why": evidence.why, **numbers}


def _effect(effect: SignalEffect) -> dict[str, float | int | None]:
    return {
        "forward": _finite(effect.forward),
        "backward": _finite(effect.backward),
        "path_forward": _finite(effect.path_forward),
        "path_backward": _finite(effect.path_backward),
        "layers": effect.layers,
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None  # JSON has no infinity


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{**_span(edit.span), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safety": fix.safety, "edits": edits}


def _span(span: Span) -> dict[str, Any]:
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
