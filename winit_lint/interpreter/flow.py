"""Recording of the flow through ``forward``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, final

import libcst as cst

from winit_lint.interpreter.contents import content
from winit_lint.interpreter.definition import Site
from winit_lint.interpreter.loading import note_discarded, unused_result
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import External, Instance, Module, Tensor, Unknown, Value
from winit_lint.ir.distribution import Kind
from winit_lint.ir.flow import OpKind

_MAX_OPS = 20_000
_SOURCES = frozenset({OpKind.INPUT, OpKind.CONSTANT, OpKind.PARAMETER, OpKind.EMBEDDING, OpKind.UNKNOWN})
"""What needs no values of the flow: whatever else has none works on one that is not known."""


@final
@dataclass(eq=False, slots=True)
class OpRecord:
    """An operation as it happens; ``lower`` turns it into ``ir.Op``."""

    kind: OpKind
    name: str
    inputs: tuple[int, ...]
    layer: Module | None = None
    parameters: tuple[Tensor, ...] = ()
    activation: str | None = None
    args: dict[str, Any] = field(default_factory=dict)
    site: Site | None = None


@final
@dataclass(eq=False, slots=True)
class FlowRecorder:
    """The operations of one execution of a method.

    A tensor's ``op`` counts over all flows of a run, from ``base`` in this one: a module may keep a value of an
    earlier flow in an attribute.
    """

    method: str
    base: int = 0
    ops: list[OpRecord] = field(default_factory=list)
    outputs: tuple[int, ...] = ()
    complete: bool = True
    parameter_ops: dict[int, int] = field(default_factory=dict)
    foreign: int | None = None
    trial: bool = False  # runs for the shapes alone

    def add(self, record: OpRecord) -> int:
        """Append an operation; returns the ``op`` of its result."""
        self.ops.append(record)
        return self.base + len(self.ops) - 1

    def index(self, op: int) -> int:
        """The place among ``ops`` of a tensor's ``op``; an unknown operation for what another flow made."""
        if op >= self.base:
            return op - self.base
        if self.foreign is None:
            self.foreign = self.add(OpRecord(OpKind.UNKNOWN, "a value kept from another method", ())) - self.base
        return self.foreign


def emit(
    state: State,
    kind: OpKind,
    name: str,
    values: Iterable[Value],
    *,
    layer: Module | None = None,
    parameters: tuple[Tensor, ...] = (),
    activation: str | None = None,
    args: dict[str, Any] | None = None,
    node: Any = None,
    shape: Any = None,
) -> Tensor:
    """Record an operation on the flow values among ``values``; returns its result."""
    flow = state.flow
    assert flow is not None
    values = tuple(values)
    if flow.trial and shape is None:
        from winit_lint.interpreter.trial import shape_after

        shape = shape_after(kind, name, values, layer)
    inputs = tuple(dict.fromkeys(op for value in values for op in _ops(state, value)))
    if (not inputs and kind not in _SOURCES) or (kind is OpKind.CONCAT and any(map(_holds_unknown, values))):
        inputs = (*inputs, flow.index(flow.add(OpRecord(OpKind.UNKNOWN, "a value that is not known", ()))))
    site = state.site(node) if node is not None and state.frames else None
    if len(flow.ops) >= _MAX_OPS:
        flow.complete = False
        return Tensor(op=flow.base + len(flow.ops) - 1)
    return Tensor(
        op=flow.add(OpRecord(kind, name, inputs, layer, parameters, activation, args or {}, site)), shape=shape
    )


def _holds_unknown(value: Value) -> bool:
    listed = value if isinstance(value, (list, tuple)) else ()
    return any(isinstance(each, (Unknown, External)) or _holds_unknown(each) for each in listed)


def _ops(state: State, value: Value, depth: int = 3) -> Iterable[int]:
    flow = state.flow
    assert flow is not None
    if isinstance(value, Tensor):
        if value.op is not None:
            yield flow.index(value.op)
        elif value.storage is not None or value.is_parameter:
            yield parameter_op(state, value)
    elif depth and isinstance(value, (list, tuple)):
        for each in value:
            yield from _ops(state, each, depth - 1)
    elif depth and isinstance(value, dict):
        for each in value.values():
            yield from _ops(state, each, depth - 1)
    elif depth and isinstance(value, Instance):
        for each in value.attributes.values():
            yield from _ops(state, each, depth - 1)


def parameter_op(state: State, value: Tensor) -> int:
    """The operation by which a parameter or other stored tensor enters the flow."""
    flow = state.flow
    assert flow is not None
    key = value.storage.id if value.storage is not None else 0  # id() of a temporary's memory is used again
    found = flow.parameter_ops.get(key)
    if found is None:
        kind = OpKind.CONSTANT if value.attributes.get("buffer") or not _is_weight(value) else OpKind.PARAMETER
        record = OpRecord(kind, "parameter", (), parameters=(value,) if kind is OpKind.PARAMETER else ())
        found = flow.parameter_ops[key] = flow.index(flow.add(record))
    return found


def _is_weight(value: Tensor) -> bool:
    return value.is_parameter or value.requires_grad or value.attributes.get("of_parameter", False)


def is_flow(value: Value) -> bool:
    """A value of the current flow."""
    return isinstance(value, Tensor) and value.op is not None


def holds_flow(value: Value, depth: int = 3) -> bool:
    """Whether a value is, or holds, a value of the flow."""
    if isinstance(value, Tensor):
        return value.op is not None
    if depth and isinstance(value, (list, tuple)):
        return any(holds_flow(each, depth - 1) for each in value)
    if depth and isinstance(value, dict):
        return any(holds_flow(each, depth - 1) for each in value.values())
    if depth and isinstance(value, Instance):
        return any(holds_flow(each, depth - 1) for each in value.attributes.values())
    return False


def unknown_flow(state: State, why: str, values: list[Value], node: Any) -> Tensor | None:
    """An operation that cannot be followed, where flow values enter it."""
    if state.flow is None or not any(holds_flow(value) for value in values):
        return None
    return emit(state, OpKind.UNKNOWN, why, values, node=node)


def note_statement(state: State, node: Any, value: Value) -> None:
    """An expression statement: its value is dropped."""
    unused_result(state, value)
    note_discarded(state, value, node.value)
    if not isinstance(value, Tensor) or value.storage is None or value.is_parameter or state.flow is not None:
        return
    site = value.storage.created
    fresh = site is not None and site.node is node.value and value.storage.records and value.copied is None
    if content(value).kind is Kind.UNKNOWN:
        return  # it may have been called for something else than its result
    callee = state.frame.definition.text(node.value.func) if isinstance(node.value, cst.Call) else ""
    if callee.endswith("_") and not callee.endswith("__"):
        return  # it works in place, whatever it is
    if fresh and state.frame.function is not None:
        state.events.append(("dropped", state.tick(), state.site(node.value), "dropped", value))
