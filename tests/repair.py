"""Fixing a text by one rule, and what must hold of the result."""

from __future__ import annotations

import ast
import difflib
import io
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from winit_lint import fixer
from winit_lint.config.files import Resolver
from winit_lint.driver import run, static_front_end
from winit_lint.finding import Finding
from winit_lint.job import Request
from winit_lint.rule import Rule
from winit_lint.rules.catalogue import RULES
from winit_lint.source.discovery import shown
from winit_lint.source.text import SourceText, decode


def lint(texts: Mapping[str, SourceText], rule: Rule) -> Sequence[Finding]:
    """What one rule finds in texts by path; the files need not be there."""
    request = Request(list(texts), replaced=texts)
    return run(request, Resolver(RULES, isolated=True), [rule], static_front_end()).findings


def repaired(path: Path, raw: bytes, rule: Rule, *, unsafe: bool = True) -> tuple[SourceText, Sequence[Finding]]:
    """The text with all fixes of a rule in it, and what the rule had found; ``path`` must exist."""
    text = decode(raw, shown(str(path)), str(path))
    findings = lint({text.path: text}, rule)
    plan = fixer.plan({text.path: text}, findings, lambda texts: lint(texts, rule), unsafe=unsafe)
    assert plan.refused == ()
    return (plan.changes[0].after if plan.changes else text), findings


def fixable(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if fixer.applies(finding, unsafe=True)]


def faults_of(before: SourceText, after: SourceText, findings: Sequence[Finding], rule: Rule) -> Iterator[str]:
    """What is wrong with a repaired text, whatever it was."""
    ast.parse(after.text)
    left = lint({after.path: after}, rule)
    for finding in fixable(left):
        yield f"line {finding.span.line}: still fixable: {finding.message}"
    allowed = Counter(finding.symbol for finding in findings if finding not in fixable(findings))
    for symbol, count in (Counter(finding.symbol for finding in left) - allowed).items():
        yield f"{count} of {symbol} are left, or new"
    if comments(before.text) != comments(after.text):
        yield f"comments are lost or new: {comments(before.text) ^ comments(after.text)}"
    if before.has_bom != after.has_bom or before.encoding != after.encoding:
        yield "another encoding"
    if line_ends(before.raw) != line_ends(after.raw):
        yield f"other line ends: {line_ends(after.raw)}"
    yield from _touched(before, after, findings)


def _touched(before: SourceText, after: SourceText, findings: Sequence[Finding]) -> Iterator[str]:
    """Lines that changed though no edit reaches them."""
    reached = {
        line
        for finding in fixable(findings)
        for edit in (finding.fix.edits if finding.fix is not None else ())
        for line in range(edit.span.line, edit.span.end_line + 1)
    }
    matcher = difflib.SequenceMatcher(None, before.lines, after.lines, autojunk=False)
    for tag, first, last, _, _ in matcher.get_opcodes():
        if tag in {"replace", "delete"}:
            yield from (f"line {line} changed" for line in range(first + 1, last + 1) if line not in reached)


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def line_ends(raw: bytes) -> set[bytes]:
    crlf = raw.count(b"\r\n")
    found = {b"\r\n": crlf, b"\n": raw.count(b"\n") - crlf, b"\r": raw.count(b"\r") - crlf}
    return {end for end, count in found.items() if count}


def built(text: str, *, values: bool = False) -> dict[str, dict[str, object] | str]:
    """For each class that needs no arguments the shapes in its ``state_dict`` (or the values), or what it raises."""
    import torch
    from torch import nn

    namespace: dict[str, Any] = {"__name__": "fixture"}
    found: dict[str, dict[str, object] | str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "fixture", "exec"), namespace)
        for name, cls in list(namespace.items()):
            if not (isinstance(cls, type) and issubclass(cls, nn.Module) and cls.__module__ == "fixture"):
                continue
            torch.manual_seed(0)
            try:
                model = cls()
            except TypeError as error:
                if "required positional argument" not in str(error):
                    found[name] = repr(error)
                continue
            except (ValueError, AttributeError, RuntimeError) as error:
                found[name] = repr(error)
                continue
            state = model.state_dict().items()
            found[name] = {key: value.tolist() if values else tuple(value.shape) for key, value in state}
    return found
