"""Decorators of the user's own: a definition binds what they make of it.

Only functions of the project whose every global is understood are run. Those of libraries hand back what does the same
as the function that they are given, or add documentation and checks. What a run cannot follow stays undecorated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst

from winit_lint.interpreter.decorator_text import Reading, reading
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.state import BudgetError, Raised, State
from winit_lint.interpreter.values import (
    MISSING,
    UNFOLLOWED,
    BoundMethod,
    Class,
    External,
    Function,
    Instance,
    Partial,
    Unknown,
    Value,
)
from winit_lint.knowledge.frameworks import LIBRARIES

Defined: TypeAlias = Function | Class
_STEPS = 5_000
_OPEN = frozenset({"torch", "functools", "math", "copy", "typing", "collections", "operator", "itertools", "types"})


def from_library(state: State, module: str) -> bool:
    """Whether a file is part of a library whose decorators are known to change nothing that counts."""
    return state.names.file(module).name.partition(".")[0] in LIBRARIES


def decorated(state: State, plain: Defined, nodes: Sequence[cst.Decorator], *, effects: bool = False) -> Value:
    """What a definition binds; its decorators are evaluated in the frame that runs.

    With ``effects`` a decorator that is not followed is called all the same, for what it files elsewhere.
    """
    if not nodes or not (effects or _open_to_change(state, plain)):
        return plain
    value: Value = plain
    for each in reversed(nodes):
        value = _applied(state, plain, value, each.decorator, effects=effects)
    return value


def _open_to_change(state: State, plain: Defined) -> bool:
    if from_library(state, plain.module):
        return False
    return isinstance(plain, Class) or (plain.kind == "function" and plain.name != "forward")


def _applied(state: State, plain: Defined, value: Value, node: cst.BaseExpression, *, effects: bool) -> Value:
    depth, left = len(state.frames), state.budget
    state.budget = min(left, _STEPS)
    given = state.budget
    function: Value = None
    result: Value = MISSING
    follow = False
    try:
        callee = state.operations.evaluate(state, node.func if isinstance(node, cst.Call) else node)
        if _is_wraps(callee) and isinstance(node, cst.Call) and isinstance(value, Function):
            _take_name(state, value, node)
        function = callee.function if isinstance(callee, BoundMethod) else callee
        if not isinstance(function, Function) or not isinstance(function.node, cst.FunctionDef):
            return value
        read = reading(function)
        follow = _open_to_change(state, plain) and not from_library(state, function.module) and not read.hands_on
        follow = follow and (isinstance(plain, Class) or plain.owner is None or not read.remembers)
        if not (effects or (follow and _understood(state, function, read))):
            return value if read.hands_on or not _open_to_change(state, plain) else _unfollowed(value, function)
        follow = follow and _understood(state, function, read)
        made = state.operations.evaluate(state, node) if isinstance(node, cst.Call) else callee
        result = state.call(made, [value]) if isinstance(made, (Function, BoundMethod, Partial, Instance)) else MISSING
        if isinstance(plain, Class) and read.remembers and result is not value:
            result = MISSING
    except (Raised, BudgetError):
        del state.frames[depth:]
    finally:
        state.budget = left - (given - state.budget)
    if not follow or not isinstance(function, Function):
        return value
    return result if _is_callable(result) else _unfollowed(value, function)


def _unfollowed(value: Value, decorator: Function) -> Value:
    """What is bound without a decorator; each call of it tells so."""
    if isinstance(value, (Function, Class)):
        value.attributes[UNFOLLOWED] = decorator.name
    return value


def _is_wraps(value: Value) -> bool:
    return getattr(value, "name", None) == "functools.wraps"


def _take_name(state: State, wrapper: Function, node: cst.Call) -> None:
    """``functools.wraps``: a wrapper has the name and the signature of what it wraps."""
    wrapped = state.operations.evaluate(state, node.args[0].value) if node.args else None
    if isinstance(wrapped, Function):
        name = wrapped.attributes.get("__name__", wrapped.name)
        wrapper.attributes.update({"__wrapped__": wrapped, "__name__": name})


def _understood(state: State, function: Function, read: Reading) -> bool:
    """Whether all that a decorator reads outside of itself is known."""
    for name in read.globals:
        value = function.closure.find(name) if function.closure is not None else MISSING
        if value is MISSING:
            value = state.names.lookup(state, function.module, name)
        if value is MISSING or isinstance(value, Unknown):
            return False
        if isinstance(value, External) and value.name.partition(".")[0] not in _OPEN:
            return False
    return True


def _is_callable(value: Value) -> bool:
    if isinstance(value, Instance):
        return isinstance(value.cls, Class) and find_member(value.cls, "__call__")[0] is not MISSING
    return isinstance(value, (Function, Partial, BoundMethod, Class))


def with_signature(function: Function) -> Function:
    """The function whose parameters count for a call: the wrapped one where a wrapper takes anything."""
    parameters = function.node.params
    anything = isinstance(parameters.star_arg, cst.Param) and parameters.star_kwarg is not None
    wrapped = function.attributes.get("__wrapped__")
    if anything and isinstance(wrapped, Function):
        return with_signature(wrapped)
    return function
