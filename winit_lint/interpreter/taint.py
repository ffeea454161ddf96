"""What an unknown call may have done to the modules and tensors that it was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from winit_lint.interpreter.contents import content, forget_numbers
from winit_lint.interpreter.handed import handed_module
from winit_lint.interpreter.state import Record, State
from winit_lint.interpreter.values import BoundMethod, Instance, Module, Partial, Storage, Tensor, Unknown, Value
from winit_lint.ir.distribution import UNKNOWN, Kind
from winit_lint.ir.write import Origin

_DEPTH = 4


def taint(state: State, values: Iterable[Value], why: str) -> None:
    """Mark every tensor reachable from ``values`` as possibly written; open traversals become incomplete."""
    values = tuple(values)
    note_handed_on(state, values)
    stores = list(_storages(values, _DEPTH, set()))
    if not stores or state.flow is not None:
        return  # in forward, unknown calls read; they do not initialise
    for traversal in state.traversals:
        traversal.complete = False
    clock = state.tick()
    for store in stores:
        record = Record("unknown", UNKNOWN, Origin.UNKNOWN, None, reason=why, storage=store, clock=clock)
        store.records.append(record)
        store.dist = UNKNOWN
        forget_numbers(store)


def raw_in(values: Iterable[Value]) -> list[Tensor]:
    """The tensors among ``values``, and in lists there, whose memory nothing has filled yet."""
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, (list, tuple)):
            found.extend(raw_in(value))
        elif isinstance(value, Tensor) and value.storage is not None and content(value).kind is Kind.UNINITIALISED:
            found.append(value)
    return found


def write_to_part(state: State, target: Unknown) -> None:
    """An assignment to some part of an object that is not known which."""
    if target.holder is not None:
        taint(state, [target.holder], f"a write to {target.text}")


def note_handed_on(state: State, values: Iterable[Value]) -> None:
    """Something that can't be followed has modules in hand while ``_init_weights`` runs: it may fill their buffers."""
    if not state.volatile or handed_module(state) is None:
        return
    below = {each.id for value in values if isinstance(value, Module) for each in walk(value)}
    for key in [key for key in state.volatile if key[0] in below]:
        del state.volatile[key]


def note_write(state: State, record: Record) -> None:
    """Count a write for the open traversals; the innermost learns of one outside of the module that it visits."""
    for traversal in state.traversals:
        traversal.writes += 1
    record.during = state.traversals[0].site if state.traversals else None
    inner = state.traversals[-1] if state.traversals else None
    visited = state.visiting[-1] if state.visiting else None
    if inner is None or inner.callback is None or not isinstance(visited, Module) or visited is inner.root:
        return
    if not holds(visited, record.storage):
        inner.outer.append((record, visited))


def holds(module: Module, storage: Storage | None) -> bool:
    """A parameter of the module, or of one below it, lies over this memory."""
    return any(t is not None and t.storage is storage for m in walk(module) for t in m.parameters.values())


def _storages(values: Iterable[Value], depth: int, seen: set[int]) -> Iterator[Storage]:
    for value in values:
        if id(value) in seen:
            continue
        if isinstance(value, Tensor):
            if value.storage is not None and value.copied is None and value.op is None:
                yield value.storage
            continue
        if isinstance(value, (Module, Instance, list, tuple, dict, BoundMethod, Partial)):
            seen.add(id(value))
        if isinstance(value, Module):
            for module in walk(value):
                for parameter in module.parameters.values():
                    if parameter is not None and parameter.storage is not None:
                        yield parameter.storage
        elif isinstance(value, BoundMethod):
            yield from _storages([value.receiver], depth, seen)
        elif depth and isinstance(value, (list, tuple)):
            yield from _storages(value, depth - 1, seen)
        elif depth and isinstance(value, dict):
            yield from _storages(value.values(), depth - 1, seen)
        elif depth and isinstance(value, Instance):
            yield from _storages(value.attributes.values(), depth - 1, seen)


def walk(module: Module) -> Iterator[Module]:
    """``module`` and every module below it, each once, in the order of ``modules()``."""
    seen: set[int] = set()
    stack = [module]
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        stack.extend(child for child in reversed(current.modules.values()) if child is not None)
