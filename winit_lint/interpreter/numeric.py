"""Arithmetic on known and symbolic numbers: ``math``, ``numpy`` on small data, ``operator``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.host import (
    MAX_BITS,
    MAX_ITEMS,
    Array,
    Representative,
    attempt,
    is_concrete,
    is_number,
    items_of,
    nothing_known,
    take,
)
from winit_lint.interpreter.state import Raised
from winit_lint.interpreter.values import MISSING, Host, Tensor, Unknown, Value
from winit_lint.ir.size import Number, SizeExpr, power, product, sqrt

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

_Call = Callable[["State", list[Value], dict[str, Value]], Value]


def is_size(value: Value) -> bool:
    """True for a known number or a symbolic one."""
    return isinstance(value, (int, float, SizeExpr))


def is_integral(value: SizeExpr) -> bool:
    """True for a polynomial in its atoms with integer coefficients (a size, if its atoms are)."""
    return all(
        float(coefficient).is_integer() and all(exponent > 0 and exponent == int(exponent) for _, exponent in monomial)
        for monomial, coefficient in value.terms
    )


def rounded(value: SizeExpr, name: str) -> SizeExpr:
    """``name(value)`` for a function that leaves integers alone."""
    return value if is_integral(value) else SizeExpr.atom(f"{name}({value})")


def raised_to(state: State, base: Value, exponent: Value) -> Value:
    """``base ** exponent`` with its integers kept to a sane size."""
    if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
        if exponent * max(base.bit_length(), 1) > MAX_BITS and abs(base) > 1:
            return state.unknown("power too large")
    elif isinstance(base, SizeExpr) and is_size(exponent):
        return attempt(state, "pow", lambda: base**exponent)
    elif isinstance(exponent, SizeExpr) and is_number(base):
        return SizeExpr.atom(f"({base}) ** ({exponent})")
    if not (is_number(base) and is_number(exponent)):
        return state.unknown("power of unknown")
    result = attempt(state, "pow", pow, base, exponent)
    return result if is_number(result) else state.unknown("complex power")


def _symbolic(name: str, function: Callable[..., Any], special: Callable[[Number], Value] | None = None) -> Host:
    """A function of numbers; of a symbolic one it is ``special`` or an atom with the call's text."""

    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if any(isinstance(arg, SizeExpr) for arg in args) and all(map(is_size, args)) and not kwargs:
            if special is not None and len(args) == 1:
                return attempt(state, name, special, args[0])
            return SizeExpr.atom(f"{name}({', '.join(map(str, args))})")
        if not all(map(is_concrete, args)) or not all(map(is_concrete, kwargs.values())):
            return state.unknown(f"{name} of unknown")
        if any(isinstance(arg, int) and arg.bit_length() > MAX_BITS for arg in args):
            return state.unknown(f"{name} too large")
        return attempt(state, name, function, *args, **kwargs)

    return Host(name, call)


