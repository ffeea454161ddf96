"""Python's built-in functions on abstract values.

Not here: what needs the object model (``isinstance``, ``getattr``, ``type``, ...), constants and exception classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.host import (
    MAX_BITS,
    MAX_TEXT,
    DefaultDict,
    Representative,
    Wildcard,
    attempt,
    constant,
    is_concrete,
    is_hashable,
    is_scalar,
    items_of,
    plain,
    same,
    table,
    take,
    text_or_star,
    undecided,
)
from winit_lint.interpreter.mro import as_tuple
from winit_lint.interpreter.numeric import absolute, is_integral, is_size, raised_to
from winit_lint.interpreter.quoted import QUOTED
from winit_lint.interpreter.sequences import SEQUENCES
from winit_lint.interpreter.state import Raised
from winit_lint.interpreter.values import (
    MISSING,
    BoundMethod,
    Class,
    External,
    Function,
    Host,
    Instance,
    Module,
    Partial,
    Tensor,
    Traversed,
    Unknown,
    Value,
    is_symbolic,
    open_up,
    text_of,
)
from winit_lint.ir.size import SizeExpr

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

_CONTAINERS = (list, tuple, dict, set, frozenset, str, bytes, range)


def _len(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if len(args) == 1 else MISSING
    match value:
        case Representative():
            named = SizeExpr.atom(f"len({value.text})") if value.text else state.unknown("length of unknown")
            return named if value.length is None else value.length
        case Wildcard():
            return state.unknown("length of unknown text")
        case set() | frozenset() if len(value) > 1 and any(map(is_symbolic, value)):
            return state.unknown("length of a set of unknowns")
        case range():
            return attempt(state, "len", len, value)
        case list() | tuple() | dict() | set() | frozenset() | str() | bytes():
            return len(value)
        case SizeExpr():
            return SizeExpr.atom(f"len({value})")
        case Class() if value.is_enum:
            return len(state.iterate(value))
        case Module() | Instance():
            return _len_of_object(state, value)
        case Tensor():
            if value.data is not None:
                return len(value.data)
            size = value.shape[0] if value.shape else None
            return state.unknown("length of a tensor") if size is None else size
    return state.unknown("length of unknown")


def _len_of_object(state: State, value: Module | Instance) -> Value:
    try:
        method = state.attribute(value, "__len__")
    except Raised:
        method = MISSING
    if isinstance(method, BoundMethod) and isinstance(method.function, Function):
        return state.call(method, [])
    if isinstance(value, Instance):
        items = as_tuple(value)
        return state.unknown("length of an object") if items is None else len(items)
    if value.opaque:
        return state.unknown("length of an object")
    if value.open_children:
        return SizeExpr.atom(f"len({value.cls.name if isinstance(value.cls, (Class, External)) else '?'}#{value.id})")
    return len(value.modules) + len(value.parameters)  # a ParameterList holds no modules


def _int(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args and not kwargs:
        return 0
    value = args[0] if args else None
    if isinstance(value, SizeExpr) and len(args) == 1:
        return value if is_integral(value) else SizeExpr.atom(f"int({value})")
    if isinstance(value, (list, tuple, dict, set)) or not all(map(is_scalar, (*args, *kwargs.values()))):
        return state.unknown("int of unknown")
    if isinstance(value, (str, bytes)) and len(value) > 4300:
        raise Raised("ValueError")
    return attempt(state, "int", int, *args, **kwargs)


def _float(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return 0.0
    if len(args) != 1 or kwargs or not (isinstance(args[0], SizeExpr) or is_scalar(args[0])):
        return state.unknown("float of unknown")
    return args[0] if isinstance(args[0], SizeExpr) else attempt(state, "float", float, args[0])


def _round(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "number", "ndigits")
    if bound is None or not is_size(bound[0]):
        return state.unknown("round of unknown")
    number, digits = bound[0], None if bound[1] is MISSING else bound[1]
    if isinstance(number, SizeExpr):
        text = f"round({number})" if digits is None else f"round({number}, {text_of(digits)})"
        return number if is_integral(number) else SizeExpr.atom(text)
    if digits is not None and not (isinstance(digits, int) and abs(digits) < 1000):
        return state.unknown("round to unknown digits")
    return attempt(state, "round", round, number, digits)


def _abs(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return absolute(args[0]) if len(args) == 1 and is_size(args[0]) else state.unknown("abs of unknown")


def _divmod(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 2 or not all(map(is_size, args)):
        return state.unknown("divmod of unknown")
    left, right = args
    if isinstance(left, SizeExpr) or isinstance(right, SizeExpr):
        rest = left % right if isinstance(left, SizeExpr) else SizeExpr.atom(f"({left}) % ({right})")
        return attempt(state, "divmod", lambda: (left // right, rest))
    return attempt(state, "divmod", divmod, left, right)


def _pow(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "base", "exp", "mod")
    if bound is None or MISSING in bound[:2]:
        return state.unknown("pow of odd arguments")
    if bound[2] in (MISSING, None):
        return raised_to(state, bound[0], bound[1])
    if not all(isinstance(arg, int) and arg.bit_length() < 64 for arg in bound):
        return state.unknown("pow of unknown")
    return attempt(state, "pow", pow, *bound)


def _str(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return ""
    value = args[0]
    if len(args) > 1 or kwargs:
        return plain("str", str).call(state, args, kwargs)
    if isinstance(value, Class):
        return f"<class '{value.module}.{value.qualname}'>"
    if isinstance(value, (Module, Instance, Tensor, Function, External)):
        return state.unknown("text of an object")
    return text_or_star(value)


def _repr(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 1 and isinstance(args[0], str) and not isinstance(args[0], Wildcard):
        return repr(args[0])
    return _str(state, args, kwargs) if args else state.unknown("repr without argument")


def formatted(state: State, value: Value, spec: Value) -> str:
    """``format(value, spec)``, with ``*`` for what has no known text."""
    wide = isinstance(spec, str) and any(len(part) > 4 for part in digit_runs(spec))
    if not isinstance(spec, str) or isinstance(spec, Wildcard) or wide or not is_scalar(value):
        return Wildcard("*") if spec != "" or not is_concrete(value) else text_or_star(value)
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return Wildcard("*")
    text: str = attempt(state, "format", format, value, spec)
    return text


def digit_runs(spec: str) -> list[str]:
    """The runs of digits in a text: a long one may be the width of a result."""
    return "".join(char if char.isdigit() else " " for char in spec).split()


def _format(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not 1 <= len(args) <= 2:
        return state.unknown("format of odd arguments")
    return formatted(state, args[0], args[1] if len(args) == 2 else "")


def _list(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return []
    value = args[0]
    if isinstance(value, Unknown):
        return state.unknown("list of unknown", text=value.text)
    items = items_of(state, value)
    if isinstance(items, Representative):
        return Representative(items, items.text, items.length)
    return Traversed(list(items), items.root, items.how) if isinstance(items, Traversed) else list(items)


def _tuple(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return ()
    if isinstance(args[0], SizeExpr):
        return args[0]  # the same free symbol: its items are read from it one by one
    if isinstance(args[0], Unknown):
        return state.unknown("tuple of unknown", text=args[0].text)
    items = items_of(state, args[0])
    return items if isinstance(items, Representative) else tuple(items)


def _set(name: str, kind: Callable[[list[Any]], Any]) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not args:
            return kind([])
        items = [] if isinstance(args[0], Unknown) else items_of(state, args[0])
        if isinstance(args[0], Unknown) or isinstance(items, Representative) or not all(map(is_hashable, items)):
            return state.unknown(f"{name} of unknown")
        return kind(items)

    return Host(name, call)


def fill_dict(state: State, target: dict[Any, Any], source: Value) -> bool:
    """``target.update(source)``; False where ``source`` cannot be worked out."""
    if isinstance(source, dict):
        target.update(source)
        return True
    if not isinstance(source, _CONTAINERS) or isinstance(source, Representative):
        open_up(state.own_dicts.get(id(target)))
        return False
    for pair in items_of(state, source):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not is_hashable(pair[0]):
            return False
        target[pair[0]] = pair[1]
    return True


def _dict(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 1 and isinstance(args[0], SizeExpr) and not kwargs:
        return args[0]  # a copy of a free mapping
    source = args[0] if args else {}
    result: dict[Any, Any] = DefaultDict(source.make) if isinstance(source, DefaultDict) else {}
    if len(args) > 1 or not fill_dict(state, result, source):
        return state.unknown("dict of unknown")
    return result | kwargs if kwargs else result


def _bytes(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], int) and args[0] > MAX_TEXT:
        return state.unknown("bytes too long")
    return plain("bytes", bytes).call(state, args, kwargs)


def _callable(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if len(args) == 1 else MISSING
    if isinstance(value, (Class, Function, BoundMethod, Partial, Host, Module, External)):
        return True
    if isinstance(value, SizeExpr):
        return undecided(f"callable({value})")
    if is_scalar(value) or isinstance(value, (*_CONTAINERS, slice, Tensor)):
        return False
    if isinstance(value, Instance) and not value.open:
        try:
            return isinstance(state.attribute(value, "__call__"), (BoundMethod, Host))
        except Raised:
            return False
    return state.unknown("callable of unknown")


def _bool(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return state.truth(args[0], text_of(args[0])) if args else False


def _id(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    # Objects only: two equal numbers may or may not be one object.
    state.changes += 1
    known = len(args) == 1 and not is_symbolic(args[0]) and not is_scalar(args[0])
    return id(args[0]) if known else state.unknown("id of a constant")


def _hash(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    known = len(args) == 1 and (isinstance(args[0], (int, float)))
    return hash(args[0]) if known else state.unknown("hash of an object")


def _chr(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return plain("chr", chr).call(state, args, kwargs)


def _digits(name: str, function: Callable[[int], str]) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 1 or not isinstance(args[0], int) or args[0].bit_length() > MAX_BITS:
            return state.unknown(f"{name} of unknown")
        return function(args[0])

    return Host(name, call)


def _slice(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return slice(*args) if 1 <= len(args) <= 3 else state.unknown("slice of odd arguments")


def equal(state: State, left: Value, right: Value) -> Value:
    """``left == right`` as a bool where ``same`` settles it, else by the evaluator's comparison."""
    answer = same(left, right)
    return state.operations.compare(state, "==", left, right) if answer is None else answer


BUILTINS: Mapping[str, Host] = table(
    (
        *SEQUENCES.values(),
        *QUOTED,
        Host("len", _len),
        Host("abs", _abs),
        Host("round", _round),
        Host("int", _int),
        Host("float", _float),
        Host("str", _str),
        Host("bool", _bool),
        Host("bytes", _bytes),
        Host("list", _list),
        Host("tuple", _tuple),
        Host("dict", _dict),
        _set("set", set),
        _set("frozenset", frozenset),
        constant("print", None),
        Host("divmod", _divmod),
        Host("pow", _pow),
        plain("ord", ord),
        Host("chr", _chr),
        Host("id", _id),
        Host("hash", _hash),
        Host("repr", _repr),
        Host("format", _format),
        Host("slice", _slice),
        Host("callable", _callable),
        _digits("bin", bin),
        _digits("hex", hex),
        _digits("oct", oct),
    )
)
"""The built-in functions by name."""
