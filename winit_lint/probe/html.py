"""A measured model as a fragment of HTML for a notebook's cell; every text of the model is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from winit_lint.finding import Finding
from winit_lint.ir.measured import Statistics
from winit_lint.ir.model import Model, Parameter

_MOST = 200
_MARKS = {"error": "&#10006;", "warning": "&#9888;", "note": "&#8505;"}


def page(model: Model, findings: Sequence[Finding]) -> str:
    """Findings, then a table of the parameters; no script, and no colours but the notebook's own."""
    parts = [f"<h4>{escape(model.name)}: {_count(len(findings), 'finding')}</h4>"]
    if findings:
        items = "".join(f"<li>{_finding(found)}</li>" for found in findings)
        parts.append(f"<ul style='list-style:none;padding-left:0'>{items}</ul>")
    rows = "".join(_row(model, parameter) for parameter in model.parameters[:_MOST])
    heads = "".join(f"<th>{head}</th>" for head in ("parameter", "shape", "initializer", "std", "promised", "looks"))
    parts.append(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
    if len(model.parameters) > _MOST:
        parts.append(f"<p>and {len(model.parameters) - _MOST} more parameters</p>")
    for what, why in model.measured.skipped if model.measured is not None else ():
        parts.append(f"<p>Not measured: {escape(what)}, {escape(why)}</p>")
    return f"<div>{''.join(parts)}</div>"


def _finding(found: Finding) -> str:
    severity = found.severity.value
    where = f"<code>{escape(found.span.path)}:{found.span.line}</code>"
    return f"{_MARKS[severity]} <b>{severity} {found.code}</b> {escape(found.message)} {where}"


def _row(model: Model, parameter: Parameter) -> str:
    found = model.measured.by_name.get(parameter.name) if model.measured is not None else None
    write = parameter.last
    shape = " x ".join(map(str, parameter.shape)) if parameter.shape is not None else "?"
    init = write.name if write is not None else "?"
    cells = [escape(parameter.name), escape(shape), escape(init), *_numbers(found)]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _numbers(found: Statistics | None) -> tuple[str, str, str]:
    if found is None:
        return "", "", ""
    return _number(found.std), _number(found.promised_std), found.family or ""


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
