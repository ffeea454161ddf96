"""``copy.deepcopy`` of modules, tensors and containers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Instance, Module, Tensor, Value


def deep_copy(state: State, value: Value, memo: dict[int, Any] | None = None) -> Value:
    """A copy that shares no module, tensor or container with ``value``; histories are copied too."""
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    if isinstance(value, Module):
        return _module(state, value, memo)
    if isinstance(value, Tensor):
        return _tensor(state, value, memo)
    if isinstance(value, Instance):
        copied = Instance(value.cls, {}, value.text, value.open)
        memo[id(value)] = copied
        copied.attributes = {k: deep_copy(state, v, memo) for k, v in value.attributes.items()}
        return copied
    if isinstance(value, (list, tuple)):
        return type(value)(deep_copy(state, v, memo) for v in value) if type(value) in {list, tuple} else value
    if type(value) is dict:
        return {k: deep_copy(state, v, memo) for k, v in value.items()}
    return value


def _module(state: State, value: Module, memo: dict[int, Any]) -> Module:
    copied = replace(value, id=state.next_id(), copied_from=value.copied_from or value)
    memo[id(value)] = copied
    state.modules_built.append(copied)
    copied.modules = {k: deep_copy(state, v, memo) for k, v in value.modules.items()}
    copied.parameters = {k: deep_copy(state, v, memo) for k, v in value.parameters.items()}
    copied.buffers = {k: deep_copy(state, v, memo) for k, v in value.buffers.items()}
    copied.attributes = {k: deep_copy(state, v, memo) for k, v in value.attributes.items()}
    copied.arguments = dict(value.arguments)
    return copied


def _tensor(state: State, value: Tensor, memo: dict[int, Any]) -> Tensor:
    if value.storage is not None and id(value.storage) not in memo:
        old = value.storage
        fresh = state.storage(old.created, old.shape, old.dist)
        fresh.parametrized = old.parametrized
        fresh.records = [replace(record, storage=fresh) for record in old.records]
        memo[id(old)] = fresh
    storage = memo[id(value.storage)] if value.storage is not None else None
    layer = memo.get(id(value.layer), value.layer)
    copied = replace(value, storage=storage, layer=layer, attributes=dict(value.attributes))
    memo[id(value)] = copied
    return copied
