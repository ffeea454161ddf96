"""Whether a file is there: both answers are possible where a training run resumes from its own checkpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import libcst as cst

from winit_lint.interpreter.operators import source_text
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Host, Test, Value
from winit_lint.ir.model import Assumption

_METHODS = frozenset({"exists", "is_file", "is_dir"})


def is_file_test(node: Any, args: list[Value]) -> bool:
    """A call of a method by which a path, or what may be one, tells whether its file is there."""
    called = node.func if isinstance(node, cst.Call) else None
    return isinstance(called, cst.Attribute) and called.attr.value in _METHODS and not args


def file_test(state: State, node: Any) -> Test:
    """The condition that the file is there."""
    where = state.frame.function.qualname if state.frame.function else ""
    text = source_text(state, node)
    found = Test(f"{where}:{text}", free=False, text=text)
    state.file_tests.add(found.key)
    return found


def assumptions(state: State) -> tuple[Assumption, ...]:
    """The run's assumptions: in a run that trains it is free whether a file is there.

    What is loaded elsewhere may be pretrained weights that always come with the code.
    """
    taken = state.assumptions.values()
    if not state.trains:
        return tuple(taken)
    return tuple(replace(each, free=True) if each.key in state.file_tests else each for each in taken)


def _host(name: str) -> Host:
    def test(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        node = state.frames[-1].node if state.frames else None
        return file_test(state, node) if isinstance(node, cst.Call) else state.unknown(name)

    return Host(name, test)


FILE_TESTS = {f"os.path.{name}": _host(f"os.path.{name}") for name in ("exists", "isfile", "isdir", "lexists")}
"""Hosts by qualified name."""
