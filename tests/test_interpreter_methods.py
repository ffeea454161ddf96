"""Methods of host data, against Python itself on concrete data."""

from __future__ import annotations

import collections
import copy
import functools
from typing import Any

import pytest
from fake_state import DIM, ODD, invoke, module, run, survives
from hypothesis import example, given, settings
from hypothesis import strategies as st

from winit_lint.interpreter.host import Wildcard, ordered
from winit_lint.interpreter.methods import class_method_of, method_of
from winit_lint.interpreter.state import Raised
from winit_lint.interpreter.values import (
    MISSING,
    Host,
    Storage,
    Tensor,
    Unknown,
)
from winit_lint.ir.size import SizeExpr

TEXT = st.text("abX .1*{}é", max_size=12)
SEARCHES = st.sampled_from(["find", "count", "startswith", "endswith", "split", "strip", "partition", "removeprefix"])


@given(TEXT, SEARCHES, st.text("abX .1", min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_searches_in_strings_agree_with_python(text: str, name: str, part: str) -> None:
    assert invoke(text, name, part) == getattr(text, name)(part)


@given(TEXT, st.sampled_from(["lower", "upper", "title", "strip", "isdigit", "isidentifier", "splitlines", "swapcase"]))
@settings(max_examples=100, deadline=None)
def test_plain_string_methods_agree_with_python(text: str, name: str) -> None:
    assert invoke(text, name) == getattr(text, name)()


@given(TEXT, st.lists(st.one_of(st.integers(), TEXT), max_size=3))
@example("{.1}{", [0])
@settings(max_examples=200, deadline=None)
def test_format_agrees_with_python(template: str, values: list[Any]) -> None:
    try:
        expected = template.format(*values)
    except (ValueError, IndexError, KeyError, AttributeError, TypeError) as error:
        try:
            result = invoke(template, "format", *values)
        except Raised as raised:
            assert raised.name == type(error).__name__
        else:
            assert isinstance(result, Wildcard)
    else:
        result = invoke(template, "format", *values)
        assert result == expected or isinstance(result, Wildcard)


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.tuples(st.integers(0, 5))),
        st.tuples(st.just("extend"), st.tuples(st.lists(st.integers(0, 5), max_size=3))),
        st.tuples(st.just("insert"), st.tuples(st.integers(-9, 9), st.integers(0, 5))),
        st.tuples(st.just("pop"), st.one_of(st.just(()), st.tuples(st.integers(-4, 4)))),
        st.tuples(st.sampled_from(["remove", "index", "count"]), st.tuples(st.integers(0, 5))),
        st.tuples(st.just("index"), st.tuples(st.integers(0, 5), st.integers(-4, 4))),
        st.tuples(st.just("index"), st.tuples(st.integers(0, 5), st.integers(-4, 4), st.integers(-4, 4))),
        st.tuples(st.sampled_from(["reverse", "sort", "copy", "clear"]), st.just(())),
    ),
    max_size=12,
)


@given(st.lists(st.integers(0, 5), max_size=6), OPERATIONS)
@settings(max_examples=200, deadline=None)
def test_list_methods_agree_with_python(items: list[int], operations: list[tuple[str, tuple[Any, ...]]]) -> None:
    host, mine = list(items), list(items)
    for name, args in operations:
        try:
            expected = getattr(host, name)(*args)
        except (ValueError, IndexError) as error:
            with pytest.raises(Raised) as caught:
                invoke(mine, name, *args)
            assert caught.value.name == type(error).__name__
        else:
            assert invoke(mine, name, *args) == expected
        assert mine == host


KEYS = st.sampled_from(["a", "b", 1, None])
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["get", "pop", "setdefault"]), st.tuples(KEYS, st.integers())),
        st.tuples(st.sampled_from(["get", "pop", "setdefault"]), st.tuples(KEYS)),
        st.tuples(st.just("update"), st.tuples(st.dictionaries(KEYS, st.integers(), max_size=3))),
        st.tuples(st.sampled_from(["popitem", "copy", "clear"]), st.just(())),
        st.tuples(st.just("move_to_end"), st.one_of(st.tuples(KEYS), st.tuples(KEYS, st.booleans()))),
    ),
    max_size=12,
)


