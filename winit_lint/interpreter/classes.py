"""Class statements inside functions."""

from __future__ import annotations

from typing import Any

import libcst as cst

from winit_lint.interpreter.class_making import fill_class
from winit_lint.interpreter.expression import evaluate
from winit_lint.interpreter.state import Scope, State
from winit_lint.interpreter.values import Class, Function


def class_statement(state: State, node: Any) -> Class:
    """The class that a local ``class`` statement makes."""
    from winit_lint.interpreter.statement import execute

    frame = state.frame
    outer = frame.function.qualname if frame.function else state.names.file(frame.module).name
    cls = Class(node.name.value, f"{outer}.{node.name.value}", frame.module)
    cls.span_site = state.site(node.name)
    bases = tuple(evaluate(state, argument.value) for argument in node.bases)
    scope = Scope(frame.scope)
    frame.scope = scope
    try:
        execute(state, node.body.body if isinstance(node.body, cst.IndentedBlock) else [node.body])
    finally:
        frame.scope = scope.parent  # type: ignore[assignment]
    members = dict(scope.names)
    for member in members.values():
        if isinstance(member, Function) and member.closure is scope:
            member.owner = cls
            member.closure = scope.parent  # a class body's names do not leak into methods
    statements = node.body.body if isinstance(node.body, cst.IndentedBlock) else ()
    lines = (line for each in statements if isinstance(each, cst.SimpleStatementLine) for line in each.body)
    cls.annotated = {
        line.target.value: frame.definition.text(line.annotation.annotation)
        for line in lines
        if isinstance(line, cst.AnnAssign) and isinstance(line.target, cst.Name)
    }
    keywords = {each.keyword.value: evaluate(state, each.value) for each in node.keywords if each.keyword is not None}
    fill_class(state, cls, bases, members, [frame.definition.text(d.decorator) for d in node.decorators], keywords)
    return cls
