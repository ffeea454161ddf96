"""A nonlinearity that puts out zero, or is saturated, for nearly all inputs.

What it does:
    Counts, behind every ReLU, ReLU6, sigmoid, tanh and their kin in one pass at step 0, the entries that are exactly
    zero or lie where the slope is under a hundredth of the steepest, and the units of which all entries do.

Why is this bad:
    Such a unit passes no gradient on: the weights in front of it do not learn. A layer whose bias is far below zero
    starts with all of its units dead.

Example:
    nn.init.constant_(self.fc1.bias, -5.0)

Use instead:
    nn.init.zeros_(self.fc1.bias)

Fix safety:
    No fix is offered.

Known misses:
    Smooth functions such as GELU, which are never quite flat; units of fewer than 32 entries, unless all are dead.
    What is zero only because a layer before it is dead is not told again.

References:
    None.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.blamed import blamed
from winit_lint.finding import Finding, Severity
from winit_lint.ir.flow import Flow, OpKind
from winit_lint.ir.measured import OpSignal, Signal
from winit_lint.ir.model import Model, Parameter
from winit_lint.rule import Pass, Rule, Scope

_NEARLY = 0.95
_MANY = 0.75  # in deep nets all inputs look alike, and half of the units are zero for every one of them
_ALL = 0.999
_FEWEST = 1000
_FEWEST_UNITS = 32  # where all of them are dead few entries tell: of a sound layer about half would be alive


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each nonlinearity: an error where nothing is alive."""
    measured = run.model.measured
    signal = measured.signal if measured is not None else None
    if signal is None or not run.model.flows:
        return
    for found in signal.ops:
        stuck = (found.zero or 0.0) + (found.saturated or 0.0)
        dead = found.dead or 0.0
        enough = found.units * found.entries >= _FEWEST or (stuck >= _ALL and found.units >= _FEWEST_UNITS)
        if not enough or (stuck < _NEARLY and dead < _MANY):
            continue
        flow = run.model.flows[0]
        if _behind_a_dead_one(signal, flow, found.op):
            continue
        weight = _source(run.model, flow, found.op)
        span = blamed(run.model, weight) if weight is not None else flow.ops[found.op].span or run.model.span
        symbol = weight.symbol if weight is not None else f"{run.model.name}.{found.layer}".rstrip(".")
        severity = Severity.ERROR if dead >= _ALL or stuck >= _ALL else Severity.WARNING
        yield run.report(span, severity, symbol, _message(found, symbol, stuck))


def _behind_a_dead_one(signal: Signal, flow: Flow, op: int) -> bool:
    current = flow.ops[op]
    while len(current.inputs) == 1:
        current = flow.ops[current.inputs[0]]
        moments = signal.by_op.get(current.id)
        if current.kind is OpKind.ACTIVATION and moments is not None and moments.forward == 0:
            return True
    return False


def _message(found: OpSignal, symbol: str, stuck: float) -> str:
    what = "zero" if found.saturated is None else "saturated" if found.zero is None else "zero or saturated"
    name = found.name.rpartition(".")[2]
    units = "" if found.dead is None else f", and {found.dead:.0%} of its {found.units} units for every input"
    return f"the {name} behind `{symbol}` is {what} for {stuck:.1%} of its inputs{units} (measured at step 0)"


def _source(model: Model, flow: Flow, op: int) -> Parameter | None:
    """The weight, or its bias where that was set on purpose, whose output the nonlinearity reads."""
    current = flow.ops[op]
    while len(current.inputs) == 1:
        current = flow.ops[current.inputs[0]]
        if current.kind is OpKind.WEIGHT or (current.kind is OpKind.NORM and current.parameters):
            held = [model.by_name[name] for name in current.parameters if name in model.by_name]
            chosen = [p for p in held[1:] if p.last is not None and p.last.span is not None]
            return next(iter(chosen or held), None)
    return None


RULE = Rule("WI906", "dead-units", __doc__, check, Scope.STRUCTURE, measured=True)
