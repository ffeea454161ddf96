"""How much the second moments of a flow vary from one draw of the weights to the next, in powers of ten."""

from __future__ import annotations

from typing import final

from winit_lint.ir.flow import Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import known
from winit_lint.theory.one_draw import decades


@final
class Noise:
    """The tolerance of each operation's second moment, and of the gradient there, by its id."""

    def __init__(self, forward: list[float], backward: list[float]) -> None:
        self.forward = [decades(each) for each in forward]
        self.backward = [decades(each) for each in backward]


def noise(model: Model, index: int) -> Noise:
    """That of ``model.flows[index]``. It adds up along the way that has most of it; a normalisation ends it forward.

    Backward a normalisation divides by what it read, so that this noise comes to the gradient's.
    """
    flow = model.flows[index]
    own = [_inverse_width(model, op) for op in flow.ops]
    forward: list[float] = []
    for op in flow.ops:
        before = max((forward[i] for i in op.inputs), default=0.0)
        forward.append(0.0 if op.kind is OpKind.NORM else before + own[op.id])
    backward = [0.0] * len(flow.ops)
    for op in reversed(flow.ops):
        read = max((forward[i] for i in op.inputs), default=0.0) if op.kind is OpKind.NORM else 0.0
        for source in op.inputs:
            backward[source] = max(backward[source], backward[op.id] + own[op.id] + read)
    return Noise(forward, backward)


def _inverse_width(model: Model, op: Op) -> float:
    """1 / fan_in of its weight as often as it runs; 0 for what has none, or one that is not known."""
    weight = model.by_name.get(op.parameters[0]) if op.parameters and op.kind is OpKind.WEIGHT else None
    width = None if weight is None or weight.fan_in is None else known(weight.fan_in)
    return op.repeat / width if width else 0.0
