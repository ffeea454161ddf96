"""What a model shows of the values that its parts start with: which of them do not last in the whole."""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.init_function import enclosing_layers
from winit_lint.ir.model import Model
from winit_lint.ir.write import Origin
from winit_lint.source.span import Span


def superseded(model: Model) -> Iterator[tuple[Span, str]]:
    """(place, class): what that line gave a weight of a part of that class is overwritten, or not known, in this model.

    A default of torch stands at the line that creates the layer. A finding about such a line that was made from the
    part alone is wrong. Lines whose values last for any weight of the same class are left out.
    """
    gone: set[tuple[Span, str]] = set()
    lasting: set[tuple[Span, str]] = set()
    for parameter in model.parameters:
        classes = [layer.cls for layer in enclosing_layers(model, parameter)]
        parts = [cls for cls in classes if cls != model.root and not cls.startswith("torch.")]
        if not parts or "bias" in parameter.role:  # it comes with the weight, and is often left as it is
            continue
        last = parameter.last
        for write in parameter.applied:
            span = parameter.created if write.origin is Origin.DEFAULT else write.span
            if span is not None and write.region is None:
                (lasting if write is last else gone).update((span, cls) for cls in parts)
    yield from gone - lasting
