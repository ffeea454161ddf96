"""Parameters of uninitialised memory that nothing fills, and who else may fill them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

from winit_lint.analyses.contents import raw
from winit_lint.analyses.final_writes import others
from winit_lint.analyses.init_function import enclosing_layers, filled_elsewhere
from winit_lint.analyses.superseded import FUNCTION
from winit_lint.ir.distribution import Kind
from winit_lint.ir.event import Load
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.project import Project
from winit_lint.ir.size import SizeExpr, product
from winit_lint.ir.write import Effect, Write
from winit_lint.source.span import Span


def unfilled(model: Model) -> dict[Span, list[Parameter]]:
    """Trainable raw parameters with entries, by the place that creates them."""
    loaded = [event.module for event in model.events_of(Load) if event.module is not None]
    found: dict[Span, list[Parameter]] = {}
    for parameter in model.parameters:
        if parameter.created is None or not parameter.trainable or not raw(parameter):
            continue
        layer = model.by_path.get(parameter.layer)
        if parameter.layer_cls.startswith("torch.") and layer is not None and parameter.created == layer.created:
            continue  # torch made it so: a lazy layer, `skip_init`
        if any(not path or parameter.name.startswith(f"{path}.") for path in loaded):
            continue
        if any(write.effect is Effect.RAISES for write in parameter.writes):
            continue  # an initializer is called on it, and it is that call which is wrong
        if parameter.shape is not None and 0 in parameter.shape:  # a device marker, no weight
            continue
        found.setdefault(parameter.created, []).append(parameter)
    return found


def filled_places(model: Model) -> Iterator[tuple[Span, str]]:
    """The places where this model shows that a parameter is filled after all, with the roots that can't see it."""
    return settled_places(model, set(unfilled(model)), raw)


def settled_places(
    model: Model, open_spans: Set[Span], is_open: Callable[[Parameter], bool]
) -> Iterator[tuple[Span, str]]:
    """The places of parameters that are not open here, with the roots whose models are wrong about them.

    Such a root is a part or a base class of this model, or the same class on a path that its defaults (or a condition
    that could not be worked out) do not take. What a function leaves may be filled by any of them.
    """
    unclear = any(not assumption.free for assumption in model.assumptions)
    for parameter in model.parameters:
        if parameter.created is None or parameter.created in open_spans or is_open(parameter):
            continue
        layers = enclosing_layers(model, parameter)
        if model.defaults or unclear:
            yield parameter.created, model.root
        if model.defaults or unclear or all(layer.cls != model.root for layer in layers):
            yield parameter.created, FUNCTION
        for layer in layers:
            for cls in (layer.cls, *layer.bases):
                if cls != model.root and not cls.startswith("torch."):
                    yield parameter.created, cls


def filled_by_owner(model: Model) -> Iterator[tuple[Span, str]]:
    """(place, class): memory that a part of that class, or a base of it, leaves unfilled at that line, and this model
    certainly fills.

    The model itself is not named: what it leaves on another path is not filled by anyone.
    """
    filled: set[tuple[Span, str]] = set()
    left: set[tuple[Span, str]] = set()
    for parameter in model.parameters:
        layers = enclosing_layers(model, parameter)
        classes = {cls for layer in layers for cls in (layer.cls, *layer.bases) if not cls.startswith("torch.")}
        spans = {parameter.created, *(write.span for write in parameter.applied if _uninitialised(write))}
        places = {(span, cls) for span in spans if span is not None for cls in classes if cls != model.root}
        holds = parameter.last is not None and not _uninitialised(parameter.last)
        (filled if holds else left).update(places)
    yield from filled - left


def _uninitialised(write: Write) -> bool:
    return write.distribution.kind is Kind.UNINITIALISED


def left_to_others(project: Project, model: Model, parameter: Parameter) -> bool:
    """Something that this model doesn't show may fill it: its own class's model, another routine, a loader."""
    return (
        _left_to_its_class(project, model, parameter)
        or filled_elsewhere(project, model, parameter)
        or _left_to_a_loader(model, parameter)
    )


def abandoned(project: Project, model: Model) -> Iterator[tuple[Span, list[Parameter], str]]:
    """The unfilled parameters that nobody else fills, by place, with what a message says of them first."""
    for span, parameters in unfilled(model).items():
        first = parameters[0]
        if not left_to_others(project, model, first):
            yield (
                span,
                parameters,
                (
                    f"`{first.symbol}`{others([parameter.symbol for parameter in parameters])} is never filled: "
                    f"{entries(first)} whatever the memory held before (zeros, old data or NaN)"
                ),
            )


def _left_to_its_class(project: Project, model: Model, parameter: Parameter) -> bool:
    """The root is a function, and a project class owns the parameter: that class's own model speaks for it.

    It does not where the function makes a part of the class. Then the function speaks, if nothing goes on from what it
    builds: nobody calls it, and no class has such a part.
    """
    classes = [layer.cls for layer in enclosing_layers(model, parameter)]
    own = [cls for cls in classes if not cls.startswith("torch.")]
    if model.root in classes or not own:
        return False
    whole = own[0]
    speaks = whole in project.parts and whole not in project.inner and model.root in project.outermost
    return not (speaks and model.complete and model.defaults)


def _left_to_a_loader(model: Model, parameter: Parameter) -> bool:
    """Memory beside it that no training can fill (packed integers, a frozen weight): a loader fills the whole layer."""
    return any(raw(other) and not other.trainable for other in model.of_layer(parameter.layer))


def entries(parameter: Parameter) -> str:
    """How many there are: ``its 32 entries are``."""
    if parameter.shape is None or None in parameter.shape:
        return "its entries are"
    count = product(tuple(size for size in parameter.shape if size is not None))
    if isinstance(count, SizeExpr):
        return f"its {count} entries are"
    return "its one entry is" if count == 1 else f"its {count:,} entries are"
