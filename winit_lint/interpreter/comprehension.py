"""Comprehensions and generator expressions."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

import libcst as cst

from winit_lint.interpreter.costly_loops import too_costly
from winit_lint.interpreter.host import Representative, is_number
from winit_lint.interpreter.numeric import flat
from winit_lint.interpreter.operators import condition
from winit_lint.interpreter.state import Scope, State
from winit_lint.interpreter.values import Module, Value
from winit_lint.ir.size import SizeExpr

_TABLE_STEPS = 60_000


def note_repeated(state: State, items: Iterable[Value], node: cst.CSTNode, before: int | None = None) -> None:
    """Remember modules that one expression puts into a list several times; with ``before``, those made before it."""
    for value in items:
        if isinstance(value, Module) and (before is None or value.id <= before):
            state.multiplied[value.id] = state.site(node)


def _comprehension(state: State, node: Any, open_loops: list[Value] | None = None) -> Generator[None]:
    """Run the clauses, with a scope of their own, once for each item that passes.

    Iterables of unknown length, of which one item stands for all, are added to ``open_loops``.
    """
    frame = state.frame
    outer = frame.scope
    frame.scope = Scope(outer)
    try:
        yield from _clause(state, node.for_in, [] if open_loops is None else open_loops)
    finally:
        frame.scope = outer


def _clause(state: State, clause: Any, open_loops: list[Value]) -> Generator[None]:
    from winit_lint.interpreter.assignment import assign
    from winit_lint.interpreter.traversal import traversing

    iterable = state.operations.evaluate(state, clause.iter)
    if isinstance(iterable, (Representative, SizeExpr)):
        open_loops.append(iterable)
    with traversing(state, iterable, clause) as visit:
        for element in state.iterate(iterable, clause.iter):
            visit(element)
            assign(state, clause.target, element)
            if all(condition(state, test.test) for test in clause.ifs):
                if clause.inner_for_in is None:
                    yield
                else:
                    yield from _clause(state, clause.inner_for_in, open_loops)


def list_comprehension(state: State, node: Any) -> Value:
    """``[element for ...]``, also of a generator; one representative for a number of items that is not known."""
    open_loops: list[Value] = []
    before = state.serial
    evaluate = state.operations.evaluate
    found: list[Value] = []
    left = state.budget
    rounds = _comprehension(state, node, open_loops)
    for _ in rounds:
        found.append(evaluate(state, node.elt))
        if len(found) == 1 and _too_long(state, node, found[0], left - state.budget):
            rounds.close()
            return state.unknown("a table of numbers that costs too much", node)
    if open_loops:
        note_repeated(state, found, node, before)
    return Representative(found, "", getattr(open_loops[0], "length", None)) if open_loops else found


def _too_long(state: State, node: Any, first: Value, cost: int) -> bool:
    """Whether a table of numbers would take more steps than a run can spare; modules are worth any.

    The first item has shown what one costs, and a clause with a condition is taken to pass all.
    """
    count = _length(state, node.for_in)
    return too_costly(state, count, cost, _TABLE_STEPS) and all(map(is_number, flat(first)))


def _length(state: State, clause: Any) -> int:
    """How many rounds the clauses make, where names and ranges say so; else 1."""
    name = clause.iter
    items = None
    if isinstance(name, cst.Name):
        items = state.frame.scope.find(name.value)
    elif isinstance(name, cst.Call) and isinstance(name.func, cst.Name) and name.func.value == "range":
        items = state.operations.evaluate(state, name)
    count = len(items) if isinstance(items, (list, tuple, range)) else 1
    return count * (_length(state, clause.inner_for_in) if clause.inner_for_in is not None else 1)


def set_comprehension(state: State, node: Any) -> Value:
    """``{element for ...}``."""
    found = list_comprehension(state, node)
    try:
        return set(found)
    except TypeError:
        return found


def dict_comprehension(state: State, node: Any) -> Value:
    """``{key: value for ...}``."""
    evaluate = state.operations.evaluate
    found: dict[Any, Value] = {}
    for _ in _comprehension(state, node):
        key = evaluate(state, node.key)
        try:
            found[key] = evaluate(state, node.value)
        except TypeError:
            return state.unknown("a dict key that does not hash", node)
    return found
