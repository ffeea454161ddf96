"""A signal or gradient that is measured to explode along a chain of layers, or is not finite.

What it does:
    Reads the second moments of one forward and backward pass at step 0 as `signal-vanishes` does, and reports growth;
    and the first operation whose output holds NaN or infinity: a layer, a product, a nonlinearity, or, where a layer or
    the output of the model carries it on, a function that is not defined for what the weights put out, and a quotient
    by a parameter that is zero.

Why is this bad:
    The first steps are as large as the gradient: the loss jumps, in half precision it overflows.

Example:
    nn.init.normal_(layer.weight, std=0.5)

Use instead:
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

Fix safety:
    No fix is offered here: the rules on the source say which gain is needed.

Known misses:
    Signals that a normalisation restores; functions such as a logarithm that the input's range does not
    suit, and masks that leave nothing: of those it is only told that nothing was measured behind them.

References:
    Hanin and Nica (2018), arXiv 1812.05994, for the spread of one draw.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.blamed import blamed_layer
from winit_lint.analyses.not_finite import divides, not_finite
from winit_lint.finding import Finding, Severity
from winit_lint.ir.flow import Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.measured_chain import chain_findings

# A logarithm or a quotient that is not defined for the probe's inputs says nothing of the weights; see not_finite.
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
    if signal is None or first is None or not run.model.flows:
        return
    flow = run.model.flows[0]
    op = flow.ops[first.op]
    if op.kind in _OVERFLOWING:
        yield _told(run, op, f"{first.nonfinite:,} entries of the output of {_named(op)} are NaN or infinite at step 0")
        return
    found = not_finite(flow, signal)
    if found is None or not (found.of_weights or found.origin.kind in _OVERFLOWING):
        return
    op = found.origin
    what = f"{signal.by_op[op.id].nonfinite:,} entries of what {_named(op)} puts out are NaN or infinite at step 0"
    behind = "" if found.carrier is op else f", and so is the output of {_named(found.carrier)} behind it"
    yield _told(run, op, f"{what}{_divisor(run.model, op)}{behind}")


def _divisor(model: Model, op: Op) -> str:
    """That a parameter stands below the line, and is zero there."""
    name = next(iter(op.parameters), None) if divides(op) and not op.args.get("reverse") else None
    if name is None or name not in model.by_name:
        return ""
    held = model.measured.by_name.get(name) if model.measured is not None else None
    ends = () if held is None else (held.minimum, held.maximum)
    zero = ", which is zero" if ends == (0.0, 0.0) else ", which holds zeros" if 0.0 in ends else ""
    return f": it divides by `{model.by_name[name].symbol}`{zero}"


def _named(op: Op) -> str:
    return f"`{op.layer}` ({op.name})" if op.layer else f"`{op.name}`"


def _told(run: Pass, op: Op, message: str) -> Finding:
    span = op.span or blamed_layer(run.model, op.layer)
    symbol = f"{run.model.name}.{op.layer}" if op.layer else run.model.name
    return run.report(span, Severity.ERROR, symbol, message)


RULE = Rule("WI905", "signal-explodes", __doc__, check, Scope.STRUCTURE, measured=True)
