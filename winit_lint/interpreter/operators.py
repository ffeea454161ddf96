"""Operators, comparisons and truth on abstract values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from winit_lint.interpreter.enums import holds
from winit_lint.interpreter.host import Array, Wildcard, is_concrete
from winit_lint.interpreter.mro import own_data
from winit_lint.interpreter.noted_tests import note_class_test, note_looked_for
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import (
    BoundMethod,
    Class,
    External,
    Function,
    Host,
    Instance,
    Module,
    ProjectModule,
    Tensor,
    Test,
    Unknown,
    Value,
    is_symbolic,
    text_of,
    unmixed,
)
from winit_lint.ir.size import SizeExpr

_LIKE_OTHERS = (Module, Tensor)  # an equal one is another

BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "@": operator.matmul,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
}
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DUNDER = {"+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "@": "__matmul__", "|": "__or__"}
_MAX_LENGTH = 100_000
_HOST = (int, float, complex, str, bytes, bool, tuple, list, dict, set, frozenset, range, type(None))


def binary(state: State, symbol: str, left: Value, right: Value) -> Value:
    """``left symbol right``."""
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        from winit_lint.interpreter.tensor import tensor_binary

        return tensor_binary(state, symbol, left, right)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        if symbol == "-":
            note_looked_for(state, left, right)
        return Unknown("arithmetic on an unknown value", f"{text_of(left)} {symbol} {text_of(right)}")
    left, right = unmixed(left), unmixed(right)
    if isinstance(left, Test) or isinstance(right, Test):
        left, right = (state.decide(v) if isinstance(v, Test) else v for v in (left, right))
    if isinstance(left, (Instance, Module)) and symbol in _DUNDER:
        return _overloaded(state, symbol, left, right)
    if not _affordable(symbol, left, right):
        return state.unknown("a value too large to work out")
    if isinstance(left, str) and symbol == "%":
        return _percent(state, left, right)
    if isinstance(left, SizeExpr) or isinstance(right, SizeExpr):
        note_sized(state, left, right)
        return _symbolic(state, symbol, left, right)
    if isinstance(left, _HOST) and isinstance(right, _HOST):
        try:
            return BINARY[symbol](left, right)
        except ZeroDivisionError:
            raise Raised("ZeroDivisionError") from None
        except TypeError:
            raise Raised("TypeError") from None
        except (ValueError, OverflowError, MemoryError, AttributeError):
            return state.unknown("arithmetic that the host cannot do")
    if symbol == "|":
        return _union(left, right)
    return state.unknown("an operator on objects")


def _union(left: Value, right: Value) -> Value:
    """``A | B`` of classes, which a type test takes like a tuple of them."""
    members = [each for side in (left, right) for each in (side if isinstance(side, tuple) else (side,))]
    if all(isinstance(each, (Class, External, Host)) for each in members):
        return tuple(members)
    return Unknown("a union of types")


def note_sized(state: State, *values: Value) -> None:
    """Remember which symbols take part in arithmetic with numbers: these are sizes, not tensors."""
    if all(isinstance(value, (int, float, SizeExpr)) for value in values):
        for value in values:
            if isinstance(value, SizeExpr):
                state.sized |= value.atoms


def _symbolic(state: State, symbol: str, left: Value, right: Value) -> Value:
    if isinstance(left, Array) or isinstance(right, Array):
        try:
            return BINARY[symbol](left, right)
        except (ValueError, TypeError, ZeroDivisionError):
            return Unknown("arithmetic on a small array")
    if isinstance(left, (str, list, tuple)) and symbol == "*":
        return left  # repeated an unknown number of times: one representative
    if isinstance(right, (list, tuple)) and symbol == "*":
        return right
    if isinstance(left, (list, tuple)) or isinstance(right, (list, tuple)):
        return Unknown("a sequence joined with a symbolic value")
    try:
        return BINARY[symbol](left, right)
    except ZeroDivisionError:
        raise Raised("ZeroDivisionError") from None
    except (TypeError, ValueError, OverflowError):
        return SizeExpr.atom(f"({text_of(left)} {symbol} {text_of(right)})")


def _percent(state: State, left: str, right: Value) -> Value:
    try:
        return left % (
            tuple("*" if isinstance(v, SizeExpr) else v for v in right) if isinstance(right, tuple) else right
        )
    except (TypeError, ValueError):
        return Wildcard("*")


def _overloaded(state: State, symbol: str, left: Value, right: Value) -> Value:
    try:
        method = state.attribute(left, _DUNDER[symbol])
    except Raised:
        return state.unknown("an operator on objects")
    if isinstance(method, (BoundMethod, Host)):
        return state.call(method, [right])
    return state.unknown("an operator on objects")


def _affordable(symbol: str, left: Value, right: Value) -> bool:
    if symbol == "*":
        for sequence, count in ((left, right), (right, left)):
            if isinstance(sequence, (list, tuple, str, bytes)) and isinstance(count, int):
                return len(sequence) * max(count, 0) <= _MAX_LENGTH
    if symbol == "**" and isinstance(left, int) and isinstance(right, int):
        return abs(left) < 2 or (abs(right) < 512 and left.bit_length() * abs(right) < 4096)
    if symbol == "<<" and isinstance(left, int) and isinstance(right, int):
        return right < 4096
    return not (symbol == "+" and isinstance(left, (list, tuple, str)) and len(left) > _MAX_LENGTH * 10)


def unary(state: State, symbol: str, value: Value) -> Value:
    """``-x``, ``+x``, ``~x`` (``not`` is :func:`negate`)."""
    if isinstance(value, Tensor):
        return binary(state, "*", value, -1) if symbol == "-" else value
    if isinstance(value, SizeExpr):
        return value * -1 if symbol == "-" else value
    if isinstance(value, (int, float)):
        if symbol == "-":
            return -value
        return ~value if symbol == "~" and isinstance(value, int) else value
    return Unknown("arithmetic on an unknown value", f"{symbol}{text_of(value)}")


def negate(state: State, value: Value, text: str) -> Value:
    """``not value``."""
    if isinstance(value, Test):
        return value.invert()
    if isinstance(value, SizeExpr):
        return Test(str(value), negated=True, prefer=False)
    if isinstance(value, Unknown) or (isinstance(value, Tensor) and value.data is None):
        return not truth(state, value, text)
    return not truth(state, value, text)


def truth(state: State, value: Value, text: str = "?") -> bool:
    """Which side a condition takes."""
    if isinstance(value, Test):
        return state.decide(value)
    if isinstance(value, SizeExpr):
        return state.decide(Test(str(value)))
    if isinstance(value, Unknown) or (isinstance(value, Tensor) and value.data is None):
        where = state.frame.function.qualname if state.frames and state.frame.function else ""
        return state.decide(Test(f"{where}:{text}", free=False, text=text))
    if isinstance(value, Tensor):
        return bool(value.data)
    if isinstance(value, Module):
        return _module_truth(value)
    if isinstance(value, _HOST):
        return bool(value)
    return True


def source_text(state: State, node: Any) -> str:
    """The source of ``node`` on one line."""
    return " ".join(state.frame.definition.text(node).split())


def condition(state: State, node: Any) -> bool:
    """The side that a condition takes on this path."""
    value = state.operations.evaluate(state, node)
    undecided = is_symbolic(value) or isinstance(value, Tensor)
    return truth(state, value, source_text(state, node) if undecided else "")


def _module_truth(value: Module) -> bool:
    if isinstance(value.cls, External) and value.cls.name in {"torch.nn.ModuleList", "torch.nn.ModuleDict"}:
        return bool(value.modules)
    return True


def compare(state: State, symbol: str, left: Value, right: Value) -> Value:
    """A comparison: a bool where it is decided, else a Test."""
    if left is not None and right is not None and (isinstance(left, _LIKE_OTHERS) or isinstance(right, _LIKE_OTHERS)):
        state.changes += 1
    match symbol:
        case "is" | "==":
            answer = same(state, left, right, symbol)
            note_class_test(state, symbol, left, right, answer)
            return answer
        case "is not" | "!=":
            answer = same(state, left, right, symbol)
            return answer.invert() if isinstance(answer, Test) else not answer
        case "in":
            answer = contains(state, left, right)
            note_class_test(state, symbol, left, right, answer)
            return answer
        case "not in":
            note_looked_for(state, left, right)
            answer = contains(state, left, right)
            return answer.invert() if isinstance(answer, Test) else not answer
    left, right = unmixed(left), unmixed(right)
    if isinstance(left, SizeExpr) or isinstance(right, SizeExpr):
        return _ordered(state, symbol, left, right)
    if isinstance(left, _HOST) and isinstance(right, _HOST) and left is not None and right is not None:
        try:
            return bool(_COMPARE[symbol](left, right))
        except TypeError:
            return Test(f"{text_of(left)} {symbol} {text_of(right)}", free=False)
    return Test(f"{text_of(left)} {symbol} {text_of(right)}", free=False)


def _ordered(state: State, symbol: str, left: Value, right: Value) -> Value:
    try:
        gap = left - right
    except TypeError:
        gap = None
    if isinstance(gap, (int, float)):
        return bool(_COMPARE[symbol](gap, 0))
    if isinstance(right, (int, float)) and right <= 0 and symbol in {">", ">="} and isinstance(left, SizeExpr):
        return Test(f"{left} {symbol} {right}")  # sizes are usually positive: take that side first
    negative = symbol in {"<", "<="}
    key = f"{text_of(left)} {'<' if symbol in {'<', '>='} else '<='} {text_of(right)}"
    return Test(key, negated=not negative, prefer=not negative if right in (0, 1) else True)


def same(state: State, left: Value, right: Value, symbol: str) -> bool | Test:
    """Equality or identity."""
    if symbol == "==" and (type(left) is Instance) is not (type(right) is Instance):
        left, right = unmixed(left), unmixed(right)
    if left is right:
        return not isinstance(left, Unknown) or symbol == "is"
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Unknown):
            return Test(f"{value.text} {symbol} {text_of(other)}", free=False, prefer=False)
        if isinstance(value, SizeExpr):
            return _same_size(state, value, other, symbol)
        if isinstance(value, Test):
            if isinstance(other, bool):
                return value if other else value.invert()
            return False
    if isinstance(left, External) and isinstance(right, External):
        return left.name == right.name
    if isinstance(left, BoundMethod) and isinstance(right, BoundMethod):
        return left.function is right.function and left.receiver is right.receiver
    if isinstance(left, _HOST) and isinstance(right, _HOST):
        return _same_host(state, left, right, symbol)
    if isinstance(left, Instance) and isinstance(right, Instance) and "value" in left.attributes:
        return left.attributes.get("name") == right.attributes.get("name") and left.cls is right.cls
    if isinstance(left, Tensor) and isinstance(right, Tensor) and left.storage is not None:
        return left.storage is right.storage if symbol == "is" else Test("tensor == tensor", free=False)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return False if left is None or right is None else Test("tensor == value", free=False)
    return False


def _same_host(state: State, left: Value, right: Value, symbol: str) -> bool | Test:
    if symbol == "is" and not isinstance(left, (bool, int, str, type(None))):
        return False
    if isinstance(left, (tuple, list)) and isinstance(right, (tuple, list)):
        if type(left) is not type(right) or len(left) != len(right):
            return False
        answers = [same(state, a, b, "==") for a, b in zip(left, right, strict=True)]
        if any(a is False for a in answers):
            return False
        return next((a for a in answers if isinstance(a, Test)), True)
    if symbol == "is" and isinstance(left, bool) is not isinstance(right, bool):
        return False
    if isinstance(left, Wildcard) or isinstance(right, Wildcard):
        return Test(f"{text_of(left)} == {text_of(right)}", free=False, prefer=False)
    try:
        return bool(left == right)
    except TypeError:
        return Test(f"{text_of(left)} == {text_of(right)}", free=False)


def _same_size(state: State, value: SizeExpr, other: Value, symbol: str) -> bool | Test:
    if isinstance(other, SizeExpr):
        if value == other:
            return True
        gap = value - other
        if isinstance(gap, (int, float)):
            return False
    if isinstance(other, (Class, Function, Module, Host, ProjectModule)):
        return Test(f"{value} {symbol} {text_of(other)}", prefer=False)
    atoms = value.terms
    plain = len(atoms) == 1 and len(atoms[0][0]) == 1 and atoms[0][1] == 1
    literal = isinstance(other, (str, int, float, bool, type(None)))
    return Test(
        f"{value} {'is' if other is None else '=='} {text_of(other)}",
        prefer=False,
        equals=(str(value), other) if plain and literal else None,
    )


def contains(state: State, item: Value, container: Value) -> bool | Test:
    """``item in container``."""
    if isinstance(container, Class) and container.is_enum:
        return holds(state, container, item)
    if isinstance(container, str):
        item = unmixed(item)
    if isinstance(container, str):
        if isinstance(item, str):
            if isinstance(container, Wildcard) and not (item in container and not isinstance(item, Wildcard)):
                return Test(f"{item!r} in {str(container)!r}", free=False, prefer=False)
            return item in container
        return Test(f"{text_of(item)} in {container!r}", free=isinstance(item, SizeExpr), prefer=False)
    if isinstance(container, Module):
        return contains(state, item, list(container.modules))
    if isinstance(container, (Unknown, SizeExpr, Tensor)):
        free = isinstance(container, SizeExpr)
        return Test(f"{text_of(item)} in {text_of(container)}", free=free, prefer=False)
    if isinstance(container, (dict, set, frozenset)) and isinstance(item, (str, int, float, bool, type(None))):
        return item in container or any(unmixed(each) == item for each in container if type(each) is Instance)
    hashed = isinstance(container, (dict, set, frozenset)) and isinstance(item, tuple) and is_concrete(item)
    if hashed and (item in container or all(map(is_concrete, container))):
        return item in container
    if isinstance(container, (list, tuple, dict, set, frozenset, range)):
        undecided: Test | None = None
        for element in list(container)[:10_000]:
            answer = same(state, item, element, "==")
            if answer is True:
                return True
            if isinstance(answer, Test):
                undecided = answer
        if undecided is None:
            return False
        free = undecided.free
        return Test(f"{text_of(item)} in {text_of(container)}", free=free, prefer=False)
    if isinstance(container, Instance):
        inherited = own_data(container, "__contains__")
        if inherited is not None:
            return contains(state, item, inherited)
        try:
            method = state.attribute(container, "__contains__")
        except Raised:
            return Test(f"{text_of(item)} in {text_of(container)}", free=False, prefer=False)
        answer = state.call(method, [item])
        return answer if isinstance(answer, (bool, Test)) else Test("in", free=False, prefer=False)
    return Test(f"{text_of(item)} in {text_of(container)}", free=False, prefer=False)
