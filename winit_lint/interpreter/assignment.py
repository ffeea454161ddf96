"""Assignment to names, attributes, items and patterns."""

from __future__ import annotations

from typing import Any

import libcst as cst

from winit_lint.interpreter.deferred import settle
from winit_lint.interpreter.mro import own_data
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.taint import write_to_part
from winit_lint.interpreter.values import Instance, Module, Tensor, Traversed, Unknown, Value
from winit_lint.ir.size import SizeExpr


def assign(state: State, target: cst.CSTNode, value: Value) -> None:
    """``target = value``; ``target`` may be a pattern."""
    kind = type(target)  # a pattern would ask the abstract classes of libcst, which takes longer
    node: Any = target
    if kind is cst.Name:
        bind(state, node.value, value)
    elif kind is cst.Attribute:
        owner = state.operations.evaluate(state, node.value)
        state.operations.set_attribute(state, owner, node.attr.value, value, target)
    elif kind is cst.Subscript:
        from winit_lint.interpreter.expression import index_of

        set_item(state, state.operations.evaluate(state, node.value), index_of(state, target), value, target)
    elif kind is cst.Tuple or kind is cst.List:
        _unpack(state, node.elements, value, target)
    elif kind is cst.StarredElement:
        assign(state, node.value, value)


def bind(state: State, name: str, value: Value) -> None:
    """Bind a name in the scope that it belongs to."""
    scope = state.frame.scope
    if name in scope.declared:
        outer = scope.declared[name]
        state.outer_writes += 1
        if outer is None:
            settle(state, (state.frame.module, name))
            state.globals[(state.frame.module, name)] = value
        else:
            outer.names[name] = value
        return
    scope.names[name] = value


def _unpack(state: State, targets: Any, value: Value, node: cst.CSTNode) -> None:
    count = len(targets)
    starred = next((i for i, t in enumerate(targets) if isinstance(t, cst.StarredElement)), None)
    values = _parts(state, value, count, node)
    if starred is not None and len(values) >= count - 1:
        after = count - 1 - starred
        middle = values[starred : len(values) - after]
        values = [*values[:starred], list(middle), *values[len(values) - after :]]
    if len(values) != count:
        values = [Unknown("an unpacked value") for _ in range(count)]
    for target, part in zip(targets, values, strict=True):
        assign(state, target.value, part)


def _parts(state: State, value: Value, count: int, node: cst.CSTNode) -> list[Value]:
    if isinstance(value, Tensor) and value.data is None:
        from winit_lint.interpreter.tensor import pieces

        return pieces(state, value, count, node)
    if isinstance(value, SizeExpr):
        return [SizeExpr.atom(f"{value}[{i}]") for i in range(count)]
    if isinstance(value, Unknown):
        return [Unknown(value.why, f"{value.text}[{i}]", value.holder) for i in range(count)]
    return state.iterate(value, node)


def set_item(state: State, owner: Value, index: Value, value: Value, node: cst.CSTNode) -> None:
    """``owner[index] = value``."""
    state.changes += not isinstance(owner, Tensor)
    if isinstance(owner, Tensor):
        from winit_lint.interpreter.tensor import write_item

        write_item(state, owner, index, value, node)
    elif isinstance(owner, Module):
        from winit_lint.interpreter.items import set_child

        set_child(state, owner, index, value, node)
    elif isinstance(owner, dict):
        try:
            owner[index] = value
        except TypeError:
            state.unknown("a dict key that does not hash", node)
    elif isinstance(owner, list) and not isinstance(owner, Traversed):
        if isinstance(index, (int, slice)):
            try:
                owner[index] = value
            except (IndexError, TypeError, ValueError):
                state.unknown("an item assignment that the host cannot do", node)
    elif isinstance(owner, Unknown):
        write_to_part(state, owner)
    elif isinstance(owner, Instance):
        inherited = own_data(owner, "__setitem__")
        if inherited is not None:
            set_item(state, inherited, index, value, node)
            return
        try:
            method = state.attribute(owner, "__setitem__", node)
        except Raised:
            return
        state.call(method, [index, value], {}, node)
