"""Where the nodes of a libcst tree stand, read off the tree that ``ast`` makes of the same text.

libcst works out positions by printing the whole tree again, which takes longer than to parse it. Calls, attributes,
subscripts and names are the nodes that are asked for, and both trees have the same of them, so they pair in the order
of the text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

import libcst as cst

from winit_lint.interpreter.nodes import LEAVES, child_fields
from winit_lint.source.newer_syntax import older

Place: TypeAlias = tuple[int, int, int, int]
"""First line, first column, last line, column behind the last: lines from 1 and columns, in characters, from 0."""

_Spot: TypeAlias = tuple[Place, str]  # with the name that an attribute or name has


def places(module: cst.Module, text: str) -> dict[cst.CSTNode, Place]:
    """The places of the calls, attributes, subscripts and names used in ``module``, whose code is ``text``.

    A kind of which the two trees do not have the same nodes is left out, as is all inside formatted strings: their
    positions are wrong before Python 3.12.
    """
    try:
        try:
            tree = ast.parse(text)
        except SyntaxError:
            tree = ast.parse(older(text) or text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    theirs: dict[type[ast.AST], list[_Spot]] = {kind: [] for kind in _PAIRS.values()}
    _collect(tree, theirs, [] if text.isascii() else text.split("\n"))
    ours: dict[type[cst.CSTNode], list[cst.CSTNode]] = {kind: [] for kind in _PAIRS}
    for node in _in_order((module,)):
        ours[type(node)].append(node)
    found: dict[cst.CSTNode, Place] = {}
    for kind, nodes in ours.items():
        spots = sorted(theirs[_PAIRS[kind]], key=_outermost_first)
        if [_named(node) for node in nodes] == [name for _, name in spots]:
            found.update(zip(nodes, (place for place, _ in spots), strict=True))
    for node in ours[cst.Attribute]:
        if node in found:
            assert isinstance(node, cst.Attribute)
            _, _, line, end = found[node]
            found[node.attr] = (line, end - len(node.attr.value), line, end)
    return found


def _named(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


def _outermost_first(spot: _Spot) -> tuple[int, int, int, int]:
    place = spot[0]
    return place[0], place[1], -place[2], -place[3]


def _collect(tree: ast.AST, found: Mapping[type[ast.AST], list[_Spot]], lines: list[str]) -> None:
    stack = [tree]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is ast.JoinedStr:
            continue
        if kind in found:
            assert isinstance(node, ast.expr)
            first, last = node.lineno, node.end_lineno or node.lineno
            start, end = node.col_offset, node.end_col_offset or node.col_offset
            if lines:
                start, end = _characters(lines[first - 1], start), _characters(lines[last - 1], end)
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            found[kind].append(((first, start, last, end), name))
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                stack.extend(each for each in value if isinstance(each, ast.AST))
            elif isinstance(value, ast.AST):
                stack.append(value)


def _characters(line: str, column: int) -> int:
    """A column in characters for one in bytes."""
    return column if line.isascii() else len(line.encode()[:column].decode(errors="replace"))


_PAIRS: Mapping[type[cst.CSTNode], type[ast.AST]] = {
    cst.Call: ast.Call,
    cst.Attribute: ast.Attribute,
    cst.Subscript: ast.Subscript,
    cst.Name: ast.Name,
}
_FIELDS: Mapping[type[cst.CSTNode], tuple[str, ...]] = {
    # In the order of the text, where libcst keeps another; without f-strings and names that are no expressions.
    cst.FunctionDef: ("decorators", "params", "returns", "body"),
    cst.ClassDef: ("decorators", "bases", "keywords", "body"),
    cst.Parameters: ("posonly_params", "params", "star_arg", "kwonly_params", "star_kwarg"),
    cst.Param: ("annotation", "default"),
    cst.IfExp: ("body", "test", "orelse"),
    cst.ExceptHandler: ("type", "body"),
    cst.ExceptStarHandler: ("type", "body"),
    cst.Arg: ("value",),
    cst.Attribute: ("value",),
    cst.Import: (),
    cst.ImportFrom: (),
    cst.Global: (),
    cst.Nonlocal: (),
    cst.FormattedString: (),
}

_CONSTANTS = frozenset({"True", "False", "None"})  # names to libcst


@cache
def _ordered_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return _FIELDS[kind] if kind in _FIELDS else child_fields(kind)


def _in_order(nodes: Iterable[Any]) -> Iterator[cst.CSTNode]:
    """The nodes of the paired kinds, in the order of the text, outer ones first."""
    stack = [iter(nodes)]
    while stack:
        for node in stack[-1]:
            kind: type[cst.CSTNode] = type(node)
            if kind in _PAIRS and not (kind is cst.Name and node.value in _CONSTANTS):
                yield node
            inner: list[Any] = []
            for name in _ordered_fields(kind):
                value = getattr(node, name)
                if isinstance(value, (tuple, list)):
                    inner.extend(value)
                elif type(value) not in LEAVES:
                    inner.append(value)
            if inner:
                stack.append(iter(inner))
                break
        else:
            stack.pop()
