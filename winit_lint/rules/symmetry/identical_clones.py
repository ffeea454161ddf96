"""Layers copied from one instance that nothing initialises again.

What it does:
    Finds stacks whose layers are deep copies of one instance (`nn.TransformerEncoder(layer, n)`,
    `nn.TransformerDecoder(layer, n)`, `copy.deepcopy` in a comprehension) and hold the instance's weights to the end
    of construction.

Why is this bad:
    A copy holds the same numbers, so the n layers are one random draw applied n times: the token vectors grow alike
    and the gradient falls off with depth. Measured on 12 post-norm encoder layers: mean cosine between tokens 0.96
    (0.45 with independent layers), gradient of the first over the last layer 0.36 (0.81).

Example:
    self.encoder = nn.TransformerEncoder(layer, 6)

Use instead:
    self.encoder = nn.TransformerEncoder(layer, 6)
    for p in self.encoder.parameters():
        if p.dim() > 1:
            nn.init.xavier_uniform_(p)

Fix safety:
    The suggestion is only shown: it changes the weights drawn.

Known misses:
    Copies that run side by side (heads of several levels, experts, target networks) are often meant to start equal.
    Stacks that were only drawn again in part.

References:
    pytorch/pytorch#72253, #86274 (torch documents that all layers start the same); torch.nn.Transformer draws all
    matrices again and is not affected.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.init_function import filled_elsewhere
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.distribution import Kind
from winit_lint.ir.event import Clone
from winit_lint.ir.flow import Flow, OpKind
from winit_lint.ir.model import Model, Parameter
from winit_lint.rule import Pass, Rule

_FIXED = frozenset({Kind.CONSTANT, Kind.EYE})
_MIXING = frozenset({OpKind.WEIGHT, OpKind.RECURRENT, OpKind.ATTENTION, OpKind.EMBEDDING, OpKind.UNKNOWN})


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each expression that copies."""
    if not run.model.complete or run.model.root in run.project.parts:
        return  # what holds a part may draw its weights again
    for clone in run.model.events_of(Clone):
        same = _same_matrices(run.model, clone)
        if same and _in_series(run.model, clone) and not filled_elsewhere(run.project, run.model, same[0]):
            yield _finding(run, clone, same)


def _finding(run: Pass, clone: Clone, same: list[Parameter]) -> Finding:
    layer = run.model.by_path[clone.copies[0]]
    name, stack = layer.cls.rpartition(".")[2], layer.path.rpartition(".")[0]
    known = not _unknown_number(clone)
    count = f"{min(len(names) for names in clone.held if same[0].name in names)} " if known else ""
    listed = ", ".join(f"`{parameter.name[len(layer.path) + 1 :]}`" for parameter in same[:2])
    more = f" and {len(same) - 2} more" if len(same) > 2 else ""
    message = (
        f"the {count}layers of `{stack}` are copies of one `{name}` and nothing draws their weights again: all start "
        f"with the same {listed}{more}, as one random layer applied {count.strip() or 'n'} times; initialise them "
        f"after the copy"
    )
    related = (Related(layer.created, f"the one `{name}` is built here"),) if layer.created else ()
    owner = "" if run.model.by_path.get("") is None else "self."
    fix = Fix(f"for p in {owner}{stack}.parameters(): if p.dim() > 1: nn.init.xavier_uniform_(p)")
    symbol = same[0].symbol.removesuffix(same[0].name[len(stack) :])
    return run.report(clone.span, Severity.WARNING, symbol, message, related=related, fix=fix)


def _same_matrices(model: Model, clone: Clone) -> list[Parameter]:
    """The random matrices of the first copy, if all of them are still those of another copy."""
    if not clone.copies:
        return []
    several = _unknown_number(clone)
    held = {name for names in clone.held if len(names) > 1 or several for name in names}
    below = [p for p in model.parameters if p.name.startswith(f"{clone.copies[0]}.") and _is_matrix(p)]
    drawn = [p for p in below if p.last is None or p.last.distribution.kind not in _FIXED]
    if any(p.name not in held or p.last is None or not p.trainable for p in drawn):
        return []
    return drawn


def _unknown_number(clone: Clone) -> bool:
    """One path stands for copies whose number is not known."""
    return clone.copies[0].rpartition(".")[2] == "*"


def _is_matrix(parameter: Parameter) -> bool:
    return not parameter.role.startswith("bias") and (parameter.shape is None or len(parameter.shape) > 1)


def _in_series(model: Model, clone: Clone) -> bool:
    """The output of one copy is the input of another, with no other weights between."""
    if clone.how.startswith("torch.nn.Transformer"):
        return True
    container = model.by_path.get(clone.copies[0].rpartition(".")[0])
    if container is not None and container.cls == "torch.nn.Sequential":
        return True
    return any(_feeds(flow, clone.copies) for flow in model.flows)


def _feeds(flow: Flow, copies: tuple[str, ...]) -> bool:
    above: list[frozenset[str]] = []  # for each op the copies whose output reaches it through no other weights
    for op in flow.ops:
        inherited = frozenset[str]().union(*(above[source] for source in op.inputs))
        own = next((path for path in copies if op.layer == path or op.layer.startswith(f"{path}.")), None)
        if own is not None:
            if op.parameters and inherited - {own}:
                return True
            inherited = frozenset({own}) if op.parameters else inherited | {own}
        elif op.kind in _MIXING:
            inherited = frozenset()
        above.append(inherited)
    return False


RULE = Rule("WI403", "identical-clones", __doc__, check)
