"""A module that a constructor runs once, to see the shapes that come out of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from winit_lint.interpreter.changes import limited
from winit_lint.interpreter.flow import FlowRecorder, OpRecord
from winit_lint.interpreter.shapes import broadcast
from winit_lint.interpreter.state import BudgetError, Raised, State
from winit_lint.interpreter.values import Module, Tensor, Unknown, Value
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind

_Shape: TypeAlias = tuple[Any, ...]
_BASE = -1_000_000  # ops of a trial that a module keeps are foreign to every flow
_STEPS = 40_000
_SAME = frozenset(
    {OpKind.NORM, OpKind.ACTIVATION, OpKind.DROPOUT, OpKind.ADD, OpKind.MUL, OpKind.SCALE, OpKind.SOFTMAX}
)


def trial(state: State, module: Module, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """``module(*args)`` on tensors of known shape; what it computes is not recorded."""
    recorder = FlowRecorder("trial", _BASE, trial=True)
    inputs = [_entered(recorder, each) for each in args]
    frames = len(state.frames)
    state.flow = recorder
    try:
        with limited(state, _STEPS):
            result = state.call(module, inputs, kwargs, node)
    except (Raised, BudgetError):
        del state.frames[frames:]
        return Unknown("a module called outside of forward", "output")
    finally:
        state.flow = None
    return _left(result)


def _entered(recorder: FlowRecorder, value: Value) -> Value:
    if not isinstance(value, Tensor):
        return value
    return Tensor(op=recorder.add(OpRecord(OpKind.INPUT, "input", ())), shape=value.shape)


def _left(value: Value, depth: int = 4) -> Value:
    """The result as values that belong to no flow."""
    if isinstance(value, Tensor):
        return Tensor(shape=value.shape)
    if depth and isinstance(value, tuple):
        parts = [_left(each, depth - 1) for each in value]
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)  # a named tuple keeps its names
    if depth and isinstance(value, list):
        return [_left(each, depth - 1) for each in value]
    if depth and isinstance(value, dict):
        return {key: _left(each, depth - 1) for key, each in value.items()}
    return Unknown("a module called outside of forward", "output")


def shape_after(kind: OpKind, name: str, values: Iterable[Value], layer: Module | None) -> _Shape | None:
    """The shape that an operation gives, None for a size that is not known; None where nothing is known of it."""
    values = tuple(values)
    if kind in {OpKind.ADD, OpKind.MUL, OpKind.SCALE}:
        return broadcast([each.shape for each in values if isinstance(each, Tensor)])
    shapes = [each.shape for each in values if isinstance(each, Tensor) and each.op is not None]
    first = max((shape for shape in shapes if shape is not None), key=len, default=None)
    if first is None or any(shape is None for shape in shapes):
        return None
    if kind in _SAME:
        return first
    if kind is OpKind.POOL and "pool" in name.lower() and len(first) > 2:
        return (*first[:2], *[None] * (len(first) - 2))
    if kind is OpKind.WEIGHT and layer is not None and layer.layer is not None:
        if layer.layer.kind is LayerKind.LINEAR:
            return (*first[:-1], layer.arguments.get("out_features"))
        if layer.layer.kind in {LayerKind.CONV, LayerKind.CONV_TRANSPOSE} and len(first) > 2:
            return (first[0], layer.arguments.get("out_channels"), *[None] * (len(first) - 2))
    return None
