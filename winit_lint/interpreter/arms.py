"""The arms of ``if`` and ``try`` at module level, each with what must hold for its statements to run."""

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
            test = ast.unparse(node.test)
            if test != "__name__ == '__main__'":
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
