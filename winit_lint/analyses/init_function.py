"""Which of the project's initialisation functions a place belongs to, and whose methods they are."""

from __future__ import annotations

from collections.abc import Iterable

from winit_lint.ir.model import Layer
from winit_lint.ir.project import InitFunction
from winit_lint.source.span import Span


def enclosing(functions: Iterable[InitFunction], span: Span) -> InitFunction | None:
    """The function whose ``def`` line is the nearest at or above ``span`` in its file.

    Every function that calls an initializer is known, so this is the one that holds the call, unless the call stands
    in a module-level statement.
    """
    above = (function for function in functions if function.span.path == span.path and function.span.line <= span.line)
    return max(above, key=lambda function: function.span.line, default=None)


def owned_by(function: InitFunction, layer: Layer) -> bool:
    """The function is a method of the layer's class or of one of its bases."""
    if function.owner is None:
        return False
    return any(cls == function.owner or cls.endswith(f".{function.owner}") for cls in (layer.cls, *layer.bases))
