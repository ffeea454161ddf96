"""A module given to a tensor initializer, or a tensor to a helper for modules.

What it does:
    Finds `nn.init.xavier_uniform_(self.fc)` with a module in the place of a tensor, and helper functions that ask their
    argument for a module's `weight` or class and are given a parameter.

Why is this bad:
    The first raises AttributeError when the model is built. The second does nothing at all, without an error: the
    tensor has no `weight`, so the helper passes it by, and it keeps what it was created with.

Example:
    init_module(self.fc.bias)

Use instead:
    init_module(self.fc)

Fix safety:
    The suggestion is only shown: it changes the weights drawn.

Known misses:
    Helpers that are methods. A tensor that is given values by another call afterwards.

References:
    open-mmlab/mmsegmentation#1069.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import as_created, contents
from winit_lint.analyses.final_writes import others
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import WrongObject
from winit_lint.ir.model import Parameter
from winit_lint.ir.write import Effect
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call: those that raise, then those that do nothing."""
    for write in run.model.stray:
        reason = write.reason or ""
        if write.effect is Effect.RAISES and reason.startswith("module:") and write.span is not None:
            cls = reason.rpartition(":")[2].rpartition(".")[2]
            message = f"`{write.name}` is given a module (`{cls}`), not its weight: AttributeError"
            fix = Fix("pass the weight: module.weight")
            yield run.report(write.span, Severity.ERROR, f"{run.model.name}.{cls}", message, fix=fix)
    for span, passed in _passed_by(run).items():
        event, first = passed[0]
        symbols = [parameter.symbol for _, parameter in passed]
        callee = event.callee.rpartition(".")[2]
        asked = f"asks for {event.test}" if event.test else "takes a module"
        message = (
            f"`{callee}` {asked}, but is given the tensor `{symbols[0]}`{others(symbols)}, for which it does nothing: "
            f"it keeps {contents(first)}"
        )
        related = (Related(first.created, f"`{first.symbol}` is created here"),) if first.created else ()
        fix = Fix(f"call {callee} with the module, or a tensor initializer with the tensor")
        yield run.report(span, Severity.WARNING, symbols[0], message, related=related, fix=fix)


def _passed_by(run: Pass) -> dict[Span, list[tuple[WrongObject, Parameter]]]:
    """Tensors that a helper left alone, and that nothing else has given values, by the call."""
    found: dict[Span, list[tuple[WrongObject, Parameter]]] = {}
    for event in run.model.events_of(WrongObject):
        parameter = run.model.by_name.get(event.parameter)
        if parameter is None or not parameter.trainable or not parameter.applied or not as_created(parameter):
            continue
        if any(parameter is known for _, known in found.get(event.span, [])) or not _initialises(run, event):
            continue
        found.setdefault(event.span, []).append((event, parameter))
    return found


def _initialises(run: Pass, event: WrongObject) -> bool:
    """The function writes to tensors, if it is given what it is for, and wrote nothing through this call."""
    name = event.callee.rpartition(".")[2]
    known = not event.test or any(f.owner is None and f.name == name for f in run.project.init_functions)
    return known and not any(event.span in write.stack for write in run.model.writes)


RULE = Rule("WI512", "init-given-wrong-object", __doc__, check)
