"""Low-rank branches beside a base layer: ``base(x) + B(A(x))``, as LoRA has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.ir.flow import SAME_ENTRIES, Flow, Op, OpKind
from winit_lint.ir.model import Model, Parameter


@final
@dataclass(frozen=True, slots=True)
class LowRankBranch:
    """``down`` (A) reads the same value as the base layer, ``up`` (B) reads ``down``, and both results are added.

    ``scale`` is the constant that the branch is multiplied by, None where that is not known.
    """

    down: Parameter
    up: Parameter
    scale: float | None


def low_rank_branches(model: Model) -> tuple[LowRankBranch, ...]:
    """Every such branch that the project names a LoRA, by its parameters or the class around them.

    Nothing but reshapes, dropout and constants may stand between: a learned factor may start at zero itself.
    """
    found: dict[tuple[str, str], LowRankBranch] = {}
    for flow in model.flows:
        for op in flow.ops:
            if op.kind is OpKind.ADD and len(op.inputs) == 2:
                for branch in _branches(model, flow, op):
                    found.setdefault((branch.down.name, branch.up.name), branch)
    return tuple(found.values())


def _branches(model: Model, flow: Flow, add: Op) -> Iterator[LowRankBranch]:
    for side, other in (add.inputs, add.inputs[::-1]):
        up, after = _back(flow, flow.ops[side])
        if not _is_factor(up) or not up.inputs:
            continue
        down, between = _back(flow, flow.ops[up.inputs[0]])
        base, _ = _back(flow, flow.ops[other])
        if not _is_factor(down) or base.kind not in {OpKind.WEIGHT, OpKind.UNKNOWN}:
            continue
        if _input(flow, down) != _input(flow, base):
            continue
        first, second = model.by_name.get(down.parameters[0]), model.by_name.get(up.parameters[0])
        if first is None or second is None or first.storage == second.storage:
            continue
        if any("lora" in text.lower() for p in (first, second) for text in (p.name, p.symbol, p.layer_cls)):
            scale = None if after is None or between is None else after * between
            yield LowRankBranch(first, second, scale)


def _is_factor(op: Op) -> bool:
    return op.kind is OpKind.WEIGHT and len(op.inputs) == 1 and bool(op.parameters)


def _back(flow: Flow, op: Op) -> tuple[Op, float | None]:
    """The operation behind reshapes, dropout and constant factors, and the product of those factors."""
    factor: float | None = 1.0
    while len(op.inputs) == 1:
        if op.kind is OpKind.SCALE and not op.parameters:
            value = op.args.get("value")
            times = op.name.endswith("*") and isinstance(value, (int, float))
            factor = factor * float(value) if times and factor is not None else None  # type: ignore[arg-type]
        elif op.kind not in SAME_ENTRIES:
            break
        op = flow.ops[op.inputs[0]]
    return op, factor


def _input(flow: Flow, op: Op) -> int | None:
    """The value that an operation reads, behind reshapes and dropout."""
    if not op.inputs:
        return None
    current = flow.ops[op.inputs[0]]
    while current.kind in SAME_ENTRIES and len(current.inputs) == 1:
        current = flow.ops[current.inputs[0]]
    return current.id
