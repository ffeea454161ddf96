"""A parameter made of uninitialised memory that nothing fills.

What it does:
    Finds parameters created by `torch.empty`, `torch.Tensor(shape)`, `torch.FloatTensor(shape)`, `new_empty` or
    `empty_like` that no initializer, assignment or load ever writes, on some path through the constructor.

Why is this bad:
    The parameter starts as whatever that memory held before: zeros in a fresh process, old activations, NaN or 1e38
    later. Training then depends on the allocator, and one NaN entry makes the first loss NaN.

Example:
    self.bank = nn.Parameter(torch.empty(8, 32))

Use instead:
    self.bank = nn.Parameter(torch.empty(8, 32))
    nn.init.xavier_uniform_(self.bank)

Fix safety:
    The suggestion is only shown: which initializer is right depends on what reads the parameter.

Known misses:
    Parameters that are filled in part; those that something not understood receives; a path that the constructor's
    defaults do not take, where the default path fills the parameter. A class whose parameter is filled by the
    enclosing model or a subclass somewhere in the run is not judged by itself. `torch.Tensor(x)` where nothing shows
    that `x` is a size and no list of values.

References:
    torch.empty: "uninitialized data". pytorch/pytorch#45115; LeiBAI/AGCRN#12; kmkurn/pytorch-crf#1.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import raw
from winit_lint.analyses.final_writes import others
from winit_lint.analyses.init_function import enclosing, owned_by
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import Dropped, Load
from winit_lint.ir.model import Layer, Model, Parameter
from winit_lint.ir.size import SizeExpr, product
from winit_lint.ir.write import Effect
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each place that creates such parameters."""
    if not run.model.complete or run.model.root in run.project.parts:
        return  # a part's owner may fill it, so only a model that nothing encloses is evidence
    for span, parameters in _unfilled(run.model).items():
        first = parameters[0]
        if _left_to_its_class(run.model, first) or _filled_elsewhere(run, first) or _left_to_a_loader(run.model, first):
            continue
        symbols = [parameter.symbol for parameter in parameters]
        message = (
            f"`{symbols[0]}`{others(symbols)} is never filled: {_entries(first)} whatever the memory held before "
            f"(zeros, old data or NaN), which no initializer, load or assignment replaces"
        )
        severity = Severity.ERROR if run.model.defaults else Severity.WARNING
        yield run.report(span, severity, symbols[0], message, related=_related(run.model, first), fix=_fix(first))


def refutes(model: Model) -> Iterator[tuple[Span, str]]:
    """The places where this model shows that a parameter is filled after all, with the roots that can't see it.

    A finding of this rule at that place, made from a model with that root, is wrong: the root is a part or a base
    class of this model, or the same class on a path that its defaults (or a condition that could not be worked out)
    do not take.
    """
    open_spans = set(_unfilled(model))
    unclear = any(not assumption.free for assumption in model.assumptions)
    for parameter in model.parameters:
        if parameter.created is None or parameter.created in open_spans or raw(parameter):
            continue
        if model.defaults or unclear:
            yield parameter.created, model.root
        for layer in _enclosing_layers(model, parameter):
            for cls in (layer.cls, *layer.bases):
                if cls != model.root and not cls.startswith("torch."):
                    yield parameter.created, cls


def _unfilled(model: Model) -> dict[Span, list[Parameter]]:
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
        if parameter.shape is not None and 0 in parameter.shape:  # a device marker, no weight
            continue
        found.setdefault(parameter.created, []).append(parameter)
    return found


def _left_to_its_class(model: Model, parameter: Parameter) -> bool:
    """The root is a function, and a project class owns the parameter: that class's own model speaks for it."""
    classes = [layer.cls for layer in _enclosing_layers(model, parameter)]
    return model.root not in classes and any(not cls.startswith("torch.") for cls in classes)


def _filled_elsewhere(run: Pass, parameter: Parameter) -> bool:
    """An initialisation method of the class did not run here, but a framework or other code may call it.

    Nobody but a constructor calls ``reset_parameters`` on a model that is simply built (sharding wrappers do on one
    that was built without memory), so only a caller in the project counts for that.
    """
    functions = run.project.init_functions
    ran = {enclosing(functions, write.span) for write in run.model.writes if write.span is not None}
    layers = _enclosing_layers(run.model, parameter)
    return any(
        (function.referenced or (function.hook and function.name != "reset_parameters"))
        and not function.name.startswith("__")
        for function in functions
        if function not in ran and any(owned_by(function, layer) for layer in layers)
    )


def _left_to_a_loader(model: Model, parameter: Parameter) -> bool:
    """Memory beside it that no training can fill (packed integers, a frozen weight): a loader fills the whole layer."""
    return any(raw(other) and not other.trainable for other in model.of_layer(parameter.layer))


def _enclosing_layers(model: Model, parameter: Parameter) -> list[Layer]:
    """The module that owns the parameter and those around it, the model itself first."""
    parts = parameter.layer.split(".") if parameter.layer else []
    paths = ["", *(".".join(parts[: end + 1]) for end in range(len(parts)))]
    return [model.by_path[path] for path in paths if path in model.by_path]


def _entries(parameter: Parameter) -> str:
    if parameter.shape is None or None in parameter.shape:
        return "its entries are"
    count = product(tuple(size for size in parameter.shape if size is not None))
    if isinstance(count, SizeExpr):
        return f"its {count} entries are"
    return "its one entry is" if count == 1 else f"its {count:,} entries are"


def _related(model: Model, parameter: Parameter) -> tuple[Related, ...]:
    lost = [
        Related(write.span, f"this `{write.name}` does not reach `{parameter.symbol}`")
        for write in parameter.writes
        if write.effect is Effect.LOST and write.span is not None
    ]
    dropped = [
        Related(event.span, "this value was meant for it, but is thrown away")
        for event in model.events_of(Dropped)
        if event.intended == parameter.name
    ]
    return (*lost, *dropped)


def _fix(parameter: Parameter) -> Fix | None:
    if parameter.shape is None or not parameter.role.isidentifier():
        return None
    initializer = "xavier_uniform_" if len(parameter.shape) > 1 else "zeros_"
    return Fix(f"nn.init.{initializer}(self.{parameter.role})")


RULE = Rule("WI501", "parameter-never-filled", __doc__, check, refutes=refutes)
