"""Statements in another order, and a multiplied list as a comprehension."""

from __future__ import annotations

import ast

from winit_lint.finding import Edit
from winit_lint.fixes.pieces import Pieces
from winit_lint.fixes.syntax import Syntax, Unfit
from winit_lint.proposal import MoveBehind, OneEach, WrapLater


def moved(syntax: Syntax, proposal: MoveBehind) -> tuple[Edit, ...]:
    """The edits that move a statement, with the comment lines right above it.

    Raises:
        Unfit: the statements stand in different blocks or share lines.
    """
    statement = syntax.statement_of(syntax.node_at(proposal.statement))
    block = _block(syntax, statement)
    others = [_in_block(syntax, syntax.node_at(span), block) for span in proposal.others]
    last = max(others, key=block.index)
    if block.index(last) <= block.index(statement):
        raise Unfit("it stands behind them")
    return _move(syntax, statement, last)


def wrapped_later(syntax: Syntax, proposal: WrapLater) -> tuple[Edit, ...]:
    """The edits that let a layer be wrapped behind the statement that writes its weight.

    Raises:
        Unfit: the wrapper is not there, or other statements stand between.
    """
    write = syntax.statement_of(syntax.node_at(proposal.write))
    block = _block(syntax, write)
    created = syntax.node_at(proposal.created)
    first = _in_block(syntax, created, block)
    between = block[block.index(first) + 1 : block.index(write)]
    wrapper = syntax.parents.get(created)
    if isinstance(wrapper, ast.Call) and _wraps(wrapper, proposal.wrapper) and wrapper.args[0] is created:
        if not isinstance(first, ast.Assign) or first.value is not wrapper or len(first.targets) != 1 or between:
            raise Unfit("the wrapper is not all of an assignment right before it")
        return _unwrapped(syntax, first, wrapper, created, write)
    if len(between) == 1:
        value = between[0].value if isinstance(between[0], (ast.Expr, ast.Assign)) else None
        if isinstance(value, ast.Call) and _wraps(value, proposal.wrapper):
            return _move(syntax, between[0], write)
    raise Unfit("the wrapper is not there")


def one_each(syntax: Syntax, proposal: OneEach) -> tuple[Edit, ...]:
    """The edits that make ``[new()] * n`` a comprehension.

    Raises:
        Unfit: it is no such product.
    """
    node = syntax.node_at(proposal.span)
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        raise Unfit("no product there")
    left = isinstance(node.left, ast.List)
    items = node.left if left else node.right
    if not isinstance(items, ast.List) or len(items.elts) != 1 or not isinstance(items.elts[0], ast.Call):
        raise Unfit("no list of one call")
    start, end = syntax.range(node)
    first, last = syntax.range(items)
    item = syntax.range(items.elts[0])
    number = syntax.text[last:end].partition("*")[2] if left else syntax.text[start:first].rpartition("*")[0]
    brackets = syntax.text[first + 1 : item[0]] + syntax.text[item[1] : last - 1]
    if "#" in syntax.text[start:end] or brackets.strip(" ,\n") or not _can_repeat(syntax, node):
        raise Unfit("a comment, a bracket or a name is in the way")
    pieces = Pieces(syntax)
    pieces.put(start, end, f"[{syntax.of(items.elts[0])} for _ in range({number.strip()})]")
    return pieces.edits(start, end)


def _can_repeat(syntax: Syntax, node: ast.BinOp) -> bool:
    """A comprehension has a scope of its own, which in a class body does not see the body's names."""
    inside = list(ast.walk(node))
    kinds = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
    scope = next((n for n in syntax.above(node) if isinstance(n, (ast.ClassDef, ast.FunctionDef, ast.Lambda))), None)
    names = {n.id for n in inside if isinstance(n, ast.Name)}
    return not any(isinstance(n, kinds) for n in inside) and not isinstance(scope, ast.ClassDef) and "_" not in names


def _wraps(call: ast.Call, wrapper: str) -> bool:
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return name == wrapper and bool(call.args)


def _block(syntax: Syntax, statement: ast.stmt) -> list[ast.stmt]:
    """The statements among which this one stands."""
    parent = syntax.parents[statement]
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            return block
    raise Unfit("no block there")


def _in_block(syntax: Syntax, node: ast.AST, block: list[ast.stmt]) -> ast.stmt:
    """The statement of a block in which a node stands."""
    for each in (node, *syntax.above(node)):
        if isinstance(each, ast.stmt) and each in block:
            return each
    raise Unfit("another block")


def _move(syntax: Syntax, statement: ast.stmt, behind: ast.stmt) -> tuple[Edit, ...]:
    start, end = syntax.whole_lines(statement)
    target = syntax.whole_lines(behind)[1]
    first = syntax.line_start(start)
    indentation = syntax.text[first:start]
    while first:
        line = syntax.text[syntax.line_start(first - 1) : first]
        if not line.startswith(f"{indentation}#"):
            break
        first = syntax.line_start(first - 1)
    pieces = Pieces(syntax)
    pieces.put(first, end + 1, "")
    pieces.put(target, target, "\n" + syntax.text[first:end])
    return pieces.edits(first, target)


def _unwrapped(
    syntax: Syntax, first: ast.Assign, wrapper: ast.Call, layer: ast.AST, write: ast.stmt
) -> tuple[Edit, ...]:
    """``x = Layer()``, then the write, then ``x = wrapper(x)``."""
    target = syntax.of(first.targets[0])
    if not isinstance(first.targets[0], (ast.Name, ast.Attribute)):
        raise Unfit("it is not assigned to a name")
    start, _ = syntax.whole_lines(first)
    end = syntax.whole_lines(write)[1]
    outer, inner = syntax.range(wrapper), syntax.range(layer)
    again = syntax.text[outer[0] : inner[0]] + target + syntax.text[inner[1] : outer[1]]
    if "\n" in again:
        raise Unfit("the wrapper takes several lines")
    pieces = Pieces(syntax)
    pieces.put(*outer, syntax.of(layer))
    pieces.put(end, end, f"\n{syntax.indentation(first)}{target} = {again}")
    return pieces.edits(start, end)
