"""Weights that stack several projections: their output is taken apart, and the parts multiply each other."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from winit_lint.ir.flow import SAME_ENTRIES, Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import known

# An unknown function (a rotary embedding) may stand between the split and the product.
_BEHIND = frozenset(
    {
        OpKind.RESHAPE, OpKind.DROPOUT, OpKind.SPLIT, OpKind.CONCAT, OpKind.NORM, OpKind.SCALE, OpKind.ACTIVATION,
        OpKind.UNKNOWN,
    }
)  # fmt: skip
_SCORES = frozenset({OpKind.MATMUL, OpKind.ATTENTION})


@final
class Meeting(enum.Enum):
    """What the parts meet in."""

    ATTENTION = "attention"  # one part at least is a factor of a product of two flows
    GATE = "gate"  # two parts are multiplied entry by entry


@final
@dataclass(frozen=True, slots=True)
class Projection:
    """``parts`` equal projections stacked in one weight, on every use; ``split`` is the operation that parts them."""

    parts: int
    meeting: Meeting
    split: Op


def stacked_projections(model: Model) -> Mapping[str, Projection]:
    """The weights that are stacked projections in every product that they take part in, by full name."""
    found: dict[str, Projection | None] = {}
    for flow in model.flows:
        for op in flow.ops:
            if op.kind is OpKind.WEIGHT and op.parameters:
                name, stacked = op.parameters[0], _stacked(flow, op)
                earlier = found.get(name, stacked)
                agree = earlier is not None and stacked is not None and earlier.parts == stacked.parts
                found[name] = earlier if agree else None
    return MappingProxyType({name: stacked for name, stacked in found.items() if stacked is not None})


def _stacked(flow: Flow, op: Op) -> Projection | None:
    splits = _splits(flow, op)
    parts = _number(splits)
    if parts is None or not 2 <= parts <= 8:
        return None
    meeting = _meeting(flow, splits)
    return None if meeting is None else Projection(parts, meeting, splits[0])


def _splits(flow: Flow, op: Op) -> list[Op]:
    """The operations that take the output apart, if nothing else reads it."""
    current = op
    while True:
        if current.id in flow.outputs:
            return []
        readers = [flow.ops[reader] for reader in flow.readers[current.id]]
        if len(readers) == 1 and (readers[0].kind in SAME_ENTRIES or _is_bare(readers[0])):
            current = readers[0]
        else:
            return readers if all(reader.kind is OpKind.SPLIT for reader in readers) else []


def _is_bare(op: Op) -> bool:
    """A split whose parts are told by what unpacks it: ``qkv.unbind(2)``, ``qkv.split(dim, -1)``."""
    return op.kind is OpKind.SPLIT and not {"parts", "unequal", "of", "block"} & set(op.args)


def _number(splits: list[Op]) -> int | None:
    """How many equal parts these operations make."""
    counts = {known(op.args.get("parts", op.args.get("of"))) for op in splits}
    if len(counts) == 1 and (count := counts.pop()) is not None:
        return int(count)
    blocks = {known(op.args.get("block")) for op in splits}
    return len(blocks) if len(blocks) > 1 and blocks == set(range(len(blocks))) else None


def _meeting(flow: Flow, splits: list[Op]) -> Meeting | None:
    reached = {op.id for op in splits}
    for op in flow.ops[splits[0].id :]:
        inside = [source in reached for source in op.inputs]
        if op.kind in _SCORES and any(inside):
            return Meeting.ATTENTION
        if op.kind is OpKind.MUL and inside and all(inside):
            return Meeting.GATE
        if op.kind in _BEHIND and any(inside):
            reached.add(op.id)
    return None
