"""Traversals (``apply``, ``modules()`` loops) and the type tests that run inside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import libcst as cst

from winit_lint.interpreter.facts import WRITING
from winit_lint.interpreter.operators import truth
from winit_lint.interpreter.state import State, TraversalRecord
from winit_lint.interpreter.values import ClassName, Module, Tensor, Traversed, Value


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
    function = state.frame.function
    record = TraversalRecord(state.site(node), root, callback, state.tick(), function)
    state.traversals.append(record)
    state.visiting.append(None)
    try:
        yield record
    finally:
        state.visiting.pop()
        state.traversals.pop()
        state.finished_traversals.append(record)


def note_type_test(state: State, subject: Value, tested: tuple[str, ...], matched: bool, *, by_name: bool = False) -> None:
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
    from winit_lint.interpreter.expression import evaluate

    before = len(state.pending_tests)
    value = evaluate(state, node.test)
    text = "" if isinstance(value, (bool, int, str)) else " ".join(state.frame.definition.text(node.test).split())
    arms = _raising_arms(state, node)
    if arms is not None:
        from winit_lint.interpreter.values import Test, Unknown
        from winit_lint.ir.size import SizeExpr

        if isinstance(value, (Test, Unknown, SizeExpr)) or (isinstance(value, Tensor) and value.data is None):
            taken = not arms
            _assume_side(state, value, text, taken)
            return taken
    taken = truth(state, value, text)
    fresh = state.pending_tests[before:]
    if fresh:
        initialises = _initialises(node.body)
        for entry in fresh:
            entry[5] = entry[5] or initialises
        del state.pending_tests[before:]
    return taken


def _raising_arms(state: State, node: cst.If) -> bool | None:
    """True when the body does nothing but raise, None otherwise: an arm that only raises is not taken."""
    body = node.body.body
    last = body[-1] if body else None
    if isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], cst.Raise):
        return True if len(body) == 1 else None
    return None


def _assume_side(state: State, value: Value, text: str, taken: bool) -> None:
    from winit_lint.interpreter.values import Test
    from winit_lint.ir.size import SizeExpr

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
        if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Attribute) and node.target.attr.value == "data":
            return True
        stack.extend(node.children)
    return False
