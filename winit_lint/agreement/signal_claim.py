"""The claim that a layer multiplies the signal's second moment by so much, against one pass at step 0."""

from __future__ import annotations

import math

from winit_lint.agreement.facts import Facts, Value, Verdict
from winit_lint.analyses.chains import Chain, chains
from winit_lint.ir.flow import SAME_ENTRIES, Flow, Op, OpKind
from winit_lint.ir.measured import Signal
from winit_lint.ir.model import Model, Parameter

_SLACK = 0.3
"""How far the logarithms may differ whatever is predicted: a small batch of one model is a sample."""

_SHARE = 0.5
"""And as a share of the predicted logarithm."""


def signal_claim(facts: Facts) -> Verdict | None:
    """The measured multiplier of the finding's layer beside the predicted one; None where nothing ran through it."""
    effect, measured = facts.finding.effect, facts.model.measured
    if effect is None or effect.forward is None or effect.forward <= 0 or measured is None or measured.signal is None:
        return None
    for parameter in facts.parameters:
        found = _multiplier(facts.model, measured.signal, parameter, to_activation=effect.layers is not None)
        if found is not None and found > 0:
            off = abs(math.log(found) - math.log(effect.forward))
            holds = off <= max(_SLACK, _SHARE * abs(math.log(effect.forward)))
            values: dict[str, Value] = {"parameter": parameter.name, "forward": found, "predicted": effect.forward}
            return Verdict(holds, {**values, **_along(facts, measured.signal, parameter)})
    return None


def _multiplier(model: Model, signal: Signal, parameter: Parameter, *, to_activation: bool) -> float | None:
    """The second moment behind the layer (behind its activation, for layers of a chain) over that in front of it."""
    for flow in model.flows[:1]:
        for op in flow.ops:
            if op.kind is OpKind.WEIGHT and op.parameters[:1] == (parameter.name,):
                behind = _activation(flow, op) if to_activation else op
                return _quotient(_behind(signal, behind), _in_front(flow, signal, op))
    return None


def _activation(flow: Flow, op: Op) -> Op:
    reached = op
    while True:
        readers = [flow.ops[i] for i in flow.readers[reached.id]]
        if len(readers) != 1:
            return op
        if readers[0].kind is OpKind.ACTIVATION:
            return readers[0]
        if readers[0].kind not in SAME_ENTRIES:
            return op
        reached = readers[0]


def _behind(signal: Signal, op: Op) -> float | None:
    found = signal.by_op.get(op.id)
    return None if found is None else found.forward_zeroed


def _in_front(flow: Flow, signal: Signal, op: Op) -> float | None:
    """The second moment of an operation's first input: of the nearest operation before it that was measured."""
    while op.inputs:
        op = flow.ops[op.inputs[0]]
        if op.id in signal.by_op:
            return _behind(signal, op)
        if op.kind is OpKind.INPUT:
            return signal.input
    return None


def _quotient(after: float | None, before: float | None) -> float | None:
    return after / before if after is not None and before else None


def _along(facts: Facts, signal: Signal, parameter: Parameter) -> dict[str, Value]:
    """The same over the whole chain of layers that the parameter belongs to."""
    effect = facts.finding.effect
    chain = next((c for c in chains(facts.model) if any(link.parameter == parameter.name for link in c.links)), None)
    if chain is None or effect is None or effect.path_forward is None or chain.flow != 0:
        return {}
    total = _over(facts.model.flows[0], signal, chain)
    return {} if total is None else {"path_forward": total, "path_predicted": effect.path_forward}


def _over(flow: Flow, signal: Signal, chain: Chain) -> float | None:
    first, last = flow.ops[chain.links[0].op], flow.ops[chain.links[-1].op]
    return _quotient(_behind(signal, _activation(flow, last)), _in_front(flow, signal, first))
