"""``copy.deepcopy`` of modules, tensors, bound methods and containers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

from winit_lint.interpreter.state import Record, State
from winit_lint.interpreter.values import BoundMethod, Class, Instance, Module, Partial, Storage, Tensor, Value

_T = TypeVar("_T")


def _cloning(kind: type[_T]) -> Callable[[_T], _T]:
    """What ``dataclasses.replace`` does without changes, in a third of the time."""
    values = attrgetter(*(each.name for each in fields(kind)))  # type: ignore[arg-type]
    return lambda value: kind(*values(value))


_same_module = _cloning(Module)
_same_tensor = _cloning(Tensor)
same_record = _cloning(Record)

Memo = dict[int, Any]
"""By identity of the original what stands for it; whatever is in it beforehand is not copied."""


def deep_copy(state: State, value: Value, memo: Memo | None = None) -> Value:
    """A copy that shares no module, tensor or container with ``value``; histories are copied too.

    Who hands in a memo calls ``relink`` on it at the end.
    """
    if memo is None:
        memo = {}
        copied = deep_copy(state, value, memo)
        relink(memo)
        return copied
    if id(value) in memo:
        return memo[id(value)]
    if isinstance(value, Module):
        return _module(state, value, memo)
    if isinstance(value, Tensor):
        return _tensor(state, value, memo)
    if isinstance(value, Instance) and isinstance(value.cls, Class) and value.cls.is_enum:
        return value
    if isinstance(value, Instance):
        copied = Instance(value.cls, {}, value.text, value.open)
        memo[id(value)] = copied
        copied.attributes = {k: deep_copy(state, v, memo) for k, v in value.attributes.items()}
        return copied
    if isinstance(value, BoundMethod):
        return BoundMethod(value.function, deep_copy(state, value.receiver, memo))
    if isinstance(value, Partial):
        args = tuple(deep_copy(state, v, memo) for v in value.args)
        return Partial(value.function, args, {k: deep_copy(state, v, memo) for k, v in value.kwargs.items()})
    return _container(state, value, memo)


def relink(memo: Memo) -> None:
    """Let the histories of the copies name the copies, where they name modules."""
    for copied in list(memo.values()):
        if isinstance(copied, Storage):
            for record in copied.records:
                record.through = memo.get(id(record.through), record.through)
                record.handed = memo.get(id(record.handed), record.handed)


def _container(state: State, value: Value, memo: Memo) -> Value:
    kind = type(value)
    if kind is tuple:
        return tuple(deep_copy(state, v, memo) for v in value)
    if kind is list:
        items: list[Any] = []
        memo[id(value)] = items
        items.extend(deep_copy(state, v, memo) for v in value)
        return items
    if kind is dict:
        entries: dict[Any, Any] = {}
        memo[id(value)] = entries
        entries.update((deep_copy(state, k, memo), deep_copy(state, v, memo)) for k, v in value.items())
        return entries
    if kind is set:
        members = {deep_copy(state, v, memo) for v in value}
        memo[id(value)] = members
        return members
    return value


def _module(state: State, value: Module, memo: Memo) -> Module:
    copied = _same_module(value)
    copied.id = state.next_id()
    memo[id(value)] = copied
    state.modules_built.append(copied)
    copied.modules = {k: deep_copy(state, v, memo) for k, v in value.modules.items()}
    copied.parameters = {k: deep_copy(state, v, memo) for k, v in value.parameters.items()}
    copied.buffers = {k: deep_copy(state, v, memo) for k, v in value.buffers.items()}
    copied.attributes = {k: deep_copy(state, v, memo) for k, v in value.attributes.items()}
    copied.arguments = dict(value.arguments)
    return copied


def _tensor(state: State, value: Tensor, memo: Memo) -> Tensor:
    storage = _storage(state, value.storage, memo) if value.storage is not None else None
    copied = _same_tensor(value)
    copied.storage = storage
    memo[id(value)] = copied
    copied.layer = memo.get(id(value.layer), value.layer)
    copied.attributes = {k: deep_copy(state, v, memo) for k, v in value.attributes.items()}
    if storage is not None and copied.data is not None:
        storage.listed.append(copied)
    return copied


def _storage(state: State, old: Storage, memo: Memo) -> Storage:
    if id(old) not in memo:
        fresh = state.storage(old.created, old.shape, old.dist)
        memo[id(old)] = fresh
        fresh.parametrized, fresh.dtype, fresh.owners = old.parametrized, old.dtype, old.owners
        fresh.memory = old.memory
        fresh.records = [same_record(record) for record in old.records]
        for record in fresh.records:
            record.storage = fresh
        if old.sample is not None:
            (drawn, place), values = old.sample
            fresh.sample = ((_storage(state, drawn, memo), place), values)
    found: Storage = memo[id(old)]
    return found
