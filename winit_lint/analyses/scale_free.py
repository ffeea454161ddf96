"""Weights whose scale a normalisation removes again."""

from __future__ import annotations

from winit_lint.analyses.readers import TRANSPARENT
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.theory.moments import is_homogeneous, is_known


def scale_free(model: Model) -> frozenset[str]:
    """The parameters that at every use lead into a normalisation by operations that only hand a factor on.

    These are reshapes, pooling and the like, positively homogeneous activations, constants, and further products with
    weights (a depthwise and a pointwise convolution, then a norm). An epsilon that is not small against the signal is
    not looked at here.
    """
    found: dict[str, bool] = {}
    for flow in model.flows:
        free = _free(flow)
        for op in flow.ops:
            if op.kind is OpKind.WEIGHT and op.parameters:
                name = op.parameters[0]
                found[name] = found.get(name, True) and free[op.id]
    return frozenset(name for name, free in found.items() if free)


def _free(flow: Flow) -> list[bool]:
    """For each op: a factor on its output is lost on every path."""
    free = [False] * len(flow.ops)
    outputs = frozenset(flow.outputs)
    for op in reversed(flow.ops):
        readers = flow.readers[op.id]
        if readers and op.id not in outputs:
            free[op.id] = all(flow.ops[r].kind is OpKind.NORM or (_hands_on(flow.ops[r]) and free[r]) for r in readers)
    return free


def _hands_on(op: Op) -> bool:
    if op.kind is OpKind.ACTIVATION:
        return op.activation is not None and is_known(op.activation) and is_homogeneous(op.activation)
    if op.kind is OpKind.WEIGHT:
        return len(op.inputs) == 1
    return op.kind in TRANSPARENT - {OpKind.CONCAT} or op.kind is OpKind.SCALE
