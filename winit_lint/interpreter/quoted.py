"""``eval`` and ``exec``: a text that is known is followed like the code around it, nothing is run by Python."""

from __future__ import annotations

import re

from winit_lint.interpreter.definition import ParseError
from winit_lint.interpreter.host import Wildcard
from winit_lint.interpreter.patching import set_by_unknown_name
from winit_lint.interpreter.state import Scope, State
from winit_lint.interpreter.taint import taint
from winit_lint.interpreter.values import (
    MISSING,
    Host,
    Instance,
    Module,
    Reachable,
    Tensor,
    Unknown,
    Value,
)
from winit_lint.ir.size import SizeExpr

_LEADING = re.compile(r"\s*([^\W\d]\w*)\s*[.\[]")
_MAX_TEXT = 10_000


def _eval(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not state.frames:
        return state.unknown("eval outside of any code")
    text = _known(args, kwargs)
    if text is not None:
        try:
            return state.operations.evaluate(state, state.frame.definition.quote(state.frame.node, text))
        except ParseError:
            pass
    return state.unknown("eval of an unknown text", state.frame.node, "eval(...)", _named(state, args))


def _exec(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not state.frames:
        return state.unknown("exec outside of any code")
    text = _known(args, kwargs)
    if text is not None:
        try:
            statements = state.frame.definition.quote_statements(state.frame.node, text)
        except ParseError:
            pass
        else:
            _run(state, statements)
            return None
    named = _named(state, args)
    taint(state, [named], "exec of an unknown text")
    set_by_unknown_name(state, named)
    state.unknown("exec of an unknown text", state.frame.node)
    return None


def _run(state: State, statements: tuple[object, ...]) -> None:
    """Run statements where the call stands; in a function the names that they bind are not its variables."""
    frame = state.frame
    scope = frame.scope
    if frame.function is not None:
        frame.scope = Scope(scope)
    try:
        state.operations.execute(state, statements)
    finally:
        frame.scope = scope


def _known(args: list[Value], kwargs: dict[str, Value]) -> str | None:
    """The text, where it is known as a whole and means what it means in the scope of the call."""
    if len(args) != 1 or kwargs or not isinstance(args[0], str) or isinstance(args[0], Wildcard):
        return None
    return None if "*" in args[0] or len(args[0]) > _MAX_TEXT else args[0].strip()  # a star stands for what is unknown


def _named(state: State, args: list[Value]) -> Value:
    """What a text that is not known may name a part of: its first name, where it has one, else whatever is in reach."""
    text = args[0] if args and len(args) == 1 else None
    leading = _LEADING.match(text) if isinstance(text, str) else None
    found = MISSING if leading is None else state.frame.scope.find(leading[1])
    if found is MISSING and leading is not None:
        found = state.names.lookup(state, state.frame.module, leading[1])
    if found is MISSING or isinstance(found, (Unknown, SizeExpr)):
        return _in_reach(state)
    return found


def _in_reach(state: State) -> Reachable:
    found: list[Value] = []
    scope: Scope | None = state.frame.scope
    while scope is not None:
        found.extend(scope.names.values())
        scope = scope.parent
    found.extend(value for (module, _), value in state.globals.items() if module == state.frame.module)
    return Reachable(each for each in found if isinstance(each, (Module, Tensor, Instance, list, tuple, dict)))


QUOTED = (Host("eval", _eval), Host("exec", _exec))
