"""Running Python's own functions on concrete data: marks for what is only partly concrete, guards, comparison."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, final

from winit_lint.interpreter.state import Raised
from winit_lint.interpreter.values import (
    MISSING,
    External,
    Host,
    Instance,
    Module,
    Tensor,
    Test,
    Traversed,
    Unknown,
    Value,
    is_symbolic,
    text_of,
    unmixed,
)
from winit_lint.ir.size import Number, SizeExpr

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

MAX_ITEMS = 100_000
"""No list longer than this is made."""

MAX_TEXT = 1_000_000
"""No string longer than this is made."""

MAX_BITS = 14_000
"""No integer above about 4,200 digits is made: Python itself refuses to print longer ones."""

_DEPTH = 12
_SCALARS = (int, float, complex, str, bytes, type(None), type(Ellipsis))


@final
class Iterator(list[Any]):
    """What is left of an iterator: ``next`` takes from its front."""


@final
class Representative(list[Any]):
    """One element that stands for all of an iterable whose length is not known.

    ``length`` is its number of items where that is a free symbol; ``text`` names it ("" where it has no name).
    """

    def __init__(self, items: Iterable[Any], text: str = "", length: Number | None = None) -> None:
        super().__init__(items)
        self.text = text
        self.length = length


@final
class Wildcard(str):
    """A string with an unknown part, which stands as ``*``."""

    __slots__ = ()

    def __add__(self, other: str) -> Wildcard:
        return Wildcard(str(self) + other)

    def __radd__(self, other: str) -> Wildcard:
        return Wildcard(other + str(self))


@final
class Array(list[Any]):
    """A small concrete numpy array as nested lists: its arithmetic is elementwise.

    Only scalars and equal lengths combine; everything else, and what numpy answers by nan or inf, is a ``ValueError``.
    """

    def __add__(self, other: Any) -> Array:
        return _elementwise(operator.add, self, other)

    def __radd__(self, other: Any) -> Array:
        return _elementwise(operator.add, other, self)

    def __sub__(self, other: Any) -> Array:
        return _elementwise(operator.sub, self, other)

    def __rsub__(self, other: Any) -> Array:
        return _elementwise(operator.sub, other, self)

    def __mul__(self, other: Any) -> Array:
        return _elementwise(operator.mul, self, other)

    def __rmul__(self, other: Any) -> Array:
        return _elementwise(operator.mul, other, self)

    def __truediv__(self, other: Any) -> Array:
        return _elementwise(operator.truediv, self, other)

    def __rtruediv__(self, other: Any) -> Array:
        return _elementwise(operator.truediv, other, self)

    def __floordiv__(self, other: Any) -> Array:
        return _elementwise(operator.floordiv, self, other)

    def __rfloordiv__(self, other: Any) -> Array:
        return _elementwise(operator.floordiv, other, self)

    def __mod__(self, other: Any) -> Array:
        return _elementwise(operator.mod, self, other)

    def __pow__(self, other: Any) -> Array:
        return _elementwise(_power, self, other)

    def __rpow__(self, other: Any) -> Array:
        return _elementwise(_power, other, self)


def _power(base: Any, exponent: Any) -> Any:
    # Floats do not grow: numpy's integers would wrap around where Python's get long.
    result = base**exponent if isinstance(base, SizeExpr) else float(base) ** exponent
    if isinstance(result, complex):
        raise ValueError("complex power")
    return int(result) if isinstance(base, int) and isinstance(exponent, int) and result.is_integer() else result


def _elementwise(function: Callable[[Any, Any], Any], left: Any, right: Any) -> Array:
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        if len(left) != len(right):
            raise ValueError("arrays of different lengths")
        pairs = list(zip(left, right, strict=True))
    elif isinstance(left, (list, tuple)):
        pairs = [(item, right) for item in left]
    else:
        pairs = [(left, item) for item in right]
    try:
        return Array(
            _elementwise(function, a, b) if isinstance(a, list) or isinstance(b, list) else function(a, b)
            for a, b in pairs
        )
    except (TypeError, ArithmeticError, AttributeError) as error:
        raise ValueError("arithmetic on odd elements") from error


@final
class DefaultDict(dict[Any, Any]):
    """``collections.defaultdict``: reading an absent key stores what ``make`` returns, if there is one."""

    def __init__(self, make: Callable[[], Value] | None, items: Mapping[Any, Any] = MappingProxyType({})) -> None:
        super().__init__(items)
        self.make = make

    def __missing__(self, key: Value) -> Value:
        if self.make is None:
            raise KeyError(key)
        value = self[key] = self.make()
        return value


def is_scalar(value: Value) -> bool:
    """True for a number, a known string, bytes, None or an ellipsis."""
    return isinstance(value, _SCALARS) and not isinstance(value, Wildcard)


def is_number(value: Value) -> bool:
    """True for a known int, float or bool."""
    return isinstance(value, (int, float))


def is_concrete(value: Value, depth: int = _DEPTH) -> bool:
    """True where ``value`` is host data through and through, and of a known length."""
    if is_scalar(value) or isinstance(value, range):
        return True
    if depth == 0 or isinstance(value, Representative):
        return False
    if isinstance(value, (list, tuple, set, frozenset)):
        return len(value) <= MAX_ITEMS and all(is_concrete(item, depth - 1) for item in value)
    if isinstance(value, dict):
        return len(value) <= MAX_ITEMS and all(
            is_concrete(k, depth - 1) and is_concrete(v, depth - 1) for k, v in value.items()
        )
    return isinstance(value, slice) and all(is_scalar(part) for part in (value.start, value.stop, value.step))


def holds_symbol(value: Value, depth: int = _DEPTH) -> bool:
    """True where a symbolic value stands anywhere in ``value``, so that its equality may be undecided."""
    if is_symbolic(value) or isinstance(value, (Wildcard, Representative)) or depth == 0:
        return True
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(holds_symbol(item, depth - 1) for item in value)
    if isinstance(value, dict):
        return any(holds_symbol(k, depth - 1) or holds_symbol(v, depth - 1) for k, v in value.items())
    return False


def same(left: Value, right: Value) -> bool | None:
    """``left == right`` without the analysed classes' ``__eq__``: identity for objects, None where undecided."""
    if left is right:
        return True
    if holds_symbol(left) or holds_symbol(right):
        return True if isinstance(left, (SizeExpr, tuple, list)) and _equal(left, right) else None
    return _equal(left, right)


