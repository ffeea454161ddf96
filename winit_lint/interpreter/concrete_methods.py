"""Methods of small tensors whose contents are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

from winit_lint.interpreter.shapes import method_shape
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Tensor, Unknown, Value

Method: TypeAlias = Callable[[State, Tensor, list[Value], dict[str, Value]], Value]


def _pointwise(function: Callable[[float], float]) -> Method:
    def call(state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
        try:
            return Tensor(data=[function(v) for v in owner.data or []], shape=owner.shape)
        except (TypeError, ValueError, OverflowError):
            return Unknown("arithmetic on a small tensor")

    return call


def _sum(state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    try:
        return Tensor(data=[sum(owner.data or [])], shape=method_shape(owner, "sum", args, kwargs))
    except TypeError:
        return Unknown("arithmetic on a small tensor")


def _extreme(
    function: Callable[..., Any], state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    if args or kwargs or not owner.data:
        return Unknown("arithmetic on a small tensor")
    return Tensor(data=[function(owner.data)], shape=())


def _cumsum(state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    total: list[Any] = []
    for value in owner.data or []:
        total.append(value + total[-1] if total else value)
    return Tensor(data=total, shape=owner.shape)


CONCRETE: Mapping[str, Method] = MappingProxyType(
    {
        "int": _pointwise(int),
        "long": _pointwise(int),
        "round": _pointwise(round),
        "floor": _pointwise(lambda v: float(int(v // 1))),
        "sum": _sum,
        "max": partial(_extreme, max),
        "min": partial(_extreme, min),
        "cumsum": _cumsum,
    }
)
