"""Methods and attributes of concrete host data: strings, lists, dictionaries, sets, numbers, ranges, slices."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.builtins import digit_runs, formatted
from winit_lint.interpreter.collection import DICT, FROZEN_SET, LIST, SET, Receiver, count_items, find_index, fromkeys
from winit_lint.interpreter.host import (
    MAX_BITS,
    MAX_TEXT,
    Array,
    Representative,
    Wildcard,
    attempt,
    constant,
    is_concrete,
    items_of,
    plain,
    text_or_star,
)
from winit_lint.interpreter.numeric import NUMERIC, flat, nested_map
from winit_lint.interpreter.values import MISSING, External, Host, Module, Tensor, Value, is_symbolic
from winit_lint.ir.size import SizeExpr, product

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

_PADDING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})
_TEXT = frozenset(name for name in dir(str) if not name.startswith("_")) - {"format_map", "maketrans", "translate"}
_BYTES = frozenset({"decode", "hex", "split", "strip", "startswith", "endswith", "find", "replace", "lower", "upper"})
_INT = frozenset({"bit_length", "conjugate", "as_integer_ratio", "is_integer", "hex"})
_NUMBER_ATTRIBUTES = frozenset({"real", "imag", "numerator", "denominator"})


def method_of(value: Value, name: str) -> Value:
    """``value.name`` for concrete host data: a Host, for data attributes the value itself, or MISSING."""
    match value:
        case Wildcard():
            return _wildcard_method(value, name)
        case str():
            return _text_method(value, name)
        case bytes():
            return _guarded(f"bytes.{name}", getattr(value, name)) if name in _BYTES else MISSING
        case bool() | int() | float():
            return _number_attribute(value, name)
        case slice() if name in ("start", "stop", "step"):
            return getattr(value, name)
        case range():
            return _range_attribute(value, name)
        case Array():
            return _array_attribute(value, name)
        case tuple():
            return _tuple_attribute(value, name)
        case list():
            return _bind("list", LIST, value, name)
        case dict():
            return _bind("dict", DICT, value, name)
        case set():
            return _bind("set", SET, value, name)
        case frozenset():
            return _bind("frozenset", FROZEN_SET, value, name)
    return MISSING


def class_method_of(cls: str, name: str) -> Value:
    """``cls.name`` for a built-in class (``str.lower``, ``dict.fromkeys``): a Host on the receiver, or MISSING."""
    if (cls, name) == ("dict", "fromkeys"):
        return Host("dict.fromkeys", lambda state, args, kwargs: fromkeys(state, {}, args, kwargs))
    kinds: dict[str, Any] = {"str": "", "list": [], "dict": {}, "tuple": (), "set": set(), "int": 0, "float": 0.0}
    if cls not in kinds or not isinstance(method_of(kinds[cls], name), Host):
        return MISSING
    kind = type(kinds[cls])

    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        method = method_of(args[0], name) if args and isinstance(args[0], kind) else MISSING
        if not isinstance(method, Host):
            return state.unknown(f"{cls}.{name} of unknown")
        return method.call(state, args[1:], kwargs)

    return Host(f"{cls}.{name}", call)


_READING = frozenset(("count", "fromkeys", "get", "index", "items", "keys", "most_common", "values"))
_CHANGING = (LIST.keys() | DICT.keys() | SET.keys()) - FROZEN_SET.keys() - _READING


def _bind(kind: str, methods: Mapping[str, Receiver], value: Value, name: str) -> Value:
    method = methods.get(name)
    if method is None:
        return MISSING
    changes = name in _CHANGING

    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        state.changes += changes or any(isinstance(each, (Module, Tensor)) for each in args)
        return method(state, value, args, kwargs)

    return Host(f"{kind}.{name}", call)


def _guarded(name: str, function: Callable[..., Any]) -> Host:
    """A method whose numeric arguments may size its result."""
    inner = plain(name, function)

    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if any(isinstance(arg, int) and abs(arg) > 10_000 for arg in args):
            return state.unknown(f"{name} too long")
        return inner.call(state, args, kwargs)

    return Host(name, call)


# Strings ----------------------------------------------------------------------------------------------------------


def _text_method(value: str, name: str) -> Value:
    if name not in _TEXT:
        return MISSING
    if name == "format":
        return Host("str.format", lambda state, args, kwargs: _format(state, value, args, kwargs))
    if name == "join":
        return Host("str.join", lambda state, args, kwargs: _join(state, value, args))
    if name in _PADDING:
        return _guarded(f"str.{name}", getattr(value, name))
    if name == "replace":
        return Host("str.replace", lambda state, args, kwargs: _replace(state, value, args, kwargs))
    return plain(f"str.{name}", getattr(value, name))


def _replace(state: State, value: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) > 1 and isinstance(args[1], str) and (len(value) + 1) * len(args[1]) > MAX_TEXT:
        return state.unknown("text too long")
    return plain("str.replace", value.replace).call(state, args, kwargs)


def _join(state: State, value: str, args: list[Value]) -> Value:
    if len(args) != 1 or is_symbolic(args[0]):
        return Wildcard("*")
    items = items_of(state, args[0])
    if isinstance(items, Representative) or not all(isinstance(item, str) or is_symbolic(item) for item in items):
        return Wildcard("*") if not is_concrete(args[0]) else state.unknown("join of odd arguments")
    if sum(len(item) + len(value) for item in items if isinstance(item, str)) > MAX_TEXT:
        return state.unknown("text too long")
    text = value.join(item if isinstance(item, str) else "*" for item in items)
    known = not isinstance(value, Wildcard) and all(
        isinstance(item, str) and not isinstance(item, Wildcard) for item in items
    )
    return text if known else Wildcard(text)


def _format(state: State, value: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    known = all(map(_has_fixed_text, (*args, *kwargs.values())))
    try:
        fields = list(string.Formatter().parse(value))
    except ValueError:
        fields = None
    # Widths size the result, and lookups would reach into host objects.
    names = [value] if fields is None else [field for _, field, _, _ in fields if field]
    looked_up = any("." in name or "[" in name for name in names)
    if known and not looked_up and not any(len(run) > 4 for run in digit_runs(value)):
        return attempt(state, "format", value.format, *args, **kwargs)
    if fields is None:
        return Wildcard("*")
    parts: list[str] = []
    automatic = 0
    for literal, field, spec, conversion in fields:
        parts.append(literal)
        if field is None:
            continue
        name = field.replace("[", ".").split(".")[0]
        if not name:
            name, automatic = str(automatic), automatic + 1
        item = _argument(args, kwargs, name)
        if "{" in (spec or "") or item is MISSING:
            return Wildcard("*")
        if "." in field or "[" in field or conversion not in (None, "", "s"):
            item = Wildcard("*")
        elif conversion:
            item = text_or_star(item)
        parts.append(formatted(state, item, spec or ""))
    text = "".join(parts)
    if len(text) > MAX_TEXT:
        return state.unknown("text too long")
    return Wildcard(text) if any(isinstance(part, Wildcard) for part in parts) else text


def _has_fixed_text(value: Value) -> bool:
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return False
    return is_concrete(value) and not isinstance(value, (set, frozenset))


def _argument(args: list[Value], kwargs: dict[str, Value], name: str) -> Value:
    if name.isdecimal():
        return args[int(name)] if len(name) < 6 and int(name) < len(args) else MISSING
    return kwargs.get(name, MISSING)


def _wildcard_method(value: Wildcard, name: str) -> Value:
    """Methods of a string with an unknown part: texts keep their ``*``; what may depend on it is Unknown."""
    if name not in _TEXT:
        return MISSING
    known = {"startswith": value.split("*")[0], "endswith": value.split("*")[-1]}
    if name in known:
        return Host(f"str.{name}", lambda state, args, kwargs: _affix(state, name, known[name], args))
    if name == "join":
        return Host("str.join", lambda state, args, kwargs: _join(state, value, args))
    if name == "format":
        return constant("str.format", Wildcard("*"))
    method = _text_method(str(value), name)

    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        result = method.call(state, args, kwargs)
        if isinstance(result, str):
            return Wildcard(result)
        if isinstance(result, (list, tuple)):
            return type(result)(Wildcard(part) if "*" in part else part for part in result)
        return state.unknown(f"{name} of unknown text")

    return Host(f"str.{name}", call)


def _affix(state: State, name: str, known: str, args: list[Value]) -> Value:
    options = args[0] if args and isinstance(args[0], tuple) else tuple(args[:1])
    if len(args) == 1 and all(isinstance(o, str) and not isinstance(o, Wildcard) for o in options):
        test = str.startswith if name == "startswith" else str.endswith
        if any(test(known, option) for option in options):
            return True
        if not any(test(option, known) for option in options):
            return False
    return state.unknown(f"{name} of unknown text")


# Numbers, ranges, arrays, tuples ----------------------------------------------------------------------------------


def _number_attribute(value: float, name: str) -> Value:
    if name in _NUMBER_ATTRIBUTES and hasattr(value, name):
        return getattr(value, name)
    if name in _INT and hasattr(value, name):
        return plain(f"number.{name}", getattr(value, name))
    # numpy scalars stand as Python numbers
    return constant(name, value) if name in ("item", "tolist", "copy") else MISSING


def _range_attribute(value: range, name: str) -> Value:
    if name in ("start", "stop", "step"):
        return getattr(value, name)
    return plain(f"range.{name}", getattr(value, name)) if name in ("index", "count") else MISSING


def _array_attribute(value: Array, name: str) -> Value:
    if name in ("shape", "ndim", "size"):
        shape: list[int] = []
        part: Any = value
        while isinstance(part, list):
            shape.append(len(part))
            part = part[0] if part else None
        return {"shape": tuple(shape), "ndim": len(shape), "size": len(flat(value))}[name]
    if name in ("tolist", "copy", "flatten", "ravel"):
        return Host(f"array.{name}", lambda state, args, kwargs: _array_copy(value, name))
    if name == "astype":
        return Host("array.astype", lambda state, args, kwargs: _astype(state, value, args))
    function = NUMERIC.get(f"numpy.{name}")
    if name in ("sum", "mean", "std", "var", "max", "min", "prod", "cumsum", "round", "argmax", "argmin", "clip"):
        assert isinstance(function, Host)
        return Host(f"array.{name}", lambda state, args, kwargs: function.call(state, [value, *args], kwargs))
    return MISSING


def _array_copy(value: Any, name: str) -> Any:
    if name == "tolist":
        return [_array_copy(item, name) for item in value] if isinstance(value, list) else value
    return Array(flat(value)) if name in ("flatten", "ravel") else nested_map(lambda item: item, value)


def _astype(state: State, value: Array, args: list[Value]) -> Value:
    kind = args[0] if len(args) == 1 else None
    text = kind.name if isinstance(kind, (Host, External)) else kind if isinstance(kind, str) else ""
    if not is_concrete(value) or not ("int" in text or "float" in text):
        return state.unknown("array of unknown type")
    return attempt(state, "astype", nested_map, int if "int" in text else float, value)


def _numel(state: State, sizes: tuple[Any, ...]) -> Value:
    if all(isinstance(size, (int, SizeExpr)) for size in sizes):
        return product(sizes)
    return state.unknown("the number of elements of an unknown shape")


def _tuple_attribute(value: tuple[Any, ...], name: str) -> Value:
    if name == "count":
        return Host("tuple.count", lambda state, args, kwargs: count_items(state, value, args, kwargs))
    if name == "index":
        return Host("tuple.index", lambda state, args, kwargs: find_index(state, value, args, kwargs))
    fields = getattr(value, "_fields", ())
    if name == "numel" and not fields:  # only a torch.Size has it
        return Host("Size.numel", lambda state, args, kwargs: _numel(state, value))
    if name in fields or name == "_fields":
        return getattr(value, name)
    if fields and name == "_asdict":
        return Host("namedtuple._asdict", lambda state, args, kwargs: dict(zip(fields, value, strict=False)))
    if fields and name == "_replace":
        replace: Any = getattr(value, "_replace")  # noqa: B009 - a plain tuple has none
        return Host("namedtuple._replace", lambda state, args, kwargs: attempt(state, "_replace", replace, **kwargs))
    return MISSING
