"""Second moments forward, operation by operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import final

from winit_lint.analyses.readers import shape_parameter
from winit_lint.analyses.signal_attention import attended
from winit_lint.analyses.signal_join import added, concatenated, multiplied, scaled
from winit_lint.analyses.signal_layer import embedded, normalised, parameter_value, recurred, weighted
from winit_lint.analyses.signal_pool import averaged_by, dropped, pooled
from winit_lint.analyses.signal_value import Assumptions, Value, plain, white
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.theory.elementwise import apply

_PASSED = frozenset({OpKind.RESHAPE, OpKind.SPLIT})


@final
@dataclass(frozen=True)
class Forward:
    """What is known while a flow is walked: ``values[i]`` is that of operation i, None where it is not known."""

    model: Model
    flow: Flow
    assumed: Assumptions
    values: dict[int, Value | None] = field(default_factory=dict)

    def inputs(self, op: Op) -> list[Value] | None:
        """The values that it reads; None where one is not known or there are none."""
        found = [self.values.get(i) for i in op.inputs]
        known = [value for value in found if value is not None]
        return known if known and len(known) == len(found) else None


def values(model: Model, flow: Flow, assumed: Assumptions) -> tuple[Value | None, ...]:
    """The value of every operation of the flow, those of a repeated block after its last run."""
    walk = Forward(model, flow, assumed)
    for block in _blocks(flow):
        for op in block:
            walk.values[op.id] = _value(walk, op)
        inside = {op.id for op in block}
        entry, last = block[0].inputs, block[-1].id
        for _ in range(block[0].repeat - 1):
            # the body's first operation reads what the last one put out a turn earlier
            outer = {i: walk.values.get(i) for i in entry if i not in inside}
            walk.values.update(dict.fromkeys(outer, walk.values[last]))
            for op in block:
                walk.values[op.id] = _value(walk, op)
            walk.values.update(outer)
    return tuple(walk.values[op.id] for op in flow.ops)


def _blocks(flow: Flow) -> list[list[Op]]:
    blocks: list[list[Op]] = []
    for op in flow.ops:
        if blocks and op.repeat > 1 and blocks[-1][-1].repeat == op.repeat:
            blocks[-1].append(op)
        else:
            blocks.append([op])
    return blocks


def _value(walk: Forward, op: Op) -> Value | None:
    if op.kind is OpKind.INPUT:
        return _input(walk, op)
    if op.kind is OpKind.EMBEDDING:
        return embedded(walk.model, op, walk.assumed)
    if op.kind is OpKind.PARAMETER:
        return parameter_value(walk.model, op)
    if op.kind is OpKind.NORM:
        return normalised(walk.model, walk.flow, op, walk.values)
    if op.kind is OpKind.MATMUL:
        return averaged_by(walk.flow, op, walk.values, walk.assumed)
    if op.kind is OpKind.SCALE:
        return scaled(walk.model, op, [walk.values.get(i) for i in op.inputs], walk.flow)
    inputs = walk.inputs(op)
    handler = _HANDLERS.get(op.kind)
    return None if inputs is None or handler is None else handler(walk, op, inputs)


def _input(walk: Forward, op: Op) -> Value:
    first = next(each.id for each in walk.flow.ops if each.kind is OpKind.INPUT)
    size = walk.assumed.input_size if op.id == first else None
    grid = None
    if size is not None:
        grid = size[2:] if len(size) > 3 else size[1:2] if len(size) == 3 else ()
    return white(op.id, grid)


def _activated(walk: Forward, op: Op, inputs: Sequence[Value]) -> Value | None:
    x = inputs[0]
    parameter, certain = shape_parameter(op)
    if op.activation is None or not certain:
        return None
    if op.activation == "glu":
        gate = apply("sigmoid", None, x.function)
        if gate is None:
            return None
        half = replace(x, source=op.id, base=x.function)
        other = replace(x, function=gate)
        return _product_of_halves(op, half, other)
    function = apply(op.activation, parameter, x.function)
    if function is None:
        return None
    return replace(x, function=function, exact=x.exact and x.gaussian)


def _product_of_halves(op: Op, left: Value, right: Value) -> Value:
    a, b = left.joint, right.joint
    return plain(
        op.id, a.mean * b.mean, a.second * b.second, a.common * b.common, left, exact=left.gaussian, gaussian=False
    )


def _passed(walk: Forward, op: Op, inputs: Sequence[Value]) -> Value | None:
    x = inputs[0]
    if op.kind is OpKind.SPLIT and "part" in op.args:
        # another part of the channels has the same law, and is independent of the rest
        return replace(x, source=op.id, base=x.function, width=None)
    return x


_HANDLERS: Mapping[OpKind, Callable[[Forward, Op, Sequence[Value]], Value | None]] = {
    OpKind.WEIGHT: lambda walk, op, inputs: weighted(walk.model, op, inputs),
    OpKind.RECURRENT: lambda walk, op, inputs: recurred(walk.model, op, inputs[0], walk.assumed),
    OpKind.ACTIVATION: _activated,
    OpKind.ADD: lambda walk, op, inputs: added(walk.flow, op, inputs),
    OpKind.MUL: lambda walk, op, inputs: multiplied(walk.flow, op, inputs),
    OpKind.CONCAT: lambda walk, op, inputs: concatenated(walk.flow, op, inputs, walk.assumed),
    OpKind.POOL: lambda walk, op, inputs: pooled(walk.model, op, inputs[0], walk.assumed),
    OpKind.DROPOUT: lambda walk, op, inputs: dropped(walk.model, op, inputs[0]),
    OpKind.ATTENTION: lambda walk, op, inputs: attended(walk.model, op, inputs, walk.assumed),
    OpKind.RESHAPE: _passed,
    OpKind.SPLIT: _passed,
}
