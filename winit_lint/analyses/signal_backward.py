"""Second moments of the gradient, from what a flow returns back to its inputs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

from winit_lint.analyses.grid import through_window, window_of
from winit_lint.analyses.readers import is_additive, is_division, is_multiplicative
from winit_lint.analyses.signal_attention import attention
from winit_lint.analyses.signal_layer import affine_of, left_by, norm_kind, spread, strength
from winit_lint.analyses.signal_pool import averaged, drop_chance, pool_count
from winit_lint.analyses.signal_value import Assumptions, Value
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.theory.elementwise import Argument
from winit_lint.theory.gates import gate

_STOPS = frozenset({"detach", "detach_", "argmax"})
_ONE_PART = re.compile(r"\[-?\d+\]")
_ONE_POSITION = re.compile(r"\[:,-?\d+(,:|,\.\.\.)?\]")
_ELEMENTWISE = frozenset({OpKind.ACTIVATION, OpKind.SCALE, OpKind.ADD, OpKind.MUL})

Handed = Iterator[tuple[int, float | None]]
"""(operation that receives, factor of the second moment or None where that is not known)."""


@final
@dataclass(frozen=True)
class Backward:
    """A flow whose forward values are known."""

    model: Model
    flow: Flow
    values: Sequence[Value | None]
    assumed: Assumptions


def gradients(
    model: Model, flow: Flow, values: Sequence[Value | None], assumed: Assumptions
) -> tuple[float | None, ...]:
    """The second moment of the gradient at every operation; None where it is not known or none is followed to it."""
    walk = Backward(model, flow, values, assumed)
    reaching = _reaching(flow)
    found: dict[int, float | None] = dict.fromkeys(flow.outputs, 1.0)
    between: dict[int, float | None] = {}
    for op in reversed(flow.ops):
        if op.id not in reaching or not (op.id in found or op.id in between):
            continue
        own = _plus(found.get(op.id, 0.0), between.get(op.id, 0.0), 1.0)
        if op.id in found:
            for source, factor in _handed(walk, op):
                found[source] = _plus(found.get(source, 0.0), found[op.id], factor)
        for source, factor in _between(walk, op):
            between[source] = _plus(between.get(source, 0.0), own, factor)
        for source in _closed(walk, op):
            found[source] = _plus(found.get(source, 0.0), own, 1.0)
    seen = found.keys() | between.keys()
    both = {i: _plus(found.get(i, 0.0), between.get(i, 0.0), 1.0) for i in seen & reaching}
    return tuple(_number(both.get(op.id)) for op in flow.ops)


def _plus(earlier: float | None, own: float | None, factor: float | None) -> float | None:
    return None if own is None or factor is None or earlier is None else earlier + own * factor


def _between(walk: Backward, op: Op) -> Handed:
    """What arrives inside a composed function, at the operations that its gradient is not led through."""
    value = walk.values[op.id]
    x = walk.values[op.inputs[0]] if op.inputs else None
    if op.kind is OpKind.POOL and "max" in op.name.lower() and _under(x):
        window = window_of(walk.model, op)
        yield op.inputs[0], 1 / math.prod(window.stride) if window is not None else None
    if value is not None and _is_composed(op, value):
        for source in op.inputs:
            inner = walk.values[source]
            if inner is not None and inner.composed and inner.source == value.source and inner.slope_second > 0:
                yield source, value.slope_second / inner.slope_second


def _closed(walk: Backward, op: Op) -> Iterator[int]:
    """The branches of a sum that start closed: the sum is a function of the other one alone."""
    value = walk.values[op.id]
    if op.kind is OpKind.ADD and value is not None and _is_composed(op, value):
        for source in op.inputs:
            other = walk.values[source]
            if other is not None and other.source != value.source:
                yield source


def _is_composed(op: Op, value: Value) -> bool:
    return op.kind in _ELEMENTWISE and value.composed


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _reaching(flow: Flow) -> frozenset[int]:
    """The operations from which a gradient path leads on to what is returned."""
    reaching = set(flow.outputs)
    for op in reversed(flow.ops):
        stops = op.name.rpartition(".")[2] in _STOPS or op.kind is OpKind.CONSTANT
        if op.id in reaching and not stops:
            reaching.update(op.inputs)
    return frozenset(reaching)


def _handed(walk: Backward, op: Op) -> Handed:
    value = walk.values[op.id]
    if value is not None and _is_composed(op, value):
        yield value.source, value.slope_second
        return
    handler = _HANDLERS.get(op.kind)
    if handler is None:
        yield from ((source, None) for source in op.inputs)
    else:
        yield from handler(walk, op)


def _weighted(walk: Backward, op: Op) -> Handed:
    parameter = walk.model.by_name.get(op.parameters[0]) if op.parameters else None
    factor = strength(parameter, out=True) if len(op.inputs) == 1 else None
    x = walk.values[op.inputs[0]] if op.inputs else None
    window = window_of(walk.model, op)
    if factor is not None and x is not None and x.grid is not None and window is not None:
        factor *= through_window(x.grid, window)[1]
    yield from ((source, factor) for source in op.inputs)


def _activated(walk: Backward, op: Op) -> Handed:
    x = walk.values[op.inputs[0]] if op.inputs else None
    known = op.activation == "glu" and x is not None and isinstance(x.function, Argument) and x.law.mean == 0
    for source in op.inputs:
        q = 0.0 if x is None else x.law.variance
        # each half gets its own; an entry of the stacked projection gets their average
        yield source, gate("identity", "sigmoid", q, q).slope_second / 2 if known else None


def _normalised(walk: Backward, op: Op) -> Handed:
    if not op.inputs:
        return
    scale, _ = affine_of(walk.model, walk.flow, op)
    keeps = left_by(walk.model, op, walk.values[op.inputs[0]])
    if norm_kind(walk.model, op) == "frozen":
        keeps = 1.0
    known = scale is not None and keeps is not None and norm_kind(walk.model, op) != "other"
    yield op.inputs[0], scale.second * keeps if known and scale is not None and keeps is not None else None


def _multiplied(walk: Backward, op: Op) -> Handed:
    for source in op.inputs:
        factor: float | None = None if is_division(op) or len(op.inputs) < 2 else 1.0
        for other in op.inputs:
            value = walk.values[other]
            if other != source and factor is not None:
                factor = None if value is None else factor * value.joint.second
        yield source, factor


def _scaled(walk: Backward, op: Op) -> Handed:
    factor: float | None = None
    held = spread(walk.model.by_name.get(op.parameters[0])) if len(op.parameters) == 1 else None
    if is_additive(op):
        factor = 1.0
    elif held is not None and is_multiplicative(op):
        factor = held.second
    for source in op.inputs:
        if walk.flow.ops[source].kind not in {OpKind.PARAMETER, OpKind.CONSTANT}:
            yield source, factor


def _pooled(walk: Backward, op: Op) -> Handed:
    x = walk.values[op.inputs[0]] if op.inputs else None
    name = op.name.rpartition(".")[2].lower()
    counted = None if x is None else pool_count(walk.model, op, x, walk.assumed)
    for source in op.inputs:
        if counted is None or not counted[0]:
            yield source, None
            continue
        count = counted[0]
        window = window_of(walk.model, op)
        stride = count if window is None else math.prod(window.stride)
        # an entry is in count / stride windows; an average gives 1/count of the gradient to each, a maximum all to one
        if "max" in name and _under(x):
            # the largest entry is seldom on the flat side: its slope is that of a maximum, not of any entry
            assert x is not None
            law = replace(x.law, count=x.law.count * count)
            yield x.source, replace(x, law=law).slope_second / stride
        elif "max" in name:
            yield source, 1 / stride
        elif "avg" in name or name == "mean":
            yield source, 1 / (count * stride)
        else:
            yield source, 1.0 if name == "sum" else None


def _under(x: Value | None) -> bool:
    return x is not None and x.composed and x.function.increasing


def _split(walk: Backward, op: Op) -> Handed:
    parts = op.args.get("of")
    for source in op.inputs:
        if "part" in op.args:
            yield source, 1 / parts if isinstance(parts, int) and parts else None
        elif any("part" in walk.flow.ops[reader].args for reader in walk.flow.readers[op.id]):
            yield source, 1.0  # its parts have been counted by their share
        else:
            yield source, _selected(walk, op)


def _selected(walk: Backward, op: Op) -> float | None:
    """The share of entries that an index leaves: one of several parts (``qkv[0]``), one position (``x[:, 0]``)."""
    index = str(op.args.get("index", "")).replace(" ", "")
    if _ONE_PART.fullmatch(index):
        others = [walk.flow.ops[reader] for reader in walk.flow.readers[op.inputs[0]]]
        return 1 / sum(bool(_ONE_PART.fullmatch(str(other.args.get("index", "")))) for other in others)
    value = walk.values[op.inputs[0]]
    if _ONE_POSITION.fullmatch(index) and value is not None:
        return 1 / value.count(walk.assumed.positions)[0]
    return None


def _dropped(walk: Backward, op: Op) -> Handed:
    p = drop_chance(walk.model, op)
    yield from ((source, None if p is None or p >= 1 else 1 / (1 - p)) for source in op.inputs)


def _averaged(walk: Backward, op: Op) -> Handed:
    source = averaged(walk.flow, op)
    if source is None:
        yield from ((each, None) for each in op.inputs)
        return
    value = walk.values[source]
    yield source, None if value is None else 1 / value.count(walk.assumed.positions)[0]


def _attended(walk: Backward, op: Op) -> Handed:
    # what comes back by the logits is small at the start and left out
    found = [value for i in op.inputs if (value := walk.values[i]) is not None]
    known = attention(walk.model, op, found, walk.assumed) if len(found) == len(op.inputs) else None
    if op.inputs:
        yield op.inputs[-1], None if known is None or known.back is None else known.back * known.focus


def _softmax(walk: Backward, op: Op) -> Handed:
    # what is returned as probabilities is trained by its logits
    yield from ((source, 1.0 if op.id in walk.flow.outputs else None) for source in op.inputs)


def _passed(walk: Backward, op: Op) -> Handed:
    yield from ((source, 1.0) for source in op.inputs)


_HANDLERS: Mapping[OpKind, Callable[[Backward, Op], Handed]] = {
    OpKind.WEIGHT: _weighted,
    OpKind.ACTIVATION: _activated,
    OpKind.NORM: _normalised,
    OpKind.MUL: _multiplied,
    OpKind.SCALE: _scaled,
    OpKind.POOL: _pooled,
    OpKind.SPLIT: _split,
    OpKind.DROPOUT: _dropped,
    OpKind.MATMUL: _averaged,
    OpKind.ATTENTION: _attended,
    OpKind.SOFTMAX: _softmax,
    OpKind.ADD: _passed,
    OpKind.CONCAT: _passed,
    OpKind.RESHAPE: _passed,
}
