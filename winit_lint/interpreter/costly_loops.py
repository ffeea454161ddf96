"""Loops that only work out numbers, and would take more steps for it than a run can spare."""

from __future__ import annotations

import libcst as cst
from libcst import matchers

from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Unknown

_LOOP_STEPS = 400_000
_FUNCTIONS = frozenset(
    {"abs", "bool", "divmod", "enumerate", "float", "int", "len", "list", "max", "min"}
    | {"pow", "range", "reversed", "round", "sorted", "sum", "tuple", "zip"}
)
_READING = frozenset({"copy", "get", "index", "items", "keys", "values"})
_CHANGING = frozenset({"add", "append", "extend", "insert", "pop", "setdefault", "sort", "update"})
_STATEMENTS = (cst.Assign, cst.AugAssign, cst.AnnAssign, cst.Expr, cst.Continue, cst.Break, cst.Pass)


def too_costly(state: State, rounds: int, cost: int, most: int = _LOOP_STEPS) -> bool:
    """Whether rounds of ``cost`` steps each take more than ``most``, or half of what the run has left."""
    return rounds * cost > min(most, state.budget // 2)


def names_written(loop: cst.For) -> frozenset[str] | None:
    """The variables that a loop assigns or changes, where it works on nothing but numbers and their containers."""
    found: set[str] = set()
    return frozenset(found) if _gather(loop.body, found) and _target(loop.target, found) else None


def leave_unknown(state: State, loop: cst.For, names: frozenset[str]) -> None:
    """What a loop that is not run to its end leaves in its variables."""
    state.unknown("a loop over numbers that costs too much", loop)
    for name in names:
        state.frame.scope.names[name] = Unknown("a loop over numbers that costs too much", name)


def _gather(node: cst.CSTNode, found: set[str]) -> bool:
    """Collects what is written below ``node``; False where something else than numbers may be."""
    for child in inner_nodes(node):
        if isinstance(child, cst.BaseSmallStatement) and not isinstance(child, _STATEMENTS):
            return False
        if isinstance(child, cst.BaseCompoundStatement) and not isinstance(child, (cst.If, cst.For)):
            return False
        if isinstance(child, cst.Call) and not _known_call(child, found):
            return False
        if isinstance(child, (cst.Lambda, cst.Await, cst.Yield, cst.NamedExpr)):
            return False
        written = child.target if isinstance(child, (cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.For)) else None
        if (written is not None and not _target(written, found)) or not _gather(child, found):
            return False
    return True


def _known_call(call: cst.Call, found: set[str]) -> bool:
    function = call.func
    if isinstance(function, cst.Name):
        return function.value in _FUNCTIONS
    if not isinstance(function, cst.Attribute) or not isinstance(function.value, cst.Name):
        return False
    if function.attr.value in _CHANGING:
        found.add(function.value.value)
        return True
    return function.attr.value in _READING or matchers.matches(function.value, matchers.Name("math"))


def _target(node: cst.BaseExpression, found: set[str]) -> bool:
    if isinstance(node, cst.Subscript):
        return isinstance(node.value, (cst.Name, cst.Subscript)) and _target(node.value, found)
    if isinstance(node, cst.Name):
        found.add(node.value)
        return True
    return isinstance(node, (cst.Tuple, cst.List)) and all(_target(each.value, found) for each in node.elements)
