"""Statements: dispatch on the libcst node's type. Each returns a signal when it leaves the block."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import libcst as cst

from winit_lint.interpreter.assignment import assign, bind
from winit_lint.interpreter.classes import class_statement
from winit_lint.interpreter.costly_loops import leave_unknown, names_written, too_costly
from winit_lint.interpreter.decorators import decorated
from winit_lint.interpreter.expression import evaluate
from winit_lint.interpreter.flow import note_statement
from winit_lint.interpreter.open_loops import is_open, leave_totals_unknown, rounds_unknown
from winit_lint.interpreter.operators import binary, condition
from winit_lint.interpreter.patching import set_outer
from winit_lint.interpreter.state import BudgetError, Outcome, Raised, Return, Scope, Signal, State
from winit_lint.interpreter.tensor import augmented
from winit_lint.interpreter.traversal import branch, traversing
from winit_lint.interpreter.values import MISSING, External, Instance, Module, Tensor, Unknown, Value
from winit_lint.interpreter.with_statement import run_with

BREAK = Signal()
CONTINUE = Signal()
_MAX_WHILE = 200
_LONGEST = 200  # characters of a message


def execute(state: State, body: Iterable[cst.CSTNode]) -> Outcome:
    """Run statements in order until one leaves the block."""
    for node in body:
        state.budget -= 1  # ``state.step()``
        if state.budget < 0:
            raise BudgetError
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            try:
                outcome = handler(state, node)
            except Raised as error:
                error.site = error.site or state.site(node)
                raise
            if outcome is not None:
                return outcome
    return None


def _line(state: State, node: Any) -> Outcome:
    return execute(state, node.body)


def _block(state: State, node: Any) -> Outcome:
    return execute(state, node.body)


def _expression(state: State, node: Any) -> Outcome:
    kind = type(node.value)
    if kind is cst.SimpleString or kind is cst.ConcatenatedString:
        return None
    value = evaluate(state, node.value)
    note_statement(state, node, value)
    return None


def _assign(state: State, node: Any) -> Outcome:
    value = evaluate(state, node.value)
    for target in node.targets:
        assign(state, target.target, value)
    return None


def _annotated(state: State, node: Any) -> Outcome:
    if node.value is not None:
        assign(state, node.target, evaluate(state, node.value))
    return None


def _augmented(state: State, node: Any) -> Outcome:
    symbol = {
        cst.AddAssign: "+",
        cst.SubtractAssign: "-",
        cst.MultiplyAssign: "*",
        cst.DivideAssign: "/",
        cst.FloorDivideAssign: "//",
        cst.ModuloAssign: "%",
        cst.PowerAssign: "**",
        cst.MatrixMultiplyAssign: "@",
        cst.BitOrAssign: "|",
        cst.BitAndAssign: "&",
    }.get(type(node.operator))
    left = evaluate(state, node.target)
    right = evaluate(state, node.value)
    if symbol is None:
        assign(state, node.target, Unknown("an augmented assignment"))
    elif isinstance(left, list) and symbol == "+":
        state.changes += 1
        left.extend(state.iterate(right, node))
        assign(state, node.target, left)
    elif isinstance(left, dict) and symbol == "|" and isinstance(right, dict):
        state.changes += 1
        left.update(right)
    elif isinstance(left, Module) and symbol == "+":
        state.call(state.attribute(left, "extend", node), [right], {}, node)
    elif isinstance(left, Tensor) and left.op is None and left.data is None:
        augmented(state, left, symbol, right, node)
    else:
        assign(state, node.target, binary(state, symbol, left, right))
    return None


def _return(state: State, node: Any) -> Outcome:
    return Return(None if node.value is None else evaluate(state, node.value))


def _if(state: State, node: Any) -> Outcome:
    taken = branch(state, node)
    if taken:
        return execute(state, node.body.body)
    if node.orelse is None:
        return None
    if isinstance(node.orelse, cst.If):
        return _if(state, node.orelse)
    return execute(state, node.orelse.body.body)


def _for(state: State, node: Any) -> Outcome:
    iterable = evaluate(state, node.iter)
    open_loop = is_open(iterable)
    frame, outcome = state.frame, None
    frame.open_loops += open_loop
    try:
        with traversing(state, iterable, node) as visit:
            elements, left = state.iterate(iterable, node.iter), state.budget
            for index, element in enumerate(elements):
                visit(element)
                assign(state, node.target, element)
                outcome = execute(state, node.body.body)
                if isinstance(outcome, Return):
                    return outcome
                if outcome is BREAK:
                    break
                if index == 0 and too_costly(state, len(elements) - 1, left - state.budget):
                    written = names_written(node)
                    if written is not None:
                        leave_unknown(state, node, written)
                        break
    finally:
        frame.open_loops -= open_loop
    if rounds_unknown(iterable):
        leave_totals_unknown(state, node)
    if outcome is BREAK or node.orelse is None:
        return None
    return execute(state, node.orelse.body.body)


def _while(state: State, node: Any) -> Outcome:
    for _ in range(_MAX_WHILE):
        decided = len(state.decisions)
        if not condition(state, node.test):
            return execute(state, node.orelse.body.body) if node.orelse is not None else None
        outcome = execute(state, node.body.body)
        if outcome is BREAK:
            return None
        if isinstance(outcome, Return):
            return outcome
        if len(state.decisions) != decided:  # an undecided condition: one turn stands for all
            leave_totals_unknown(state, node)
            return None
    state.unknown("a while loop that does not end", node)
    return None


def _with(state: State, node: Any) -> Outcome:
    return run_with(state, node.items, lambda: execute(state, node.body.body))


def _try(state: State, node: Any) -> Outcome:
    depth = len(state.frames)
    outcome: Outcome = None
    try:
        state.trying += 1
        try:
            outcome = execute(state, node.body.body)
        finally:
            state.trying -= 1
        if outcome is None and node.orelse is not None:
            outcome = execute(state, node.orelse.body.body)
    except Raised as error:
        del state.frames[depth:]
        handler = _handler(state, node.handlers, error)
        if handler is None:
            if node.finalbody is not None:
                execute(state, node.finalbody.body.body)
            raise
        if handler.name is not None:
            bind(state, handler.name.name.value, Unknown("a caught exception"))
        outcome = execute(state, handler.body.body)
    if node.finalbody is not None:
        last = execute(state, node.finalbody.body.body)
        outcome = last if last is not None else outcome
    return outcome


def _handler(state: State, handlers: Any, error: Raised) -> Any:
    for handler in handlers:
        if handler.type is None:
            return handler
        value = evaluate(state, handler.type)
        kinds = value if isinstance(value, tuple) else (value,)
        for kind in kinds:
            name = kind.name.rpartition(".")[2] if isinstance(kind, External) else getattr(kind, "name", "")
            if name in {error.name, "Exception", "BaseException"} or (name, error.name) in _DERIVED:
                return handler
    return None


_DERIVED = frozenset(
    {
        ("LookupError", "KeyError"),
        ("LookupError", "IndexError"),
        ("ArithmeticError", "ZeroDivisionError"),
        ("RuntimeError", "NotImplementedError"),
        ("ImportError", "ModuleNotFoundError"),
    }
)


def _raise(state: State, node: Any) -> Outcome:
    if node.exc is None:
        raise Raised("Exception")
    value = evaluate(state, node.exc)
    kind = value.cls if isinstance(value, Instance) else value
    name = getattr(kind, "name", "Exception")
    raise Raised(str(name).rpartition(".")[2], text="" if state.trying else _message(state, node.exc))


def _message(state: State, node: Any) -> str:
    """What an exception is made with, where that is a text."""
    given = evaluate(state, node.args[0].value) if isinstance(node, cst.Call) and node.args else ""
    return " ".join(str(given).split())[:_LONGEST] if isinstance(given, str) else ""


def _assert(state: State, node: Any) -> Outcome:
    from winit_lint.interpreter.values import Test, is_symbolic

    value = evaluate(state, node.test)
    if isinstance(value, Test):
        if value.key not in state.assumptions:
            state.plan = {**state.plan, value.key: not value.negated}
            state.decide(value)
    elif not is_symbolic(value) and not isinstance(value, Tensor) and not state.truth(value):
        raise Raised("AssertionError")
    return None


def _def(state: State, node: Any) -> Outcome:
    frame = state.frame
    function = state.names.function(node, frame.definition, state.names.file(frame.module), None, frame.scope)
    if frame.function is not None:
        function.qualname = f"{frame.function.qualname}.{function.name}"
        function.owner = frame.owner
    bind(state, function.name, decorated(state, function, node.decorators))
    return None


def _class(state: State, node: Any) -> Outcome:
    bind(state, node.name.value, decorated(state, class_statement(state, node), node.decorators))
    return None


def _delete(state: State, node: Any) -> Outcome:
    target = node.target
    targets = [e.value for e in target.elements] if isinstance(target, cst.Tuple) else [target]
    for each in targets:
        state.changes += not isinstance(each, cst.Name)
        if isinstance(each, cst.Name):
            state.frame.scope.names.pop(each.value, None)
        elif isinstance(each, cst.Attribute):
            owner = evaluate(state, each.value)
            if isinstance(owner, Module):
                for names in (owner.modules, owner.parameters, owner.buffers, owner.attributes):
                    names.pop(each.attr.value, None)
            elif isinstance(owner, Instance):
                owner.attributes.pop(each.attr.value, None)
            else:
                set_outer(state, owner, each.attr.value, MISSING)
        elif isinstance(each, cst.Subscript):
            _delete_item(state, evaluate(state, each.value), each)
    return None


def _delete_item(state: State, owner: Value, node: Any) -> None:
    from winit_lint.interpreter.expression import index_of
    from winit_lint.interpreter.items import delete

    index = index_of(state, node)
    if isinstance(owner, Module):
        delete(state, owner, index)
    elif isinstance(owner, (dict, list)):
        with contextlib.suppress(KeyError, IndexError, TypeError):
            del owner[index]


def _global(state: State, node: Any) -> Outcome:
    for each in node.names:
        state.frame.scope.declared[each.name.value] = None
    return None


def _nonlocal(state: State, node: Any) -> Outcome:
    for each in node.names:
        scope: Scope | None = state.frame.scope.parent
        while scope is not None and each.name.value not in scope.names:
            scope = scope.parent
        if scope is not None:
            state.frame.scope.declared[each.name.value] = scope
    return None


def _import(state: State, node: Any) -> Outcome:
    from winit_lint.interpreter.imports import local_import

    for name, value in local_import(state, node):
        bind(state, name, value)
    return None


def _match(state: State, node: Any) -> Outcome:
    from winit_lint.interpreter.pattern import matches

    subject = evaluate(state, node.subject)
    for case in node.cases:
        if matches(state, case.pattern, subject) and (case.guard is None or condition(state, case.guard)):
            return execute(state, case.body.body)
    return None


def _break(state: State, node: Any) -> Outcome:
    return BREAK


def _continue(state: State, node: Any) -> Outcome:
    return CONTINUE


_HANDLERS: Mapping[type[cst.CSTNode], Callable[[State, Any], Outcome]] = {
    cst.SimpleStatementLine: _line,
    cst.SimpleStatementSuite: _block,
    cst.IndentedBlock: _block,
    cst.Expr: _expression,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Return: _return,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.FunctionDef: _def,
    cst.ClassDef: _class,
    cst.Del: _delete,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.Import: _import,
    cst.ImportFrom: _import,
    cst.Match: _match,
    cst.Break: _break,
    cst.Continue: _continue,
}