@given(st.dictionaries(KEYS, st.integers(), max_size=4), CHANGES)
@settings(max_examples=200, deadline=None)
def test_dict_methods_agree_with_python(items: dict[Any, int], changes: list[tuple[str, tuple[Any, ...]]]) -> None:
    host, mine = collections.OrderedDict(items), dict(items)
    for name, args in changes:
        try:
            expected = getattr(host, name)(*args)
        except KeyError:
            with pytest.raises(Raised) as caught:
                invoke(mine, name, *args)
            assert caught.value.name == "KeyError"
        else:
            assert invoke(mine, name, *args) == expected
        assert list(mine.items()) == list(host.items())
        assert invoke(mine, "items") == list(host.items()) and invoke(mine, "keys") == list(host)


@given(st.sets(st.integers(0, 6)), st.sets(st.integers(0, 6)), st.sampled_from(["union", "difference", "issubset"]))
@settings(max_examples=50, deadline=None)
def test_set_methods_agree_with_python(left: set[int], right: set[int], name: str) -> None:
    assert invoke(left, name, right) == getattr(left, name)(right)


def test_abstract_items_compare_by_identity() -> None:
    first, second = module(1), module(2)
    assert invoke([first, second], "index", second) == 1
    assert invoke([first, first], "count", first) == 2
    with pytest.raises(Raised):
        invoke([first], "remove", second)
    assert isinstance(invoke([DIM], "count", 3), Unknown)


def test_keys_that_may_be_equal_are_not_called_absent() -> None:
    assert isinstance(invoke({"relu": 1}, "get", DIM), Unknown)
    assert isinstance(invoke({DIM: 1}, "get", "relu"), Unknown)
    assert invoke({DIM: 1}, "get", SizeExpr.atom("dim")) == 1
    assert invoke({"relu": 1}, "get", "gelu", 7) == 7
    assert isinstance(invoke({"a": 1}, "pop", Wildcard("*")), Unknown)


def test_attributes_of_numbers_slices_and_ranges() -> None:
    assert method_of(slice(1, DIM), "stop") is DIM
    assert method_of(range(2, 8), "start") == 2
    assert invoke(5, "bit_length") == 3
    assert invoke(2.0, "is_integer") is True
    assert invoke(2.5, "item") == 2.5
    assert invoke(b"ab", "decode") == "ab"
    assert method_of("a", "no_such_method") is MISSING
    assert method_of(DIM, "anything") is MISSING and method_of(module(), "append") is MISSING


def test_methods_are_found_on_built_in_classes() -> None:
    assert run(class_method_of("str", "lower"), "AB") == "ab"
    assert run("dict.fromkeys", ["a", "b"], 0) == {"a": 0, "b": 0}
    assert run("str.join", ".", ["a", "b"]) == "a.b"
    assert isinstance(run("str.lower", DIM), Unknown)
    assert class_method_of("Conv2d", "lower") is MISSING


def test_the_order_of_sets_does_not_depend_on_addresses() -> None:
    modules = [module(number) for number in range(20)]
    assert ordered(set(modules)) == modules
    tensors = [Tensor(Storage(number)) for number in range(20)]
    assert ordered(set(tensors)) == tensors
    assert ordered({"b", "a", 2, 1}) == [1, 2, "a", "b"]


@pytest.mark.parametrize("receiver", ["a{}", Wildcard("a*"), [1, DIM], {"a": 1}, {1, 2}, (1, DIM), 3, 2.5, range(3)])
def test_no_method_breaks_on_odd_arguments(receiver: Any) -> None:
    for name in dir(receiver):
        if name.startswith("_") or not isinstance(method_of(receiver, name), Host):
            continue
        for args in [(), *((value,) for value in ODD), *((a, b) for a in ODD for b in ODD)]:
            survives(functools.partial(invoke, copy.copy(receiver), name, *args))
