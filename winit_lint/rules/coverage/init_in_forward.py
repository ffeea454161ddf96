"""A trained weight that is created or drawn anew at every call of `forward`.

What it does:
    Finds layers with weights that `forward` creates and uses, and random initializers that it calls on a trained
    parameter of the model, where no condition, early return or `try` guards the place.

Why is this bad:
    A layer that is made in `forward` has new random weights at every call, and no optimizer has ever seen them. A
    parameter that is drawn anew forgets what training had made of it.

Example:
    return nn.Linear(8, 4)(x)

Use instead:
    return self.out(x)

Fix safety:
    The suggestion is only shown: the model gains a layer.

Known misses:
    Places that a condition guards: lazily built layers and initialisation by the first batch are often meant.
    `nn.Parameter(...)` in `forward`.

References:
    torch.nn.Module: layers are created in `__init__`; torch.nn.LazyLinear for a size that is not known there.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.event_registration import MadeInForward
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each place."""
    for event in run.model.events_of(MadeInForward):
        what = event.what.rpartition(".")[2]
        if event.target is None:
            message = (
                f"this {what} is created in `{event.method}`: every call draws new weights, which no optimizer trains "
                f"and no state_dict has"
            )
            fix = Fix("create it in __init__, or use a Lazy layer where a size is not known there")
            yield run.report(event.span, Severity.ERROR, event.function, message, fix=fix)
            continue
        parameter = run.model.by_name.get(event.target)
        symbol = parameter.symbol if parameter is not None else event.target
        message = (
            f"`{what}` draws `{symbol}` anew at every call of `{event.method}`: whatever training did to it is lost"
        )
        fix = Fix("initialise it in __init__")
        yield run.report(event.span, Severity.WARNING, symbol, message, fix=fix)


RULE = Rule("WI523", "init-in-forward", __doc__, check)
