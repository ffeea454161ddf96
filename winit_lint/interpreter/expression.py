"""Expressions: dispatch on the libcst node's type."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import libcst as cst

from winit_lint.interpreter.call import evaluate_call
from winit_lint.interpreter.comprehension import (
    dict_comprehension,
    list_comprehension,
    note_repeated,
    set_comprehension,
)
from winit_lint.interpreter.host import Wildcard
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.operators import binary, compare, condition, negate, source_text, truth, unary
from winit_lint.interpreter.state import BudgetError, Scope, State
from winit_lint.interpreter.subscript import item
from winit_lint.interpreter.values import (
    MISSING,
    BoundMethod,
    Class,
    Function,
    Instance,
    Tensor,
    Test,
    Unknown,
    Value,
    is_symbolic,
)
from winit_lint.ir.size import SizeExpr

_BINARY: Mapping[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
}
_COMPARE: Mapping[type[cst.CSTNode], str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
}
_MAX_DIGITS = 300
_KEPT = frozenset({list, dict, set})


def evaluate(state: State, node: cst.CSTNode) -> Value:
    """The value of an expression."""
    state.budget -= 1  # ``state.step()``, on the hottest line of all
    if state.budget < 0:
        raise BudgetError
    handler = _HANDLERS.get(type(node))
    if handler is None:
        return state.unknown(f"expression {type(node).__name__}", node)
    return handler(state, node)


def _name(state: State, node: Any) -> Value:
    name = node.value
    frame = state.frames[-1]
    scope: Scope | None = frame.scope
    while scope is not None:
        if name in scope.names:
            value = scope.names[name]
            if scope is not frame.scope and type(value) in _KEPT and frame.function and frame.function.owner is None:
                state.names.note(value)  # what a wrapper keeps between its calls
            return value
        scope = scope.parent
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    value = state.names.lookup(state, frame.module, name)
    if value is not MISSING:
        return value
    return state.unknown(f"name {name} is not defined", node, name)


_CONSTANTS: Mapping[str, Any] = {"True": True, "False": False, "None": None}


def _attribute(state: State, node: Any) -> Value:
    state.none_slot = None
    owner = evaluate(state, node.value)
    if owner is None and not isinstance(node.value, cst.Attribute):
        state.none_slot = None  # not the slot that was just read
    return state.attribute(owner, node.attr.value, node)


def _integer(state: State, node: Any) -> Value:
    text = node.value.replace("_", "")
    return int(text, 0) if len(text) < _MAX_DIGITS else state.unknown("a number too long to work out")


def _float(state: State, node: Any) -> Value:
    return float(node.value.replace("_", ""))


def _imaginary(state: State, node: Any) -> Value:
    return Unknown("a complex number")


def _string(state: State, node: Any) -> Value:
    return _literal(node.value)


@cache
def _literal(text: str) -> Value:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return Unknown("a string that does not evaluate")


def _concatenated(state: State, node: Any) -> Value:
    left, right = evaluate(state, node.left), evaluate(state, node.right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return Unknown("a concatenated string")


def _formatted(state: State, node: Any) -> Value:
    parts: list[str] = []
    known = True
    for part in node.parts:
        if type(part) is cst.FormattedStringText:
            parts.append(part.value)
            continue
        value = evaluate(state, part.expression)
        if type(value) is Instance:
            value = _shown(state, value)
        if isinstance(value, (str, int, float, bool)) or value is None:
            parts.append(_format(repr(value) if part.conversion == "r" else value, part))
        else:
            parts.append("*")  # an index or name that is not known
            known = False
        known = known and not isinstance(value, Wildcard)
    return "".join(parts) if known else Wildcard("".join(parts))


def _shown(state: State, value: Instance) -> Value:
    """The text of an object whose class tells it; another value where it does not."""
    method = find_member(value.cls, "__str__")[0] if isinstance(value.cls, Class) else None
    return state.call(BoundMethod(method, value), []) if isinstance(method, Function) else value


def _format(value: Value, part: Any) -> str:
    if part.format_spec is None:
        return str(value)
    spec = "".join(p.value for p in part.format_spec if isinstance(p, cst.FormattedStringText))
    try:
        return format(value, spec) if len(spec) < 12 else "*"
    except (ValueError, TypeError):
        return "*"


def elements(state: State, nodes: Any) -> list[Value]:
    """The values of a tuple's, list's or set's elements, starred ones spread."""
    found: list[Value] = []
    for element in nodes:
        value = evaluate(state, element.value)
        if type(element) is cst.StarredElement:
            found.extend(state.iterate(value, element.value))
        else:
            found.append(value)
    return found


def _tuple(state: State, node: Any) -> Value:
    return tuple(elements(state, node.elements))


def _list(state: State, node: Any) -> Value:
    return elements(state, node.elements)


def _set(state: State, node: Any) -> Value:
    found = elements(state, node.elements)
    try:
        return set(found)
    except TypeError:
        return found


