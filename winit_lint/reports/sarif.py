"""SARIF 2.1.0 (OASIS, errata 01), as code-scanning services read it."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from winit_lint import __version__
from winit_lint.finding import Finding, Fix, SignalEffect
from winit_lint.reports.context import Context
from winit_lint.rule import Rule
from winit_lint.rules.page import family, page, summary
from winit_lint.source.span import Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "winitLint/v1"


def render(findings: Sequence[Finding], context: Context) -> str:
    """One run, in ASCII; its paths are relative to the root of the checkout wherever the findings' are."""
    descriptors = tuple(_descriptors(findings, context))
    index = {descriptor["id"]: position for position, descriptor in enumerate(descriptors)}
    driver = {"name": "winit-lint", "version": __version__, "semanticVersion": __version__, "rules": descriptors}
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": not context.incomplete}],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The directory that winit-lint ran in."}}},
        "results": [
            _result(finding, index[finding.code], fingerprint)
            for finding, fingerprint in zip(findings, _fingerprints(findings, context), strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, allow_nan=False) + "\n"


def _descriptors(findings: Sequence[Finding], context: Context) -> Iterator[dict[str, Any]]:
    described = {rule.code for rule in context.rules}
    for rule in context.rules:
        yield _descriptor(rule)
    for finding in findings:  # the run's own codes (a file that cannot be parsed) belong to no rule
        if finding.code not in described:
            described.add(finding.code)
            yield {"id": finding.code, "name": finding.name, "shortDescription": {"text": finding.name}}


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": summary(rule) or rule.name},
        "help": {"text": rule.doc.strip() or rule.name, "markdown": page(rule)},
        "properties": {"tags": [family(rule)]},
    }


def _result(finding: Finding, rule: int, fingerprint: str) -> dict[str, Any]:
    when = f" (when {finding.when})" if finding.when is not None else ""
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity.value,
        "message": {"text": finding.message + when},
        "locations": [
            {
                "physicalLocation": _place(finding.span),
                "logicalLocations": [{"fullyQualifiedName": finding.symbol}],
            }
        ],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(related.span), "message": {"text": related.message}}
            for number, related in enumerate(finding.related)
        ]
    if finding.fix is not None and finding.fix.edits:
        result["fixes"] = [_fix(finding.fix)]
    properties = _properties(finding)
    if properties:
        result["properties"] = properties
    return result


def _properties(finding: Finding) -> dict[str, Any]:
    properties: dict[str, Any] = {} if finding.effect is None else {"effect": _effect(finding.effect)}
    if finding.fix is not None:
        properties["fix"] = {"title": finding.fix.title, "safety": finding.fix.safety}
    return properties


def _effect(effect: SignalEffect) -> dict[str, float | int | str]:
    named = {
        "forward": effect.forward,
        "backward": effect.backward,
        "pathForward": effect.path_forward,
        "pathBackward": effect.path_backward,
        "layers": effect.layers,
    }
    # JSON has no infinity: such a ratio is given as text
    return {key: v if abs(v) < float("inf") else str(v) for key, v in named.items() if v is not None}


def _fix(fix: Fix) -> dict[str, Any]:
    paths = sorted({edit.span.path for edit in fix.edits})
    changes = [
        {
            "artifactLocation": _artifact(path),
            "replacements": [
                {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
                for edit in fix.edits
                if edit.span.path == path
            ],
        }
        for path in paths
    ]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _place(span: Span) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span.path), "region": _region(span)}


def _artifact(path: str) -> dict[str, str]:
    if os.path.isabs(path):
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(os.fsencode(path.replace(os.sep, "/")), safe="/"), "uriBaseId": _ROOT}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fingerprints(findings: Sequence[Finding], context: Context) -> Iterator[str]:
    """Stable while the finding's line keeps its text, wherever the line moves; equal ones are numbered."""
    seen: Counter[str] = Counter()
    for finding in findings:
        text = context.texts.get(finding.span.path)
        lines = text.lines if text is not None else ()
        line = lines[finding.span.line - 1].strip() if 1 <= finding.span.line <= len(lines) else ""
        parts = (finding.code, finding.span.path, finding.symbol, line)
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[digest] += 1
        yield f"{digest}:{seen[digest]}"
