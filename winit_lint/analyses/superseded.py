"""What a model shows of the values that its parts start with: which of them do not last in the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from winit_lint.analyses.init_function import enclosing_layers
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.write import Origin
from winit_lint.source.span import Span


def superseded(model: Model) -> Iterator[tuple[Span, str]]:
    """(place, class): what that line gave a weight of a part of that class is overwritten, or not known, in this model.

    A default of torch stands at the line that creates the layer. A finding about such a line that was made from the
    part alone is wrong. Lines whose values last for any weight of the same class are left out.
    """
    yield from _gone(model, model.parameters)


def overwritten(model: Model) -> Iterator[tuple[Span, str]]:
    """(place, class) as in ``superseded``, where it is certain what the weight holds instead."""
    yield from _gone(model, (parameter for parameter in model.parameters if parameter.last is not None))


def _gone(model: Model, parameters: Iterable[Parameter]) -> Iterator[tuple[Span, str]]:
    gone: set[tuple[Span, str]] = set()
    lasting: set[tuple[Span, str]] = set()
    for parameter in parameters:
        classes = [layer.cls for layer in enclosing_layers(model, parameter)]
        parts = [cls for cls in classes if cls != model.root and not cls.startswith("torch.")]
        if not parts or "bias" in parameter.role:  # it comes with the weight, and is often left as it is
            continue
        for write in parameter.applied:
            span = parameter.created if write.origin is Origin.DEFAULT else write.span
            if span is not None and write.region is None:
                (lasting if write is parameter.last else gone).update((span, cls) for cls in parts)
    yield from gone - lasting
