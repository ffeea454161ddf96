"""A tensor that the constructor computes from a Parameter, and forward uses.

What it does:
    Finds plain attributes that a constructor computes from a trained, registered Parameter (`torch.exp(self.rho)`),
    that `forward` reads and nothing else assigns.

Why is this bad:
    The value is that of step 0. The optimizer changes the Parameter, the tensor stays: forward goes on with the old
    value, and through a detached one no gradient reaches the Parameter. Where it is not detached, the first backward
    pass frees the graph behind it, and most operations then raise in the second.

Example:
    self.sigma = torch.exp(self.log_sigma)

Use instead:
    sigma = torch.exp(self.log_sigma)

Fix safety:
    The suggestion is only shown: it moves the computation to `forward`.

Known misses:
    A value computed in another method that runs only once. Copies and views (`clone`, `detach`, `t`) are taken for
    wanted. Buffers that are registered by name.

References:
    SaynaEbrahimi/UCB#5.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event_registration import DerivedAttribute
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each value that does not follow its Parameter."""
    for event in run.model.events_of(DerivedAttribute):
        source = run.model.by_name.get(event.source or "")
        if source is None or not event.certain or not event.computed or not event.used or event.renewed:
            continue
        owner = event.owner.rpartition(".")[2]
        consequence = (
            f"and no gradient reaches `{source.role}` through it"
            if event.detached
            else "and the first backward pass frees the graph behind it, so a second one may raise"
        )
        message = (
            f"`{event.name}` is computed from `{source.role}` only once, in the constructor: forward keeps its value "
            f"of step 0 whatever the optimizer does to `{source.role}`, {consequence}"
        )
        related = (Related(source.created, f"`{source.role}` is created here"),) if source.created else ()
        fix = Fix(f"compute `{event.name}` in forward, or make it a property")
        yield run.report(event.span, Severity.WARNING, f"{owner}.{event.name}", message, related=related, fix=fix)


RULE = Rule("WI518", "stale-parameter", __doc__, check)
