"""Two initializers in a row for one tensor, the first of which has no effect.

What it does:
    Finds an initializer (or a call of the project's own helper) whose whole effect the next one in the same block of
    statements, or in the next loop over the same layers, replaces, and names a sibling layer that got neither, where
    there is one.

Why is this bad:
    The first line does nothing. It is mostly a copied line whose target was not changed: the layer that it was meant
    for keeps torch's default.

Example:
    nn.init.orthogonal_(self.value.weight, gain=0.01)
    nn.init.orthogonal_(self.value.weight, gain=1.0)

Use instead:
    nn.init.orthogonal_(self.mu.weight, gain=0.01)
    nn.init.orthogonal_(self.value.weight, gain=1.0)

Fix safety:
    No fix is offered: which target was meant is the author's to say.

Known misses:
    A loop, a constructor or `apply` before a line of its own is the general scheme before the special one: silent.
    Lines of a module's own statements, outside of any function.

References:
    ToruOwO/minimal-stable-PPO#3; Juyong/CaricatureFace#25.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import contents, untouched
from winit_lint.analyses.final_writes import others
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.event import Superseded
from winit_lint.ir.model import Model, Parameter
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """A warning where a sibling was left out or two schemes compete, a note where the same one is drawn twice."""
    for event in run.model.events_of(Superseded):
        targets = [parameter for name in event.parameters if (parameter := run.model.by_name.get(name))]
        if not targets:
            continue
        first, symbols = targets[0], [parameter.symbol for parameter in targets]
        sibling = next((found for target in targets if (found := _left_out(run.model, target))), None)
        message = f"this has no effect: `{symbols[0]}`{others(symbols)} is initialised again below"
        if sibling is not None:
            shown = sibling.name if sibling.symbol in symbols else sibling.symbol
            message += f", while `{shown}` beside it is not and keeps {contents(sibling)}"
        related = [Related(event.by, "this one counts")]
        if sibling is not None and sibling.created is not None:
            related.append(Related(sibling.created, f"`{sibling.symbol}` is created here"))
        severity = Severity.NOTE if sibling is None and _alike(first, event) else Severity.WARNING
        yield run.report(event.span, severity, symbols[0], message, related=tuple(related))


def _left_out(model: Model, target: Parameter) -> Parameter | None:
    """The like parameter of a layer beside this one, or beside what holds this, that only torch's constructor wrote."""
    layer = model.by_path.get(target.layer)
    parts = target.layer.split(".")
    found: list[tuple[int, Parameter]] = []
    for other in model.parameters if layer is not None else ():
        if other.role != target.role or other.layer_cls != target.layer_cls or not other.trainable:
            continue
        place = _one_apart(parts, other.layer.split("."))
        if place is not None and untouched(other):
            found.append((-place, other))
    return min(found, key=lambda each: each[0])[1] if found else None


def _one_apart(one: list[str], other: list[str]) -> int | None:
    """Where two paths differ, if that is in one name only."""
    if len(one) != len(other):
        return None
    apart = [index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    return apart[0] if len(apart) == 1 else None


def _alike(target: Parameter, event: Superseded) -> bool:
    """Both calls draw from the same distribution, so that only the random numbers differ."""
    for before, after in zip(target.applied, target.applied[1:], strict=False):
        if event.span in {before.span, *before.stack} and event.by in {after.span, *after.stack}:
            return (before.init, dict(before.args)) == (after.init, dict(after.args))
    return False


RULE = Rule("WI508", "same-target-initialised-twice", __doc__, check)
