"""The content of a value as a key: two values of one content lead a constructor to the same model."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, final

from winit_lint.interpreter.values import (
    BoundMethod,
    Class,
    External,
    Function,
    Host,
    Instance,
    Partial,
    ProjectModule,
    Test,
    Unknown,
    Value,
)
from winit_lint.ir.size import SizeExpr

_PLAIN = frozenset({int, bool, str, bytes, type(None), range, SizeExpr})
_LIMIT = 4_000


@final
class NoKeyError(Exception):
    """The value may hold more than a key can say, or more than is worth comparing."""


@final
class Walk:
    """The keys of some values; ``objects`` are the mutable ones that were met, in an order that follows the key."""

    def __init__(self) -> None:
        self.objects: list[Any] = []
        self._places: dict[int, int] = {}
        self._left = _LIMIT

    def key(self, value: Value) -> Hashable:
        """The content of ``value``.

        Raises:
            NoKeyError: it holds a module, a tensor, a closure, or too much.
        """
        kind = type(value)
        if kind in _PLAIN:
            return (kind, value)
        if kind is float:
            return (float, repr(value))
        self._left -= 1
        if self._left < 0:
            raise NoKeyError
        if kind is tuple:
            return (tuple, *map(self.key, value))
        if kind in {list, dict, set, Instance}:
            return self._mutable(kind, value)
        return self._callable(value)

    def _mutable(self, kind: type[Any], value: Any) -> Hashable:
        place = self._places.get(id(value))
        if place is not None:
            return ("again", place)
        self._places[id(value)] = len(self.objects)
        self.objects.append(value)
        if kind is list:
            return (list, *map(self.key, value))
        if kind is set:
            return (set, frozenset(map(self.key, value)))
        if kind is dict:
            return (dict, *((self.key(k), self.key(v)) for k, v in value.items()))
        self._left -= len(value.attributes)
        content = ((name, self.key(each)) for name, each in value.attributes.items())
        return (Instance, id(value), value.open, value.text, *content)

    def _callable(self, value: Value) -> Hashable:
        match value:
            case External():
                return (External, value.name)
            case Class() | Host() | ProjectModule():
                return (type(value), id(value))
            case Function() if is_global(value):
                return (Function, id(value))
            case Partial():
                content = ((name, self.key(each)) for name, each in value.kwargs.items())
                return (Partial, self.key(value.function), *map(self.key, value.args), *content)
            case BoundMethod():
                return (BoundMethod, self.key(value.function), self.key(value.receiver))
            case Unknown() if value.holder is None:
                return (Unknown, value.why, value.text)
            case Test():
                return (Test, value.key, value.negated, value.free, value.prefer)
        raise NoKeyError


def content_of(value: Value) -> Hashable:
    """The content of a value; None where a key can't say it."""
    try:
        return Walk().key(value)
    except NoKeyError:
        return None


def is_global(function: Function) -> bool:
    """Whether a function sees no variables of another call."""
    scope = function.closure
    return scope is None or (scope.parent is None and not scope.names)
