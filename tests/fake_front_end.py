"""A front end without an interpreter: each class of a file is a root, and comments in it say what is found there.

``# fault: NAME`` is a finding of the rule of that name on its line, ``# fault: NAME when COND`` one on the path that
assumes COND only. ``# crash`` makes the interpreter raise, ``# die`` kills the process, ``# sleep`` makes a
file ``asleep`` and waits for ever.
"""

from __future__ import annotations

import ast
import os
import re
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from winit_lint.finding import Finding, Severity
from winit_lint.ir.exploration import Exploration
from winit_lint.ir.model import Assumption, Model
from winit_lint.ir.project import Project
from winit_lint.job import FrontEnd
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.run import (
    file_too_large,
    internal_error,
    invalid_suppression,
    syntax_error,
    too_deeply_nested,
    unreadable_file,
    unused_suppression,
)
from winit_lint.source.span import Span
from winit_lint.source.text import SourceText

_FAULT = re.compile(r"# fault: (\S+)(?: when (\w+))?")


@dataclass(frozen=True)
class Failure:
    path: str
    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Index:
    texts: dict[str, SourceText]
    failures: tuple[Failure, ...]

    @property
    def project(self) -> Project:
        return Project()

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.texts)


def build_index(texts: Sequence[SourceText], loader: object = None, known: object = None) -> Index:
    failures = []
    for text in texts:
        if "# index crash" in text.text:
            raise RuntimeError("the index broke")
        try:
            ast.parse(text.text)
        except SyntaxError as error:
            failures.append(Failure(text.path, error.lineno or 1, error.offset or 1, error.msg))
    return Index({text.path: text for text in texts}, tuple(failures))


def explorations(index: Index, path: str, steps: int | None = None) -> Iterator[Exploration]:
    text = index.texts[path]
    if "# die" in text.text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "# sleep" in text.text:
        time.sleep(0.5)  # let the other workers finish
        Path("asleep").touch()
        time.sleep(600)
    yield Exploration(tuple, lambda: tuple(_paths(text)))
    if "# crash" in text.text:
        raise KeyError("the interpreter broke")


def _paths(text: SourceText) -> Iterator[Model]:
    conditions = sorted({found[2] for found in _FAULT.finditer(text.text) if found[2]})
    assumed: list[tuple[Assumption, ...]] = [()]
    for name in conditions:
        sides = (Assumption(name, True, name, True), Assumption(name, False, f"not {name}", True))
        assumed = [(*before, side) for before in assumed for side in sides]
    for assumptions in assumed:
        yield Model(
            "module.Net", "Net", text.path, Span(text.path, 1, 1, 1, 1), assumptions=assumptions,
            unknowns=(("no such thing", Span(text.path, 1, 1, 1, 2)),) if "# unknown" in text.text else (),
        )  # fmt: skip


def _check(run: Pass) -> Iterator[Finding]:
    text = TEXTS[run.model.path]
    for number, line in enumerate(text.split("\n"), 1):
        found = _FAULT.search(line)
        if found is None or found[1] != run.rule.name:
            continue
        if found[2] is None or any(a.text == found[2] for a in run.model.assumptions):
            indent = len(line) - len(line.lstrip())
            span = Span(run.model.path, number, indent + 1, number, max(indent + 2, found.start() - 1))
            yield run.report(span, _SEVERITIES[run.rule.code], f"Net.{line.split()[0]}", f"fault of {run.rule.name}")


def _broken(run: Pass) -> Iterator[Finding]:
    if "# rule crash" in TEXTS[run.model.path]:
        raise ZeroDivisionError("the rule broke")
    yield from ()


class _Texts(dict):
    """Fake rules read the file themselves: the models hold nothing."""

    def __missing__(self, path: str) -> str:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.read()


TEXTS = _Texts()
_SEVERITIES = {"WI101": Severity.WARNING, "WI108": Severity.NOTE, "WI501": Severity.ERROR}
FAKE_RULES = (
    Rule("WI101", "xavier-before-relu", "# WI101 xavier-before-relu\n\nPage.", _check),
    Rule("WI108", "trunc-normal-absolute-bounds", "Page of WI108.", _check),
    Rule("WI501", "parameter-never-filled", "Page of WI501.", _check),
    Rule("WI109", "unscaled-random-parameter", "Page of WI109.", _broken, Scope.SCALE),
)
RULES = (
    syntax_error.RULE,
    unused_suppression.RULE,
    invalid_suppression.RULE,
    unreadable_file.RULE,
    file_too_large.RULE,
    too_deeply_nested.RULE,
    internal_error.RULE,
    *FAKE_RULES,
)
FRONT_END = FrontEnd(build_index, explorations)
