"""Methods of lists (also as deques), dictionaries and sets."""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.builtins import equal, fill_dict
from winit_lint.interpreter.host import (
    MAX_ITEMS,
    Array,
    DefaultDict,
    Representative,
    Wildcard,
    attempt,
    equal_key,
    holds_symbol,
    is_hashable,
    items_of,
    ordered,
    same,
    take,
)
from winit_lint.interpreter.sequences import sort_items
from winit_lint.interpreter.state import Raised
from winit_lint.interpreter.values import MISSING, Unknown, Value, is_symbolic

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

Receiver = Callable[["State", Any, list[Value], dict[str, Value]], Value]
"""A method: state, receiver, arguments, keyword arguments."""


def _append(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 1 and len(items) < MAX_ITEMS:
        items.append(args[0])
        return None
    return state.unknown("append of odd arguments")


def _appendleft(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _insert(state, items, [0, *args], kwargs)


def _extend(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1:
        return state.unknown("extend of odd arguments")
    items.extend(items_of(state, args[0])[: MAX_ITEMS - len(items)])
    return None


def _extendleft(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1:
        return state.unknown("extend of odd arguments")
    items[:0] = items_of(state, args[0])[: MAX_ITEMS - len(items)][::-1]
    return None


def _insert(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 2 or not isinstance(args[0], int) or len(items) >= MAX_ITEMS:
        return state.unknown("insert at an unknown place")
    items.insert(max(-MAX_ITEMS, min(args[0], MAX_ITEMS)), args[1])
    return None


def _pop(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) > 1 or any(not isinstance(arg, int) for arg in args):
        return state.unknown("pop at an unknown place")
    return attempt(state, "pop", items.pop, *args)


def _popleft(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    return attempt(state, "popleft", items.pop, 0)


def _find(state: State, items: Any, target: Value) -> tuple[int | None, bool]:
    """The first place that certainly equals ``target``, and whether an earlier item or none else may."""
    for place, item in enumerate(items):
        answer = same(item, target)
        if answer is None:
            answer = state.truth(equal(state, item, target), "an item's equality")
        if answer:
            return place, True
    return None, not isinstance(items, Representative)


def find_index(state: State, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``items.index(value, start, stop)``."""
    if not 1 <= len(args) <= 3 or not all(isinstance(arg, int) for arg in args[1:]):
        return state.unknown("index of odd arguments")
    start, stop, _ = slice(*args[1:3] if len(args) == 3 else (*args[1:], None)).indices(len(items))
    place, certain = _find(state, items[start:stop] if len(args) > 1 else items, args[0])
    if place is not None:
        return place + (start if len(args) > 1 else 0)
    if certain:
        raise Raised("ValueError")
    return state.unknown("index in a list of unknown length")


def _remove(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1:
        return state.unknown("remove of odd arguments")
    place, certain = _find(state, items, args[0])
    if place is not None:
        del items[place]
        return None
    if certain:
        raise Raised("ValueError")
    return None


def count_items(state: State, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``items.count(value)``."""
    answers: list[bool | None] = [same(item, args[0]) for item in items] if len(args) == 1 else [None]
    if None in answers or isinstance(items, Representative):
        return state.unknown("count of unknown")
    return answers.count(True)


def _sort(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    order = sort_items(state, list(items), kwargs.get("key", MISSING), kwargs.get("reverse", MISSING))
    if order is None:
        return state.unknown("sort of unknown")
    items[:] = order
    return None


def _rotate(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) > 1 or not all(isinstance(arg, int) for arg in args):
        return state.unknown("rotate by unknown")
    if items:
        steps = (args[0] if args else 1) % len(items)
        items[:] = items[-steps:] + items[:-steps] if steps else items
    return None


def _reverse(state: State, items: list[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    items.reverse()
    return None


def _clear(state: State, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    items.clear()
    return None


def _copy(state: State, value: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return shallow_copy(value)


def shallow_copy(value: Any) -> Any:
    """``copy.copy`` of a host container."""
    match value:
        case Representative():
            return Representative(value, value.text, value.length)
        case Array():
            return Array(value)
        case DefaultDict():
            return DefaultDict(value.make, value)
        case collections.Counter():
            return collections.Counter(value)
        case list():
            return list(value)
        case dict():
            return dict(value)
        case set():
            return set(value)
    return value


def lookup(state: State, mapping: dict[Any, Any], key: Value) -> Value:
    """The value under ``key``: MISSING where it is certainly absent, an Unknown where that is open."""
    if not is_hashable(key):
        return state.unknown("unhashable key")
    equal = key if key in mapping else equal_key(mapping, key)
    if equal in mapping and not isinstance(key, Wildcard):
        return mapping[equal]
    if holds_symbol(key) or any(holds_symbol(known) for known in mapping):
        return state.unknown("unknown key")
    return MISSING


def _get(state: State, mapping: dict[Any, Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "key", "default")
    if bound is None or bound[0] is MISSING:
        return state.unknown("get of odd arguments")
    found = lookup(state, mapping, bound[0])
    return (None if bound[1] is MISSING else bound[1]) if found is MISSING else found


def _pop_key(state: State, mapping: dict[Any, Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "key", "default")
    if bound is None or bound[0] is MISSING:
        return state.unknown("pop of odd arguments")
    found = lookup(state, mapping, bound[0])
    if found is MISSING:
        if bound[1] is MISSING:
            raise Raised("KeyError", bound[0])
        return bound[1]
    if is_hashable(bound[0]):
        mapping.pop(bound[0], None)
    return found


def _setdefault(state: State, mapping: dict[Any, Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "key", "default")
    if bound is None or bound[0] is MISSING or not is_hashable(bound[0]) or len(mapping) >= MAX_ITEMS:
        return state.unknown("setdefault of odd arguments")
    return mapping.setdefault(bound[0], None if bound[1] is MISSING else bound[1])


def _update(state: State, mapping: dict[Any, Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) > 1:
        return state.unknown("update of odd arguments")
    if isinstance(mapping, collections.Counter) and args and not isinstance(args[0], dict):
        counted = _countable(state, args[0])
        return state.unknown("update from unknown") if counted is None else mapping.update(counted)
    if args and not fill_dict(state, mapping, args[0]):
        return state.unknown("update from unknown")
    mapping.update(kwargs)
    return None


def _countable(state: State, value: Value) -> list[Any] | None:
    items = [] if isinstance(value, Unknown) else items_of(state, value)
    if isinstance(value, Unknown) or isinstance(items, Representative) or not all(map(is_hashable, items)):
        return None
    return items


def counter(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``collections.Counter(...)``."""
    result: collections.Counter[Any] = collections.Counter()
    if len(args) == 1 and isinstance(args[0], dict):
        result.update(args[0])
    elif args:
        items = _countable(state, args[0])
        if items is None or len(args) > 1:
            return state.unknown("counts of unknown")
        result.update(items)
    return result


def _popitem(state: State, mapping: dict[Any, Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not mapping:
        raise Raised("KeyError")
    bound = take(args, kwargs, "last")
    if bound is None or not (bound[0] is MISSING or isinstance(bound[0], bool)):
        return state.unknown("popitem of odd arguments")
    if bound[0] is False:
        first = next(iter(mapping))
        return (first, mapping.pop(first))
    return mapping.popitem()


def _move_to_end(state: State, mapping: dict[Any, Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "key", "last")
    if bound is None or not is_hashable(bound[0]) or not (bound[1] is MISSING or isinstance(bound[1], bool)):
        return state.unknown("move_to_end of odd arguments")
    if bound[0] not in mapping:
        return state.unknown("unknown key") if is_symbolic(bound[0]) else _missing_key(bound[0])
    value = mapping.pop(bound[0])
    rest = [] if bound[1] is not False else list(mapping.items())
    if rest:
        mapping.clear()
    mapping[bound[0]] = value
    mapping.update(rest)
    return None


def _missing_key(key: Value) -> Value:
    raise Raised("KeyError", key)


def fromkeys(state: State, mapping: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``dict.fromkeys(keys, value)``; the receiver does not matter."""
    bound = take(args, kwargs, "iterable", "value")
    if bound is None or bound[0] is MISSING:
        return state.unknown("fromkeys of odd arguments")
    keys = _countable(state, bound[0])
    return (
        state.unknown("fromkeys of unknown")
        if keys is None
        else dict.fromkeys(keys, None if bound[1] is MISSING else bound[1])
    )


def _most_common(state: State, mapping: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not isinstance(mapping, collections.Counter) or len(args) > 1 or not all(isinstance(n, int) for n in args):
        return state.unknown("most_common of odd arguments")
    return attempt(state, "most_common", mapping.most_common, *args)


def _add(state: State, items: set[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or not is_hashable(args[0]) or len(items) >= MAX_ITEMS:
        return state.unknown("add of odd arguments")
    items.add(args[0])
    return None


def _discard(state: State, items: set[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or not is_hashable(args[0]):
        return state.unknown("discard of odd arguments")
    items.discard(args[0])
    return None


def _remove_member(state: State, items: set[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 1 and is_hashable(args[0]) and args[0] not in items:
        if holds_symbol(args[0]) or holds_symbol(items):
            return state.unknown("remove of unknown")
        raise Raised("KeyError", args[0])
    return _discard(state, items, args, kwargs)


def _pop_member(state: State, items: set[Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not items:
        raise Raised("KeyError")
    member = ordered(items)[0]
    items.discard(member)
    return member


def _combined(name: str) -> Receiver:
    """A set method on other iterables, undecided where a symbol may equal another member."""

    def call(state: State, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
        others = [_countable(state, arg) for arg in args]
        joining = name in ("union", "update")
        if any(other is None or (not joining and holds_symbol(other)) for other in others):
            return state.unknown(f"{name} of unknown")
        if not joining and holds_symbol(items):
            return state.unknown(f"{name} of unknown")
        return attempt(state, name, getattr(items, name), *others)

    return call


LIST: Mapping[str, Receiver] = MappingProxyType(
    {
        "append": _append,
        "extend": _extend,
        "insert": _insert,
        "pop": _pop,
        "index": find_index,
        "copy": _copy,
        "reverse": _reverse,
        "sort": _sort,
        "count": count_items,
        "remove": _remove,
        "clear": _clear,
        # a deque stands as a list
        "appendleft": _appendleft,
        "popleft": _popleft,
        "extendleft": _extendleft,
        "rotate": _rotate,
    }
)
"""Methods of a list."""

DICT: Mapping[str, Receiver] = MappingProxyType(
    {
        "get": _get,
        "items": lambda state, mapping, args, kwargs: list(mapping.items()),
        "keys": lambda state, mapping, args, kwargs: list(mapping),
        "values": lambda state, mapping, args, kwargs: list(mapping.values()),
        "pop": _pop_key,
        "setdefault": _setdefault,
        "update": _update,
        "copy": _copy,
        "popitem": _popitem,
        "fromkeys": fromkeys,
        "clear": _clear,
        "move_to_end": _move_to_end,
        "most_common": _most_common,
    }
)
"""Methods of a dictionary, an ordered one and a counter."""

_READING = ("union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint")
_WRITING = ("update", "intersection_update", "difference_update", "symmetric_difference_update")

FROZEN_SET: Mapping[str, Receiver] = MappingProxyType({name: _combined(name) for name in _READING} | {"copy": _copy})
"""Methods of a frozen set."""

SET: Mapping[str, Receiver] = MappingProxyType(
    {
        **FROZEN_SET,
        **{name: _combined(name) for name in _WRITING},
        "add": _add,
        "discard": _discard,
        "remove": _remove_member,
        "pop": _pop_member,
        "clear": _clear,
    }
)
"""Methods of a set."""
