"""Library functions on abstract values, against the libraries themselves where the data is concrete."""

from __future__ import annotations

import copy
import itertools
import math
import re
from collections import Counter
from typing import Any

import numpy
import pytest
from fake_state import DIM, UNKNOWN, invoke, module, run

from winit_lint.interpreter.builtins import BUILTINS
from winit_lint.interpreter.host import Array, Wildcard
from winit_lint.interpreter.methods import method_of
from winit_lint.interpreter.state import Raised
from winit_lint.interpreter.stdlib import STDLIB, FieldDefault
from winit_lint.interpreter.values import (
    MISSING,
    External,
    Instance,
    Partial,
    Unknown,
)
from winit_lint.ir.size import SizeExpr


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("sqrt", (2,)),
        ("log", (8, 2)),
        ("ceil", (1.2,)),
        ("floor", (-1.2,)),
        ("prod", ([2, 3],)),
        ("gcd", (12, 8)),
        ("pow", (2, 3)),
        ("fsum", ([0.1, 0.2],)),
        ("isclose", (1.0, 1.0)),
        ("fabs", (-2,)),
        ("comb", (5, 2)),
        ("atan2", (1, 2)),
    ],
)
def test_math_agrees_with_python(name: str, args: tuple[Any, ...]) -> None:
    assert run(f"math.{name}", *args) == getattr(math, name)(*args)


def test_math_on_sizes() -> None:
    assert run("math.sqrt", 4 * DIM * DIM) == 2 * DIM
    assert run("math.prod", (2, DIM, DIM)) == 2 * DIM * DIM
    assert run("math.log", DIM) == SizeExpr.atom("math.log(dim)")
    assert run("math.ceil", DIM) == DIM
    assert run("math.ceil", DIM / 3) == SizeExpr.atom(f"math.ceil({DIM / 3})")
    assert isinstance(run("math.sqrt", UNKNOWN), Unknown)
    with pytest.raises(Raised):
        run("math.sqrt", -1)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("linspace", (0, 0.3, 7)),
        ("linspace", (1, 2, 1)),
        ("arange", (5,)),
        ("arange", (0, 1, 0.3)),
        ("cumsum", ([1, 2, 3],)),
        ("diff", ([1, 4, 9],)),
        ("sqrt", ([1, 4],)),
        ("log2", (8,)),
        ("ceil", (1.5,)),
        ("prod", ([2, 3],)),
        ("mean", ([1, 2, 4],)),
        ("std", ([1, 2, 4],)),
        ("clip", ([1, 5, 9], 2, 8)),
        ("array", ([[1, 2], [3, 4]],)),
        ("zeros", ((2, 3),)),
        ("argmax", ([1, 5, 2],)),
        ("round", ([1.234, 5.678], 1)),
        ("float32", (2,)),
        ("int64", (2.9,)),
    ],
)
def test_numpy_agrees_with_numpy(name: str, args: tuple[Any, ...]) -> None:
    expected = getattr(numpy, name)(*args)
    assert numpy.allclose(numpy.array(run(f"numpy.{name}", *args), dtype=float), expected)


def test_arrays_are_elementwise_and_have_methods() -> None:
    array = run("numpy.array", [1, 2, 3])
    assert isinstance(array, Array)
    assert 2 * array == array + array == array * [2, 2, 2] == [2, 4, 6] and 1 - array == [0, -1, -2]
    assert array**2 == [1, 4, 9] and array / 2 == [0.5, 1, 1.5] and array * DIM == [DIM, 2 * DIM, 3 * DIM]
    for odd in (lambda: array + Array([1]), lambda: array / 0, lambda: array + "a", lambda: (array - 5) ** 0.5):
        with pytest.raises(ValueError):
            odd()
    assert method_of(Array([Array([1, 2])]), "shape") == (1, 2)
    tolist = invoke(Array([1.5]), "tolist")
    assert tolist == [1.5] and type(tolist) is list
    assert invoke(array, "sum") == 6
    assert invoke(Array([1.5]), "astype", BUILTINS["int"]) == [1]
    assert isinstance(run("numpy.sqrt", -1.0), Unknown)
    assert isinstance(run("numpy.random.randn", 3), Unknown)


def test_itertools_agree_with_python() -> None:
    assert run("itertools.chain", [1], (2,)) == [1, 2]
    assert run("itertools.chain.from_iterable", [[1], [2, 3]]) == [1, 2, 3]
    assert run("itertools.repeat", 1, 3) == [1, 1, 1]
    assert run("itertools.repeat", 1, DIM) == [1]
    assert run("itertools.islice", [1, 2, 3, 4], 1, None, 2) == [2, 4]
    assert run("itertools.accumulate", [1, 2, DIM]) == [1, 3, DIM + 3]
    assert run("itertools.zip_longest", [1, 2], "a", fillvalue="-") == [(1, "a"), (2, "-")]
    assert run("itertools.pairwise", [1, 2, 3]) == [(1, 2), (2, 3)]
    assert run("itertools.product", [1, 2], repeat=2) == list(itertools.product([1, 2], repeat=2))
    assert run("itertools.combinations", [1, 2, 3], 2) == list(itertools.combinations([1, 2, 3], 2))
    assert run("itertools.permutations", [1, 2, 3]) == list(itertools.permutations([1, 2, 3]))
    assert run("itertools.cycle", [1, 2])[:5] == [1, 2, 1, 2, 1]
    assert run("functools.reduce", lambda a, b: a * b, [1, 2, DIM]) == 2 * DIM
    left = run("iter", [1, 2, 3])
    assert run("itertools.islice", left, 2) == [1, 2] and run("next", left) == 3


