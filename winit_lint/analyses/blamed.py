"""The line that a finding about a live model's tensor points at."""

from __future__ import annotations

from winit_lint.ir.model import Model, Parameter
from winit_lint.source.span import Span


def blamed(model: Model, parameter: Parameter | None) -> Span:
    """The write in effect, else where the tensor or its layer was made, else the model's class."""
    if parameter is None:
        return model.span
    write = parameter.last
    if write is not None and write.span is not None:
        return write.span
    return parameter.created or model.span


def blamed_layer(model: Model, path: str) -> Span:
    """Where a module was made."""
    layer = model.by_path.get(path)
    return model.span if layer is None or layer.created is None else layer.created