def _equal(left: Value, right: Value) -> bool:
    try:
        return bool(left == right) and not isinstance(left, Wildcard)
    except (TypeError, RecursionError):
        return False


def is_hashable(value: Value) -> bool:
    """True where host dictionaries can hold ``value`` as a key."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def equal_key(mapping: Mapping[Any, Any], key: Value) -> Value:
    """The key of a mapping that equals ``key`` where one of them is an object that is also a text or number."""
    plain_key = unmixed(key)
    if plain_key is not key and plain_key in mapping:
        return plain_key
    return next((each for each in mapping if type(each) is Instance and unmixed(each) == plain_key), key)


def ordered(items: Iterable[Any]) -> list[Any]:
    """The items of a set in an order that is the same in every process."""

    def key(item: Value) -> tuple[int, float, str, str]:
        if isinstance(item, (Module,)):
            return (1, item.id, "", "")
        if isinstance(item, Tensor):
            return (2, -1 if item.storage is None else item.storage.id, "", "")
        if isinstance(item, (int, float)):
            return (0, min(max(item, -1e300), 1e300), "", str(type(item)))
        return (3, 0, type(item).__name__, repr(item) if is_concrete(item) else text_of(item))

    return sorted(items, key=key)


def items_of(state: State, value: Value) -> list[Any]:
    """The items of an iterable as a list that the caller must not change, cut at ``MAX_ITEMS``.

    It is a :class:`Representative` where the number of items is not known.
    """
    if isinstance(value, (Representative, Iterator, Traversed, list)):
        return value if len(value) <= MAX_ITEMS else value[:MAX_ITEMS]
    if isinstance(value, (set, frozenset)):
        return ordered(value)[:MAX_ITEMS]
    if isinstance(value, (tuple, str, bytes, dict, range)):
        return list(value[:MAX_ITEMS]) if not isinstance(value, dict) else list(value)[:MAX_ITEMS]
    items = state.iterate(value)[:MAX_ITEMS]
    if is_symbolic(value) or (isinstance(value, Module) and value.open_children):
        return Representative(items, str(value) if isinstance(value, SizeExpr) else "")
    return items


def attempt(state: State, name: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Value:
    """Call a host function on concrete data.

    Raises:
        Raised: what the analysed program would certainly raise.
    """
    try:
        return function(*args, **kwargs)
    except TypeError as error:
        # Lists also stand for arrays and deques: on them a type error is not certain.
        if all(is_scalar(arg) for arg in (*args, *kwargs.values())):
            raise Raised("TypeError") from error
        return state.unknown(f"{name} of odd arguments")
    except (ArithmeticError, LookupError, ValueError) as error:
        raise Raised(type(error).__name__) from error
    except (AttributeError, MemoryError, RecursionError):
        return state.unknown(f"{name} failed")


def plain(name: str, function: Callable[..., Any]) -> Host:
    """A host function that takes concrete arguments only; anything else gives an Unknown."""

    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not all(map(is_concrete, args)) or not all(map(is_concrete, kwargs.values())):
            return state.unknown(f"{name} of unknown")
        return attempt(state, name, function, *args, **kwargs)

    return Host(name, call)


def constant(name: str, value: Value) -> Host:
    """A callable that ignores its arguments."""
    return Host(name, lambda state, args, kwargs: value)


def identity(name: str) -> Host:
    """A callable that returns its first argument."""
    return Host(name, lambda state, args, kwargs: args[0] if args else state.unknown(f"{name} without argument"))


def nothing_known(name: str) -> Host:
    """A callable without effect whose result cannot be worked out."""
    return Host(name, lambda state, args, kwargs: state.unknown(name))


def take(args: list[Value], kwargs: Mapping[str, Value], *names: str) -> list[Value] | None:
    """Arguments in the order of ``names`` with MISSING for absent ones; None where they do not fit."""
    if len(args) > len(names) or any(k not in names[len(args) :] for k in kwargs):
        return None
    return [*args, *(kwargs.get(name, MISSING) for name in names[len(args) :])]


def table(hosts: Iterable[Host]) -> Mapping[str, Host]:
    """The hosts by name, read-only."""
    return MappingProxyType({host.name: host for host in hosts})


def text_or_star(value: Value) -> str:
    """``str(value)``; a value without a known text is a ``Wildcard``."""
    if isinstance(value, Wildcard):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        known = is_concrete(value) and not isinstance(value, (set, frozenset))
        return str(value) if known else Wildcard("*")
    return str(value) if value.bit_length() <= MAX_BITS else Wildcard("*")


def namespace(cls: str, attributes: dict[str, Value], *, opened: bool = False) -> Instance:
    """An object of an external class with known attributes."""
    return Instance(External(cls), attributes, cls, opened)


def undecided(key: str) -> Test:
    """A test on a free symbol."""
    return Test(key)


def unknown_among(values: Iterable[Value]) -> bool:
    """True where one of them is Unknown."""
    return any(isinstance(value, Unknown) for value in values)
