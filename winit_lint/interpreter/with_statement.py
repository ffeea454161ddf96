"""``with``: gradient tracking, context managers of the project's own, and everything else as a plain block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import libcst as cst

from winit_lint.interpreter.assignment import assign
from winit_lint.interpreter.call import MANAGED, managed_parts, run_function
from winit_lint.interpreter.expression import evaluate
from winit_lint.interpreter.state import Outcome, Raised, State
from winit_lint.interpreter.values import MISSING, External, Instance, Unknown, Value

_TRACKING = frozenset({"torch.enable_grad", "torch.device", "builtins.open", "warnings.catch_warnings"})
_Body = Callable[[], Outcome]


def run_with(state: State, items: Any, body: _Body) -> Outcome:
    """Enter the items of a ``with`` statement, run its body and leave them again.

    Writes inside ``no_grad``, or what may be that, are not tracked.
    """
    if not items:
        return body()
    value = evaluate(state, items[0].item)
    target = items[0].asname.name if items[0].asname is not None else None

    def inside() -> Outcome:
        return run_with(state, items[1:], body)

    name = value.cls.name if isinstance(value, Instance) and isinstance(value.cls, External) else ""
    with _quiet(state, name not in _TRACKING):
        if name == MANAGED:
            return _generator(state, value, target, inside)
        if isinstance(value, Instance) and (name == "" or "__enter__" in value.attributes):
            return _object(state, value, target, inside)
        if target is not None:
            assign(state, target, Unknown("a context manager's value"))
        return inside()


@contextmanager
def _quiet(state: State, quiet: bool) -> Iterator[None]:
    state.no_grad += quiet
    try:
        yield
    finally:
        state.no_grad -= quiet


def _bind(state: State, target: Any, value: Value) -> None:
    if target is not None:
        assign(state, target, value if isinstance(target, cst.Name) else Unknown("a context manager's value"))


def _object(state: State, value: Instance, target: Any, inside: _Body) -> Outcome:
    """The block between ``__enter__`` and ``__exit__`` of an object."""
    _bind(state, target, _method(state, value, "__enter__", [], value))
    depth = len(state.frames)
    try:
        outcome = inside()
    except Raised:
        del state.frames[depth:]
        if _method(state, value, "__exit__", [Unknown("an exception") for _ in range(3)], None) is not True:
            raise
        return None
    _method(state, value, "__exit__", [None, None, None], None)
    return outcome


def _method(state: State, value: Instance, name: str, args: list[Value], absent: Value) -> Value:
    try:
        method = state.attribute(value, name)
    except Raised:
        return absent
    return absent if isinstance(method, Unknown) else state.call(method, args)


def _generator(state: State, value: Instance, target: Any, inside: _Body) -> Outcome:
    """The block in the place of the ``yield`` of a function under ``contextlib.contextmanager``."""
    function, args, kwargs = managed_parts(value)
    outer, trying = list(state.frames), state.trying
    outcome: list[Outcome] = []

    def at_yield(given: Value) -> None:
        if outcome:
            return  # a second yield is an error; a loop whose turns are not known may give one
        outcome.append(None)
        frames, tried = list(state.frames), state.trying
        state.frames[:], state.trying = outer, trying
        try:
            _bind(state, target, given)
            outcome[0] = inside()
        finally:
            state.frames[:], state.trying = frames, tried

    run_function(state, function, args, kwargs, None, at_yield)
    if not outcome:
        _bind(state, target, MISSING if target is None else Unknown("a context manager's value"))
        return inside()
    return outcome[0]
