"""Conditions in front of initializers that do not depend on what they seem to test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import libcst as cst

from winit_lint.interpreter.mro import MODULE, external_mro
from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Class, ClassName, External, Module, Tensor, Value

_Part: TypeAlias = tuple[cst.CSTNode, str, str]
_TENSORS = frozenset({"torch.nn.Parameter", "torch.nn.Buffer", "torch.nn.UninitializedParameter", "torch.Tensor"})
_MINUS_ONE = "find() gives -1, which is true, where the text is not there, and 0 where it comes first"


def suspicious(state: State, node: cst.If) -> bool:
    """Some part of the condition looks fixed; asked once for each ``if``."""
    known = state.frame.definition.initialises
    found = known.get(node.test)
    if found is None:
        found = known[node.test] = any(True for _ in _candidates(node.test))
    return found


def note_fixed(state: State, node: cst.If) -> None:
    """Note each part of the condition that is fixed whatever it is asked about."""
    for part, outcome in _candidates(node.test):
        why = _MINUS_ONE if outcome == "inverted" else _truthy(state, part)
        if why is not None:
            state.fixed.setdefault(id(part), (state.tick(), state.site(part), outcome, why))


def note_never(state: State, left: Value, right: Value, node: Any) -> None:
    """Note a comparison of a module with a class, or of a class with a text, for the ``if`` that is evaluated."""
    others = right if isinstance(right, (tuple, list, set)) else (right,)
    classes = bool(others) and all(_is_class(each) for each in others)
    if classes and isinstance(left, Module) and state.visiting and left is state.visiting[-1]:
        state.pending_fixed.append((node, "never", "a module is not its class"))
    elif classes and state.classed is not None and state.classed[0] is left and _visited(state, state.classed[1]):
        if all(map(_is_module_class, others)):
            state.pending_fixed.append((node, "tensor", _kind(others)))
    elif classes and isinstance(left, ClassName):
        state.pending_fixed.append((node, "never", "the name of a class is not the class"))
    elif others and all(type(each) is str for each in others) and _is_class(left):
        if state.classed is None or state.classed[0] is not left:
            return
        state.pending_fixed.append((node, "never", "a class is not its name"))


def note_no_module(state: State, value: Value, classes: Sequence[Value], node: Any) -> None:
    """Note an ``isinstance`` that asks whether a tensor is a layer, in the loop that visits it."""
    if _visited(state, value) and classes and all(map(_is_module_class, classes)):
        state.pending_fixed.append((node, "tensor", _kind(classes)))


def _visited(state: State, value: Value) -> bool:
    """A tensor that a loop of the same function visits: another function may be for modules elsewhere."""
    if state.flow is not None or not isinstance(value, Tensor) or not state.visiting:
        return False
    return value is state.visiting[-1] and state.traversals[-1].site.definition is state.frame.definition


def _is_module_class(cls: Value) -> bool:
    if isinstance(cls, External):
        return cls.name == MODULE or MODULE in external_mro(cls.name)
    return isinstance(cls, Class) and cls.is_module


def _kind(classes: Iterable[Value]) -> str:
    names = [cls.name.rpartition(".")[2] for cls in classes if isinstance(cls, (Class, External))]
    return f"parameters are visited here, and a {names[0]} is none"


def note_foreign(state: State, value: Value, tested: Sequence[str], node: Any) -> None:
    """Note an ``isinstance`` that asks whether a visited module is a tensor, and where one is asked that is."""
    if state.flow is not None or not tested or not all(name in _TENSORS for name in tested):
        return
    if isinstance(value, Tensor):
        if state.fixed.get(id(node), (0, None, "foreign", ""))[2] == "foreign":
            state.fixed[id(node)] = state.tick(), state.site(node), "met", ""
    elif isinstance(value, Module) and state.visiting and value is state.visiting[-1]:
        kind = tested[0].rpartition(".")[2]
        state.pending_fixed.append((node, "foreign", f"modules are visited here, and a {kind} is none"))


def file_never(state: State, before: int, test: cst.BaseExpression, *, initialises: bool) -> None:
    """Keep what a condition noted of its comparisons, if it guards an initializer."""
    for node, outcome, why in state.pending_fixed[before:]:
        if initialises and (outcome == "never" or _needs(test, node)):
            state.fixed.setdefault(id(node), (state.tick(), state.site(node), outcome, why))
    del state.pending_fixed[before:]


def _needs(test: cst.BaseExpression, part: Any) -> bool:
    """Whether the condition is false where that part of it is."""
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        return _needs(test.left, part) or _needs(test.right, part)
    return test is part


def _candidates(test: cst.BaseExpression) -> Iterator[tuple[cst.BaseExpression, str]]:
    """The parts of a condition that are fixed if they are what they look like, and what that makes of the whole."""
    if isinstance(test, cst.BooleanOperation):
        either = isinstance(test.operator, cst.Or)
        for operand in (test.left, test.right):
            if _looks_true(operand):
                yield operand, "always" if either else "ignored"
            else:
                yield from _candidates(operand)
    elif isinstance(test, cst.UnaryOperation):
        yield from _in_operands(test.expression)
    elif _is_find(test):
        yield test, "inverted"
    else:
        yield from _in_operands(test)


def _in_operands(test: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, str]]:
    """`("a" or "b") in name` and `isinstance(m, A or B)`: only the first alternative is tested."""
    for each in inner_nodes(test):
        inner: Any = each.comparator if isinstance(each, cst.ComparisonTarget) else each
        inner = inner.value if isinstance(inner, cst.Arg) else inner
        if isinstance(inner, cst.BooleanOperation) and isinstance(inner.operator, cst.Or) and _looks_true(inner.left):
            yield inner.left, "first"


def _looks_true(node: cst.BaseExpression) -> bool:
    """A text by itself, or a name written like a class."""
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        return True
    name = node.attr.value if isinstance(node, cst.Attribute) else getattr(node, "value", "")
    return isinstance(node, (cst.Attribute, cst.Name)) and name.lstrip("_")[:1].isupper()


def _truthy(state: State, node: cst.BaseExpression) -> str | None:
    """Why an operand is true whatever happens."""
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        text = node.evaluated_value
        return f"the text {text!r} by itself is true" if text else None
    if _is_class(state.operations.evaluate(state, node)):
        return f"the class `{state.frame.definition.text(node)}` by itself is true"
    return None


def _is_class(value: Value) -> bool:
    if isinstance(value, External):
        return value.name.startswith("torch.nn.") and value.name.rpartition(".")[2][:1].isupper()
    return isinstance(value, Class)


def _is_find(node: cst.CSTNode) -> bool:
    """`name.find("text")` with nothing to compare it to."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute) or node.func.attr.value != "find":
        return False
    return len(node.args) == 1 and isinstance(node.args[0].value, cst.SimpleString)
