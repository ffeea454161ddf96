"""Layers frozen at their random start.

What it does:
    Finds `requires_grad = False` on layers whose weights nothing but torch's own constructor has given values, on a
    path without a pre-trained source.

Why is this bad:
    The layers can never learn and hold noise: what follows trains on a random projection of its input. The usual
    cause is a freeze that stands outside the branch that loads the weights.

Example:
    parameter.requires_grad_(False)

Use instead:
    if pretrained:

Fix safety:
    No fix is offered: either the freeze belongs into the branch that loads, or the loading is missing.

Known misses:
    One frozen layer by itself and frozen embeddings (random projections, queries and fixed tables are frozen on
    purpose), targets, teachers and what is called random or fixed, a layer that holds an adapter which trains, copies
    of a trained module, and a model frozen as a whole, which a caller may load later.

References:
    pytorch/vision#2164.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import contents, untouched
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.event import Clone, Freeze
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.ir.write import Origin
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_LEARNED = frozenset(
    {
        LayerKind.LINEAR,
        LayerKind.BILINEAR,
        LayerKind.CONV,
        LayerKind.CONV_TRANSPOSE,
        LayerKind.RECURRENT,
        LayerKind.ATTENTION,
    }
)
_DELIBERATE = ("random", "target", "teacher", "fixed", "frozen", "prior", "reservoir")


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each line that freezes."""
    lines: dict[Span, list[Freeze]] = {}
    for freeze in run.model.events_of(Freeze):
        lines.setdefault(freeze.span, []).append(freeze)
    for span, freezes in lines.items():
        names = tuple(dict.fromkeys(name for freeze in freezes for name in freeze.parameters))
        frozen = [run.model.by_name[name] for name in names if name in run.model.by_name]
        if any(freeze.loaded for freeze in freezes) or _copied(run.model, names) or not _all_random(run.model, frozen):
            continue
        weights = [p for p in frozen if _is_learned(run.model, p) and not _on_purpose(run.model, p)]
        layers = dict.fromkeys(p.layer for p in weights)
        if len(layers) < 2 or not _something_trains(run.model):
            continue
        first = weights[0]
        outline = any(_is_outline(run.model, p) for p in weights)
        count = "its layers" if outline else f"{len(layers)} layers"
        message = (
            f"{count} are frozen at random values: `{first.symbol}` holds {contents(first)}, nothing was loaded on "
            f"this path, and a frozen weight takes 0 gradient steps; freeze only what was loaded"
        )
        related = (Related(first.created, f"`{first.symbol}` is created here"),) if first.created else ()
        yield run.report(span, Severity.WARNING, first.symbol, message, related=related)


def _on_purpose(model: Model, parameter: Parameter) -> bool:
    """Its name, or what trains beside it, says that it is to stay: a random target, a layer with an adapter."""
    if any(word in part for part in parameter.name.lower().split(".") for word in _DELIBERATE):
        return True
    above = parameter.layer.rpartition(".")[0]
    beside = {path for path in (parameter.layer, above) if path}
    return any(other.trainable and _is_matrix(other) and other.layer in beside for other in model.parameters)


def _is_outline(model: Model, parameter: Parameter) -> bool:
    """It belongs to a model from outside of which only some layers are known."""
    parts = parameter.layer.split(".")
    above = ("", *(".".join(parts[:count]) for count in range(1, len(parts) + 1)))
    layers = [model.by_path[path] for path in above if path in model.by_path]
    return any(layer.kind is LayerKind.UNKNOWN for layer in layers)


def _all_random(model: Model, frozen: list[Parameter]) -> bool:
    """Nothing was loaded into any of them or written to a weight by the project, before or after the freeze."""
    learned = [p for p in frozen if _is_learned(model, p)]
    loaded = any(write.origin is Origin.LOAD for p in frozen for write in p.writes)
    return not loaded and all(p.certain for p in frozen) and all(untouched(p) and not p.trainable for p in learned)


def _is_learned(model: Model, parameter: Parameter) -> bool:
    """A weight that only training can make useful."""
    layer = model.by_path.get(parameter.layer)
    return layer is not None and layer.kind in _LEARNED and _is_matrix(parameter)


def _is_matrix(parameter: Parameter) -> bool:
    return not parameter.role.startswith("bias") and (parameter.shape is None or len(parameter.shape) > 1)


def _something_trains(model: Model) -> bool:
    return any(p.trainable and _is_matrix(p) for p in model.parameters)


def _copied(model: Model, names: tuple[str, ...]) -> bool:
    """A target or teacher network: a copy of a module that trains."""
    copies = [path for clone in model.events_of(Clone) for path in clone.copies]
    return any(path == "" or name.startswith(f"{path}.") for path in copies for name in names)


RULE = Rule("WI604", "frozen-random-weights", __doc__, check)
