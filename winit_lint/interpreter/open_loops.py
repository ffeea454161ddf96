"""Loops whose number of rounds is not known: one round was run, and what it adds up is no number that is known."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import libcst as cst

from winit_lint.interpreter.assignment import assign
from winit_lint.interpreter.host import Representative
from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import Module, Tensor, Unknown, Value
from winit_lint.ir.size import SizeExpr


def is_open(iterable: Value) -> bool:
    """One item stands for all of them."""
    return isinstance(iterable, (Representative, SizeExpr, Unknown))


def rounds_unknown(iterable: Value) -> bool:
    """Nobody can say how often a loop over this runs."""
    if isinstance(iterable, Tensor):
        return iterable.data is None and not (iterable.shape and isinstance(iterable.shape[0], int))
    return is_open(iterable) or (isinstance(iterable, Module) and iterable.open_children)


def leave_totals_unknown(state: State, loop: cst.For | cst.While) -> None:
    """Numbers that the body makes from what they were before (``n += 1``, ``n = 2 * n``), in a branch not taken too."""
    for target in _accumulated(loop.body):
        value: Value = None
        with contextlib.suppress(Raised):
            value = state.operations.evaluate(state, target)
        if isinstance(value, (int, float, SizeExpr)) and not isinstance(value, bool):
            why = "a number added up in a loop of unknown length"
            assign(state, target, Unknown(why, state.frame.definition.text(target)))


def _accumulated(node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    for child in inner_nodes(node):
        if isinstance(child, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            continue
        if isinstance(child, cst.AugAssign) and _is_variable(child.target):
            yield child.target
        elif isinstance(child, cst.Assign):
            for each in child.targets:
                if _is_variable(each.target) and _reads(child.value, each.target):
                    yield each.target
        else:
            yield from _accumulated(child)


def _is_variable(target: cst.BaseExpression) -> bool:
    """A name, or an attribute of one: evaluating it changes nothing."""
    return isinstance(target, cst.Name) or (isinstance(target, cst.Attribute) and isinstance(target.value, cst.Name))


def _reads(node: cst.CSTNode, variable: cst.BaseExpression) -> bool:
    return node.deep_equals(variable) or any(_reads(child, variable) for child in inner_nodes(node))