def test_functools() -> None:
    linear = External("torch.nn.Linear")
    made = run("functools.partial", linear, 1, bias=False)
    assert isinstance(made, Partial) and made.args == (1,) and dict(made.kwargs) == {"bias": False}
    again = run("functools.partial", made, 2, bias=True)
    assert again.function is linear and again.args == (1, 2) and dict(again.kwargs) == {"bias": True}
    assert run(run("functools.wraps", linear), made) is made
    assert run("functools.lru_cache", linear) is linear
    assert run(run("functools.lru_cache", maxsize=None), linear) is linear
    bound = run("functools.partialmethod", lambda *args: args, 1)
    assert run(bound, "self", 2) == ("self", 1, 2)


def test_collections() -> None:
    assert run("collections.OrderedDict", [("a", 1)], b=2) == {"a": 1, "b": 2}
    made = run("collections.defaultdict", BUILTINS["list"])
    made["x"].append(1)
    assert made == {"x": [1]} and copy.copy(made) == made
    with pytest.raises(KeyError):
        run("collections.defaultdict")["x"]
    assert run("collections.Counter", "abca") == Counter("abca")
    assert invoke(run("collections.Counter", "abca"), "most_common", 1) == [("a", 2)]
    point = run(run("collections.namedtuple", "Point", "x y", defaults=(5,)), 3)
    assert tuple(point) == (3, 5) and method_of(point, "y") == 5
    assert invoke(point, "_replace", x=1) == (1, 5)
    assert isinstance(run("collections.namedtuple", "Point", "x x"), Unknown)
    assert isinstance(run("collections.namedtuple", "P", ["import os"]), Unknown)
    queue = run("collections.deque", [1, 2])
    invoke(queue, "appendleft", 0)
    assert invoke(queue, "popleft") == 0 and queue == [1, 2]


def test_dataclasses_and_copy() -> None:
    found = run("dataclasses.field", default_factory=BUILTINS["list"], init=False)
    assert isinstance(found, FieldDefault) and found.default is MISSING and not found.init
    config = Instance(External("Config"), {"dim": 4})
    changed = run("dataclasses.replace", config, dim=8)
    assert changed.attributes == {"dim": 8} and config.attributes == {"dim": 4}
    assert run("dataclasses.asdict", config) == {"dim": 4}
    items = [1, [2]]
    copied = run("copy.copy", items)
    assert copied == items and copied is not items and copied[1] is items[1]
    assert isinstance(run("copy.copy", module()), Unknown)


def test_operator() -> None:
    assert run("operator.mul", 3, DIM) == 3 * DIM
    assert run(run("operator.itemgetter", 1), [4, 5]) == 5
    assert run(run("operator.itemgetter", 0, 1), [4, 5]) == (4, 5)
    assert run("operator.contains", [1, 2], 1) is True
    assert run("operator.lt", 1, 2) is True
    assert run("operator.not_", 0) is True
    assert run("operator.getitem", {"a": 1}, "a") == 1


def test_re_agrees_with_python() -> None:
    found = run("re.match", r"([a-z]+)(\d+)", "conv12")
    assert run(found.attributes["group"], 2) == "12"
    assert run(found.attributes["groups"]) == ("conv", "12")
    assert run("re.match", "x", "conv") is None
    assert run("re.sub", r"\d", "#", "a1b2") == "a#b#"
    assert run("re.split", r"(\d.*)", "k3") == re.split(r"(\d.*)", "k3")
    compiled = run("re.compile", "CONV", re.IGNORECASE.value)
    assert run(compiled.attributes["search"], "myconv") is not None
    assert run("re.fullmatch", compiled, "conv") is not None
    assert isinstance(run("re.match", "(", "a"), Unknown)
    assert isinstance(run("re.match", "a", Wildcard("a*")), Unknown)


def test_the_system_is_not_looked_at() -> None:
    assert run("os.path.join", "a", "b.pth") == "a/b.pth"
    for name in ("os.environ.get", "os.getenv", "os.path.exists", "random.random"):
        assert isinstance(run(name, "HOME"), Unknown)
    assert run("os.environ.get", "NET_WIDTH", "8") == run("os.getenv", "NET_WIDTH", default="8") == "8"
    logger = run("logging.getLogger", "x")
    assert run(logger.attributes["info"], "text") is None and logger.open
    assert run("warnings.warn", "text") is None
    assert STDLIB["typing.TYPE_CHECKING"] is False and STDLIB["sys.version_info"][:2] == (3, 11)
    assert run("typing.cast", External("int"), DIM) is DIM
    context = run("contextlib.nullcontext", 3)
    assert run(context.attributes["__enter__"]) == 3
