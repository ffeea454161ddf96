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
    purpose), copies of a trained module, and a model frozen as a whole, which a caller may load later.

References:
    pytorch/vision#2164.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import contents, untouched
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.event import Clone, Freeze, Load
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.rule import Pass, Rule

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


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each line that freezes."""
    for freeze in run.model.events_of(Freeze):
        if freeze.loaded or not freeze.parameters or _copied(run.model, freeze):
            continue
        named = [run.model.by_name[name] for name in freeze.parameters if name in run.model.by_name]
        if not named:
            yield from _opaque(run, freeze)
            continue
        weights = [p for p in named if _is_random_layer(run.model, p)]
        layers = dict.fromkeys(p.layer for p in weights)
        if len(layers) < 2 or not _all_random(run.model, named) or not _something_trains(run.model):
            continue
        first = weights[0]
        message = (
            f"{len(layers)} layers are frozen at random values: `{first.symbol}` holds {contents(first)} and nothing "
            f"was loaded on this path, so 0 of their {len(weights)} weights can ever learn; freeze only what was loaded"
        )
        related = (Related(first.created, f"`{first.symbol}` is created here"),) if first.created else ()
        yield run.report(freeze.span, Severity.WARNING, first.symbol, message, related=related)


def _opaque(run: Pass, freeze: Freeze) -> Iterator[Finding]:
    """Parameters of a model from outside, built on this path without its weights."""
    message = (
        "the weights frozen here are random on this path: the model is built without its pre-trained weights, so 0 of "
        "them can ever learn; freeze only what was loaded"
    )
    if not any(_is_load_of(load, freeze) for load in run.model.events_of(Load)):
        # The same line is reached from several roots, under several prefixes.
        symbol = freeze.parameters[0].rpartition(".")[2]
        yield run.report(freeze.span, Severity.WARNING, symbol, message)


def _is_load_of(load: Load, freeze: Freeze) -> bool:
    """The frozen parameters may be among the loaded ones."""
    return load.module is None or any(_is_below(name, load.module) for name in freeze.parameters)


def _all_random(model: Model, frozen: list[Parameter]) -> bool:
    """Not one learned weight was written by the project, loaded or touched by something unknown.

    Whatever was loaded, before or after, clears the whole line.
    """
    learned = [p for p in frozen if _layer_kind(model, p) in _LEARNED and _is_matrix(p)]
    return all(untouched(p) and not p.trainable for p in learned) and all(p.certain for p in frozen)


def _is_random_layer(model: Model, parameter: Parameter) -> bool:
    return _layer_kind(model, parameter) in _LEARNED and _is_matrix(parameter) and untouched(parameter)


def _is_matrix(parameter: Parameter) -> bool:
    return not parameter.role.startswith("bias") and (parameter.shape is None or len(parameter.shape) > 1)


def _layer_kind(model: Model, parameter: Parameter) -> LayerKind:
    layer = model.by_path.get(parameter.layer)
    return layer.kind if layer is not None else LayerKind.UNKNOWN


def _something_trains(model: Model) -> bool:
    return any(p.trainable and _is_matrix(p) for p in model.parameters)


def _copied(model: Model, freeze: Freeze) -> bool:
    """A target or teacher network: a copy of a module that trains."""
    return any(
        _is_below(name, path) for clone in model.events_of(Clone) for path in clone.copies for name in freeze.parameters
    )


def _is_below(name: str, module: str) -> bool:
    return module == "" or name == module or name.startswith(f"{module}.")


RULE = Rule("WI604", "frozen-random-weights", __doc__, check)
