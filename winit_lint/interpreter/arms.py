"""The arms of ``if`` and ``try`` at module level, each with what must hold for its statements to run.

And what runs in the arm for the main file alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, final


@final
@dataclass(frozen=True, slots=True)
class Guard:
    """What must hold for an arm: the condition ``test`` has the value ``side``, or a ``try`` runs through.

    For ``try``, ``test`` is empty and ``side`` False stands for its handlers; ``packages`` are those that it imports
    by absolute names, where a handler is for one that is missing.
    """

    test: str
    line: int
    side: bool
    packages: tuple[str, ...] = ()


Guards: TypeAlias = tuple[Guard, ...]
_MISSING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def guarded(body: list[ast.stmt], outer: Guards = ()) -> Iterator[tuple[ast.stmt, Guards]]:
    """Statements with the arms of ``if`` and ``try`` opened: alternatives first, so that the main arm binds last."""
    for node in body:
        if isinstance(node, ast.If):
            if not is_main_guard(node):
                test = ast.unparse(node.test)
                yield from guarded(node.orelse, (*outer, Guard(test, node.lineno, side=False)))
                yield from guarded(node.body, (*outer, Guard(test, node.lineno, side=True)))
        elif isinstance(node, ast.Try):
            packages = tuple(dict.fromkeys(_imports(node.body))) if _expects_missing(node) else ()
            for handler in node.handlers:
                yield from guarded(handler.body, (*outer, Guard("", node.lineno, side=False, packages=packages)))
            through = (*outer, Guard("", node.lineno, side=True, packages=packages))
            yield from guarded(node.body, through)
            yield from guarded(node.orelse, through)
        elif isinstance(node, ast.With):
            yield from guarded(node.body, outer)
        else:
            yield node, outer


def flatten(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of ``guarded`` alone."""
    return (node for node, _ in guarded(body))


def is_main_guard(node: ast.stmt) -> bool:
    """``if __name__ == "__main__":``, written either way round."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    return ast.unparse(node.test) in {"__name__ == '__main__'", "'__main__' == __name__"}


def run_in_order(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """What does something when a file is run as a script (no definition, import or docstring), with its kind.

    "main" is under the main guard, "call" a bare call, "assign" all else. Of several statements on a line the first is
    told, as it stands for the line. A guard with an ``else``, or with its statements on its own line, stays closed.
    """
    last = 0
    for node, main in _opened(body):
        if node.lineno > last and (main or _runs(node)):
            yield node, "main" if main else "call" if _registers(node) else "assign"
            last = node.end_lineno or node.lineno


def _opened(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    for node in body:
        if isinstance(node, ast.If) and is_main_guard(node) and not node.orelse and node.body[0].lineno > node.lineno:
            yield from ((each, True) for each in node.body)
        else:
            yield node, False


def _runs(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    return not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom))


def _registers(node: ast.stmt) -> bool:
    """A bare call at module level (``register_block("mobilevit", MobileVitBlock)``), which importing the file runs."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)


def _expects_missing(node: ast.Try) -> bool:
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(kind is None or (isinstance(kind, ast.Name) and kind.id in _MISSING) for kind in kinds):
            return True
    return False


def _imports(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def nodes_in(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree in no particular order; ``ast.walk`` takes three times as long."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        for value in node.__dict__.values():
            if isinstance(value, list):
                stack.extend(each for each in value if isinstance(each, ast.AST))
            elif isinstance(value, ast.AST):
                stack.append(value)
