"""Definitions: the pieces of a file that libcst parses, and places in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, final

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from winit_lint.interpreter.places import Place, places
from winit_lint.source.span import Span


@final
class ParseError(Exception):
    """libcst could not parse a piece that ``ast`` accepted."""


@final
@dataclass(eq=False, slots=True)
class Definition:
    """One parsed piece of a file: a function, a class, or some statements.

    The piece keeps its own indentation (it stands under an ``if 1:`` line where it is indented), so columns are those
    of the file; ``offset`` is what to add to its lines.
    """

    path: str
    module: cst.Module
    statements: tuple[cst.BaseStatement, ...]
    offset: int
    yields: bool = True  # it may hold a generator function
    initialises: dict[cst.CSTNode, bool] = field(default_factory=dict)  # by block: an initializer is called in it
    # (and by condition: some part of it looks fixed)
    quoted: dict[cst.CSTNode, cst.CSTNode] = field(default_factory=dict)  # nodes of texts: the call they stand at
    _quotes: dict[tuple[cst.CSTNode, str], tuple[Any, ...]] = field(default_factory=dict)
    _code: str = ""
    _places: dict[cst.CSTNode, Place] | None = None
    _positions: Any = None
    _spans: dict[cst.CSTNode, Span] = field(default_factory=dict)
    _texts: dict[cst.CSTNode, str] = field(default_factory=dict)

    def span(self, node: cst.CSTNode) -> Span:
        """Where ``node``, a node of this piece, stands in the file. Positions are worked out at the first call."""
        found = self._spans.get(node)
        if found is None:
            found = self._spans[node] = self._span(node)
        return found

    def _span(self, node: cst.CSTNode) -> Span:
        if self._places is None:
            self._places = places(self.module, self._code)
            self._code = ""
        node = self.quoted.get(node, node)
        place = self._places.get(node) or self._printed(node)
        return Span(self.path, place[0] + self.offset, place[1] + 1, place[2] + self.offset, place[3] + 1)

    def _printed(self, node: cst.CSTNode) -> Place:
        """The place that libcst itself works out."""
        if self._positions is None:
            wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
            self._positions = wrapper.resolve(PositionProvider)
        place = self._positions[node]
        return place.start.line, place.start.column, place.end.line, place.end.column

    def quote(self, call: cst.CSTNode, text: str) -> cst.BaseExpression:
        """The expression that ``call`` hands to Python as a text; its nodes stand where the call stands.

        Raises:
            ParseError: libcst rejects it.
        """
        found = self._quotes.get((call, text))
        if found is None:
            found = self._keep(call, text, (parse_text(self.path, text, 0),))
        expression: cst.BaseExpression = found[0]
        return expression

    def quote_statements(self, call: cst.CSTNode, text: str) -> tuple[cst.BaseStatement, ...]:
        """The same for statements."""
        found = self._quotes.get((call, text))
        if found is None:
            try:
                found = self._keep(call, text, tuple(cst.parse_module(text).body))
            except (cst.ParserSyntaxError, RecursionError, ValueError) as error:
                raise ParseError(f"{self.path}: {type(error).__name__}") from error
        return found

    def _keep(self, call: cst.CSTNode, text: str, nodes: tuple[Any, ...]) -> tuple[Any, ...]:
        at = self.quoted.get(call, call)
        stack: list[cst.CSTNode] = list(nodes)
        while stack:
            node = stack.pop()
            self.quoted[node] = at
            stack.extend(node.children)
        self._quotes[(call, text)] = nodes
        return nodes

    def text(self, node: cst.CSTNode) -> str:
        """The source text of ``node``."""
        found = self._texts.get(node)
        if found is None:
            found = self._texts[node] = self.module.code_for_node(node).strip()
        return found


@final
@dataclass(frozen=True, eq=False, slots=True)
class Site:
    """A node of a definition: a place that becomes a span only when somebody asks."""

    definition: Definition
    node: cst.CSTNode

    @property
    def span(self) -> Span:
        """The place in the file."""
        return self.definition.span(self.node)


def parse_piece(path: str, lines: tuple[str, ...], first: int, last: int) -> Definition:
    """Parse the lines ``first`` to ``last`` (from 1, inclusive) of a file.

    Raises:
        ParseError: libcst rejects them.
    """
    piece = lines[first - 1 : last]
    indented = bool(piece) and piece[0][:1] in " \t\f" and bool(piece[0].strip())
    text = "\n".join(["if 1:", *piece] if indented else piece) + "\n"
    try:
        module = cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError, ValueError) as error:
        raise ParseError(f"{path}:{first}: {type(error).__name__}") from error
    body: tuple[Any, ...] = tuple(module.body)
    if indented:
        block = body[0]
        assert isinstance(block, cst.If)
        body = tuple(block.body.body)
    return Definition(path, module, body, first - (2 if indented else 1), "yield" in text, _code=text)


def of_expression(path: str, node: cst.BaseExpression) -> Definition:
    """A definition that holds nothing but an expression of :func:`parse_text`; its places are not those of the file."""
    return Definition(path, cst.Module(body=[cst.SimpleStatementLine(body=[cst.Expr(node)])]), (), 0)


def parse_text(path: str, text: str, line: int) -> cst.BaseExpression:
    """Parse one expression.

    Raises:
        ParseError: libcst rejects it.
    """
    try:
        return cst.parse_expression(f"({text})")
    except (cst.ParserSyntaxError, RecursionError, ValueError) as error:
        raise ParseError(f"{path}:{line}: {type(error).__name__}") from error
