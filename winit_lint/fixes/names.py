"""What a call's name leads to in a file, and imports for other names."""

from __future__ import annotations

import ast

from winit_lint.fixes.pieces import Piece
from winit_lint.fixes.syntax import Syntax, Unfit


def check_callee(syntax: Syntax, call: ast.Call, function: str) -> None:
    """Make sure that the call is written as one of ``function`` (a wrapper of it is another function).

    Raises:
        Unfit: it is not.
    """
    short = function.rpartition(".")[2]
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr == short:
        return
    if isinstance(func, ast.Name) and (func.id == short or _alias(syntax, func.id, function) is not None):
        return
    raise Unfit(f"{short} is called by another name")


def renamed(syntax: Syntax, call: ast.Call, function: str, new: str) -> list[Piece]:
    """What makes a call of ``function`` one of ``new`` from the same module, its import included.

    Raises:
        Unfit: the file does not say where the name comes from.
    """
    func = call.func
    name, added = sibling(syntax, call, function, new)
    if isinstance(func, ast.Attribute):
        end = syntax.range(func)[1]
        return [(end - len(func.attr), end, new)]
    found = _alias(syntax, func.id, function) if isinstance(func, ast.Name) else None
    old = func.id if isinstance(func, ast.Name) else ""
    used = sum(isinstance(node, ast.Name) and node.id == old for node in ast.walk(syntax.tree))
    if added and found is not None and used == 1:  # nothing else needs the old import
        added = [(*syntax.range(found[1]), new)]
    return [*added, (*syntax.range(func), name)]


def sibling(syntax: Syntax, call: ast.Call, function: str, new: str) -> tuple[str, list[Piece]]:
    """How ``new`` of the same module as ``function`` is written beside a call of that, and what adds its import.

    Raises:
        Unfit: the file does not say where the name comes from.
    """
    func = call.func
    module = function.rpartition(".")[0]
    if isinstance(func, ast.Attribute):
        if module != "torch.Tensor" and dotted(syntax, func.value) != module:
            raise Unfit("the module of the function is not known")
        return f"{syntax.of(func.value)}.{new}", []
    found = _alias(syntax, func.id, function) if isinstance(func, ast.Name) else None
    if found is None:
        raise Unfit("the import of the function is not known")
    known = next((alias for s, alias in syntax.imports if _leads_to(s, alias, f"{module}.{new}")), None)
    if known is not None:
        return known.asname or known.name, []
    if new in syntax.names:
        raise Unfit(f"{new} is something else here")
    end = syntax.range(found[1])[1]
    return new, [(end, end, f", {new}")]


def renamed_everywhere(syntax: Syntax, call: ast.Call, function: str, new: str) -> list[Piece]:
    """The same, for every use of a name that is imported by itself.

    Raises:
        Unfit: the file does not say where the name comes from, or binds it again.
    """
    func = call.func
    found = _alias(syntax, func.id, function) if isinstance(func, ast.Name) else None
    if found is None or not isinstance(func, ast.Name):
        return renamed(syntax, call, function, new)
    alias = found[1]
    start = syntax.range(alias)[0]
    imported = (start, start + len(alias.name), new)
    if alias.asname is not None:
        return [imported]
    uses = [node for node in ast.walk(syntax.tree) if isinstance(node, ast.Name) and node.id == func.id]
    if new in syntax.names or not all(isinstance(node.ctx, ast.Load) for node in uses):
        raise Unfit(f"{new} is there already, or {func.id} is bound again")
    if any(isinstance(node, ast.arg) and node.arg == func.id for node in ast.walk(syntax.tree)):
        raise Unfit(f"{func.id} is a parameter, too")
    return [imported, *((*syntax.range(node), new) for node in uses)]


def dotted(syntax: Syntax, node: ast.expr) -> str | None:
    """The qualified name that an expression of names and dots spells by the file's imports."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    bound = {
        _bound_to(statement, alias)
        for statement, alias in syntax.imports
        if (alias.asname or alias.name.partition(".")[0]) == node.id
    }
    return ".".join([bound.pop(), *parts]) if len(bound) == 1 else None


def module_name(syntax: Syntax, module: str) -> tuple[str, list[Piece]]:
    """The name under which a module can be used, and what adds an import of it.

    Raises:
        Unfit: the name is taken.
    """
    top = [pair for pair in syntax.imports if pair[0] in syntax.tree.body and _bound_to(*pair) == module]
    if top:
        alias = top[0][1]
        return alias.asname or alias.name.partition(".")[0], []
    if module in syntax.names:
        raise Unfit(f"{module} is something else here")
    at = _import_place(syntax)
    return module, [(at, at, f"import {module}\n")]


def _import_place(syntax: Syntax) -> int:
    """The line of the first import at the top that is no ``__future__``, else behind the docstring and those."""
    behind = 0
    for statement in syntax.tree.body:
        start, end = syntax.range(statement)
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if docstring or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            behind = syntax.line_end(end) + 1
        elif isinstance(statement, (ast.Import, ast.ImportFrom)) and not syntax.text[syntax.line_start(start) : start]:
            return start
        else:
            break
    if behind > len(syntax.text) or syntax.text[:behind].rstrip(" \t")[-1:] not in {"", "\n"}:
        raise Unfit("no line for an import")
    return behind


def _alias(syntax: Syntax, name: str, function: str) -> tuple[ast.Import | ast.ImportFrom, ast.alias] | None:
    """The one import that binds ``name``, where it leads to ``function``."""
    found = [(s, a) for s, a in syntax.imports if (a.asname or a.name) == name]
    return found[0] if len(found) == 1 and _leads_to(*found[0], function) else None


def _leads_to(statement: ast.Import | ast.ImportFrom, alias: ast.alias, function: str) -> bool:
    return isinstance(statement, ast.ImportFrom) and _bound_to(statement, alias) == function


def _bound_to(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if isinstance(statement, ast.ImportFrom):
        return f"{'.' * statement.level}{statement.module or ''}.{alias.name}"
    return alias.name if alias.asname is not None else alias.name.partition(".")[0]
