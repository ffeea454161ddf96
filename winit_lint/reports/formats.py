"""The output formats by the name that the command line gives them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from winit_lint.reports import concise, full, github, json, sarif
from winit_lint.reports.context import Renderer

FORMATS: Mapping[str, Renderer] = MappingProxyType(
    {
        "full": full.render,
        "concise": concise.render,
        "json": json.render,
        "github": github.render,
        "sarif": sarif.render,
    }
)
