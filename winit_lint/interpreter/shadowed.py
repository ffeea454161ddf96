"""Branches for a class behind a branch for what that class derives from: they are never reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import libcst as cst

from winit_lint.interpreter.mro import external_mro
from winit_lint.interpreter.reflection import canonical, is_instance
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Class, External, Module

_Asked: TypeAlias = tuple[cst.BaseExpression, cst.BaseExpression]
_Written: TypeAlias = tuple[str, Class | External]


def may_shadow(state: State, node: cst.If, initialises: Callable[[State, cst.If], bool]) -> bool:
    """A later branch of the chain asks the same object for its class and initialises; worked out once for each."""
    if not isinstance(node.orelse, cst.If):
        return False
    known = state.frame.definition.initialises
    found = known.get(node)
    if found is None:
        found = known[node] = any(initialises(state, later) for later, _ in _later(state, node))
    return found


def note_shadowed(state: State, node: cst.If, initialises: Callable[[State, cst.If], bool]) -> None:
    """Note the later branches that are for the module which this branch has taken, and for nothing that it leaves.

    Asked of branches that are taken, whose condition is ``isinstance`` and nothing else.
    """
    asked = _asked(node)
    if asked is None or state.flow is not None:
        return
    subject = state.operations.evaluate(state, asked[0])
    taken = _classes(state, asked[1])
    if not isinstance(subject, Module) or not taken:
        return
    for later, wanted in _later(state, node):
        classes = _classes(state, wanted)
        dead = bool(classes) and all(any(_derives(cls, base) for base in taken) for cls in classes)
        met = next((cls for cls in classes if is_instance(state, subject, cls[1]) is True), None) if dead else None
        if met is not None and initialises(state, later) and not _same_body(state, node, later):
            base = next(each for each in taken if _derives(met, each))
            note = state.tick(), state.site(later.test), "shadowed", _why(met[1], base[1])
            state.fixed.setdefault(id(later.test), note)


def _same_body(state: State, node: cst.If, later: cst.If) -> bool:
    text = state.frame.definition.text
    return text(node.body) == text(later.body)


def _why(cls: Class | External, base: Class | External) -> str:
    name, above = (each.name.rpartition(".")[2] for each in (cls, base))
    same = _name(cls) == _name(base)
    return f"an earlier branch is for `{above}`" + ("" if same else f", from which `{name}` derives")


def _later(state: State, node: cst.If) -> Iterator[tuple[cst.If, cst.BaseExpression]]:
    """The branches behind this one that ask the same object, with the classes that they ask for."""
    asked = _asked(node)
    text = state.frame.definition.text
    each = node.orelse
    while isinstance(each, cst.If):
        other = _asked(each)
        if asked is not None and other is not None and text(asked[0]) == text(other[0]):
            yield each, other[1]
        each = each.orelse


def _asked(node: cst.If) -> _Asked | None:
    """The object and the classes of a condition that is ``isinstance(name, classes)`` alone."""
    test = node.test
    if not isinstance(test, cst.Call) or not isinstance(test.func, cst.Name) or test.func.value != "isinstance":
        return None
    if len(test.args) != 2 or not isinstance(test.args[0].value, cst.Name):
        return None
    return test.args[0].value, test.args[1].value


def _classes(state: State, node: cst.BaseExpression) -> list[_Written]:
    """The classes that an expression names, each with its text; none where one of them is not known."""
    found: list[_Written] = []
    for each in [element.value for element in node.elements] if isinstance(node, cst.Tuple) else [node]:
        if not isinstance(each, (cst.Name, cst.Attribute)):
            return []
        value = state.operations.evaluate(state, each)
        for cls in value if isinstance(value, tuple) else (value,):
            if not isinstance(cls, (Class, External)):
                return []
            found.append((state.frame.definition.text(each), cls))
    return found


def _derives(cls: _Written, base: _Written) -> bool:
    """Every object of ``cls`` is one of ``base``.

    One class by two names is none: one of them may stand for another class where a package is installed.
    """
    if _name(cls[1]) == _name(base[1]):
        return cls[0] == base[0]
    if isinstance(cls[1], Class):
        return any(isinstance(each, (Class, External)) and _name(each) == _name(base[1]) for each in cls[1].mro)
    return _name(base[1]) in external_mro(_name(cls[1]))


def _name(cls: Class | External) -> str:
    return cls.qualname if isinstance(cls, Class) else canonical(cls.name)
