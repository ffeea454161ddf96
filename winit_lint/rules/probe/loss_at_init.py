"""A classifier or language model whose first loss is far above that of guessing.

What it does:
    Compares the cross entropy of the outputs at step 0, against random targets, with ln C, where the outputs are
    clearly those of C classes: a last linear layer that is called a head, or has a vocabulary's size.

Why is this bad:
    Logits of std s cost about s^2/2 at the start. The first hundreds of steps do nothing but shrink them, with large
    gradients. A N(0, 1) embedding of width 768 tied to the head starts at a loss of 167 where ln C is 8.5.

Example:
    nn.init.normal_(self.head.weight)

Use instead:
    nn.init.normal_(self.head.weight, std=0.02)

Fix safety:
    No fix is offered.

Known misses:
    Outputs that no head of that kind gives, losses other than the cross entropy, and targets that are not balanced.

References:
    None.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.blamed import blamed, blamed_layer
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Severity
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.theory.loss import HUGE_LOGITS, LARGE_LOGITS

_LARGE = ((HUGE_LOGITS, Severity.ERROR), (LARGE_LOGITS, Severity.WARNING))  # std of the logits
_COSTS = 1.0  # nats over guessing


def check(run: Pass) -> Iterator[Finding]:
    """One finding for the head."""
    loss = run.model.measured.loss if run.model.measured is not None else None
    if loss is None:
        return
    severity = next((s for std, s in _LARGE if loss.logit_std > std), None)
    if severity is None or loss.value - 4 * loss.error < loss.expected + _COSTS:
        return
    name = f"{loss.head}.weight"
    weight = next((p for p in run.model.parameters if name in {p.name, *p.tied}), None)
    span = blamed(run.model, weight) if weight is not None else blamed_layer(run.model, loss.head)
    symbol = weight.symbol if weight is not None else f"{run.model.name}.{loss.head}"
    message = (
        f"the first loss is {loss.value:.3g} where guessing among {loss.classes:,} classes costs {loss.expected:.3g}: "
        f"the logits of `{loss.head}` have a std of {loss.logit_std:.3g} (measured)"
    )
    yield run.report(span, severity, symbol, message)


RULE = Rule("WI909", "loss-at-init", __doc__, check, Scope.STRUCTURE, refutes=overwritten, measured=True)
