"""Dense classification heads whose scores go into a focal loss."""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.readers import is_additive
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import LayerKind, Model
from winit_lint.ir.size import known

_SAME_ENTRIES = frozenset({OpKind.RESHAPE, OpKind.DROPOUT, OpKind.CONCAT, OpKind.SPLIT})
_LOSS = "sigmoid_focal_loss"


def focal_biases(model: Model) -> tuple[str, ...]:
    """The biases of convolutions whose output goes into a focal loss, by full name.

    Either ``sigmoid_focal_loss`` of a library, or ``(1 - sigmoid(z)) ** gamma`` beside a logarithm written out.
    """
    found: dict[str, None] = {}
    for flow in model.flows:
        for op in flow.ops:
            layer = model.by_path.get(op.layer)
            convolution = layer is not None and layer.kind is LayerKind.CONV and len(op.parameters) == 2
            if op.kind is OpKind.WEIGHT and convolution and _is_focal(flow, op):
                found[op.parameters[1]] = None
    return tuple(found)


def _is_focal(flow: Flow, op: Op) -> bool:
    for reader in _behind(flow, op):
        if reader.name.rpartition(".")[2] == _LOSS:
            return True
        if reader.kind is OpKind.ACTIVATION and reader.activation == "sigmoid":
            following = {r.id: r for r in _after_sigmoid(flow, reader)}.values()
            powers = any(_is_focusing(flow, r) for r in following)
            if powers and any(r.name.endswith((".log", ".log_")) for r in following):
                return True
    return False


def _behind(flow: Flow, op: Op) -> Iterator[Op]:
    """What reads a value, behind reshapes and the like."""
    pending, seen = [op.id], set[int]()
    while pending:
        for reader in (flow.ops[i] for i in flow.readers[pending.pop()]):
            if reader.id in seen:
                continue
            seen.add(reader.id)
            if reader.kind in _SAME_ENTRIES:
                pending.append(reader.id)
            else:
                yield reader


def _after_sigmoid(flow: Flow, op: Op) -> Iterator[Op]:
    """What reads the probability, behind a clamp."""
    for reader in _behind(flow, op):
        yield reader
        if reader.name.endswith((".clamp", ".clamp_", ".clip")):
            yield from _behind(flow, reader)


def _is_focusing(flow: Flow, op: Op) -> bool:
    """``1 - p`` of which a power is taken."""
    if op.kind is not OpKind.SCALE or not is_additive(op) or known(op.args.get("value")) != 1:
        return False
    powers = (r for r in _behind(flow, op) if r.name.endswith(("**", ".pow")))
    return any(known(r.args.get("value")) not in {0.0, 1.0} for r in powers)
