"""The output formats by the name that the command line gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from winit_lint.finding import Finding
from winit_lint.reports import concise, full, github, json
from winit_lint.reports.context import Context, Renderer


def _sarif(findings: Sequence[Finding], context: Context) -> str:
    from winit_lint.reports import sarif  # it explains the rules, which have to be imported for that

    return sarif.render(findings, context)


FORMATS: Mapping[str, Renderer] = MappingProxyType(
    {
        "full": full.render,
        "concise": concise.render,
        "json": json.render,
        "github": github.render,
        "sarif": _sarif,
    }
)
