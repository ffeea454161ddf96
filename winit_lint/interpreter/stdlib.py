"""The standard library (and numpy) by qualified name, as far as model code uses it while it builds modules.

What is absent is an unknown external call.
"""

from __future__ import annotations

import collections
import functools
import keyword
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, final

from winit_lint.interpreter.builtins import fill_dict
from winit_lint.interpreter.collection import counter, shallow_copy
from winit_lint.interpreter.host import (
    DefaultDict,
    attempt,
    constant,
    identity,
    items_of,
    namespace,
    plain,
    take,
)
from winit_lint.interpreter.iterators import ITERATORS
from winit_lint.interpreter.methods import class_method_of
from winit_lint.interpreter.mocking import MOCKING
from winit_lint.interpreter.numeric import NUMERIC, raised_to
from winit_lint.interpreter.regex import PATTERNS
from winit_lint.interpreter.stdlib_system import SYSTEM
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
    Unknown,
    Value,
)
from winit_lint.ir.size import SizeExpr

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

_CALLABLES = (Class, Function, BoundMethod, Partial, Host, External)


@final
@dataclass(frozen=True, eq=False, slots=True)
class FieldDefault:
    """``dataclasses.field``: the default or the factory of one (MISSING where absent); ``init`` as given."""

    default: Value
    factory: Value
    init: bool = True


# functools, copy, typing ------------------------------------------------------------------------------------------


