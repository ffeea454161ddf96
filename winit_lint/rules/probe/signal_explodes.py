"""A signal or gradient that is measured to explode along a chain of layers, or is not finite.

What it does:
    Reads the second moments of one forward and backward pass at step 0 as `signal-vanishes` does, and reports growth;
    and the first operation whose output holds NaN or infinity, where that is a layer, a product or a nonlinearity.

Why is this bad:
    The first steps are as large as the gradient: the loss jumps, in half precision it overflows.

Example:
    nn.init.normal_(layer.weight, std=0.5)

Use instead:
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

Fix safety:
    No fix is offered here: the rules on the source say which gain is needed.

Known misses:
    Signals that a normalisation restores; functions such as a logarithm that the input's range does not suit.

References:
    Hanin and Nica (2018), arXiv 1812.05994, for the spread of one draw.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.blamed import blamed_layer
from winit_lint.finding import Finding, Severity
from winit_lint.ir.flow import OpKind
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.measured_chain import chain_findings

# A logarithm or a quotient that is not defined for the probe's inputs says nothing of the weights.
_OVERFLOWING = frozenset(
    {OpKind.WEIGHT, OpKind.ACTIVATION, OpKind.NORM, OpKind.RECURRENT, OpKind.ATTENTION, OpKind.MATMUL, OpKind.ADD}
)


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each chain, on its first weight, and one for the first value that is not finite."""
    yield from _not_finite(run)
    yield from chain_findings(run, grows=True)


def _not_finite(run: Pass) -> Iterator[Finding]:
    signal = run.model.measured.signal if run.model.measured is not None else None
    first = next((op for op in signal.ops if op.nonfinite), None) if signal is not None else None
    if first is None or not run.model.flows:
        return
    op = run.model.flows[0].ops[first.op]
    if op.kind not in _OVERFLOWING:
        return
    span = op.span or blamed_layer(run.model, first.layer)
    where = f"`{first.layer}` ({first.name})" if first.layer else f"`{first.name}`"
    message = f"{first.nonfinite:,} entries of the output of {where} are NaN or infinite at step 0"
    symbol = f"{run.model.name}.{first.layer}" if first.layer else run.model.name
    yield run.report(span, Severity.ERROR, symbol, message)


RULE = Rule("WI905", "signal-explodes", __doc__, check, Scope.STRUCTURE, measured=True)
