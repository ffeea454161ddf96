"""Built-ins on abstract values, against Python itself where the data is concrete."""

from __future__ import annotations

import copy
import functools
import math
from typing import Any

import pytest
from fake_state import DIM, ODD, UNKNOWN, Undecided, invoke, module, run, survives

from winit_lint.interpreter.builtins import BUILTINS
from winit_lint.interpreter.host import Representative, Wildcard
from winit_lint.interpreter.state import Raised
from winit_lint.interpreter.stdlib import STDLIB
from winit_lint.interpreter.values import (
    External,
    Host,
    Tensor,
    Traversed,
    Unknown,
)
from winit_lint.ir.size import SizeExpr

CONCRETE = [
    ("len", ([1, 2],)),
    ("range", (2, 9, 3)),
    ("enumerate", (["a", "b"], 5)),
    ("zip", ([1, 2, 3], "ab")),
    ("reversed", ((1, 2, 3),)),
    ("sorted", ([3, 1, 2],)),
    ("sum", ([1, 2.5],)),
    ("sum", ([[1], [2]], [])),
    ("min", (3, 1, 2)),
    ("max", ([3, 1, 2],)),
    ("abs", (-3,)),
    ("round", (2.5,)),
    ("round", (2.345, 2)),
    ("int", ("12",)),
    ("int", ("ff", 16)),
    ("int", (3.9,)),
    ("float", ("1e-3",)),
    ("str", (64,)),
    ("str", ([1, "a"],)),
    ("repr", ("a",)),
    ("bool", ([],)),
    ("bytes", (b"ab",)),
    ("list", ("ab",)),
    ("tuple", ([1, 2],)),
    ("dict", ([("a", 1)],)),
    ("set", ([1, 2, 1],)),
    ("frozenset", ((1, 2),)),
    ("any", ([0, 1],)),
    ("all", ([0, 1],)),
    ("divmod", (7, 2)),
    ("pow", (2, 10)),
    ("pow", (2, 10, 7)),
    ("ord", ("a",)),
    ("chr", (97,)),
    ("format", (3.14159, ".2f")),
    ("hex", (255,)),
    ("hash", (7,)),
    ("callable", (3,)),
]


@pytest.mark.parametrize(("name", "args"), CONCRETE, ids=lambda value: str(value))
def test_builtins_agree_with_python(name: str, args: tuple[Any, ...]) -> None:
    expected = getattr(__import__("builtins"), name)(*args)
    if name in ("enumerate", "zip", "reversed"):
        expected = list(expected)
    assert run(name, *args) == expected


@pytest.mark.parametrize(
    ("name", "args", "error"),
    [
        ("int", ("abc",), "ValueError"),
        ("int", (None,), "TypeError"),
        ("float", ("x",), "ValueError"),
        ("int", (math.inf,), "OverflowError"),
        ("next", ([],), "StopIteration"),
        ("max", ([],), "ValueError"),
        ("divmod", (1, 0), "ZeroDivisionError"),
        ("range", (1, 5, 0), "ValueError"),
        ("range", (1.5,), "TypeError"),
    ],
)
def test_builtins_raise_what_python_raises(name: str, args: tuple[Any, ...], error: str) -> None:
    with pytest.raises(Raised) as caught:
        run(name, *args)
    assert caught.value.name == error


def test_unknown_arguments_give_unknown_with_a_reason() -> None:
    for name in ("len", "list", "tuple", "sorted", "sum", "max", "int", "float", "round", "abs", "set", "dict", "next"):
        result = run(name, UNKNOWN)
        assert isinstance(result, Unknown) and result.why, name


def test_symbolic_sizes_stay_symbolic() -> None:
    assert run("int", 4 * DIM) == 4 * DIM
    assert run("int", DIM * 0.5) == SizeExpr.atom("int(0.5 * dim)")
    assert run("int", DIM / 4) == SizeExpr.atom("int(0.25 * dim)")
    assert run("round", DIM) == run("float", DIM) == run("abs", DIM) == DIM
    assert run("len", DIM) == SizeExpr.atom("len(dim)")
    assert run("sum", [DIM, 2, DIM]) == 2 * DIM + 2
    assert run("divmod", 4 * DIM, DIM)[0] == 4
    assert run("max", DIM, 8) == run("max", 8, DIM) == SizeExpr.atom("max(8, dim)")
    assert run("max", DIM, DIM) == DIM
    assert run("max", DIM, DIM + 2) == DIM + 2
    assert run("min", DIM, DIM + 2) == DIM
    assert run("pow", DIM, 2) == DIM * DIM
    assert run("tuple", DIM) is DIM


def test_names_of_what_is_not_known_hold_a_star() -> None:
    assert run("str", DIM) == run("str", UNKNOWN) == run("format", DIM, "03d") == "*"
    name = invoke("layer{}.conv{:02d}", "format", DIM, 3)
    assert name == "layer*.conv03" and isinstance(name, Wildcard)
    assert invoke(".", "join", ["a", DIM, "b"]) == "a.*.b"
    assert not isinstance(invoke("{0}{x!r}", "format", 1, x="s"), Wildcard)
    assert invoke("{name}-{state}", "format", name="a", state=1) == "a-1"  # names of the interpreter's own, too


