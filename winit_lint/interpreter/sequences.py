"""Built-in functions that make or walk iterables, on abstract values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.host import (
    MAX_ITEMS,
    Iterator,
    Representative,
    attempt,
    is_concrete,
    is_number,
    items_of,
    table,
    take,
)
from winit_lint.interpreter.numeric import is_size
from winit_lint.interpreter.state import Raised
from winit_lint.interpreter.values import (
    MISSING,
    Host,
    Test,
    Unknown,
    Value,
    text_of,
)
from winit_lint.ir.size import SizeExpr

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State


def _range(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not 1 <= len(args) <= 3 or kwargs:
        return state.unknown("range of odd arguments")
    if all(isinstance(arg, int) for arg in args):
        return attempt(state, "range", range, *args)
    if all(is_number(arg) for arg in args):
        raise Raised("TypeError")
    count: Any = None
    if all(is_size(arg) for arg in args) and len(args) < 3:
        count = args[0] if len(args) == 1 else args[1] - args[0]
    if isinstance(count, int):
        # range(n, n + 3): as many as that, though none has a known index.
        return [args[0] + index for index in range(min(count, MAX_ITEMS))]
    text = "" if any(not is_size(arg) for arg in args) else f"range({', '.join(map(text_of, args))})"
    return Representative([SizeExpr.atom("*")], text, count)


def _enumerate(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "iterable", "start")
    if bound is None or bound[0] is MISSING:
        return state.unknown("enumerate of odd arguments")
    items = items_of(state, bound[0])
    start = 0 if bound[1] is MISSING else bound[1]
    if isinstance(items, Representative):
        return Representative([(SizeExpr.atom("*"), item) for item in items], items.text, items.length)
    if not isinstance(start, (int, SizeExpr)):
        start = SizeExpr.atom("*")
    return Iterator((start + index, item) for index, item in enumerate(items))


def zipped(state: State, columns: list[Value]) -> list[Any]:
    """Rows of several iterables, as long as the shortest; lengths that are not known are taken to suffice."""
    if columns and all(column is columns[0] for column in columns[1:]) and isinstance(columns[0], Iterator):
        items, width = list(columns[0]), len(columns)  # the idiom that groups one iterator's items
        columns[0].clear()
        return Iterator(tuple(items[i : i + width]) for i in range(0, len(items) - width + 1, width))
    lists = [items_of(state, column) for column in columns]
    known = [len(items) for items in lists if not isinstance(items, Representative)]
    if lists and not known:
        first = next((items for items in lists if isinstance(items, Representative) and items.text), lists[0])
        text, count = (first.text, first.length) if isinstance(first, Representative) else ("", None)
        rows = [tuple(items[0] for items in lists)] if all(lists) else []
        return Representative(rows, text, count)
    if any(not items for items in lists):
        return Iterator()
    length = min(known, default=0)
    return Iterator(
        tuple(items[0 if isinstance(items, Representative) else index] for items in lists) for index in range(length)
    )


def _zip(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return zipped(state, args)


def like(items: list[Any], mapped: list[Any]) -> list[Any]:
    """``mapped`` with the length of ``items``, known or not."""
    if isinstance(items, Representative):
        return Representative(mapped, "", items.length)
    return Iterator(mapped)


def _map(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) < 2:
        return state.unknown("map of odd arguments")
    rows = zipped(state, args[1:])
    return like(rows, [state.call(args[0], list(row)) for row in rows])


def _filter(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 2:
        return state.unknown("filter of odd arguments")
    function, items = args[0], items_of(state, args[1])
    kept = [
        item
        for item in items
        if state.truth(item if function is None else state.call(function, [item]), f"filter {text_of(item)}")
    ]
    return like(items, kept)


def sort_items(state: State, items: list[Any], key: Value, reverse: Value) -> list[Any] | None:
    """The items in order, None where it cannot be worked out."""
    keys = items if key in (MISSING, None) else [state.call(key, [item]) for item in items]
    if len(items) > 1 and not all(map(is_concrete, keys)):
        texts = _first_texts(keys)
        if texts is None:
            return None
        keys = texts
    descending = reverse is not MISSING and state.truth(reverse, "reverse")
    try:
        order = sorted(range(len(items)), key=lambda index: keys[index], reverse=descending)
    except (TypeError, RecursionError):
        return None
    return [items[index] for index in order]


def _first_texts(keys: list[Value]) -> list[Value] | None:
    """The first elements of tuples, where they are texts that all differ: nothing behind them is compared."""
    firsts = [key[0] if isinstance(key, tuple) and key else None for key in keys]
    return firsts if len(set(map(str, firsts))) == len(keys) and all(isinstance(f, str) for f in firsts) else None


def _sorted(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or not set(kwargs) <= {"key", "reverse"} or isinstance(args[0], Unknown):
        return state.unknown("sorted of unknown")
    items = items_of(state, args[0])
    if isinstance(items, Representative):
        return items
    result = sort_items(state, items, kwargs.get("key", MISSING), kwargs.get("reverse", MISSING))
    return state.unknown("sorted of unknown") if result is None else result


def _reversed(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1:
        return state.unknown("reversed of odd arguments")
    items = items_of(state, args[0])
    return like(items, items[::-1])


def _sum(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "iterable", "start")
    if bound is None or bound[0] is MISSING or isinstance(bound[0], Unknown):
        return state.unknown("sum of unknown")
    items = items_of(state, bound[0])
    if isinstance(items, Representative):
        named = items.text and not items.text.startswith("range") and len(items) == 1 and is_size(items[0])
        return SizeExpr.atom(f"sum({items.text})") if named else state.unknown("sum of unknown length")
    total = 0 if bound[1] is MISSING else bound[1]
    if isinstance(total, list) and all(isinstance(item, list) for item in items):
        return [element for part in (total, *items) for element in part][:MAX_ITEMS]
    for item in items:
        total = total + item if is_size(total) and is_size(item) else state.operations.binary(state, "+", total, item)
    return total


def _extreme(name: str, choose: Callable[..., Any]) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not args or not set(kwargs) <= {"key", "default"} or (len(args) == 1 and isinstance(args[0], Unknown)):
            return state.unknown(f"{name} of unknown")
        items = items_of(state, args[0]) if len(args) == 1 else args
        if isinstance(items, Representative):
            named = items.text and is_size(items[0] if items else None)
            return SizeExpr.atom(f"{name}({items.text})") if named else state.unknown(f"{name} of unknown length")
        if not items:
            if "default" in kwargs:
                return kwargs["default"]
            raise Raised("ValueError")
        key = kwargs.get("key")
        if key is not None:
            keys = [state.call(key, [item]) for item in items]
            if not all(map(is_concrete, keys)):
                return items[0] if len(items) == 1 else state.unknown(f"{name} by unknown keys")
            return attempt(state, name, lambda: items[choose(range(len(items)), key=keys.__getitem__)])
        if all(map(is_size, items)) and any(isinstance(item, SizeExpr) for item in items):
            return _extreme_size(name, choose, items)
        if len(items) == 1 or all(map(is_concrete, items)):
            return items[0] if len(items) == 1 else attempt(state, name, choose, items)
        return state.unknown(f"{name} of unknown")

    return Host(name, call)


def _extreme_size(name: str, choose: Callable[..., Any], sizes: list[Any]) -> Value:
    """Candidates that differ by a known number are settled; the rest are named in an atom."""
    left: list[Any] = []
    for size in sizes:
        for place, other in enumerate(left):
            difference = size - other
            if isinstance(difference, (int, float)):
                left[place] = size if choose(difference, 0) == difference else other
                break
        else:
            left.append(size)
    return left[0] if len(left) == 1 else SizeExpr.atom(f"{name}({', '.join(sorted(map(str, left)))})")


def _quantifier(name: str, stop: bool) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 1 or isinstance(args[0], Unknown):
            return state.unknown(f"{name} of unknown")
        items = items_of(state, args[0])
        if len(items) == 1 and isinstance(items[0], Test):
            return items[0]  # whoever asks decides it
        for item in items:
            if state.truth(item, f"{name} {text_of(item)}") is stop:
                return stop
        return not stop

    return Host(name, call)


def _iter(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or isinstance(args[0], Unknown):
        return state.unknown("iter of unknown")
    items = items_of(state, args[0])
    return items if isinstance(items, (Iterator, Representative)) else Iterator(items)


def _next(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not 1 <= len(args) <= 2 or isinstance(args[0], Unknown):
        return state.unknown("next of unknown")
    items = items_of(state, args[0])  # generators are host lists: they are used up in place
    state.changes += 1
    if items:
        return items[0] if isinstance(items, Representative) else items.pop(0)
    if isinstance(items, Representative):
        return state.unknown("next of unknown")
    if len(args) == 2:
        return args[1]
    raise Raised("StopIteration")


SEQUENCES: Mapping[str, Host] = table(
    (
        Host("range", _range),
        Host("enumerate", _enumerate),
        Host("zip", _zip),
        Host("map", _map),
        Host("filter", _filter),
        Host("sorted", _sorted),
        Host("reversed", _reversed),
        Host("sum", _sum),
        _extreme("min", min),
        _extreme("max", max),
        _quantifier("any", True),
        _quantifier("all", False),
        Host("iter", _iter),
        Host("next", _next),
    )
)
"""The functions by name."""
