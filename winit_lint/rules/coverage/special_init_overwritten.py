"""A special initialisation of a layer overwritten by the general one of what encloses it.

What it does:
    Finds weights that the constructor of a part sets on purpose to something that no general scheme gives (zero, the
    identity, a constant, a prior for a bias), and that a later `apply` or loop over modules of an enclosing class fills
    as if they were any other layer.

Why is this bad:
    The last write counts. The branch that should start as nothing, the gate that should start open, the prior of the
    head start at random values, and nothing says so.

Example:
    self.apply(self._init_weights)

Use instead:
    self.apply(self._init_weights)
    for block in self.blocks:
        nn.init.zeros_(block.out.weight)

Fix safety:
    The suggestion is only shown: it changes the weights drawn.

Known misses:
    Random schemes of a part, which a general scheme is meant to replace, and values that the part computes and copies
    in.

References:
    athms/mad-lab#3 (a time step projection); Goyal et al., 2017 (zero gamma); Peebles and Xie, 2023 (adaLN-zero).
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import others
from winit_lint.analyses.init_function import enclosing_layers
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.distribution import Kind
from winit_lint.ir.event import Traversal
from winit_lint.ir.model import Layer, LayerKind, Model, Parameter
from winit_lint.ir.size import known
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each traversal that overwrites something special."""
    if not run.model.complete or run.model.root in run.project.parts:
        return  # what holds a part may set it again
    groups: dict[Traversal, list[tuple[Parameter, Layer, Write, Write]]] = {}
    for parameter in run.model.parameters:
        last = parameter.last
        if last is None or last.origin is not Origin.EXPLICIT or last.updates or parameter.applied[-1] is not last:
            continue
        for lost in reversed(parameter.applied[:-1]):
            part = _built_in(run.model, parameter, lost)
            if part is not None and _special(run.model, parameter, lost, last):
                traversal = _traversal(run, parameter, part, last)
                if traversal is not None:
                    groups.setdefault(traversal, []).append((parameter, part, lost, last))
                break
    for traversal, found in groups.items():
        yield _finding(run, traversal, found)


def _finding(run: Pass, traversal: Traversal, found: list[tuple[Parameter, Layer, Write, Write]]) -> Finding:
    _, part, lost, last = found[0]
    symbols = [item[0].symbol for item in found]
    name = part.cls.rpartition(".")[2]
    message = (
        f"this overwrites what `{name}` sets on purpose: `{symbols[0]}`{others(symbols)} was {_holds(lost)} and is "
        f"{_holds(last)} now; set it again after this, or leave it out here"
    )
    related = [
        Related(span, text) for span, text in ((lost.span, "set here, lost"), (last.span, "filled here")) if span
    ]
    if part.created is not None:
        related.append(Related(part.created, f"the `{name}` is built here"))
    fix = Fix(f"mark the layer in `{name}` and skip marked ones in the routine")
    return run.report(traversal.span, Severity.WARNING, symbols[0], message, related=tuple(related), fix=fix)


def _built_in(model: Model, parameter: Parameter, write: Write) -> Layer | None:
    """The innermost part of a project class whose constructor made the write."""
    if write.origin is not Origin.EXPLICIT or write.region is not None or write.updates:
        return None
    inside = (layer for layer in reversed(enclosing_layers(model, parameter)) if not layer.cls.startswith("torch."))
    return next((layer for layer in inside if layer.path and layer.created in write.stack), None)


def _special(model: Model, parameter: Parameter, lost: Write, last: Write) -> bool:
    """The lost values are none that a general scheme gives, and not those that replaced them."""
    before, after = lost.distribution, last.distribution
    if before.kind is Kind.EYE:
        return after.kind is not Kind.EYE
    if before.kind is Kind.CONSTANT:
        value = known(before.mean)
        if after.kind is Kind.CONSTANT and (value is None or known(after.mean) == value):
            return False
        layer = model.by_path.get(parameter.layer)
        if parameter.role.startswith("bias"):
            return value is not None and value != 0
        return layer is None or layer.kind is not LayerKind.NORM or value != 1
    return False


def _traversal(run: Pass, parameter: Parameter, part: Layer, last: Write) -> Traversal | None:
    """The traversal that made the last write, if it starts above the part."""
    place = run.project.enclosing
    if run.model.by_path.get("") is None and not _while_built(run.model, part, last):
        return None  # a function that fills what it has built means what it fills
    for traversal in run.model.events_of(Traversal):
        above = traversal.root == "" or part.path.startswith(f"{traversal.root}.")
        if not above or not {parameter.layer, parameter.name} & set(traversal.visited):
            continue
        if traversal.span in last.stack:
            return traversal
        loop = traversal.callback is None and last.span is not None and traversal.span.line <= last.span.line
        if loop and last.span is not None and place(traversal.span) == place(last.span):
            return traversal if traversal.span.path == last.span.path else None
    return None


def _while_built(model: Model, part: Layer, write: Write) -> bool:
    """The write ran in the constructor of a module around the part."""
    above = (layer for layer in model.layers if part.path.startswith(f"{layer.path}."))
    return any(layer.created is not None and layer.created in write.stack for layer in above)


def _holds(write: Write) -> str:
    distribution = write.distribution
    value, std = known(distribution.mean), known(distribution.std)
    if distribution.kind is Kind.EYE:
        return "the identity"
    if distribution.kind is Kind.CONSTANT:
        return "constant" if value is None else f"{value:.3g}"
    return f"random ({write.name})" if std is None else f"random (std {std:.3g})"


RULE = Rule("WI507", "special-init-overwritten", __doc__, check)
