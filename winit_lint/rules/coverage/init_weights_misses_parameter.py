"""A parameter that the `_init_weights` of a Hugging Face model never reaches.

What it does:
    Finds parameters of uninitialised memory for which `_init_weights` has no branch; parameters of a new head that it
    passes over; weight layers of a type that none of its branches names; and an `_init_weights` that does nothing
    with the module that it is given.

Why is this bad:
    transformers builds a model on the meta device, loads what the checkpoint has, gives fresh memory to the rest and
    calls `_init_weights(module)` to fill it. What that method passes over holds whatever the memory held, even if the
    constructor had given it values. Where nothing is loaded, raw memory stays raw and layers keep torch's default.

Example:
    self.weight = nn.Parameter(torch.empty(n, dim))

Use instead:
    if isinstance(module, (nn.Linear, Gate)):

Fix safety:
    No fix is offered: what the new branch should draw is the author's knowledge.

Known misses:
    Parameters with values from the constructor, outside of a head (they are lost only with a checkpoint that lacks
    them); buffers; heads of models whose base class is not in the project.

References:
    transformers.PreTrainedModel._init_weights, _move_missing_keys_from_meta_to_device. NVIDIA/TensorRT-LLM#13247;
    AnswerDotAI/ModernBERT#96.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import contents, raw
from winit_lint.analyses.final_writes import others
from winit_lint.analyses.hugging_face import dispatch, hook_name, is_pretrained_model, passed_over
from winit_lint.analyses.init_function import owned_by
from winit_lint.analyses.unfilled import abandoned, settled_places
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.ir.project import InitFunction
from winit_lint.ir.write import Origin
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_DRAWN = frozenset({LayerKind.LINEAR, LayerKind.CONV, LayerKind.CONV_TRANSPOSE, LayerKind.EMBEDDING})
_HOOK = "_init_weights"


def check(run: Pass) -> Iterator[Finding]:
    """Findings on the routine itself, else on what it passes over."""
    if not run.model.complete or not is_pretrained_model(run.model.by_path.get("")):
        return
    deaf = _deaf(run)
    if deaf is not None:
        yield deaf
    elif dispatch(run.model) is not None and run.model.root not in run.project.parts:
        yield from _raw(run)
        yield from _head(run)
        yield from _types(run)


def refutes(model: Model) -> Iterator[tuple[Span, str]]:
    """The places of parameters that another root's ``_init_weights`` does fill."""
    if dispatch(model) is None:
        return
    missed = {p.created for p in model.parameters if p.created is not None and passed_over(model, p)}
    yield from settled_places(model, missed, raw)


def _hook(run: Pass) -> InitFunction | None:
    """The model's own ``_init_weights``, where it calls initializers itself."""
    root = run.model.by_path[""]
    found = (f for f in run.project.init_functions if f.name == _HOOK and owned_by(f, root))
    return next((f for f in found if f.span.path == run.model.path), None)


def _deaf(run: Pass) -> Finding | None:
    hook = _hook(run)
    if hook is None or not hook.ignores_argument:
        return None
    place = run.project.enclosing
    written = [p for p in run.model.parameters if any(w.span and place(w.span) is hook for w in p.writes)]
    if not written:
        return None
    message = (
        f"`{_HOOK}` does nothing with the module that transformers gives it, and writes `{written[0].symbol}`"
        f"{others(p.symbol for p in written)} again at every call: a new module is left as it is, and trained values "
        f"are lost (`resize_token_embeddings` with `mean_resizing=False`); initialise the argument, by its type"
    )
    return run.report(hook.span, Severity.WARNING, f"{run.model.name}.{_HOOK}", message)


def _raw(run: Pass) -> Iterator[Finding]:
    severity = Severity.ERROR if run.model.defaults else Severity.WARNING
    for span, parameters, text in abandoned(run.project, run.model):
        first = parameters[0]
        message = f"{text}, and {_no_branch(run, first)}"
        yield run.report(span, severity, first.symbol, message, related=_related(run))


def _head(run: Pass) -> Iterator[Finding]:
    """What the constructor gave the parameters of a head is lost where only the base model is loaded."""
    base = run.model.by_path[""].base
    if base is None:
        return
    places: dict[Span, list[Parameter]] = {}
    for parameter in run.model.parameters:
        outside = not _below(base, parameter) and not raw(parameter)
        if outside and parameter.created is not None and passed_over(run.model, parameter):
            places.setdefault(parameter.created, []).append(parameter)
    for span, parameters in places.items():
        symbols = [parameter.symbol for parameter in parameters]
        message = (
            f"`{symbols[0]}`{others(symbols)} is uninitialised memory once a checkpoint of `{base}` is loaded: "
            f"transformers discards {contents(parameters[0])}, and {_no_branch(run, parameters[0])}"
        )
        yield run.report(span, Severity.WARNING, symbols[0], message, related=_related(run))


def _types(run: Pass) -> Iterator[Finding]:
    """Weight layers that keep torch's default while the routine draws others."""
    weights = [p for p in run.model.parameters if _is_drawn(run.model, p)]
    if _hook(run) is None or not any(write.handed is not None for p in weights for write in p.applied):
        return
    base = run.model.by_path[""].base
    seen: set[str] = set()
    for parameter in weights:
        layer = run.model.by_path[parameter.layer]
        in_head = base is not None and not _below(base, parameter)
        if in_head or layer.cls in seen or layer.created is None or not passed_over(run.model, parameter):
            continue
        if any(write.origin is not Origin.DEFAULT for write in parameter.applied):
            continue
        seen.add(layer.cls)
        message = (
            f"`{parameter.symbol}` keeps {contents(parameter)}: {_no_branch(run, parameter)}; where a checkpoint "
            f"lacks it, it is uninitialised memory"
        )
        yield run.report(layer.created, Severity.NOTE, parameter.symbol, message, related=_related(run))


def _below(base: str, parameter: Parameter) -> bool:
    """A tied tensor of the base model comes with its checkpoint, whatever the head calls it."""
    return any(name.startswith(f"{base}.") for name in (parameter.name, *parameter.tied))


def _is_drawn(model: Model, parameter: Parameter) -> bool:
    layer = model.by_path.get(parameter.layer)
    return layer is not None and layer.kind in _DRAWN and parameter.role == "weight"


def _no_branch(run: Pass, parameter: Parameter) -> str:
    traversal = dispatch(run.model)
    name = hook_name(traversal) if traversal is not None else _HOOK
    return f"`{name}` has no branch that fills `{parameter.role}` of `{parameter.layer_cls.rpartition('.')[2]}`"


def _related(run: Pass) -> tuple[Related, ...]:
    hook = _hook(run)
    return (Related(hook.span, "the branches are here"),) if hook is not None else ()


RULE = Rule("WI521", "init-weights-misses-parameter", __doc__, check, refutes=refutes)
