"""An initialisation routine that nothing calls, or that is called for some of its twins only.

What it does:
    Finds methods and functions whose body initialises weights, where neither the project nor a framework or base
    class calls, applies or names them; and, among several instances of one class in one parent, the instance whose
    initialisation method is not called while it is for the others.

Why is this bad:
    The weights keep torch's defaults, whatever the routine says: `nn.Module` calls no method of its own accord, not
    even one named `init_weights` or `reset_parameters`.

Example:
    def _initialize_weights(self):
        nn.init.normal_(self.enc.weight, std=0.02)

Use instead:
    self._initialize_weights()

Fix safety:
    The suggestion is only shown: the call changes the weights drawn.

Known misses:
    A routine that is only called by another one which nothing calls. A name that occurs anywhere else in the project
    counts as called; one that does not speak of initialisation is not looked at. Public functions of a package are
    for its users. One of two twins left out is only a note: it may be meant.

References:
    open-mmlab/mmdetection#70; lavi135246/pytorch-Learning-to-See-in-the-Dark#17.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from winit_lint.analyses.contents import as_created, contents, untouched
from winit_lint.analyses.init_function import owned_by
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import Load
from winit_lint.ir.model import Layer, Model, Parameter
from winit_lint.ir.project import InitFunction
from winit_lint.ir.write import Effect, Origin, Write
from winit_lint.knowledge.layers import LAYERS
from winit_lint.rule import Pass, Rule
from winit_lint.rules.refuted import ANYWHERE
from winit_lint.source.span import Span

_WHOLE = re.compile(r"_*(re)?(init|reset|initiali[sz]e)_?(all_?)?(weights?|params|parameters?)?_*", re.IGNORECASE)
_NAME = re.compile(r"init|reset_*(all_*)?(weight|param)|xavier|glorot|kaiming|orthogonal", re.IGNORECASE)
_MethodWrite: TypeAlias = tuple[Parameter, InitFunction, Write]
_LAYER_NAMES = frozenset(name.rpartition(".")[2] for name in LAYERS)
_ANY_NAME = frozenset({"parameters", "named_parameters", "state_dict", "getattr", "_parameters"})
_NOT_WEIGHTS = re.compile(r"hidden|state|cache|memory|carry|buffer|optim|from|with|distributed|prompt", re.IGNORECASE)


def check(run: Pass) -> Iterator[Finding]:
    """The functions of the model's own file that nothing calls, then twins that were left out."""
    functions = run.project.init_functions
    ran = {run.project.enclosing(write.span) for write in run.model.writes if write.span is not None}
    for function in functions:
        dead = not function.referenced and _is_for_weights(function.name) and not _has_outside_caller(run, function)
        if dead and function not in ran and function.span.path == run.model.span.path:
            yield from _uncalled_method(run, function) if function.owner else _uncalled_function(run, function)
    written = list(_method_writes(run)) if run.model.complete else []
    for twins in _twins(run.model) if written else ():
        yield from _left_out(run, twins, written)


def _is_for_weights(name: str) -> bool:
    """Builders and setters that users call (``reset_classifier``, ``init_hidden``) also draw numbers."""
    return not name.startswith("__") and bool(_NAME.search(name)) and not _NOT_WEIGHTS.search(name)


def _has_outside_caller(run: Pass, function: InitFunction) -> bool:
    """A framework or base class calls it; of a plain module's ``reset_parameters`` only wrappers that shard it do."""
    if not function.hook or function.name != "reset_parameters":
        return function.hook
    owners = [layer for layer in run.model.layers if owned_by(function, layer)]
    return not owners or any(
        base.startswith("torch.") and base != "torch.nn.Module" for layer in owners for base in layer.bases
    )


