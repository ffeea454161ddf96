"""What the text of a decorator tells: the globals that it reads, whether its wrapper remembers or only hands on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from textwrap import dedent
from typing import TypeAlias, final

from winit_lint.interpreter.values import Function

_Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in the text.

    ``remembers``: an inner function changes a variable around it, so that calls depend on earlier ones.

    ``hands_on``: its wrapper calls the function with all that it is given and returns what comes back.
    ``hands_back``: it returns what it is given, and sets no attribute.
    """

    globals: frozenset[str]
    remembers: bool
    hands_on: bool
    hands_back: bool


def reading(function: Function) -> Reading:
    """What the text of a decorator tells."""
    return _read(dedent(function.definition.text(function.node)))


@cache
def _read(text: str) -> Reading:
    try:
        outer = ast.parse(text).body[0]
    except SyntaxError:
        return Reading(frozenset({"?"}), remembers=True, hands_on=False, hands_back=False)
    if not isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return Reading(frozenset({"?"}), remembers=True, hands_on=False, hands_back=False)
    loads = {n.id for each in outer.body for n in ast.walk(each) if isinstance(n, ast.Name) and type(n.ctx) is ast.Load}
    inner = [n for each in outer.body for n in ast.walk(each) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    bound = _bound(outer)
    remembers = any(_changes_outside(each, bound) for each in inner)
    last = inner[-1] if inner else None
    others = sum(isinstance(n, (ast.Attribute, ast.Subscript)) and type(n.ctx) is ast.Store for n in ast.walk(outer))
    hands_on = last is not None and not others and not _registers(outer, inner) and _hands_on(last)
    hands_back = not others and "setattr" not in loads and _hands_back(outer)
    return Reading(frozenset(loads - bound), remembers, hands_on, hands_back)


def _hands_back(node: _Def) -> bool:
    """Whether a decorator, or the one that it makes, returns its first argument."""
    first = next((each.arg for each in (*node.args.posonlyargs, *node.args.args)), None)
    inner = {each.name: each for each in node.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))}
    nested = {id(n) for each in inner.values() for n in ast.walk(each)}
    returned = [n.value for n in ast.walk(node) if isinstance(n, ast.Return) and id(n) not in nested]
    names = [each.id if isinstance(each, ast.Name) else "" for each in returned]
    return bool(names) and all(name == first or (name in inner and _hands_back(inner[name])) for name in names)


def _bound(node: ast.AST) -> set[str]:
    """Names that are bound anywhere in a function."""
    names: set[str] = set()
    for each in ast.walk(node):
        match each:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if each is not node:
                    names.add(name)
            case ast.alias(name=name, asname=other):
                names.add(other or name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)):
                names.add(name)
    return names


def _changes_outside(inner: _Def, around: set[str]) -> bool:
    outside = around - _bound(inner)
    for each in ast.walk(inner):
        if isinstance(each, (ast.Nonlocal, ast.Global)):
            return True
        changed: ast.expr | None = None
        if isinstance(each, (ast.Attribute, ast.Subscript)) and type(each.ctx) is ast.Store:
            changed = each.value
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            changed = each.func.value
        while isinstance(changed, (ast.Attribute, ast.Subscript)):
            changed = changed.value
        if isinstance(changed, ast.Name) and changed.id in outside:
            return True
    return False


def _registers(outer: _Def, inner: list[_Def]) -> bool:
    """Whether a decorator calls something on its way, outside of the wrapper, for its effect."""
    within = {id(n) for each in inner[-1:] for n in ast.walk(each)}
    return any(
        isinstance(n, ast.Expr) and isinstance(n.value, ast.Call) and id(n) not in within for n in ast.walk(outer)
    )


def _hands_on(wrapper: _Def) -> bool:
    arguments = wrapper.args
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    stars = [each.arg for each in (arguments.vararg, arguments.kwarg) if each is not None]
    used = [n.id for each in wrapper.body for n in ast.walk(each) if isinstance(n, ast.Name)]
    if len(stars) != 2 or arguments.kwonlyargs or any(used.count(name) != 1 for name in (*names, *stars)):
        return False
    returns = [n for each in wrapper.body for n in ast.walk(each) if isinstance(n, ast.Return)]
    if len(returns) != 1 or returns[0] not in wrapper.body:
        return False
    value = returns[0].value
    if isinstance(value, ast.Name) and used.count(value.id) == 2:
        value = next(_values(wrapper.body, value.id), None)
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and _passes(value, names, stars)


def _values(body: list[ast.stmt], name: str) -> Iterator[ast.expr]:
    for each in body:
        if isinstance(each, ast.Assign) and [ast.unparse(t) for t in each.targets] == [name]:
            yield each.value


def _passes(call: ast.Call, names: list[str], stars: list[str]) -> bool:
    given = [ast.unparse(each) for each in call.args]
    more = [(each.arg, ast.unparse(each.value)) for each in call.keywords]
    return given == [*names, f"*{stars[0]}"] and more == [(None, stars[1])]
