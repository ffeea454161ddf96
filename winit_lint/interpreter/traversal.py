"""Traversals (``apply``, ``modules()`` loops) and the type tests that run inside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import libcst as cst

from winit_lint.interpreter.facts import WRITING
from winit_lint.interpreter.fixed_conditions import file_never, note_fixed, suspicious
from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.operators import source_text, truth
from winit_lint.interpreter.shadowed import may_shadow, note_shadowed
from winit_lint.interpreter.state import State, TraversalRecord
from winit_lint.interpreter.values import ClassName, Module, Tensor, Test, Traversed, Value, is_symbolic
from winit_lint.ir.size import SizeExpr


@contextmanager
def traversing(state: State, iterable: Value, node: Any) -> Iterator[Callable[[Value], None]]:
    """Record a loop over ``modules()`` and the like; other loops pass through."""
    if not isinstance(iterable, Traversed):
        yield _ignore
        return
    header = node.iter if isinstance(node, (cst.For, cst.CompFor)) else node
    with recording(state, header, iterable.root, None) as record:

        def visit(element: Value) -> None:
            target = element[-1] if isinstance(element, tuple) and element else element
            record.visited.append(target)
            state.visiting[-1] = target

        yield visit


def _ignore(element: Value) -> None:
    """Nothing is traversed."""


@contextmanager
def recording(state: State, node: Any, root: Module, callback: str | None) -> Iterator[TraversalRecord]:
    """Open a traversal of ``root``."""
    constructors = (f for f in reversed(state.frames) if f.receiver is root and f.function is not None)
    function = next((f.function for f in constructors if f.function and f.function.name == "__init__"), None)
    record = TraversalRecord(state.site(node), root, callback, state.tick(), function)
    state.traversals.append(record)
    state.visiting.append(None)
    try:
        yield record
    finally:
        state.visiting.pop()
        state.traversals.pop()
        if state.traversals:
            _fold(record, state.traversals[-1])
        else:
            state.finished_traversals.append(record)


def _fold(inner: TraversalRecord, outer: TraversalRecord) -> None:
    """A traversal inside another (a recursion over children) is part of it: only the whole shows what was missed."""
    outer.visited.extend(inner.visited)
    outer.outer.extend(inner.outer)
    outer.complete = outer.complete and inner.complete
    for name_key, found in inner.names.items():
        seen = outer.names.setdefault(name_key, found)
        if seen is not found:
            seen.names.update(found.names)
            seen.matched, seen.ran = seen.matched + found.matched, seen.ran or found.ran
            seen.initialises = seen.initialises or found.initialises
    for key, entry in inner.tests.items():
        known = outer.tests.setdefault(key, [*entry[:2], 0, 0, entry[4], False])
        known[2] += entry[2]
        known[3] += entry[3]
        known[5] = known[5] or entry[5]


def note_dropped(state: State, value: Value, node: Any) -> None:
    """A callback that returns fresh tensors instead of writing them."""
    values = value if isinstance(value, (tuple, list)) else (value,)
    for each in values:
        if isinstance(each, Tensor) and each.storage is not None and not each.is_parameter and each.op is None:
            site = each.storage.created
            if site is not None and each.storage.records and each.copied is None:
                state.events.append(("dropped", state.tick(), site, "returned by the callback", each))


def note_type_test(
    state: State, subject: Value, tested: tuple[str, ...], matched: bool, *, by_name: bool = False
) -> None:
    """Count a type test on the module that the innermost traversal looks at."""
    if not state.traversals or not isinstance(subject, Module) or subject is not state.visiting[-1]:
        return
    node = state.frame.node
    key = (id(node), tested)
    entry = state.traversals[-1].tests.setdefault(key, [state.site(node), tested, 0, 0, by_name, False])
    entry[2] += 1
    entry[3] += matched
    state.pending_tests.append(entry)


def note_name_test(state: State, name: Value, tested: Value, matched: bool) -> None:
    """Count a test on a class name (``classname.find("Conv")``)."""
    if isinstance(name, ClassName) and isinstance(tested, str):
        note_type_test(state, name.module, (tested,), matched, by_name=True)


def branch(state: State, node: cst.If) -> bool:
    """The side that an ``if`` takes; type tests in its condition learn whether they guard initialisers."""
    before, names_before, fixed_before = len(state.pending_tests), len(state.pending_names), len(state.pending_fixed)
    value = state.operations.evaluate(state, node.test)
    if value is True and may_shadow(state, node, _guards_initialisers):
        note_shadowed(state, node, _guards_initialisers)
    untested = len(state.pending_tests) <= before and len(state.pending_names) <= names_before
    if suspicious(state, node) or len(state.pending_fixed) > fixed_before:
        initialises = _guards_initialisers(state, node)
        if initialises:
            note_fixed(state, node)
        file_never(state, fixed_before, node.test, initialises=initialises)
    if (value is True or value is False) and untested:
        return value
    open_question = is_symbolic(value) or (isinstance(value, Tensor) and value.data is None)
    text = source_text(state, node.test) if open_question else ""
    if open_question and _only_raises(node):
        _assume_side(state, value, text, False)
        return False
    taken = truth(state, value, text)
    fresh, fresh_names = state.pending_tests[before:], state.pending_names[names_before:]
    if fresh or fresh_names:
        initialises = _guards_initialisers(state, node)
        for entry in fresh:
            entry[5] = entry[5] or initialises
        for record in fresh_names:
            record.initialises, record.ran = record.initialises or initialises, record.ran or taken
        del state.pending_tests[before:], state.pending_names[names_before:]
    return taken


def _guards_initialisers(state: State, node: cst.If) -> bool:
    known = state.frame.definition.initialises
    initialises = known.get(node.body)
    if initialises is None:
        initialises = known[node.body] = _initialises(node.body)
    return initialises


def _only_raises(node: cst.If) -> bool:
    """Whether the body does nothing but raise: such an arm is not taken."""
    body = node.body.body
    return len(body) == 1 and isinstance(body[0], cst.SimpleStatementLine) and isinstance(body[0].body[-1], cst.Raise)


def _assume_side(state: State, value: Value, text: str, taken: bool) -> None:
    if isinstance(value, SizeExpr):
        value = Test(str(value))
    if isinstance(value, Test) and value.key not in state.assumptions:
        state.plan = {**state.plan, value.key: taken is not value.negated}
        state.decide(value)


def _initialises(body: cst.BaseSuite) -> bool:
    """Whether a block calls an initializer by name (also one that the path does not reach)."""
    stack: list[cst.CSTNode] = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Call):
            name = node.func.attr.value if isinstance(node.func, cst.Attribute) else getattr(node.func, "value", "")
            if name in WRITING or name in {"fill_", "zero_", "copy_", "reset_parameters"}:
                return True
        if (
            isinstance(node, cst.AssignTarget)
            and isinstance(node.target, cst.Attribute)
            and node.target.attr.value == "data"
        ):
            return True
        stack.extend(inner_nodes(node))
    return False
