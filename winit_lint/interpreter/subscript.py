"""``value[index]``."""

from __future__ import annotations

from typing import Any

from winit_lint.interpreter.collection import lookup
from winit_lint.interpreter.imports import loaded_module
from winit_lint.interpreter.mro import as_tuple, own_data
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import MISSING, Class, External, Instance, Module, Tensor, Unknown, Value, text_of
from winit_lint.ir.size import SizeExpr

_MAX_CHOICES = 4


def item(state: State, owner: Value, index: Value, node: Any) -> Value:
    """The item of a container, tensor, module or object."""
    match owner:
        case Tensor():
            from winit_lint.interpreter.tensor import tensor_item

            return tensor_item(state, owner, index, node)
        case dict():
            state.changes += isinstance(index, (Module, Tensor))
            return _dict_item(state, owner, index, node)
        case list() | tuple() | str() | range() | bytes():
            return _sequence_item(state, owner, index, node)
        case Module():
            from winit_lint.interpreter.items import child_item

            return child_item(state, owner, index, node)
        case SizeExpr():
            return SizeExpr.atom(f"{owner}[{text_of(index)}]")
        case Class() | External():
            if isinstance(owner, Class) and owner.is_enum and isinstance(index, str):
                return state.attribute(owner, index, node)
            if isinstance(owner, External) and owner.name == "sys.modules":
                return loaded_module(state, index, node)
            return owner  # a generic alias: nn.Module[T]
        case Instance():
            return _instance_item(state, owner, index, node)
        case Unknown():
            return Unknown(owner.why, f"{owner.text}[{text_of(index)}]", owner.holder)
    return state.unknown("an item of an unknown value", node)


def _dict_item(state: State, owner: dict[Any, Value], index: Value, node: Any) -> Value:
    if isinstance(index, (SizeExpr, Unknown)):
        values = list(owner.values())
        if len(values) == 1:
            return values[0]
        if (
            isinstance(index, SizeExpr)
            and 0 < len(values) <= _MAX_CHOICES
            and all(isinstance(key, str) for key in owner)
        ):
            return _chosen(state, owner, index)
        return state.unknown("a dict item by an unknown key", node, f"...[{text_of(index)}]", owner)
    found = lookup(state, owner, index)
    if found is not MISSING:
        return found
    try:
        return owner[index]  # a defaultdict makes the missing item
    except (KeyError, TypeError):
        raise Raised("KeyError", text=text_of(index)) from None


def _chosen(state: State, owner: dict[Any, Value], index: SizeExpr) -> Value:
    """An item of a small table by a free name: a path for each, as of a chain of comparisons."""
    *first, last = owner
    for key in first:
        if state.truth(state.operations.compare(state, "==", index, key)):
            return owner[key]
    return owner[last]


def _sequence_item(state: State, owner: Any, index: Value, node: Any) -> Value:
    if isinstance(index, (int, slice)) and not (isinstance(index, slice) and _symbolic(index)):
        try:
            return owner[index]
        except IndexError:
            raise Raised("IndexError") from None
        except (TypeError, ValueError):
            return state.unknown("an item that the host cannot take", node)
    if isinstance(index, slice):
        return list(owner) if isinstance(owner, list) else owner
    if len(owner) == 1:
        return owner[0]
    return state.unknown("a sequence item by an unknown index", node, f"...[{text_of(index)}]", owner)


def _symbolic(index: slice) -> bool:
    return any(not isinstance(v, (int, type(None))) for v in (index.start, index.stop, index.step))


def _instance_item(state: State, owner: Instance, index: Value, node: Any) -> Value:
    inherited = own_data(owner, "__getitem__")
    if inherited is not None and own_data(owner, "__missing__") is not None:
        return item(state, inherited, index, node)
    try:
        method = state.attribute(owner, "__getitem__", node)
    except Raised:
        method = None
    if method is not None and not isinstance(method, Unknown):
        return state.call(method, [index], {}, node)
    data = owner.attributes.get("__data__")
    if isinstance(data, (dict, list, tuple)):
        return item(state, data, index, node)
    items = as_tuple(owner)
    if items is not None:
        return item(state, items, index, node)
    return state.unknown("an item of an object", node)