def _small(function: Callable[..., int]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        if any(isinstance(arg, int) and arg > 1000 for arg in args):
            raise MemoryError
        return function(*args)

    return call


def _prod(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, {"start": kwargs["start"]} if "start" in kwargs else {}, "iterable", "start")
    if bound is None or bound[0] is MISSING or isinstance(bound[0], Unknown):
        return state.unknown("product of unknown")
    items = items_of(state, bound[0])
    start = 1 if bound[1] is MISSING or not is_size(bound[1]) else bound[1]
    if isinstance(items, Representative):
        return SizeExpr.atom(f"math.prod({items.text})") if items.text else state.unknown("product of unknown length")
    if not all(map(is_size, items)):
        return state.unknown("product of unknown")
    if any(isinstance(item, SizeExpr) for item in (*items, start)):
        return attempt(state, "prod", product, (start, *items))
    if sum(item.bit_length() for item in items if isinstance(item, int)) > MAX_BITS:
        return state.unknown("product too large")
    return attempt(state, "prod", lambda: math.prod(items, start=start))


def _fsum(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    items = items_of(state, args[0]) if args and not isinstance(args[0], Unknown) else [args]
    if isinstance(items, Representative) or not all(map(is_number, items)):
        return state.unknown("fsum of unknown")
    return attempt(state, "fsum", math.fsum, items)


def _pow(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 2:
        return state.unknown("pow of odd arguments")
    value = raised_to(state, *args)
    return attempt(state, "pow", float, value) if is_number(value) else value


def _math() -> dict[str, Value]:
    table: dict[str, Value] = {
        f"math.{name}": _symbolic(f"math.{name}", getattr(math, name))
        for name in (
            *("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "copysign", "cos", "cosh", "degrees"),
            *("erf", "erfc", "exp", "expm1", "fmod", "frexp", "gamma", "gcd", "hypot", "lcm", "ldexp", "lgamma"),
            *("log", "log10", "log1p", "log2", "modf", "radians", "remainder", "sin", "sinh", "tan", "tanh", "isqrt"),
        )
    }
    for name in ("isclose", "isfinite", "isinf", "isnan"):
        table[f"math.{name}"] = _concrete(f"math.{name}", getattr(math, name))
    for name in ("comb", "factorial", "perm"):
        table[f"math.{name}"] = _symbolic(f"math.{name}", _small(getattr(math, name)))
    for name in ("ceil", "floor", "trunc"):
        full = f"math.{name}"
        table[full] = _symbolic(full, getattr(math, name), lambda x, full=full: rounded(x, full))  # type: ignore[misc]
    table["math.sqrt"] = _symbolic("math.sqrt", math.sqrt, sqrt)
    table["math.fabs"] = _symbolic("math.fabs", math.fabs, absolute)
    table["math.prod"] = Host("math.prod", _prod)
    table["math.fsum"] = Host("math.fsum", _fsum)
    table["math.pow"] = Host("math.pow", _pow)
    constants = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
    return table | {f"math.{name}": value for name, value in constants.items()}


def _concrete(name: str, function: Callable[..., Any]) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not all(map(is_number, args)) or not all(map(is_number, kwargs.values())):
            return state.unknown(f"{name} of unknown")
        return attempt(state, name, function, *args, **kwargs)

    return Host(name, call)


def absolute(value: Number) -> Number:
    """``abs``: a single positive multiple of sizes is its own."""
    if isinstance(value, (int, float)):
        return abs(value)
    positive = all(coefficient > 0 for _, coefficient in value.terms)
    return value if positive else SizeExpr.atom(f"abs({value})")


def nested_map(function: Callable[[Value], Value], value: Value) -> Value:
    """``function`` on each element of nested lists and tuples, as an :class:`Array`; on a scalar directly."""
    if isinstance(value, (list, tuple, range)):
        return Array(nested_map(function, item) for item in value)
    return function(value)


def flat(value: Value) -> list[Value]:
    """The elements of nested lists and tuples in order."""
    if isinstance(value, (list, tuple, range)):
        return [element for item in value for element in flat(item)]
    return [value]


def arange(start: float, stop: float | None = None, step: float = 1) -> Array:
    """``numpy.arange`` on known numbers.

    Raises:
        MemoryError: it would be longer than ``MAX_ITEMS``.
        ZeroDivisionError: the step is 0.
    """
    first, last = (0, start) if stop is None else (start, stop)
    count = max(0, math.ceil((last - first) / step))
    if count > MAX_ITEMS:
        raise MemoryError
    return Array(first + index * step for index in range(count))


def linspace(start: float, stop: float, num: int = 50, endpoint: bool = True) -> Array:
    """``numpy.linspace`` on known numbers.

    Raises:
        MemoryError: it would be longer than ``MAX_ITEMS``.
    """
    if num > MAX_ITEMS:
        raise MemoryError
    if num < 0:
        raise ValueError
    step = (stop - start) / max(1, num - 1 if endpoint else num)
    values = Array(float(start + index * step) for index in range(num))
    if endpoint and num > 1:
        values[-1] = float(stop)
    return values


def _cumulative(values: Iterable[float]) -> Array:
    total: float = 0
    sums = Array()
    for value in values:
        total += value
        sums.append(total)
    return sums


def _array(value: Any) -> Any:
    return nested_map(lambda item: item, value)


def _round(value: Any, decimals: int = 0) -> Any:
    # numpy rounds to a float and keeps integers; Python's round() to an integer only without the second argument.
    return nested_map(lambda item: item if isinstance(item, int) else round(item, decimals), value)


def _mean(value: Any) -> float:
    elements = flat(value)
    return sum(elements) / len(elements)


def _var(value: Any) -> float:
    elements, mean = flat(value), _mean(value)
    return float(sum((element - mean) ** 2 for element in elements) / len(elements))


def _argsort(value: Any) -> Array:
    if any(isinstance(item, (list, tuple)) for item in value):
        raise ValueError
    return Array(sorted(range(len(value)), key=value.__getitem__))


def _full(shape: Any, fill: Any) -> Any:
    sizes = [shape] if isinstance(shape, int) else list(shape)
    if math.prod(max(1, size) for size in sizes) > MAX_ITEMS:
        raise MemoryError
    return fill if not sizes else Array(_full(sizes[1:], fill) for _ in range(sizes[0]))


def _on_elements(name: str, function: Callable[[Any], Any], special: Callable[[Number], Value]) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) == 1 and not kwargs and isinstance(args[0], SizeExpr):
            return attempt(state, name, special, args[0])
        if len(args) != 1 or kwargs or not is_concrete(args[0]):
            return state.unknown(f"{name} of unknown")
        try:
            return attempt(state, name, nested_map, function, args[0])
        except Raised:  # numpy gives nan or inf where Python raises
            return state.unknown(f"{name} of odd arguments")

    return Host(name, call)


def _numpy() -> dict[str, Value]:
    functions: dict[str, Callable[..., Any]] = {
        "arange": arange,
        "linspace": linspace,
        "array": _array,
        "asarray": _array,
        "cumsum": lambda a: _cumulative(flat(a)),
        "diff": lambda a: Array(right - left for left, right in itertools.pairwise(a)),
        "round": _round,
        "around": _round,
        "sum": lambda a: sum(flat(a)),
        "mean": _mean,
        "var": _var,
        "std": lambda a: math.sqrt(_var(a)),
        "max": lambda a: max(flat(a)),
        "min": lambda a: min(flat(a)),
        "maximum": lambda a, b: max(a, b),
        "minimum": lambda a, b: min(a, b),
        "power": lambda a, b: float(a) ** b,
        "clip": lambda a, low, high: nested_map(lambda item: min(max(item, low), high), a),
        "zeros": lambda shape: _full(shape, 0.0),
        "ones": lambda shape: _full(shape, 1.0),
        "full": _full,
        "argsort": lambda a, axis=-1: _argsort(a),
        "argmax": lambda a: flat(a).index(max(flat(a))),
        "argmin": lambda a: flat(a).index(min(flat(a))),
        "isnan": lambda a: nested_map(math.isnan, a),
        "isinf": lambda a: nested_map(math.isinf, a),
    }
    table: dict[str, Value] = {name: _untyped(f"numpy.{name}", function) for name, function in functions.items()}
    elements: dict[str, tuple[Callable[[Any], Any], Callable[[Number], Value]]] = {
        name: (getattr(math, name), lambda x, name=name: SizeExpr.atom(f"math.{name}({x})"))  # type: ignore[misc]
        for name in ("log", "log2", "log10", "log1p", "exp", "sin", "cos", "tan", "tanh")
    }
    elements["sqrt"] = (math.sqrt, sqrt)
    elements["ceil"] = (lambda x: float(math.ceil(x)), lambda x: rounded(x, "math.ceil"))  # type: ignore[arg-type]
    elements["floor"] = (lambda x: float(math.floor(x)), lambda x: rounded(x, "math.floor"))  # type: ignore[arg-type]
    elements["abs"] = elements["absolute"] = (abs, absolute)
    elements["square"] = (lambda x: x * x, lambda x: power(x, 2))
    for name in ("float16", "float32", "float64", "double"):
        elements[name] = (float, lambda x: x)
    for name in ("int8", "int16", "int32", "int64", "uint8"):
        elements[name] = (int, lambda x: rounded(x, "int"))  # type: ignore[arg-type]
    table |= {name: _on_elements(f"numpy.{name}", *pair) for name, pair in elements.items()}
    table["prod"] = Host("numpy.prod", _numpy_prod)
    table |= {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None}
    for name in ("uniform", "normal", "randn", "rand", "randint", "choice", "permutation", "random"):
        table[f"random.{name}"] = nothing_known(f"numpy.random.{name}")
    table["random.seed"] = Host("numpy.random.seed", lambda state, args, kwargs: None)
    return {f"numpy.{name}": value for name, value in table.items()}


def _untyped(name: str, function: Callable[..., Any]) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        # The element type does not change what the numbers mean here, except that integers truncate.
        given = {key: value for key, value in kwargs.items() if key not in ("dtype", "copy")}
        if "dtype" in kwargs and "int" in str(getattr(kwargs["dtype"], "name", "")):
            return state.unknown(f"{name} as integers")
        if not all(map(is_concrete, args)) or not all(map(is_concrete, given.values())):
            return state.unknown(f"{name} of unknown")
        try:
            return attempt(state, name, function, *args, **given)
        except Raised:  # numpy gives nan, inf or an object array where these raise
            return state.unknown(f"{name} of odd arguments")

    return Host(name, call)


def _numpy_prod(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or kwargs or isinstance(args[0], Tensor):
        return state.unknown("product of unknown")
    return args[0] if is_size(args[0]) else _prod(state, [args[0]], {})


NUMERIC: Mapping[str, Value] = MappingProxyType(_math() | _numpy())
"""``math`` and ``numpy`` by qualified name."""
