"""What the statements of a file do to its globals after they are bound: tables that are filled, things registered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import libcst as cst

from winit_lint.interpreter.definition import Definition, ParseError
from winit_lint.interpreter.facts import Lines
from winit_lint.interpreter.state import BudgetError, Frame, Raised, Scope, State
from winit_lint.interpreter.values import BoundMethod, Class, Function, Instance, Value

if TYPE_CHECKING:
    from winit_lint.interpreter.index import File

_DEFINITION_STEPS = 100_000


@contextmanager
def own_steps(state: State) -> Iterator[None]:
    """Steps for a definition at module or class level, whatever is left of those of the run.

    Other runs share what it binds, so it must not depend on who asks first. The run pays for it afterwards.
    """
    left = state.budget
    state.budget = _DEFINITION_STEPS
    try:
        yield
    except BudgetError:
        state.unknown("a definition that costs too much")
    finally:
        state.budget = left - (_DEFINITION_STEPS - state.budget)


def changed(state: State, file: File, name: str, value: Value, changes: list[Lines]) -> Value:
    """The value of a global after the statements of its file that change it, in their order."""
    own = isinstance(value, Instance) and isinstance(value.cls, Class)
    if not changes or not (own or isinstance(value, (dict, list, set, tuple, str, int, float))):
        return value
    key = (file.source.absolute, name)
    state.globals[key] = value
    try:
        for lines in changes:
            scope = Scope()
            try:
                _carry_out(state, file, file.piece(lines.first, lines.last), scope)
            except (Raised, ParseError):
                continue
            if name in scope.names:  # an augmented assignment to what is not changed in place
                state.globals[key] = scope.names[name]
    finally:
        value = state.globals.pop(key, value)
    return value


def _carry_out(state: State, file: File, piece: Definition, scope: Scope) -> None:
    """Run a statement; of a definition its decorators alone, whose results are not used."""
    node = piece.statements[0]
    state.frames.append(Frame(file.source.absolute, piece, scope))
    try:
        with own_steps(state):
            if not isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                state.operations.execute(state, piece.statements)
                return
            defined = state.names.member(state, file.source.absolute, node.name.value)
            for decorator in reversed(node.decorators):
                called = state.operations.evaluate(state, decorator.decorator)
                if isinstance(called, (Function, BoundMethod)):
                    state.call(called, [defined])
    finally:
        state.frames.pop()
