"""Iteration: every iterable value as a host list, with one representative where the number is not known."""

from __future__ import annotations

from typing import Any

from winit_lint.interpreter.enums import members
from winit_lint.interpreter.host import ordered
from winit_lint.interpreter.mro import as_tuple
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import Class, Instance, Module, Tensor, Unknown, Value
from winit_lint.ir.size import SizeExpr

MAX_ITEMS = 20_000


def iterate(state: State, value: Value, node: Any) -> list[Value]:
    """The items of ``value``."""
    match value:
        case set() | frozenset():
            return ordered(value)
        case list() | tuple() | range() | str() | bytes():
            if len(value) > MAX_ITEMS:
                state.unknown("a loop that is too long", node)
                return list(value[:1]) if isinstance(value, (list, tuple, range, str, bytes)) else []
            return value if isinstance(value, list) and type(value) is list else list(value)
        case dict():
            return list(value)
        case Module():
            return _module_items(state, value, node)
        case Tensor():
            if value.data is not None:
                return list(value.data)
            from winit_lint.interpreter.tensor import pieces

            return pieces(state, value, _length(value), node)
        case SizeExpr():
            return [SizeExpr.atom(f"{value}[*]")]
        case Class() if value.is_enum:
            return list(members(state, value))
        case Instance():
            return _instance_items(state, value, node)
        case Unknown():
            return [Unknown(value.why, f"{value.text}[*]", value.holder)]
    if hasattr(value, "__iter__"):
        return [item for item, _ in zip(value, range(MAX_ITEMS), strict=False)]
    return [state.unknown("iteration over an unknown value", node)]


def _length(value: Tensor) -> int:
    if value.shape and isinstance(value.shape[0], int) and value.shape[0] <= 64:
        return value.shape[0]
    return 1


def _module_items(state: State, value: Module, node: Any) -> list[Value]:
    try:
        method = state.attribute(value, "__iter__", node)
    except Raised:
        method = None
    if method is not None:
        return iterate(state, state.call(method, [], {}, node), node)
    names = {value.cls.name} if hasattr(value.cls, "name") else set()
    if names & {"torch.nn.ModuleDict", "torch.nn.ParameterDict"}:
        return list(value.modules or value.parameters)
    if value.modules or value.parameters:
        return [v for v in (*value.modules.values(), *value.parameters.values()) if v is not None]
    return []


def _instance_items(state: State, value: Instance, node: Any) -> list[Value]:
    data = value.attributes.get("__data__")
    try:
        method = state.attribute(value, "__iter__", node)
    except Raised:
        method = None
    if method is not None and not isinstance(method, Unknown):
        found = state.call(method, [], {}, node)
        if isinstance(found, (list, tuple)):
            return list(found)
    if isinstance(data, (dict, list)):
        return list(data)
    items = as_tuple(value)
    if items is not None:
        return list(items)
    return [state.unknown("iteration over an object", node)]