def _partial(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args or isinstance(args[0], Unknown):
        return state.unknown("partial of unknown")
    if isinstance(args[0], Partial):
        inner = args[0]
        return Partial(inner.function, (*inner.args, *args[1:]), MappingProxyType({**inner.kwargs, **kwargs}))
    return Partial(args[0], tuple(args[1:]), MappingProxyType(dict(kwargs)))


def _partialmethod(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return state.unknown("partialmethod of unknown")
    function, fixed = args[0], args[1:]

    def call(state: State, later: list[Value], named: dict[str, Value]) -> Value:
        return state.call(function, [*later[:1], *fixed, *later[1:]], {**kwargs, **named})

    return Host("functools.partialmethod", call)


def _decorator(name: str) -> Host:
    """A decorator with or without options, without effect on what its function returns."""

    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return args[0] if len(args) == 1 and isinstance(args[0], _CALLABLES) and not kwargs else identity(name)

    return Host(name, call)


def _copy(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if len(args) == 1 else MISSING
    if isinstance(value, Instance):
        return Instance(value.cls, dict(value.attributes), value.text, value.open)
    if value is MISSING or isinstance(value, (Module, Tensor)):
        return state.unknown("shallow copy of a module or tensor")
    return shallow_copy(value)


def _method(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return BoundMethod(*args) if len(args) == 2 and not kwargs else state.unknown("MethodType of odd arguments")


def _functools() -> dict[str, Value]:
    names = ("lru_cache", "cache", "cached_property", "total_ordering", "singledispatch")
    table: dict[str, Value] = {f"functools.{name}": _decorator(f"functools.{name}") for name in names[:4]}
    return table | {
        "functools.partial": Host("functools.partial", _partial),
        "functools.partialmethod": Host("functools.partialmethod", _partialmethod),
        "functools.wraps": constant("functools.wraps", identity("functools.wraps")),
        "functools.update_wrapper": identity("functools.update_wrapper"),
        "types.MethodType": Host("types.MethodType", _method),
        "copy.copy": Host("copy.copy", _copy),
        "typing.TYPE_CHECKING": False,
        "typing.cast": Host("typing.cast", _second),
        "typing.overload": identity("typing.overload"),
        "typing.final": identity("typing.final"),
        "typing.no_type_check": identity("typing.no_type_check"),
        "typing.runtime_checkable": identity("typing.runtime_checkable"),
        "abc.abstractmethod": identity("abc.abstractmethod"),
        "enum.auto": Host("enum.auto", lambda state, args, kwargs: namespace("enum.auto", {})),
        "enum.unique": identity("enum.unique"),
    }


def _second(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[1] if len(args) == 2 else kwargs.get("val", state.unknown("cast of odd arguments"))


# collections, dataclasses -----------------------------------------------------------------------------------------


def _ordered_dict(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    result: dict[Any, Any] = {}
    if len(args) > 1 or (args and not fill_dict(state, result, args[0])):
        return state.unknown("dict of unknown")
    return result | kwargs


def _defaultdict(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    factory = args[0] if args else None
    result = DefaultDict(None if factory is None else lambda: state.call(factory, []))
    if len(args) > 2 or (len(args) == 2 and not fill_dict(state, result, args[1])):
        return state.unknown("dict of unknown")
    result.update(kwargs)
    return result


def _deque(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "iterable", "maxlen")
    if bound is None or bound[1] not in (MISSING, None) or isinstance(bound[0], Unknown):
        return state.unknown("deque of unknown")
    return [] if bound[0] is MISSING else shallow_copy(list(items_of(state, bound[0])))


def _namedtuple(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, {k: v for k, v in kwargs.items() if k != "module"}, "typename", "field_names", "defaults")
    fields = None if bound is None else bound[1]
    if isinstance(fields, str):
        fields = fields.replace(",", " ").split()
    if bound is None or not isinstance(fields, (list, tuple)) or not all(map(_is_field, fields)):
        return state.unknown("namedtuple of unknown")
    if not isinstance(bound[0], str) or not _is_field(bound[0].lstrip("_")):
        return state.unknown("namedtuple of unknown")
    if len(set(fields)) != len(fields) or len(fields) > 100:
        return state.unknown("namedtuple of unknown")
    defaults = bound[2] if isinstance(bound[2], (list, tuple)) else ()
    if len(defaults) > len(fields):
        return state.unknown("namedtuple of unknown")
    made = collections.namedtuple(bound[0], fields, defaults=defaults)  # type: ignore[misc]
    return Host(
        f"collections.namedtuple.{bound[0]}",
        lambda state, args, kwargs: attempt(state, "namedtuple", made, *args, **kwargs),
    )


def _is_field(name: Value) -> bool:
    return type(name) is str and name.isidentifier() and not keyword.iskeyword(name) and name[0] != "_"


def _field(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    init = kwargs.get("init", True)
    return FieldDefault(kwargs.get("default", MISSING), kwargs.get("default_factory", MISSING), init is not False)


def _replace(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if len(args) == 1 else None
    if not isinstance(value, Instance):
        return state.unknown("replace of unknown")
    return Instance(value.cls, {**value.attributes, **kwargs}, value.text, value.open)


def _asdict(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if len(args) == 1 else None
    if not isinstance(value, Instance) or value.open:
        return state.unknown("asdict of unknown")
    return _plain_fields(value, 10)


def _fields(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.dataclass_init import field_objects

    value = args[0] if len(args) == 1 else None
    cls = value.cls if isinstance(value, Instance) else value
    if not isinstance(cls, Class) or not cls.dataclass_fields:
        return state.unknown("fields of unknown")
    return tuple(field_objects(state, cls))


def _is_dataclass(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if len(args) == 1 else None
    cls = value.cls if isinstance(value, (Instance, Module)) else value
    if isinstance(cls, (Unknown, SizeExpr)):
        return state.unknown("is_dataclass of unknown")
    return isinstance(cls, Class) and cls.dataclass_fields


def _plain_fields(value: Value, depth: int) -> Value:
    if depth == 0:
        return value
    if isinstance(value, Instance) and not value.open:
        return {name: _plain_fields(item, depth - 1) for name, item in value.attributes.items()}
    if isinstance(value, dict):
        return {name: _plain_fields(item, depth - 1) for name, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_plain_fields(item, depth - 1) for item in value)
    return value


def _collections() -> dict[str, Value]:
    return {
        "collections.OrderedDict": Host("collections.OrderedDict", _ordered_dict),
        "typing.OrderedDict": Host("collections.OrderedDict", _ordered_dict),
        "collections.defaultdict": Host("collections.defaultdict", _defaultdict),
        "collections.deque": Host("collections.deque", _deque),
        "collections.Counter": Host("collections.Counter", counter),
        "collections.namedtuple": Host("collections.namedtuple", _namedtuple),
        "dataclasses.field": Host("dataclasses.field", _field),
        "dataclasses.replace": Host("dataclasses.replace", _replace),
        "dataclasses.asdict": Host("dataclasses.asdict", _asdict),
        "dataclasses.fields": Host("dataclasses.fields", _fields),
        "dataclasses.is_dataclass": Host("dataclasses.is_dataclass", _is_dataclass),
    }


# operator ---------------------------------------------------------------------------------------------------------


def _binary(name: str, symbol: str) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 2:
            return state.unknown(f"{name} of odd arguments")
        if symbol == "**":
            return raised_to(state, *args)
        return state.operations.binary(state, symbol, args[0], args[1])

    return Host(name, call)


def _comparison(name: str, symbol: str, flip: bool = False) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 2:
            return state.unknown(f"{name} of odd arguments")
        left, right = args[::-1] if flip else args
        return state.operations.compare(state, symbol, left, right)

    return Host(name, call)


def _getter(name: str, read: Callable[[State, Value, Value], Value]) -> Host:
    def make(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        wanted = list(args)

        def call(state: State, given: list[Value], named: dict[str, Value]) -> Value:
            if len(given) != 1 or not wanted:
                return state.unknown(f"{name} of odd arguments")
            found = tuple(read(state, given[0], item) for item in wanted)
            return found[0] if len(found) == 1 else found

        return Host(name, call)

    return Host(name, make)


def _read_attribute(state: State, value: Value, path: Value) -> Value:
    if type(path) is not str:
        return state.unknown("attrgetter of unknown")
    return functools.reduce(state.attribute, path.split("."), value)


def _methodcaller(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args or type(args[0]) is not str:
        return state.unknown("methodcaller of unknown")
    name, fixed = args[0], list(args[1:])

    def call(state: State, given: list[Value], named: dict[str, Value]) -> Value:
        if len(given) != 1:
            return state.unknown("methodcaller of odd arguments")
        return state.call(state.attribute(given[0], name), fixed, kwargs)

    return Host("operator.methodcaller", call)


def _getitem(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _item(state, *args) if len(args) == 2 else state.unknown("getitem of odd arguments")


def _item(state: State, value: Value, key: Value) -> Value:
    return state.operations.item(state, value, key, None)


def _negative(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return state.operations.binary(state, "*", args[0], -1) if len(args) == 1 else state.unknown("neg of odd arguments")


def _truth(name: str, wanted: bool) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return state.truth(args[0]) is wanted if len(args) == 1 else state.unknown(f"{name} of odd arguments")

    return Host(name, call)


def _operator() -> dict[str, Value]:
    binary = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**"}
    binary |= {"matmul": "@", "and_": "&", "or_": "|", "xor": "^", "lshift": "<<", "rshift": ">>", "concat": "+"}
    compare = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "is_": "is", "is_not": "is not"}
    hosts = [_binary(f"operator.{name}", symbol) for name, symbol in binary.items()]
    hosts += [_comparison(f"operator.{name}", symbol) for name, symbol in compare.items()]
    hosts += [
        _comparison("operator.contains", "in", flip=True),
        _getter("operator.itemgetter", _item),
        _getter("operator.attrgetter", _read_attribute),
        Host("operator.methodcaller", _methodcaller),
        Host("operator.getitem", _getitem),
        Host("operator.neg", _negative),
        _truth("operator.not_", False),
        _truth("operator.truth", True),
        plain("operator.index", operator.index),
    ]
    return {host.name: host for host in hosts}


def _class_methods() -> dict[str, Value]:
    """Methods of built-in classes that are called on the class: ``dict.fromkeys``, ``str.join``."""
    kinds: tuple[type, ...] = (str, dict, list, tuple, set, int, float)
    names = [(kind.__name__, name) for kind in kinds for name in dir(kind) if not name.startswith("_")]
    return {f"{cls}.{name}": method for cls, name in names if (method := class_method_of(cls, name)) is not MISSING}


def _assembled() -> dict[str, Value]:
    parts = (NUMERIC, ITERATORS, PATTERNS, MOCKING, _functools(), _collections(), _class_methods(), _operator(), SYSTEM)
    table: dict[str, Value] = {}
    for part in parts:
        table.update(part)
    table["typing_extensions.TYPE_CHECKING"] = False
    return table


STDLIB: Mapping[str, Value] = MappingProxyType(_assembled())
"""Hosts and constants by qualified name."""