def _dict(state: State, node: Any) -> Value:
    found: dict[Any, Value] = {}
    for element in node.elements:
        value = evaluate(state, element.value)
        if isinstance(element, cst.StarredDictElement):
            if isinstance(value, dict):
                found.update(value)
            else:
                return state.unknown("an unknown mapping spread into a dict", node)
            continue
        key = evaluate(state, element.key)
        try:
            found[key] = value
        except TypeError:
            return state.unknown("a dict key that does not hash", node)
    return found


def _binary(state: State, node: Any) -> Value:
    left = evaluate(state, node.left)
    right = evaluate(state, node.right)
    symbol = _BINARY[type(node.operator)]
    if symbol == "*" and (isinstance(left, (list, tuple)) or isinstance(right, (list, tuple))):
        items, times = (left, right) if isinstance(left, (list, tuple)) else (right, left)
        if not _is_switch(state, times):
            note_repeated(state, items, node)
    return binary(state, symbol, left, right)


def _is_switch(state: State, times: Value) -> bool:
    """A truth value that keeps a list or drops it: ``use_norm * [norm]``."""
    return isinstance(times, (bool, Test)) or (isinstance(times, SizeExpr) and str(times) in state.assumptions)


def _boolean(state: State, node: Any) -> Value:
    left = evaluate(state, node.left)
    side = truth(state, left, source_text(state, node.left) if is_symbolic(left) or isinstance(left, Tensor) else "")
    if isinstance(left, Test):
        left = side
    if side is (type(node.operator) is cst.And):
        return evaluate(state, node.right)
    return left


def _unary(state: State, node: Any) -> Value:
    value = evaluate(state, node.expression)
    if type(node.operator) is cst.Not:
        return negate(state, value, source_text(state, node.expression))
    symbol = {cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~"}[type(node.operator)]
    return unary(state, symbol, value)


def _comparison(state: State, node: Any) -> Value:
    left = evaluate(state, node.left)
    answer: Value = True
    for index, target in enumerate(node.comparisons):
        right = evaluate(state, target.comparator)
        if state.traversals:
            state.frames[-1].node = node  # where a test on a class stands
        answer = compare(state, _COMPARE[type(target.operator)], left, right)
        if isinstance(answer, Test) and not answer.free and not answer.text:
            answer = Test(
                answer.key, answer.negated, False, answer.prefer, answer.equals, _positive_text(state, node, answer)
            )
        if index + 1 < len(node.comparisons) and not truth(state, answer):
            return False
        left = right
    return answer


def _positive_text(state: State, node: Any, answer: Test) -> str:
    text = source_text(state, node)
    return f"not ({text})" if answer.negated else text


def _conditional(state: State, node: Any) -> Value:
    return evaluate(state, node.body if condition(state, node.test) else node.orelse)


def _lambda(state: State, node: Any) -> Value:
    frame = state.frame
    outer = frame.function.qualname if frame.function else ""
    return Function(
        "<lambda>", f"{outer}.<lambda>", node, frame.definition, frame.module, frame.scope, owner=frame.owner
    )


def _subscript(state: State, node: Any) -> Value:
    return item(state, evaluate(state, node.value), index_of(state, node), node)


def index_of(state: State, node: Any) -> Value:
    """The value between the brackets of a subscript."""
    parts = [_slice_part(state, part.slice) for part in node.slice]
    if len(parts) == 1 and isinstance(node.slice[0].comma, cst.MaybeSentinel):
        return parts[0]
    return tuple(parts)


def _slice_part(state: State, part: Any) -> Value:
    if type(part) is cst.Index:
        return evaluate(state, part.value)
    bounds = [None if bound is None else evaluate(state, bound) for bound in (part.lower, part.upper, part.step)]
    return slice(*bounds)


def _named(state: State, node: Any) -> Value:
    value = evaluate(state, node.value)
    state.frame.scope.names[node.target.value] = value
    return value


def _yield(state: State, node: Any) -> Value:
    frame = state.frame
    if frame.yields is None:
        return Unknown("yield outside of a generator")
    if isinstance(node.value, cst.From):
        frame.yields.extend(state.iterate(evaluate(state, node.value.item), node))
    else:
        value = None if node.value is None else evaluate(state, node.value)
        frame.yields.append(value)
        if frame.at_yield is not None:
            frame.at_yield(value)
            return None
    return Unknown("what a generator is sent")


def _await(state: State, node: Any) -> Value:
    return evaluate(state, node.expression)


_HANDLERS: Mapping[type[cst.CSTNode], Callable[[State, Any], Value]] = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Call: evaluate_call,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.Imaginary: _imaginary,
    cst.SimpleString: _string,
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _set,
    cst.Dict: _dict,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.UnaryOperation: _unary,
    cst.Comparison: _comparison,
    cst.IfExp: _conditional,
    cst.Lambda: _lambda,
    cst.Subscript: _subscript,
    cst.ListComp: list_comprehension,
    cst.GeneratorExp: list_comprehension,
    cst.SetComp: set_comprehension,
    cst.DictComp: dict_comprehension,
    cst.NamedExpr: _named,
    cst.Yield: _yield,
    cst.Await: _await,
    cst.Ellipsis: lambda state, node: Ellipsis,
}
