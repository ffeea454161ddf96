"""Chains whose loss does little harm, because another path carries the signal on."""

from __future__ import annotations

from winit_lint.analyses.chains import Chain
from winit_lint.analyses.readers import TRANSPARENT
from winit_lint.ir.flow import Op, OpKind
from winit_lint.ir.model import Model

_JOINS = frozenset({OpKind.ADD, OpKind.MUL, OpKind.MATMUL, OpKind.SOFTMAX, OpKind.ATTENTION})
_ON = TRANSPARENT - {OpKind.CONCAT} | {OpKind.ACTIVATION, OpKind.SCALE}


def in_side_branch(model: Model, chain: Chain) -> bool:
    """What reads the chain's end is, behind further layers too, on every path a sum or a gate.

    A small signal there makes the branch of a skip small, a gate even or the scores of an attention flat, and none of
    these stops the signal.
    """
    flow = model.flows[chain.flow]
    pending, seen = [chain.links[-1].op], set[int]()
    while pending:
        current = pending.pop()
        following = flow.readers[current]
        if current in flow.outputs or not following:
            return False
        for op in (flow.ops[reader] for reader in following):
            if op.kind in _JOINS or op.id in seen:
                continue
            if not _goes_on(op):
                return False
            seen.add(op.id)
            pending.append(op.id)
    return True


def _goes_on(op: Op) -> bool:
    return op.kind in _ON or (op.kind is OpKind.WEIGHT and len(op.inputs) == 1)