def _uncalled_method(run: Pass, method: InitFunction) -> Iterator[Finding]:
    owners = [layer for layer in run.model.layers if owned_by(method, layer)]
    kept = [parameter for parameter in _below(run.model, owners) if _unwritten(parameter, method)]
    if not kept or not run.model.complete:
        return
    left = [parameter for parameter in kept if _is_named(run.model, method, parameter)]
    # Code outside the files linted may call a public method, but only if the class is built there.
    seen_whole = not method.hook and (method.name.startswith("_") or method.owner_built)
    severity = Severity.WARNING if seen_whole and not _has_live_sibling(run, method) else Severity.NOTE
    symbol = f"{method.owner}.{method.name}"
    message = f"nothing calls `{symbol}`, so {_told(method, left)}"
    yield run.report(method.span, severity, symbol, message, related=_created(left[:1]), fix=_call_of(method))


def refutes(model: Model) -> Iterator[tuple[Span, str]]:
    """A file that builds its own class and loads all of it at once has the routine for other uses."""
    if model.assumptions:
        return
    for event in model.events_of(Load):
        layer = model.by_path.get(event.module or "") if event.strict and not event.fresh else None
        if layer is None or layer.cls.rpartition(".")[0] not in {model.root, model.root.rpartition(".")[0]}:
            continue
        held = list(_below(model, [layer]))
        if held and all(p.last is not None and p.last.origin is Origin.LOAD for p in held):
            yield ANYWHERE, layer.cls


def _told(method: InitFunction, left: Sequence[Parameter]) -> str:
    if not left:
        return f"what it would fill of `{method.owner}` stays as constructed"
    count = f"{len(left)} parameter{'s' * (len(left) > 1)} of `{method.owner}` stay{'s' * (len(left) == 1)}"
    return f"{count} as constructed: `{left[0].symbol}` holds {contents(left[0])}"


def _call_of(method: InitFunction) -> Fix | None:
    """What to add, where the arguments are known."""
    if method.required > 1:
        return None
    call = f"self.apply(self.{method.name})" if method.required else f"self.{method.name}()"
    return Fix(f"{call} at the end of __init__")


def _is_named(model: Model, method: InitFunction, parameter: Parameter) -> bool:
    """The routine's body may write it, by the names in it: the layer's class where it tests for some, and its own."""
    layer = model.by_path.get(parameter.layer)
    classes = {name.rpartition(".")[2] for name in (layer.cls, *layer.bases)} if layer is not None else set()
    if _LAYER_NAMES & method.names and not classes & method.names:
        return False
    return bool(_ANY_NAME & method.names) or parameter.name.rpartition(".")[2] in method.names


def _unwritten(parameter: Parameter, method: InitFunction) -> bool:
    """Only its creation gave it values; what a ``reset_...`` method restores may well equal a chosen creation."""
    if method.name.lstrip("_").startswith("reset"):
        return untouched(parameter)
    return as_created(parameter)


def _uncalled_function(run: Pass, function: InitFunction) -> Iterator[Finding]:
    if function.public and function.in_library:
        return
    alive = any(
        f.referenced and not f.name.startswith("__") and f.path == function.path for f in _others(run, function)
    )
    severity = Severity.NOTE if function.public or alive else Severity.WARNING
    left = [parameter for parameter in run.model.parameters if untouched(parameter)]
    if not left:
        return
    message = f"nothing in the files linted calls or applies `{function.name}`: it initialises nothing"
    yield run.report(function.span, severity, function.name, message)


def _has_live_sibling(run: Pass, method: InitFunction) -> bool:
    """Another initialisation method of the class is in use: this one may be an alternative."""
    return any(
        (other.referenced or other.hook) and other.owner == method.owner and not other.name.startswith("__")
        for other in _others(run, method)
    )


def _others(run: Pass, function: InitFunction) -> Iterator[InitFunction]:
    return (other for other in run.project.init_functions if other != function and other.path == function.path)


def _below(model: Model, layers: Sequence[Layer]) -> Iterator[Parameter]:
    """Parameters of the layers and of everything below them."""
    paths = {layer.path for layer in layers}
    inside = tuple(f"{path}." for path in paths)
    for parameter in model.parameters:
        if "" in paths or parameter.layer in paths or parameter.layer.startswith(inside):
            yield parameter


