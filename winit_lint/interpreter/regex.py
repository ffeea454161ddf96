"""``re`` on concrete strings, with patterns kept from running long."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.host import (
    MAX_TEXT,
    Iterator,
    Wildcard,
    attempt,
    is_concrete,
    namespace,
    plain,
    take,
)
from winit_lint.interpreter.values import MISSING, Host, Instance, Value

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

_FLAGS = re.ASCII | re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE | re.UNICODE
_STEPS = 3_000_000
_NESTED = re.compile(r"\)[*+{]")
_SIGNATURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "match": ("string", "flags"),
        "search": ("string", "flags"),
        "fullmatch": ("string", "flags"),
        "findall": ("string", "flags"),
        "finditer": ("string", "flags"),
        "split": ("string", "maxsplit", "flags"),
        "sub": ("repl", "string", "count", "flags"),
        "subn": ("repl", "string", "count", "flags"),
    }
)


def _affordable(pattern: str, text: str) -> bool:
    """A bound on backtracking: length to the number of quantifiers, or a short text where one holds another."""
    if len(pattern) > 500 or len(text) > 100_000:
        return False
    if _NESTED.search(pattern):
        return len(text) <= 12
    quantifiers = sum(pattern.count(char) for char in "*+{")
    return quantifiers <= 20 and max(len(text), 2) ** max(quantifiers, 1) <= _STEPS


def _compiled(pattern: str, flags: int) -> re.Pattern[str] | None:
    if flags & ~int(_FLAGS):
        return None
    try:
        return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError, ValueError):
        return None


def searches(pattern: str, text: str) -> bool:
    """Whether ``re.search`` finds the pattern; False for one that is bad or could run long."""
    compiled = _compiled(pattern, 0) if _affordable(pattern, text) else None
    return compiled is not None and compiled.search(text) is not None


def _match(found: re.Match[str] | None) -> Value:
    """A match as an object: its methods, and ``__getitem__``."""
    if found is None:
        return None
    names = ("group", "groups", "groupdict", "start", "end", "span", "expand", "__getitem__")
    attributes: dict[str, Value] = {name: plain(f"re.Match.{name}", getattr(found, name)) for name in names}
    attributes |= {name: getattr(found, name) for name in ("string", "pos", "endpos", "lastindex", "lastgroup")}
    return namespace("re.Match", attributes)


def _run(state: State, name: str, pattern: str, flags: Value, bound: list[Value]) -> Value:
    arguments = dict(zip(_SIGNATURES[name], bound, strict=False))
    given = {key: value for key, value in arguments.items() if value is not MISSING and key != "flags"}
    text = given.get("string")
    if isinstance(text, Wildcard) or not isinstance(text, str) or not all(map(is_concrete, given.values())):
        return state.unknown(f"re.{name} of unknown")
    if not isinstance(flags, int) or not _affordable(pattern, text):
        return state.unknown(f"re.{name} too costly")
    if len(text) * len(given.get("repl", "")) > MAX_TEXT:
        return state.unknown("text too long")
    compiled = _compiled(pattern, flags)
    if compiled is None:
        return state.unknown(f"re.{name} of a bad pattern")
    try:
        result: Any = attempt(state, f"re.{name}", getattr(compiled, name), **given)
    except re.error:
        return state.unknown(f"re.{name} of a bad template")
    if name in ("match", "search", "fullmatch"):
        return _match(result) if result is None or isinstance(result, re.Match) else result
    if name == "finditer" and not is_concrete(result):
        return Iterator(_match(found) for found in result)
    return result


def _function(name: str) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        bound = take(args, kwargs, "pattern", *_SIGNATURES[name])
        pattern = None if bound is None else bound[0]
        flags: Value = 0 if bound is None or bound[-1] is MISSING else bound[-1]
        if isinstance(pattern, Instance) and bound is not None:
            flags, pattern = pattern.attributes.get("flags"), pattern.attributes.get("pattern")
        if bound is None or type(pattern) is not str:
            return state.unknown(f"re.{name} of unknown")
        return _run(state, name, pattern, flags, bound[1:])

    return Host(f"re.{name}", call)


def _bound_method(name: str, pattern: str, flags: int) -> Host:
    def call(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        bound = take(args, kwargs, *_SIGNATURES[name][:-1])
        if bound is None:
            return state.unknown(f"re.Pattern.{name} of odd arguments")
        return _run(state, name, pattern, flags, bound)

    return Host(f"re.Pattern.{name}", call)


def _compile(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(args, kwargs, "pattern", "flags")
    flags = 0 if bound is None or bound[1] is MISSING else bound[1]
    if bound is None or type(bound[0]) is not str or len(bound[0]) > 500 or not isinstance(flags, int):
        return state.unknown("re.compile of unknown")
    pattern = bound[0]
    if _compiled(pattern, flags) is None:
        return state.unknown("re.compile of a bad pattern")
    attributes: dict[str, Value] = {name: _bound_method(name, pattern, flags) for name in _SIGNATURES}
    return namespace("re.Pattern", attributes | {"pattern": pattern, "flags": flags})


def _table() -> dict[str, Value]:
    escape: Callable[..., Any] = re.escape
    table: dict[str, Value] = {f"re.{name}": _function(name) for name in _SIGNATURES}
    table |= {"re.compile": Host("re.compile", _compile), "re.escape": plain("re.escape", escape)}
    flags = ("IGNORECASE", "I", "MULTILINE", "M", "DOTALL", "S", "VERBOSE", "X", "ASCII", "A", "UNICODE", "U")
    return table | {f"re.{name}": int(getattr(re, name)) for name in flags}


PATTERNS: Mapping[str, Value] = MappingProxyType(_table())
"""``re`` by qualified name."""
