"""Statements at module level that may change an attribute of a class, a function or another module, once imported."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, final

from winit_lint.interpreter.arms import is_main_guard

_DEFS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_ABOUT = frozenset({"__doc__", "__name__", "__qualname__", "__module__", "__signature__", "__wrapped__", "__all__"})
SETTERS = frozenset({"setattr", "delattr"})


@final
@dataclass(frozen=True, slots=True)
class PatchFacts:
    """One such statement by its first and last line.

    ``targets`` are the attributes that it sets, dotted as they are written (``nn.Linear.reset_parameters``), with
    ``?`` for an owner or a name that the text does not give. ``calls`` are the functions that it calls, which may set
    attributes themselves.
    """

    first: int
    last: int
    targets: tuple[str, ...]
    calls: tuple[str, ...]


def patches_in(tree: ast.Module) -> Iterator[PatchFacts]:
    """The statements of a file that may be such, in order; those that run where the file is the main one are not."""
    made = _made(tree.body)
    for node in tree.body:
        if isinstance(node, (*_DEFS, ast.Import, ast.ImportFrom)) or is_main_guard(node):
            continue
        targets = tuple(dict.fromkeys(_targets([node], made)))
        calls = tuple(dict.fromkeys(_calls(node)))
        if targets or calls:
            yield PatchFacts(node.lineno, node.end_lineno or node.lineno, targets, calls)


def patchers_in(tree: ast.Module) -> frozenset[str]:
    """Functions at module level that set attributes of other things than what they make themselves."""
    functions = {node.name: node for node in tree.body if isinstance(node, _DEFS[:2])}
    found = {name for name, node in functions.items() if _sets(node)}
    callers = {name: {_dotted(n.func) for n in ast.walk(f) if isinstance(n, ast.Call)} for name, f in functions.items()}
    size = -1
    while size != len(found):
        size = len(found)
        found |= {name for name, called in callers.items() if called & found}
    return frozenset(found)


def _sets(function: _Def) -> bool:
    return any(True for _ in _targets(function.body, _made(function.body)))


def _made(body: Iterable[ast.stmt]) -> set[str]:
    """Variables that hold what a call has made: an attribute of such an object is no patch."""
    made: set[str] = {"self"}
    for node in (inner for each in body for inner in _own(each)):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, (ast.Call, ast.Await)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            made.update(name.id for each in targets for name in ast.walk(each) if isinstance(name, ast.Name))
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            made.update(name.id for name in ast.walk(node.optional_vars) if isinstance(name, ast.Name))
    return made


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, but for the bodies of definitions."""
    yield node
    if isinstance(node, (*_DEFS, ast.Lambda)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _own(child)


def _targets(body: Iterable[ast.stmt], made: set[str]) -> Iterator[str]:
    for node in (inner for each in body for inner in _own(each)):
        match node:
            case ast.Attribute(value=owner, attr=attr, ctx=ast.Store() | ast.Del()):
                name: str | None = attr
            case ast.Call(func=ast.Name(id=called), args=[owner, ast.Constant(value=str(attr)), *_]) if (
                called in SETTERS
            ):
                name = attr
            case ast.Call(func=ast.Name(id=called), args=[owner, *_]) if called in SETTERS:
                name = "?"
            case _:
                continue
        dotted = _dotted(owner) or "?"
        if name not in _ABOUT and dotted.partition(".")[0] not in made:
            yield f"{dotted}.{name}"


def _calls(node: ast.AST) -> Iterator[str]:
    for inner in _own(node):
        if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call):
            dotted = _dotted(inner.value.func)
            if dotted:
                yield dotted


def _dotted(node: ast.AST) -> str:
    """``a.b.c`` of a chain of attributes of a name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
