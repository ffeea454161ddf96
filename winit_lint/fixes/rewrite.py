"""A call in another form, and lines around its statement."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from itertools import chain, count
from typing import TypeAlias, final

from winit_lint.finding import Edit
from winit_lint.fixes.names import check_callee, module_name, renamed, renamed_everywhere, sibling
from winit_lint.fixes.pieces import Pieces
from winit_lint.fixes.syntax import Syntax, Unfit
from winit_lint.proposal import Rewrite

Argument: TypeAlias = tuple[ast.expr | ast.keyword, int, int]
"""An argument with the range that it takes."""

_PLACEHOLDER = re.compile(r"\{(-?[\w*]+)\}")
_COPYING = frozenset({"clone", "double", "float", "half", "bfloat16", "to", "type", "contiguous"})
_VALUES = frozenset({"data", "detach"})  # `w.data` and `w.detach()` are the same values as `w`


@final
class Rewriting:
    """One proposal on one text."""

    def __init__(self, syntax: Syntax, proposal: Rewrite) -> None:
        self.syntax, self.proposal = syntax, proposal
        self.node = syntax.call_at(proposal.call) if proposal.function else syntax.node_at(proposal.call)
        self.statement = syntax.statement_of(self.node)
        self.pieces = Pieces(syntax)
        self.modules: dict[str, str] = {}

    def edits(self) -> tuple[Edit, ...]:
        """All edits; one for the statement (or the call), the others for imports and further uses of a name.

        Raises:
            Unfit: the text has another form.
        """
        wanted = self.proposal
        for module in wanted.modules:
            self.modules[module], added = module_name(self.syntax, module)
            self.pieces.extend(added)
        if wanted.function:
            self._change_call(self._call())
        start, end = self._surround() if wanted.before or wanted.after else self.syntax.range(self.node)
        return self.pieces.edits(start, end)

    def _change_call(self, call: ast.Call) -> None:
        wanted = self.proposal
        check_callee(self.syntax, call, wanted.function)
        if wanted.rename is not None:
            rename = renamed_everywhere if wanted.everywhere else renamed
            self.pieces.extend(rename(self.syntax, call, wanted.function, wanted.rename))
        if wanted.target is not None:
            self.pieces.put(*self.syntax.range(self._tensor()), self._filled(wanted.target))
        if wanted.arguments:
            self._change_arguments(call)

    def _change_arguments(self, call: ast.Call) -> None:
        """Set and drop arguments by parameter; behind one that is dropped, those by position become keywords."""
        wanted = dict(self.proposal.arguments)
        found = self.syntax.argument_ranges(call)
        if any(isinstance(n, ast.Starred) or (isinstance(n, ast.keyword) and n.arg is None) for n, _, _ in found):
            raise Unfit("starred arguments")
        order = self.proposal.order
        kept: list[tuple[int, int]] = []
        dropped = False
        for place, (node, start, end) in enumerate(found):
            if not isinstance(node, ast.keyword) and place >= len(order):
                raise Unfit("more arguments than parameters")
            name = str(node.arg) if isinstance(node, ast.keyword) else order[place]
            if name in wanted and not self._is_fixed(node):
                raise Unfit("the argument is a variable's")
            if name in wanted and wanted[name] is None:
                dropped = True
                self._drop(found, place, kept)
                continue
            kept.append((start, end))
            value = self._filled(str(wanted.pop(name))) if name in wanted else None
            if not isinstance(node, ast.keyword):
                prefix = f"{name}=" if dropped else ""
                self.pieces.put(start, end if value is not None else start, prefix + (value or ""))
            elif value is not None:
                self.pieces.put(*self.syntax.range(node.value), value)
        new = ((f"{name}=" if name else "", text) for name, text in wanted.items() if text is not None)
        added = ", ".join(keyword + self._filled(text) for keyword, text in new)
        if added:
            self._add(call, kept, added)

    def _drop(self, found: list[Argument], place: int, kept: list[tuple[int, int]]) -> None:
        """Remove an argument with the comma before it, or, where none is left before it, the one behind."""
        _, start, end = found[place]
        if kept:
            start = found[place - 1][2]
        elif place + 1 < len(found):
            end = found[place + 1][1]
        if "#" in self.syntax.text[start:end]:
            raise Unfit("a comment stands by an argument that is left out")
        self.pieces.put(start, end, "")

    def _add(self, call: ast.Call, kept: list[tuple[int, int]], added: str) -> None:
        if kept:
            self.pieces.put(kept[-1][1], kept[-1][1], f", {added}")
        else:
            end = self.syntax.range(call)[1] - 1
            self.pieces.put(end, end, added)

    def _surround(self) -> tuple[int, int]:
        """Put the lines around the statement; the range that is replaced."""
        syntax, wanted = self.syntax, self.proposal
        if wanted.function and not (isinstance(self.statement, ast.Expr) and self.statement.value is self.node):
            raise Unfit("the call is not a statement")
        if not _binds_nothing(self.statement):
            raise Unfit("the statement binds a name")
        start, end = syntax.whole_lines(self.statement)
        own, level = syntax.indentation(self.statement), syntax.level(self.statement)

        def lines(text: str) -> str:
            return re.sub(r"\n((?:    )*)", lambda m: f"\n{own}{level * (len(m[1]) // 4)}", self._filled(text))

        before = lines(wanted.before)
        deeper = before.rpartition("\n")[2]
        deeper = deeper[: len(deeper) - len(deeper.lstrip())].removeprefix(own)
        self.pieces.put(start, start, before)
        if deeper:
            self._indent(deeper)
        if wanted.after:
            self.pieces.put(end, end, lines(f"\n{wanted.after}"))
        return start, end

    def _indent(self, deeper: str) -> None:
        start, end = self.syntax.range(self.statement)
        if any(
            isinstance(node, (ast.Constant, ast.JoinedStr)) and node.lineno != node.end_lineno
            for node in ast.walk(self.statement)
        ):
            raise Unfit("a string of several lines")
        at = self.syntax.text.find("\n", start, end)
        while at >= 0:
            self.pieces.put(at + 1, at + 1, deeper)
            at = self.syntax.text.find("\n", at + 1, end)

    def _filled(self, text: str) -> str:
        return _PLACEHOLDER.sub(lambda match: self._on_one_line(self._value(match[1])), text)

    def _on_one_line(self, text: str) -> str:
        if "\n" in text:
            raise Unfit("an expression of several lines")
        return text

    def _value(self, name: str) -> str:
        if name in self.proposal.fresh:
            return unused(self.syntax, self.node, name)
        if name in self.modules:
            return self.modules[name]
        if name in self.proposal.siblings:
            text, added = sibling(self.syntax, self._call(), self.proposal.function, name)
            self.pieces.extend(added)
            return text
        if "*" in name:
            return self._multiple(*name.split("*"))
        values: dict[str, Callable[[], str]] = {
            "target": self._target,
            "owner": self._owner,
            "index": self._index,
            "original": self._original,
            "slot": self._slot,
        }
        return values[name]()

    def _multiple(self, factor: str, parameter: str) -> str:
        for place, (node, _, _) in enumerate(self.syntax.argument_ranges(self._call())):
            value = node.value if isinstance(node, ast.keyword) else node
            name = node.arg if isinstance(node, ast.keyword) else self.proposal.order[place]
            if name == parameter and isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
                return f"{int(factor) * value.value:.6g}"
            if name == parameter:
                plain = isinstance(value, (ast.Name, ast.Attribute, ast.Call, ast.Subscript))
                return f"{factor} * {self.syntax.of(value)}" if plain else f"{factor} * ({self.syntax.of(value)})"
        raise Unfit(f"{parameter} is not given")

    def _is_fixed(self, node: ast.expr | ast.keyword) -> bool:
        """It mentions imported names only."""
        imported = {alias.asname or alias.name.partition(".")[0] for _, alias in self.syntax.imports}
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        return names <= imported | {"float", "int"}

    def _call(self) -> ast.Call:
        if not isinstance(self.node, ast.Call):
            raise Unfit("no call there")
        return self.node

    def _tensor(self) -> ast.expr:
        call = self._call()
        if "tensor" not in self.proposal.order and isinstance(call.func, ast.Attribute):
            return call.func.value
        named = [keyword.value for keyword in call.keywords if keyword.arg == "tensor"]
        if not named and (not call.args or isinstance(call.args[0], ast.Starred)):
            raise Unfit("the tensor is not given")
        return named[0] if named else call.args[0]

    def _target(self) -> str:
        tensor = self._tensor()
        text = self.syntax.of(tensor)
        if self.proposal.target is None and not _can_repeat(tensor):
            raise Unfit("the tensor's expression may give another one next time")
        return text if isinstance(tensor, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)) else f"({text})"

    def _original(self) -> str:
        node = self._tensor()
        func = node.func if isinstance(node, ast.Call) else None
        if not isinstance(func, ast.Attribute) or func.attr not in _COPYING:
            raise Unfit("the copy is made elsewhere")
        return self.syntax.of(func.value)

    def _owner(self) -> str:
        node = _values_of(self._tensor())
        if not isinstance(node, ast.Attribute) or node.attr != "weight" or not _can_repeat(node):
            raise Unfit("the module is not named")
        return self.syntax.of(node.value)

    def _index(self) -> str:
        node = _values_of(self._tensor())
        if not isinstance(node, ast.Subscript):
            raise Unfit("no index there")
        return self.syntax.of(node.slice)

    def _slot(self) -> str:
        ends = [n for n in ast.walk(self.statement) if isinstance(n, ast.Attribute) and n.attr == self.proposal.slot]
        texts = {self.syntax.of(node) for node in ends}
        if len(texts) != 1:
            raise Unfit("not one expression of that name")
        return texts.pop()


def _binds_nothing(statement: ast.stmt) -> bool:
    """It may be left out without a name missing later."""
    if isinstance(statement, (ast.Assign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in targets)
    return isinstance(statement, ast.Expr)


def unused(syntax: Syntax, place: ast.AST, name: str) -> str:
    """``name``, with a number where the function (or the module outside of one) mentions it already."""
    functions = (node for node in syntax.above(place) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    inside = list(ast.walk(next(functions, syntax.tree)))
    taken = {node.id for node in inside if isinstance(node, ast.Name)}
    taken |= {node.arg for node in inside if isinstance(node, ast.arg)}
    return next(each for each in chain([name], (f"{name}_{i}" for i in count(2))) if each not in taken)


def _can_repeat(node: ast.expr) -> bool:
    """Nothing in it may draw, count or change: no calls but attribute look-ups."""
    calls = (n for n in ast.walk(node) if isinstance(n, (ast.Call, ast.NamedExpr, ast.Await)))
    return all(isinstance(n, ast.Call) and _is_lookup(n.func) for n in calls)


def _is_lookup(func: ast.expr) -> bool:
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return name in {"getattr", *_VALUES}


def _values_of(node: ast.expr) -> ast.expr:
    while True:
        if isinstance(node, ast.Attribute) and node.attr in _VALUES:
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _VALUES:
            node = node.func.value
        else:
            return node
