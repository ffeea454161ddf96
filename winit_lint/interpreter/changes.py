"""What the statements of a file do to its globals after they are bound: tables that are filled, things registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from winit_lint.interpreter.definition import ParseError
from winit_lint.interpreter.dispatching import is_dispatcher
from winit_lint.interpreter.facts import ClassFacts, Import, Lines
from winit_lint.interpreter.state import BudgetError, Frame, Raised, Scope, State
from winit_lint.interpreter.values import MISSING, Class, Instance, Value

if TYPE_CHECKING:
    from winit_lint.interpreter.index import File

_DEFINITION_STEPS = 100_000


@contextmanager
def own_steps(state: State) -> Iterator[None]:
    """Steps for a definition at module or class level, whatever is left of those of the run.

    Other runs share what it binds, so it must not depend on who asks first. The run pays for it afterwards, and
    what it changes is not counted as the run's.
    """
    left, changes = state.budget, state.changes
    state.budget = _DEFINITION_STEPS
    try:
        yield
    except BudgetError:
        state.unknown("a definition that costs too much")
    finally:
        state.changes = changes
        spent = _DEFINITION_STEPS - state.budget
        state.budget = left
        if state.owed:
            state.owed[-1] += spent
        else:
            state.budget -= spent


@contextmanager
def limited(state: State, steps: int) -> Iterator[None]:
    """At most ``steps`` for what is tried, besides the definitions that it is the first to ask for.

    Raises:
        BudgetError: it takes more, or no steps are left.
    """
    left = state.budget
    state.budget = given = min(left, steps)
    state.owed.append(0)
    try:
        yield
    finally:
        state.budget = left - (given - state.budget) - state.owed.pop()


def changed(state: State, file: File, name: str, value: Value, changes: list[Lines]) -> Value:
    """The value of a global after the statements of its file that change it, in their order."""
    own = isinstance(value, Instance) and (isinstance(value.cls, Class) or is_dispatcher(value))
    if not changes or not (own or isinstance(value, (dict, list, set, tuple, str, int, float))):
        return value
    key = (file.source.absolute, name)
    state.globals[key] = value
    try:
        for lines in changes:
            scope = Scope()
            try:
                _carry_out(state, file, lines, scope)
            except (Raised, ParseError):
                continue
            if name in scope.names:  # an augmented assignment to what is not changed in place
                state.globals[key] = scope.names[name]
    finally:
        value = state.globals.pop(key, value)
    return value


def _carry_out(state: State, file: File, lines: Lines, scope: Scope) -> None:
    """Run a statement; of a definition its decorators alone, whose results are not used."""
    piece = file.piece(lines.first, lines.last)
    node = piece.statements[0]
    state.frames.append(Frame(file.source.absolute, piece, scope))
    try:
        with own_steps(state):
            if not isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                state.operations.execute(state, piece.statements)
                return
            bound = _definition(file, node.name.value, lines)
            if bound is not None and _first_time(state, file, node.name.value, bound):
                value = state.names.defined(state, file, bound, effects=True)
                state.globals[(file.source.absolute, node.name.value)] = value
    finally:
        state.frames.pop()


def _first_time(state: State, file: File, name: str, bound: Lines | ClassFacts) -> bool:
    """Whether the decorators of a definition have not run yet; several may have one name (``def _``)."""
    mark = (file.source.absolute, f"{name}@{bound.first}")  # no name that code could give
    first = mark not in state.globals
    state.globals[mark] = True
    return first


def _definition(file: File, name: str, lines: Lines) -> Lines | ClassFacts | None:
    for bound in file.facts.bindings.get(name, ()):
        defines = isinstance(bound, ClassFacts) or (isinstance(bound, Lines) and bound.kind == "def")
        if defines and not isinstance(bound, Import) and bound.first == lines.first:
            return bound
    return None


_FILES = 60


def register(state: State, file: File, name: str) -> None:
    """Carry out the decorated definitions of a file and of those that it imports: a registry may hold them.

    In a library only the definition ``name`` is: the registries of a library are known by other ways.
    """
    from winit_lint.interpreter.decorators import from_library
    from winit_lint.interpreter.project_classes import tell_again

    if from_library(state, file.source.absolute):
        _define(state, file, name)
        return
    files, queue = {file.source.absolute: file}, [file]
    while queue and len(files) < _FILES:
        for _, target in state.names.index.imports_of(queue.pop(0)):
            if target.source.absolute not in files and not from_library(state, target.source.absolute):
                files[target.source.absolute] = target
                queue.append(target)
    unknowns = state.unknowns.copy()
    state.registering, telling = True, False
    for each in reversed(files.values()):
        names = each.facts.bindings
        for table in names:
            if any(isinstance(bound, Lines) and bound.kind == "change" for bound in names[table]):
                _tried(state, partial(state.names.member, state, each.source.absolute, table))
        for defined in names:
            _define(state, each, defined)
        for facts in each.facts.classes if each.facts.tells_bases or telling else ():
            telling = True
            _tried(state, partial(tell_again, state.names, state, each, facts))
    state.registering = False
    state.unknowns = unknowns  # most of what was defined is not part of the root


def _define(state: State, file: File, name: str) -> None:
    for bound in file.facts.bindings.get(name, ()):
        if isinstance(bound, ClassFacts):
            marked = bool(bound.decorators)
        else:
            marked = isinstance(bound, Lines) and bound.kind == "def" and bound.first < bound.name_line
        key = (file.source.absolute, name)
        if not marked or isinstance(bound, Import):
            continue
        again = key in state.globals and len(file.facts.bindings[name]) == 1
        if again or not _first_time(state, file, name, bound):
            continue
        value = _tried(state, partial(state.names.defined, state, file, bound, effects=True))
        if value is not MISSING and key not in state.globals:
            state.globals[key] = value


def _tried(state: State, run: Callable[[], Value]) -> Value:
    depth, value = len(state.frames), MISSING
    try:
        with own_steps(state):
            value = run()
    except (Raised, ParseError):
        pass
    finally:
        del state.frames[depth:]
    return value
