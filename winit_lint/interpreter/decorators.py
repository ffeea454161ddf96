"""Decorators of the user's own: a definition binds what they make of it.

Only functions of the project whose every global is understood are run. Those of libraries hand back what does the same
as the function that they are given, or add documentation and checks. What a run cannot follow stays undecorated.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst

from winit_lint.interpreter.changes import limited
from winit_lint.interpreter.decorator_text import Reading, reading
from winit_lint.interpreter.dispatching import dispatcher, dispatches, registers
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.state import BudgetError, Raised, State
from winit_lint.interpreter.values import (
    MISSING,
    REWRITES,
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
_WRITING = re.compile(r"[a-z0-9]_\(|\.data\b|parameters\(|\.weight\b|\.bias\b|\.apply\(")
_OPEN = frozenset({"torch", "functools", "math", "copy", "typing", "collections", "operator", "itertools", "types"})


def from_library(state: State, module: str) -> bool:
    """Whether a file is part of a library whose decorators are known to change nothing that counts.

    So is every installed package that the files which were asked for do not belong to.
    """
    file = state.names.file(module)
    return file.name.partition(".")[0] in LIBRARIES or state.names.index.is_foreign(file)


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
    depth = len(state.frames)
    found: Function | None = None
    result: Value = MISSING
    try:
        with limited(state, _STEPS):
            callee = state.operations.evaluate(state, node.func if isinstance(node, cst.Call) else node)
            if _is_wraps(callee) and isinstance(node, cst.Call) and isinstance(value, Function):
                _take_name(state, value, node)
            if dispatches(callee) and isinstance(value, Function):
                return dispatcher(callee, value)
            if effects and registers(callee):
                state.call(state.operations.evaluate(state, node) if isinstance(node, cst.Call) else callee, [value])
                return value
            runs = _functions_of(callee)
            if not runs:
                return value
            found = runs[0]
            follow = _follows(state, plain, runs)
            if not follow and not effects:
                return _left_out(state, plain, value, found)
            made = state.operations.evaluate(state, node) if isinstance(node, cst.Call) else callee
            result = state.call(made, [value]) if _takes_function(made) else MISSING
            if not follow or (isinstance(plain, Class) and result is not value and _remember(runs)):
                result = MISSING
    except (Raised, BudgetError):
        del state.frames[depth:]
    if found is None or _is_callable(result):
        return value if found is None else result
    return _left_out(state, plain, value, found)


def _functions_of(callee: Value) -> list[Function]:
    """The functions that run where a project's decorator is called; none where it is something else."""
    callee = callee.function if isinstance(callee, BoundMethod) else callee
    members: list[Value] = [callee]
    if isinstance(callee, Class) and not callee.is_module:
        members = [find_member(callee, name)[0] for name in ("__call__", "__init__", "__new__", "__get__")]
    return [each for each in members if isinstance(each, Function) and isinstance(each.node, cst.FunctionDef)]


def _takes_function(made: Value) -> bool:
    return isinstance(made, (Function, BoundMethod, Partial, Instance, Class))


def _remember(runs: Sequence[Function]) -> bool:
    return any(reading(each).remembers or each.name == "__call__" for each in runs)


def _follows(state: State, plain: Defined, runs: Sequence[Function]) -> bool:
    """Whether what a decorator makes is used: it is understood, and does something."""
    if not _open_to_change(state, plain) or any(from_library(state, each.module) for each in runs):
        return False
    if isinstance(plain, Function) and reading(runs[0]).hands_on:
        return False
    return all(_understood(state, each, reading(each)) for each in runs)


def _left_out(state: State, plain: Defined, value: Value, decorator: Function) -> Value:
    """The value without a decorator, which is as good where that changes nothing."""
    read = reading(decorator)
    known = not _open_to_change(state, plain) or from_library(state, decorator.module)
    return value if known or read.hands_on or read.hands_back else _unfollowed(value, decorator)


def _unfollowed(value: Value, decorator: Function) -> Value:
    """What is bound without a decorator; each call of it tells so."""
    if isinstance(value, (Function, Class)):
        value.attributes[UNFOLLOWED] = decorator.name
        if isinstance(value, Function) and _WRITING.search(decorator.definition.text(decorator.node)):
            value.attributes[REWRITES] = True
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
        if (value is MISSING or isinstance(value, External)) and hasattr(builtins, name):
            continue  # an exception, say
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
