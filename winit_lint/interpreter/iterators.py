"""``itertools`` on abstract values; endless iterators are cut off."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.host import MAX_ITEMS, Iterator, Representative, items_of, take
from winit_lint.interpreter.numeric import is_size
from winit_lint.interpreter.open_loops import rounds_unknown
from winit_lint.interpreter.sequences import zipped
from winit_lint.interpreter.values import MISSING, Host, Tensor, Unknown, Value, text_of

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

_ENDLESS = 1000
"""How much of an endless iterator is made: more than any model's loop takes from it."""


def _items(state: State, value: Value) -> list[Any]:
    """:func:`items_of`, by which one piece stands for those of a tensor whose length is not known."""
    items = items_of(state, value)
    return Representative(items) if isinstance(value, Tensor) and rounds_unknown(value) else items


def _chain(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if any(isinstance(arg, Unknown) for arg in args):
        return state.unknown("chain of unknown")
    parts = [_items(state, arg) for arg in args]
    joined = [item for part in parts for item in part][:MAX_ITEMS]
    # One element may stand for a part here: as in ``[first, *rest, last]``.
    only = len(parts) == 1 and isinstance(parts[0], Representative)
    return parts[0] if only else Iterator(joined)


def _from_iterable(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or isinstance(args[0], Unknown):
        return state.unknown("chain of unknown")
    rows = _items(state, args[0])
    result = _chain(state, list(rows), {})
    return Representative(result) if isinstance(rows, Representative) and isinstance(result, list) else result


def _repeat(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "object", "times")
    if bound is None or bound[0] is MISSING:
        return state.unknown("repeat of odd arguments")
    item, times = bound
    if times is MISSING:
        return Iterator([item] * _ENDLESS)
    if not isinstance(times, int):
        length = times if is_size(times) else None
        return Representative([item], "" if length is None else f"repeat({text_of(item)}, {times})", length)
    return Iterator([item] * max(0, min(times, MAX_ITEMS)))


def _cycle(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or isinstance(args[0], Unknown):
        return state.unknown("cycle of unknown")
    items = _items(state, args[0])
    if isinstance(items, Representative):
        return items
    return Iterator(list(items) * max(1, -(-_ENDLESS // max(1, len(items)))))


def _count(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "start", "step")
    start, step = (0, 1) if bound is None else (0 if bound[0] is MISSING else bound[0], bound[1])
    step = 1 if step is MISSING else step
    if bound is None or not is_size(start) or not is_size(step):
        return state.unknown("count of unknown")
    return Iterator(start + step * index for index in range(_ENDLESS))


def _islice(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not 2 <= len(args) <= 4 or isinstance(args[0], Unknown):
        return state.unknown("islice of unknown")
    items = _items(state, args[0])
    if isinstance(items, Representative) or not all(
        bound is None or (isinstance(bound, int) and bound >= 0) for bound in args[1:]
    ):
        return Representative(items[:1])
    window = slice(*args[1:])
    if window.step == 0:
        return state.unknown("islice of odd arguments")
    taken = Iterator(items[window])
    if isinstance(args[0], Iterator):
        del args[0][: window.stop]
    return taken


def _accumulate(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "iterable", "func", "initial")
    if bound is None or bound[0] is MISSING or isinstance(bound[0], Unknown):
        return state.unknown("accumulate of unknown")
    items, function = _items(state, bound[0]), bound[1]
    if isinstance(items, Representative):
        return Representative([state.unknown("running total of unknown length")])
    totals = Iterator([] if bound[2] in (MISSING, None) else [bound[2]])
    for item in items:
        if not totals:
            totals.append(item)
        elif function in (MISSING, None):
            totals.append(state.operations.binary(state, "+", totals[-1], item))
        else:
            totals.append(state.call(function, [totals[-1], item]))
    return totals


def reduced(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``functools.reduce``."""
    if not 2 <= len(args) <= 3 or isinstance(args[1], Unknown):
        return state.unknown("reduce of unknown")
    items = _items(state, args[1])
    if isinstance(items, Representative):
        return state.unknown("reduce of unknown length")
    values = [*args[2:], *items]
    if not values:
        return state.unknown("reduce of nothing")
    total = values[0]
    for item in values[1:]:
        total = state.call(args[0], [total, item])
    return total


def _zip_longest(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    lists = [_items(state, arg) for arg in args]
    if any(isinstance(items, Representative) for items in lists):
        return zipped(state, args)
    return Iterator(itertools.zip_longest(*lists, fillvalue=kwargs.get("fillvalue")))


def _pairwise(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or isinstance(args[0], Unknown):
        return state.unknown("pairs of unknown")
    items = _items(state, args[0])
    if isinstance(items, Representative):
        return Representative((item, item) for item in items)
    return Iterator(itertools.pairwise(items))


def _product(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    repeat = kwargs.get("repeat", 1)
    lists = [_items(state, arg) for arg in args]
    if not isinstance(repeat, int) or not 0 <= repeat <= 20:
        return state.unknown("product of unknown")
    if math.prod(len(items) for items in lists) ** repeat > MAX_ITEMS:
        return state.unknown("product too long")
    rows = Iterator(itertools.product(*lists, repeat=repeat))
    if lists and all(isinstance(items, Representative) for items in lists):
        return Representative(rows)
    return rows


def _choose(name: str, function: Callable[..., Any], count: Callable[[int, int], int]) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        bound = take(args, kwargs, "iterable", "r")
        if bound is None or bound[0] is MISSING or isinstance(bound[0], Unknown):
            return state.unknown(f"{name} of unknown")
        items = _items(state, bound[0])
        size = len(items) if bound[1] in (MISSING, None) else bound[1]
        if isinstance(items, Representative) or not isinstance(size, int) or len(items) > 1000:
            return state.unknown(f"{name} of unknown")
        if not 0 <= size <= 1000 or count(len(items), size) > MAX_ITEMS:
            return state.unknown(f"{name} too long")
        return Iterator(function(items, size))

    return Host(f"itertools.{name}", call)


_HOSTS = (
    Host("itertools.chain", _chain),
    Host("itertools.chain.from_iterable", _from_iterable),
    Host("itertools.repeat", _repeat),
    Host("itertools.cycle", _cycle),
    Host("itertools.count", _count),
    Host("itertools.islice", _islice),
    Host("itertools.accumulate", _accumulate),
    Host("itertools.zip_longest", _zip_longest),
    Host("itertools.pairwise", _pairwise),
    Host("itertools.product", _product),
    _choose("combinations", itertools.combinations, math.comb),
    _choose("permutations", itertools.permutations, math.perm),
    Host("functools.reduce", reduced),
)

ITERATORS: Mapping[str, Value] = MappingProxyType({host.name: host for host in _HOSTS})
"""``itertools`` and ``functools.reduce`` by qualified name."""
