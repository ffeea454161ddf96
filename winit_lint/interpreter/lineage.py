"""Tensors that come from a Parameter, by which operations, and what a conversion makes of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, final

from winit_lint.interpreter.precision import converts
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import External, Tensor, Value

_NEVER = frozenset({"cpu", "float", "contiguous", "share_memory_", "requires_grad_"})
_ALWAYS = frozenset({"cuda", "half", "double", "bfloat16", "float16", "float64"})
_PERHAPS = frozenset({"to", "type", "type_as", "pin_memory", "xpu"})
_DEFAULTS = frozenset({"float", "float32", "FloatTensor"})


@final
@dataclass(frozen=True, eq=False, slots=True)
class Lineage:
    """``source`` is the Parameter, ``steps`` the operations from it to the tensor, ``detached`` whether its gradient
    ends on the way."""

    source: Tensor
    steps: tuple[str, ...]
    detached: bool


def lineage_of(tensor: Tensor) -> Lineage | None:
    """How a tensor that is no Parameter came from one; None where it did not."""
    found = tensor.attributes.get("lineage")
    return found if isinstance(found, Lineage) else None


def follow(state: State, result: Value, operands: Iterable[Value], step: str) -> Value:
    """Note on a new tensor outside of forward which Parameter it comes from; returns it."""
    if state.flow is not None or not isinstance(result, Tensor) or result.is_parameter:
        return result
    ends = step in {"detach", "numpy"} or bool(state.no_grad)
    for operand in operands:
        if not isinstance(operand, Tensor) or operand is result:
            continue
        before = lineage_of(operand)
        if operand.is_parameter:
            result.attributes["lineage"] = Lineage(operand, (step,), ends)
            return result
        if before is not None:
            result.attributes["lineage"] = Lineage(before.source, (*before.steps, step), before.detached or ends)
            return result
    return result


def followed(
    state: State, owner: Tensor, name: str, result: Value, args: list[Value], kwargs: Mapping[str, Value]
) -> Value:
    """The result of a method, with its lineage.

    A conversion of a Parameter that changes nothing returns the Parameter itself. One that may change something gives
    a Parameter here, as it does where nothing has to be changed, and bears the mark ``moved``.
    """
    if owner.is_parameter and state.flow is None:
        given = [*args, *kwargs.values()]
        change = True if converts(owner, name, given) else _changes(name, given)
        if change is False:
            return owner
        if change is None:
            return replace(owner, attributes={**owner.attributes, "moved": name})
    return follow(state, result, [owner, *args], name)


def _changes(name: str, values: list[Value]) -> bool | None:
    """Whether a method converts a float32 tensor on the CPU: for certain, certainly not, or perhaps (None).

    True also for a method that is no conversion.
    """
    if name in _NEVER:
        return False
    if name not in _PERHAPS:
        return True
    answers = [_converts(value) for value in values if not isinstance(value, bool) and value is not None]
    if any(answers):
        return True
    return None if None in answers else False


def _converts(value: Any) -> bool | None:
    if isinstance(value, str):
        return not value.startswith("cpu")
    if isinstance(value, External) and value.name.startswith("torch."):
        last = value.name.rpartition(".")[2]
        return False if last in _DEFAULTS else last in _ALWAYS or None
    return None
