"""What a model shows of the values that its parts start with: which of them do not last in the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from winit_lint.analyses.init_function import enclosing_layers
from winit_lint.ir.distribution import Kind
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.write import Origin
from winit_lint.source.span import Span

FUNCTION = "a function"
"""The root that stands for all functions: what one of them made may go on to be changed by the class that calls it."""

_NOT_DRAWN = frozenset({Kind.CONSTANT, Kind.UNINITIALISED, Kind.UNKNOWN})


def superseded(model: Model) -> Iterator[tuple[Span, str]]:
    """(place, class): what that line gave a weight of a part of that class is overwritten, or not known, in this model.

    A default of torch stands at the line that creates the layer. A finding about such a line that was made from the
    part alone is wrong. Lines whose values last for any weight of the same class are left out. The model of a class
    says the same, by FUNCTION, of what a function made for it.
    """
    yield from _gone(model, model.parameters)


def overwritten(model: Model) -> Iterator[tuple[Span, str]]:
    """(place, class) as in ``superseded``, where it is certain what the weight holds instead."""
    yield from _gone(model, (parameter for parameter in model.parameters if parameter.last is not None))


def random_after_all(model: Model) -> Iterator[tuple[Span, str]]:
    """(place, class): all constants that a model of that part alone gets from that line don't stand in this one.

    They are overwritten, or the line draws: its owner chose another initializer there than the part's other paths do.
    """
    yield from overwritten(model)
    drawn: set[tuple[Span, str]] = set()
    filled: set[tuple[Span, str]] = set()
    for parameter in model.parameters:
        write = parameter.last
        if write is None or write.span is None or write.origin is not Origin.EXPLICIT or "bias" in parameter.role:
            continue
        found = {(write.span, cls) for cls in _parts(model, parameter)}
        (filled if write.distribution.kind in _NOT_DRAWN else drawn).update(found)
    yield from drawn - filled


def _parts(model: Model, parameter: Parameter) -> list[str]:
    classes = [layer.cls for layer in enclosing_layers(model, parameter)]
    return [cls for cls in classes if cls != model.root and not cls.startswith("torch.")]


def _gone(model: Model, parameters: Iterable[Parameter]) -> Iterator[tuple[Span, str]]:
    gone: set[tuple[Span, str]] = set()
    lasting: set[tuple[Span, str]] = set()
    top = model.by_path.get("")
    by_function = [FUNCTION] if top is not None and top.cls == model.root else []
    for parameter in parameters:
        parts = _parts(model, parameter) + by_function
        if not parts or "bias" in parameter.role:  # it comes with the weight, and is often left as it is
            continue
        for write in parameter.applied:
            span = parameter.created if write.origin is Origin.DEFAULT else write.span
            if span is not None and write.region is None:
                (lasting if write is parameter.last else gone).update((span, cls) for cls in parts)
    yield from gone - lasting
