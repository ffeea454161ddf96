"""Tests on the names of classes, parameters and modules inside of traversals, and what they guard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, final

import libcst as cst

from winit_lint.interpreter.definition import Site
from winit_lint.interpreter.methods import method_of
from winit_lint.interpreter.reflection import class_names
from winit_lint.interpreter.state import State
from winit_lint.interpreter.traversal import note_name_test
from winit_lint.interpreter.values import MISSING, Class, ClassName, Host, Module, TracedName, Unknown, Value

_TESTS = frozenset({"find", "startswith", "endswith", "count", "index"})


@final
@dataclass(eq=False, slots=True)
class NameRecord:
    """One test of names against one text, as it is counted."""

    site: Site
    how: str
    text: str
    names: dict[str, None] = field(default_factory=dict)
    matched: int = 0
    initialises: bool = False
    ran: bool = False


def text_method(state: State, owner: ClassName | TracedName, name: str) -> Value:
    """A string method of a name that remembers where it is from; those that test it are noted."""
    plain = method_of(str(owner), name)
    if not isinstance(plain, Host) or name not in _TESTS:
        known = plain is not MISSING
        return plain if known else Unknown("an attribute of a name", name)

    def call(inner: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        answer = plain.call(inner, args, kwargs)
        hit = answer is True or (name in {"find", "count"} and isinstance(answer, int) and answer >= (name == "count"))
        tested = args[0] if args else None
        for text in tested if isinstance(tested, tuple) else (tested,):
            if isinstance(owner, ClassName):
                note_name_test(inner, owner, text, hit)
            else:
                note_text_test(inner, owner, name, text, hit)
        return answer

    return Host(name, call)


def missed_by_name(state: State, module: Module, attribute: str, node: Any) -> bool:
    """File an event where a module lacks what a test on its class's name, which it passed, made the code ask for."""
    direct = isinstance(node, cst.Attribute) and bool(state.traversals) and module is state.visiting[-1]
    if not direct or state.trying or state.flow is not None:
        return False
    name = class_names(module)[0].rpartition(".")[2]
    tests = [entry for entry in state.traversals[-1].tests.values() if entry[4] and entry[3] and entry[1][0] in name]
    if not tests or not isinstance(module.cls, Class):
        return False
    site, tested = tests[-1][0], tests[-1][1][0]
    state.events.append(("missing", state.tick(), state.site(node), module, attribute, site, tested))
    return True


def note_comparison(state: State, symbol: str, left: Value, right: Value, answer: Value) -> None:
    """Note ``name == "text"``, ``name in ["text"]`` and ``"text" in name``."""
    if not state.traversals or not isinstance(answer, bool):
        return
    if isinstance(left, TracedName):
        for text in right if isinstance(right, (tuple, list, set)) else (right,):
            note_text_test(state, left, "==", text, answer)
    elif isinstance(right, TracedName):
        note_text_test(state, right, "in" if symbol == "in" else "==", left, answer)


def note_text_test(state: State, name: TracedName, how: str, text: Value, matched: bool) -> None:
    """Count one test of ``name``."""
    if not state.traversals or not isinstance(text, str) or state.flow is not None:
        return
    node: Any = state.frame.node
    key = (id(node), how, str(text))
    record = state.traversals[-1].names.get(key)
    if record is None:
        record = state.traversals[-1].names[key] = NameRecord(state.site(node), how, str(text))
    record.names[str(name)] = None
    record.matched += matched
    state.pending_names.append(record)