def test_a_wildcard_never_claims_what_its_star_may_change() -> None:
    name = Wildcard("layer*.weight")
    assert invoke(name, "startswith", "lay") is True
    assert invoke(name, "startswith", "conv") is False
    assert isinstance(invoke(name, "startswith", "layer1"), Unknown)
    assert invoke(name, "endswith", ("bias", "weight")) is True
    assert invoke(name, "endswith", ".bias") is False
    assert isinstance(invoke(name, "find", "norm"), Unknown)
    assert isinstance(run("len", name), Unknown)
    assert isinstance(invoke(name, "upper"), Wildcard)
    assert isinstance("a." + name, Wildcard) and isinstance(name + ".b", Wildcard)
    assert invoke(name, "split", ".") == ["layer*", "weight"]


def test_a_range_of_unknown_length_is_one_representative() -> None:
    items = run("range", DIM)
    assert items == [SizeExpr.atom("*")] and isinstance(items, Representative)
    assert run("len", items) == DIM
    assert run("range", UNKNOWN) == [SizeExpr.atom("*")]
    assert run("len", run("range", 1, DIM)) == DIM - 1
    assert run("range", DIM, DIM + 2) == [DIM, DIM + 1]
    assert isinstance(run("enumerate", items), Representative)
    assert run("enumerate", DIM) == [(SizeExpr.atom("*"), SizeExpr.atom("dim[*]"))]
    assert isinstance(run("sum", items), Unknown)


def test_zip_keeps_the_known_length_beside_an_unknown_one() -> None:
    assert run("zip", run("range", DIM), [1, 2]) == [(SizeExpr.atom("*"), 1), (SizeExpr.atom("*"), 2)]
    assert run("len", run("zip", run("range", DIM), run("range", DIM))) == DIM
    assert run("zip", [], run("range", DIM)) == []


def test_iterators_are_used_up_by_next() -> None:
    left = run("iter", [1, 2, 3])
    assert run("next", left) == 1 and run("next", left) == 2
    assert run("list", left) == [3]
    assert run("next", run("iter", []), "default") == "default"
    pair = run("iter", [1, 2, 3, 4])
    assert run("zip", pair, pair) == [(1, 2), (3, 4)]


def test_iter_copies_and_next_of_a_traversal_takes_its_first() -> None:
    original = [1, 2]
    run("next", run("iter", original))
    assert original == [1, 2]
    root = module()
    first = Tensor()
    assert run("next", Traversed([first, Tensor()], root, "parameters")) is first
    kept = run("list", Traversed([first], root, "parameters"))
    assert isinstance(kept, Traversed) and kept.root is root


def test_callbacks_run_through_the_state() -> None:
    double = Host("double", lambda state, args, kwargs: args[0] * 2)
    assert run("map", double, [1, DIM]) == [2, 2 * DIM]
    assert run("filter", lambda x: x > 1, [1, 2, 3]) == [2, 3]
    assert run("filter", None, [0, 1]) == [1]
    assert run("sorted", ["bb", "a"], key=BUILTINS["len"], reverse=True) == ["bb", "a"]
    assert run("max", ["a", "bbb"], key=BUILTINS["len"]) == "bbb"
    assert isinstance(run("sorted", [1, 2], key=lambda x: UNKNOWN), Unknown)
    assert run("max", [], default=3) == 3


def test_len_of_objects() -> None:
    assert run("len", module(modules={"0": None, "1": None})) == 2
    assert run("len", module(parameters={"0": Tensor(), "1": Tensor()})) == 2
    assert isinstance(run("len", module(open_children=True)), SizeExpr)
    assert isinstance(run("len", module(opaque=True)), Unknown)
    assert run("len", Tensor(shape=(DIM, 3))) == DIM
    assert isinstance(run("len", Tensor()), Unknown)
    assert isinstance(run("len", {DIM, SizeExpr.atom("other")}), Unknown)


def test_callable_of_free_symbols_is_a_test() -> None:
    assert run("callable", External("torch.nn.ReLU")) is True
    assert run("callable", "relu") is False
    assert isinstance(run("callable", DIM), Undecided)


def test_work_is_bounded() -> None:
    assert isinstance(run("pow", 10, 10**9), Unknown)
    assert isinstance(run("str", 1 << 20_000), Wildcard)
    assert len(run("list", range(10**12))) == 100_000
    assert isinstance(run("bytes", 10**12), Unknown)
    assert isinstance(run("math.factorial", 10**7), Unknown)
    assert isinstance(run("itertools.product", *[range(100)] * 9), Unknown)
    assert isinstance(invoke("a", "center", 10**12), Unknown)
    assert invoke("{:>999999999}", "format", 1) == "*"
    assert isinstance(run("re.match", "(a+)+$", "a" * 60 + "b"), Unknown)
    assert isinstance(run("re.match", ".*" * 19 + "x", "a" * 5000), Unknown)
    assert isinstance(run("numpy.zeros", (10**6, 10**6)), Unknown)
    assert run("next", run("itertools.count", 5)) == 5


@pytest.mark.parametrize("name", [*BUILTINS, *(n for n, value in STDLIB.items() if isinstance(value, Host))])
def test_no_function_breaks_on_odd_arguments(name: str) -> None:
    host = BUILTINS.get(name, STDLIB.get(name))
    survives(functools.partial(run, host))
    for first in ODD:
        survives(functools.partial(run, host, copy.copy(first)))
        survives(functools.partial(run, host, key=first))
        for second in ODD:
            survives(functools.partial(run, host, copy.copy(first), second))
