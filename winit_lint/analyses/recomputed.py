"""Weights that a parametrization computes anew, by the names of the parameters that it computes them from."""

from __future__ import annotations

import re

_SOURCE = re.compile(r"(?:(?P<plain>[^.]+)_(?:g|v|orig)|parametrizations\.(?P<parametrized>[^.]+)\.original\d*)$")


def weight_of(name: str) -> str:
    """The weight that a source parameter stands for: ``conv.weight`` for ``conv.weight_v``; others stay as they are."""
    return _SOURCE.sub(r"\g<plain>\g<parametrized>", name)
