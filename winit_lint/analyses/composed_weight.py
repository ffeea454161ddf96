"""Weights that are themselves the product of two parameters, ``F.linear(x, A @ B)``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.readers import Reader, read_behind
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import Number


@final
@dataclass(frozen=True, slots=True)
class ComposedWeight:
    """``left @ right`` multiplies a flow in ``use``; ``readers`` read what comes of it.

    ``rank`` is the size that the two share, ``fan_in`` the one that is summed over with the signal; None where not
    known.
    """

    left: Parameter
    right: Parameter
    use: Op
    rank: Number | None
    fan_in: Number | None
    readers: tuple[Reader, ...]


def composed_weights(model: Model) -> tuple[ComposedWeight, ...]:
    """Every weight that is a plain product of two matrices and nothing else reads."""
    return tuple(
        found
        for index, flow in enumerate(model.flows)
        for op in flow.ops
        for found in _composed(model, index, flow, op)
    )


def _composed(model: Model, index: int, flow: Flow, op: Op) -> Iterator[ComposedWeight]:
    if op.kind is not OpKind.MATMUL or len(op.inputs) != 2:
        return
    factors = [_matrix(model, flow.ops[source]) for source in op.inputs]
    left, right = factors
    readers = flow.readers[op.id]
    if left is None or right is None or len(readers) != 1 or op.id in flow.outputs:
        return
    use = flow.ops[readers[0]]
    if use.kind is not OpKind.MATMUL or len(use.inputs) != 2:
        return
    place = use.inputs.index(op.id)
    signal = flow.ops[use.inputs[1 - place]]
    if signal.kind in {OpKind.PARAMETER, OpKind.CONSTANT}:
        return
    assert left.shape is not None and right.shape is not None
    # F.linear transposes its weight; in ``x @ W`` the rows are the inputs
    outer = right.shape[1] if use.name.endswith("linear") or place == 0 else left.shape[0]
    yield ComposedWeight(left, right, use, left.shape[1], outer, read_behind(model, index, use.id))


def _matrix(model: Model, op: Op) -> Parameter | None:
    if op.kind is not OpKind.PARAMETER or not op.parameters:
        return None
    found = model.by_name.get(op.parameters[0])
    return found if found is not None and found.shape is not None and len(found.shape) == 2 else None