def _twins(model: Model) -> Iterator[list[Layer]]:
    """Instances of one project class that hang on the same parent, two or more."""
    groups: dict[tuple[str, str], list[Layer]] = {}
    for layer in model.layers:
        if layer.path and not layer.cls.startswith("torch."):
            groups.setdefault((layer.path.rpartition(".")[0], layer.cls), []).append(layer)
    return (group for group in groups.values() if len(group) > 1)


def _left_out(run: Pass, twins: Sequence[Layer], written: Sequence[_MethodWrite]) -> Iterator[Finding]:
    """The twins that a method of their class never initialised, where it did most of the others."""
    called = {layer.path: _of_class(layer, written) for layer in twins}
    done = [layer for layer in twins if called[layer.path]]
    if not done:
        return
    methods = {method for layer in done for method, _ in called[layer.path]}
    roles = {role for layer in done for role in _roles(run.model, layer, called[layer.path])}
    missed = [layer for layer in twins if not called[layer.path] and _keeps_default(run.model, layer, roles)]
    if len(methods) > 1 or not 0 < len(missed) <= len(done) or len(missed) + len(done) < len(twins):
        return
    method = next(iter(methods))
    span = _call_site(called[done[0].path][-1][1], called[done[-1].path][-1][1])
    names = ", ".join(f"`{layer.path}`" for layer in missed)
    kept = "keeps torch's default" if len(missed) == 1 else "keep torch's defaults"
    message = (
        f"`{method.name}` is called for `{done[-1].path}` but not for {names}, of the same class "
        f"`{missed[0].cls.rpartition('.')[2]}`, which {kept}"
    )
    severity = Severity.WARNING if len(missed) < len(done) else Severity.NOTE
    related = tuple(Related(layer.created, f"`{layer.path}` is created here") for layer in missed if layer.created)
    fix = Fix(f"also call {method.name}() for {names}")
    yield run.report(span, severity, missed[0].path, message, related=related, fix=fix)


def _method_writes(run: Pass) -> Iterator[_MethodWrite]:
    """What initialisation methods of classes, called from outside, wrote."""
    for parameter in run.model.parameters:
        for write in parameter.applied:
            if write.origin is not Origin.EXPLICIT or write.span is None or not write.stack:
                continue
            method = run.project.enclosing(write.span)
            if method is not None and method.owner is not None and _WHOLE.fullmatch(method.name):
                yield parameter, method, write


def _of_class(layer: Layer, written: Sequence[_MethodWrite]) -> list[tuple[InitFunction, Write]]:
    """What a method of the layer's own class wrote below the layer."""
    inside = f"{layer.path}."
    return [
        (method, write)
        for parameter, method, write in written
        if (parameter.layer == layer.path or parameter.layer.startswith(inside)) and owned_by(method, layer)
    ]


def _roles(model: Model, layer: Layer, writes: Sequence[tuple[InitFunction, Write]]) -> set[str]:
    """The parameters written, named from the layer on."""
    ids = {id(write) for _, write in writes}
    return {
        parameter.name.removeprefix(f"{layer.path}.")
        for parameter in _below(model, [layer])
        if any(id(write) in ids and write.effect is Effect.APPLIED for write in parameter.writes)
    }


def _keeps_default(model: Model, layer: Layer, roles: set[str]) -> bool:
    """The same parameters exist in this twin, are trained, and hold torch's default."""
    own = [model.by_name.get(f"{layer.path}.{role}") for role in roles]
    return all(parameter is not None and parameter.trainable and untouched(parameter) for parameter in own)


def _call_site(one: Write, other: Write) -> Span:
    """Where the way to the ``other`` twin's write parts from the way to the ``one``'s; the innermost call in a loop."""
    assert other.span is not None
    for left, right in zip(one.stack, other.stack, strict=False):
        if left != right:
            return right
    return other.stack[-1] if other.stack else other.span


def _created(parameters: Sequence[Parameter]) -> tuple[Related, ...]:
    return tuple(Related(p.created, f"`{p.symbol}` is created here") for p in parameters if p.created is not None)


RULE = Rule("WI502", "init-never-called", __doc__, check, refutes=refutes)
