"""A file's syntax with exact places: nodes by span, arguments with their commas, statements with their lines.

The tree is the one of ``ast``; what that leaves out (brackets, commas, comments) is read off the text.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import final

from winit_lint.source.lexer import tokens
from winit_lint.source.span import Span
from winit_lint.source.text import SourceText


@final
class Unfit(Exception):  # noqa: N818 - no error: the text has another form than a proposal needs
    """A proposal does not fit the text, so nothing is edited."""


@final
class Syntax:
    """One text and its tree. Offsets count the characters of ``source.text``."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.text = source.text
        self._starts = [0]
        for line in source.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    @cached_property
    def tree(self) -> ast.Module:
        """The whole tree."""
        try:
            return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise Unfit("this Python cannot parse the file") from None

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Each node's parent."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the file mentions."""
        found = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        found |= {node.arg for node in ast.walk(self.tree) if isinstance(node, ast.arg)}
        return frozenset(found | {alias.asname or alias.name for _, alias in self.imports})

    @cached_property
    def imports(self) -> tuple[tuple[ast.Import | ast.ImportFrom, ast.alias], ...]:
        """All imported names of the file with their statements."""
        statements = (n for n in ast.walk(self.tree) if isinstance(n, (ast.Import, ast.ImportFrom)))
        return tuple((statement, alias) for statement in statements for alias in statement.names)

    @cached_property
    def _by_lines(self) -> dict[tuple[int, int], list[ast.expr | ast.stmt]]:
        """Expressions and statements by first and last line, outermost first."""
        found: dict[tuple[int, int], list[ast.expr | ast.stmt]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.expr, ast.stmt)) and node.end_lineno is not None:
                found.setdefault((node.lineno, node.end_lineno), []).append(node)
        return found

    def range(self, node: ast.AST) -> tuple[int, int]:
        """First offset of a node and the one behind it, without brackets around it."""
        line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]
        end_line, end_column = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        return self._offset(line, column), self._offset(end_line, end_column)

    def _offset(self, line: int, byte: int) -> int:
        text = self.source.lines[line - 1]
        column = byte if text.isascii() else len(text.encode()[:byte].decode())
        return self._starts[line - 1] + column

    def of(self, node: ast.AST) -> str:
        """A node's source text."""
        start, end = self.range(node)
        return self.text[start:end]

    def span(self, start: int, end: int) -> Span:
        """The span of a range of offsets."""
        first, last = self._line(start), self._line(end)
        return Span(
            self.source.path, first + 1, start - self._starts[first] + 1, last + 1, end - self._starts[last] + 1
        )

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset, hi=len(self._starts) - 1) - 1

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self._starts[self._line(offset)]

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before its line feed."""
        return self._starts[self._line(offset) + 1] - 1

    def node_at(self, span: Span) -> ast.AST:
        """The outermost expression or statement with exactly this span.

        Raises:
            Unfit: there is none, or it stands inside a formatted string (where places are wrong before Python 3.12).
        """
        for node in self._by_lines.get((span.line, span.end_line), ()):
            if self.span(*self.range(node)) == span:
                if any(isinstance(above, ast.JoinedStr) for above in self.above(node)):
                    break
                return node
        raise Unfit("no expression there")

    def call_at(self, span: Span) -> ast.Call:
        """The call with exactly this span.

        Raises:
            Unfit: there is none.
        """
        node = self.node_at(span)
        if isinstance(node, ast.Expr):
            node = node.value
        if not isinstance(node, ast.Call):
            raise Unfit("no call there")
        return node

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        current = self.parents.get(node)
        while current is not None:
            yield current
            current = self.parents.get(current)

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that a node is or stands in."""
        for each in (node, *self.above(node)):
            if isinstance(each, ast.stmt):
                return each
        raise Unfit("no statement there")

    def whole_lines(self, statement: ast.stmt) -> tuple[int, int]:
        """The range of a statement that has its lines to itself, up to the end of the last one's comment.

        Raises:
            Unfit: something else stands on its first or last line.
        """
        start, end = self.range(statement)
        rest = self.text[end : self.line_end(end)].strip()
        if self.text[self.line_start(start) : start].strip() or (rest and not rest.startswith("#")):
            raise Unfit("the statement shares its line")
        return start, self.line_end(end)

    def indentation(self, statement: ast.stmt) -> str:
        """The white space before a statement that begins its line."""
        start = self.range(statement)[0]
        return self.text[self.line_start(start) : start]

    def level(self, statement: ast.stmt) -> str:
        """What one more level of indentation adds where ``statement`` stands."""
        own = self.indentation(statement)
        around = next((each for each in self.above(statement) if isinstance(each, ast.stmt)), None)
        outer = self.indentation(around) if around is not None else ""
        if own.startswith(outer) and own != outer and not outer.strip():
            return own[len(outer) :]
        return "\t" if own.endswith("\t") else "    "

    def argument_ranges(self, call: ast.Call) -> list[tuple[ast.expr | ast.keyword, int, int]]:
        """The arguments in order with the range of each, brackets and stars included, white space and commas not.

        Raises:
            Unfit: the text between the brackets can't be parted.
        """
        end = self.range(call)[1] - 1
        given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        nodes = sorted(given, key=lambda node: self.range(node)[0])
        start = self._opening(call)
        parts = [part for part in self._parted(start + 1, end) if part[0] < part[1]]
        inside = zip(nodes, parts, strict=False)
        if len(nodes) != len(parts) or not all(b <= self.range(n)[0] and self.range(n)[1] <= e for n, (b, e) in inside):
            raise Unfit("its arguments can't be told apart")
        return [(node, *part) for node, part in zip(nodes, parts, strict=True)]

    def _opening(self, call: ast.Call) -> int:
        """The bracket that opens the arguments: the callee itself may stand in brackets."""
        after = self.range(call.func)[1]
        for token in tokens(self.text[after : self.range(call)[1]]):
            if token.kind == "open":
                return after + token.start
        raise Unfit("no arguments there")

    def _parted(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The text between two offsets split at the commas of its own level; comments belong to no part."""
        depth, first, last = 0, end, start
        for token in tokens(self.text[start:end]):
            if token.kind == "separator" and not depth:
                yield first, last
                first, last = end, start
                continue
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
            piece = self.text[start + token.start : start + token.end]
            if token.kind not in {"comment", "newline"} and piece.strip():
                first = min(first, start + token.start + len(piece) - len(piece.lstrip()))
                last = start + token.start + len(piece.rstrip())
        yield first, last
