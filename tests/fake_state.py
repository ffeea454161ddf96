"""A stand-in for a run's state: calls hosts, counts reasons, takes the preferred side of every test."""

from __future__ import annotations

import contextlib
import math
import operator
from collections.abc import Callable
from typing import Any

from winit_lint.interpreter.builtins import BUILTINS
from winit_lint.interpreter.host import Array, Representative, Wildcard
from winit_lint.interpreter.methods import method_of
from winit_lint.interpreter.state import Raised
from winit_lint.interpreter.stdlib import STDLIB
from winit_lint.interpreter.values import (
    External,
    Host,
    Instance,
    Module,
    Tensor,
    Unknown,
)
from winit_lint.interpreter.values import Test as Undecided
from winit_lint.ir.size import SizeExpr

DIM = SizeExpr.atom("dim")
UNKNOWN = Unknown("for a test")
OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "<<": operator.lshift}
COMPARISONS = {"==": operator.eq, "<": operator.lt, "is": operator.is_, "in": lambda a, b: a in b}
HOST_ERRORS = (TypeError, ArithmeticError, LookupError, ValueError)


class Operations:
    """The evaluator's operations as far as these tests need them."""

    def binary(self, state: Any, symbol: str, left: Any, right: Any) -> Any:
        try:
            return OPERATORS[symbol](left, right)
        except HOST_ERRORS:
            return state.unknown("binary")

    def compare(self, state: Any, symbol: str, left: Any, right: Any) -> Any:
        if any(isinstance(side, (SizeExpr, Unknown)) for side in (left, right)):
            return Undecided("compared")
        try:
            return COMPARISONS[symbol](left, right)
        except HOST_ERRORS:
            return Undecided("odd comparison")

    def item(self, state: Any, owner: Any, index: Any, node: Any) -> Any:
        try:
            return owner[index]
        except HOST_ERRORS:
            return state.unknown("item")


class FakeState:
    """Counts reasons, calls hosts and host functions, takes the preferred side of every test."""

    def __init__(self) -> None:
        self.operations = Operations()
        self.changes = 0
        self.own_dicts: dict[int, Any] = {}
        self.reasons: list[str] = []
        self.frames: list[Any] = []

    def unknown(self, why: str, node: Any = None, text: str = "?") -> Unknown:
        self.reasons.append(why)
        return Unknown(why, text)

    def call(self, function: Any, args: list[Any], kwargs: dict[str, Any] | None = None) -> Any:
        if isinstance(function, Host):
            return function.call(self, args, kwargs or {})  # type: ignore[arg-type]
        return function(*args, **(kwargs or {})) if callable(function) else self.unknown("call of unknown")

    def iterate(self, value: Any, node: Any = None) -> list[Any]:
        return [SizeExpr.atom(f"{value}[*]")] if isinstance(value, SizeExpr) else [self.unknown("iteration")]

    def truth(self, value: Any, text: str = "?") -> bool:
        return value.prefer if isinstance(value, Undecided) else True if _abstract(value) else bool(value)

    def attribute(self, value: Any, name: str, node: Any = None) -> Any:
        raise Raised("AttributeError")


def _abstract(value: Any) -> bool:
    return isinstance(value, (SizeExpr, Unknown, Module, Tensor, Instance, External))


def run(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call a built-in, a library function or a Host."""
    host = function if isinstance(function, Host) else BUILTINS.get(function, STDLIB.get(function))
    assert isinstance(host, Host), function
    return host.call(FakeState(), list(args), kwargs)  # type: ignore[arg-type]


def invoke(value: Any, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """Call a method of host data."""
    return run(method_of(value, name), *args, **kwargs)


def module(number: int = 1, **attributes: Any) -> Module:
    return Module(External("torch.nn.Module"), number, **attributes)


ODD: list[Any] = [
    None,
    True,
    -1,
    3,
    2.5,
    math.nan,
    math.inf,
    "",
    "a{}*",
    b"x",
    [],
    [1, "a"],
    [DIM],
    (1, 2),
    {},
    {"a": DIM},
    {1, "b"},
    range(3),
    slice(1, None),
    DIM,
    UNKNOWN,
    Undecided("flag"),
    Wildcard("a*"),
    Representative([DIM]),
    Array([1.0, 2.0]),
    External("torch.nn.Linear"),
    Host("odd", lambda state, args, kwargs: UNKNOWN),
    Instance(External("Config"), open=True),
    Tensor(shape=(3, DIM)),
    Module(External("torch.nn.Module"), 1),
]


def survives(function: Callable[[], Any]) -> None:
    """``function`` returns, or raises what the analysed program would."""
    with contextlib.suppress(Raised):
        function()
