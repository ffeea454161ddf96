"""The claim that logits or embedded tokens start far too large, against the pass at step 0."""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.agreement.facts import Facts, Value, Verdict
from winit_lint.analyses.output_scale import is_output
from winit_lint.ir.flow import SAME_ENTRIES, Flow, Op, OpKind
from winit_lint.ir.measured import Signal
from winit_lint.ir.model import Parameter
from winit_lint.theory.loss import LARGE_LOGITS


def large_outputs(facts: Facts) -> Verdict | None:
    """The std of the logits that the weight gives, beside the first loss where that was measured; else of the table."""
    measured = facts.model.measured
    if measured is None:
        return None
    loss = measured.loss
    for parameter in facts.parameters:
        if loss is not None and f"{loss.head}.weight" in {parameter.name, *parameter.tied}:
            values: dict[str, Value] = {"parameter": parameter.name, "logit_std": loss.logit_std}
            return Verdict(loss.logit_std > LARGE_LOGITS, {**values, "loss": loss.value, "expected": loss.expected})
        for flow in facts.model.flows[:1] if measured.signal is not None else ():
            stds = list(_stds(flow, measured.signal, parameter))
            if stds:
                return Verdict(max(stds) > LARGE_LOGITS, {"parameter": parameter.name, "std": max(stds)})
    return None


def _stds(flow: Flow, signal: Signal | None, parameter: Parameter) -> Iterator[float]:
    """The root of the second moment of each output that the weight makes, and of each multiple of its rows."""
    for op in flow.ops if signal is not None else ():
        found = signal.by_op.get(op.id) if signal is not None else None
        if found is None or found.forward is None:
            continue
        output = op.kind is OpKind.WEIGHT and op.parameters[:1] == (parameter.name,) and is_output(flow, op)
        if output or (op.kind is OpKind.SCALE and _rows_of(flow, op) == parameter.name):
            yield math.sqrt(found.forward)


def _rows_of(flow: Flow, op: Op) -> str | None:
    """The table whose rows are all that an operation multiplies."""
    while len(op.inputs) == 1:
        op = flow.ops[op.inputs[0]]
        if op.kind is OpKind.EMBEDDING:
            return op.parameters[0] if op.parameters else None
        if op.kind not in SAME_ENTRIES:
            return None
    return None
