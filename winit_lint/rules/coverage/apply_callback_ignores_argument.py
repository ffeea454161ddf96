"""A callback of `apply` that writes to an outer object, or is called instead of passed.

What it does:
    Finds callbacks of `apply` that scale (`*=`, `/=`, `+=`) a parameter which is not part of the module that they are
    given, that initialise one outer layer for every layer of its type, and `apply(f(x))`, where `f` returns nothing.

Why is this bad:
    `apply` calls the callback once for each module. A scaling of something else is repeated each time, so the factor
    becomes a power of itself; the layers that the callback was given keep torch's default. `apply(None)` raises.

Example:
    self.out.weight.data *= 0.5

Use instead:
    module.weight.data *= 0.5

Fix safety:
    The suggestion is only shown: it changes the weights drawn.

Known misses:
    A callback that sets another object to fixed values: repeating that does no harm. Loops over `modules()`.

References:
    torch.nn.Module.apply; d2l-ai/d2l-en#1079.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import contents, untouched
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import CalledCallback, OuterWrite
from winit_lint.ir.model import Parameter
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each write that repeats itself, or passes its argument by, and each callback that was called."""
    for called in run.model.events_of(CalledCallback):
        message = f"`{called.text}` is called here and returns None, so `apply` gets no function: TypeError"
        fix = Fix(f"apply({called.text.partition('(')[0]})")
        yield run.report(called.span, Severity.ERROR, run.model.name, message, fix=fix)
    for span, events in _by_span(run).items():
        worst = max(events, key=lambda event: event.times)
        parameter = run.model.by_name.get(worst.target)
        if parameter is not None and worst.operator is not None and worst.times > 1:
            yield _repeated(run, span, worst, parameter, len(events))
        elif parameter is not None and worst.operator is None:
            yield from _passed_by(run, span, worst, parameter)


def _by_span(run: Pass) -> dict[Span, list[OuterWrite]]:
    found: dict[Span, list[OuterWrite]] = {}
    for event in run.model.events_of(OuterWrite):
        found.setdefault(event.span, []).append(event)
    return found


def _repeated(run: Pass, span: Span, event: OuterWrite, parameter: Parameter, count: int) -> Finding:
    """A relative write that ran several times."""
    effect = ""
    if event.operator in {"*", "/"} and event.operand:
        factor = event.operand if event.operator == "*" else 1 / event.operand
        effect = f", so `{parameter.symbol}` is scaled by {factor:.3g}**{event.times} = {factor**event.times:.3g}"
    more = f" (and {count - 1} more parameters)" if count > 1 else ""
    message = (
        f"this `{event.operator}=` on `{parameter.symbol}`{more} runs once for every module that `apply` visits, not "
        f"once for its own: {event.times} times in all{effect}"
    )
    related = (Related(event.applied, "the callback is applied here"),)
    fix = Fix("do it after apply(), or to the module that the callback is given")
    return run.report(span, Severity.WARNING, parameter.symbol, message, related=related, fix=fix)


def _passed_by(run: Pass, span: Span, event: OuterWrite, target: Parameter) -> Iterator[Finding]:
    """The callback writes one layer's parameter when it is given another of the same class, and nothing to that."""
    missed = [
        parameter
        for path in event.visited
        for parameter in run.model.of_layer(path)
        if parameter.role == target.role and parameter.layer_cls == target.layer_cls and untouched(parameter)
        if parameter.trainable and parameter.storage != target.storage
    ]
    if not missed:
        return
    message = (
        f"the callback writes `{target.symbol}` whatever module it is given: `{missed[0].symbol}` keeps "
        f"{contents(missed[0])}"
    )
    related = (Related(event.applied, "the callback is applied here"),)
    fix = Fix("write to the module that the callback is given")
    yield run.report(span, Severity.WARNING, target.symbol, message, related=related, fix=fix)


RULE = Rule("WI511", "apply-callback-ignores-argument", __doc__, check)
