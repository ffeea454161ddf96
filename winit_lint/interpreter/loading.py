"""Weights that come from a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from winit_lint.interpreter.items import named_tensors
from winit_lint.interpreter.state import Record, State
from winit_lint.interpreter.taint import walk
from winit_lint.interpreter.values import BoundMethod, External, Instance, Module, Tensor, Unknown, Value
from winit_lint.ir.distribution import LOADED, Distribution
from winit_lint.ir.model import LayerKind
from winit_lint.ir.write import Origin
from winit_lint.knowledge.outlines import INNER_STEMS, STEMS


def load_state(state: State, module: Module, strict: Value, how: str, source: Value) -> Value:
    """Everything below ``module`` now holds loaded values; returns the incompatible keys."""
    if strict is not True and _misses_nothing(state, module, source, told=strict is False):
        strict = True
    fresh = _is_fresh(source, module)
    mark_loaded(state, module, state.frame.node, how, _laws(module, source) if fresh else {})
    event = [
        "load",
        state.tick(),
        state.site(state.frame.node),
        how,
        module,
        strict if isinstance(strict, bool) else None,
        fresh,
    ]
    state.events.append((*event, True))
    keys = {"missing_keys": Unknown("missing keys"), "unexpected_keys": Unknown("unexpected keys")}
    result = Instance(External("torch.nn.modules.module._IncompatibleKeys"), keys, open=True)
    result.attributes["__event__"] = len(state.events) - 1
    result.attributes["__data__"] = (keys["missing_keys"], keys["unexpected_keys"])
    return result


def _misses_nothing(state: State, module: Module, source: Value, *, told: bool) -> bool:
    """No key is missing, or, with ``told``, all were looked for before."""
    names = {name for name, _ in named_tensors(module)}
    if isinstance(source, dict) and names <= source.keys():
        return True
    return told and bool(names) and names <= state.looked_for


def _is_fresh(source: Value, module: Module) -> bool:
    """The state of other modules that hold what this run gave them.

    A module's own state, loaded back, was filled from a checkpoint in a way that did not show.
    """
    if not isinstance(source, dict) or not source:
        return False
    own = {id(t.storage) for each in walk(module) for t in each.parameters.values() if t is not None}
    for tensor in source.values():
        storage = tensor.storage if isinstance(tensor, Tensor) else None
        if storage is None or id(storage) in own or any(r.origin is Origin.LOAD for r in storage.records):
            return False
    return True


def _laws(module: Module, source: Mapping[str, Tensor]) -> dict[int, Distribution]:
    """By identity of a storage below ``module`` how the entry of its name is distributed."""
    found: dict[int, Distribution] = {}
    for name, tensor in named_tensors(module):
        entry = source.get(name)
        if entry is not None and entry.storage is not None and tensor.storage is not None:
            found[id(tensor.storage)] = entry.storage.dist
    return found


def mark_loaded(
    state: State, module: Module, node: Any, how: str, laws: Mapping[int, Distribution] = MappingProxyType({})
) -> None:
    """Append a load to the history of every parameter below ``module``; ``laws`` has what is known of some."""
    site = state.site(node) if node is not None else None
    clock = state.tick()
    for each in walk(module):
        each.loaded = True
        for tensor in each.parameters.values():
            if tensor is not None and tensor.storage is not None:
                law = laws.get(id(tensor.storage), LOADED)
                record = Record(how, law, Origin.LOAD, site, storage=tensor.storage, clock=clock, shape=tensor.shape)
                tensor.storage.records.append(record)
                tensor.storage.dist = tensor.dist = law


def unused_result(state: State, value: Value) -> None:
    """A load's result stands alone in a statement: nobody looks at the keys."""
    if isinstance(value, Instance) and "__event__" in value.attributes:
        position = value.attributes["__event__"]
        event = state.events[position]
        state.events[position] = (*event[:-1], False)


def note_discarded(state: State, value: Value, node: Any) -> None:
    """A statement whose value is dropped: the loaded object that an instance's method made."""
    made = value.attributes.get("__rebuilt__") if isinstance(value, Module) else None
    if isinstance(made, BoundMethod) and isinstance(made.function, External):
        state.events.append(("discarded", state.tick(), state.site(node), made.function.name, made.receiver))


def note_replaced(state: State, owner: Module, name: str, child: Module) -> None:
    """A new module takes the place of the first weight layer of what was loaded, as far as its layers are known."""
    if not owner.loaded or child.loaded:
        return
    old = owner.modules.get(name)
    if old is None:
        part = owner.cls.name.rpartition(".")[2] if isinstance(owner.cls, External) else ""
        if owner.opaque and (name in STEMS or (part, name) in INNER_STEMS):
            state.events.append(("replaced", state.tick(), name, None, child))
        return
    for entry in state.events:
        loaded = entry[4] if entry[0] == "load" else None
        if isinstance(loaded, Module):
            below = [each for each in walk(loaded) if _convolves(each)]
            if below and below[0] in list(walk(old)):
                state.events.append(("replaced", state.tick(), name, below[0], child))
                return


def _convolves(module: Module) -> bool:
    return module.layer is not None and module.layer.kind is LayerKind.CONV
