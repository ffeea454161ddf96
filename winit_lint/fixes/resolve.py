"""The proposals of findings, as edits where the text has the form that they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from winit_lint.finding import Edit, Finding, Fix
from winit_lint.fixes.moves import moved, one_each, wrapped_later
from winit_lint.fixes.rewrite import Rewriting
from winit_lint.fixes.syntax import Syntax, Unfit
from winit_lint.proposal import MoveBehind, OneEach, Proposal, Rewrite, WrapLater
from winit_lint.source.text import SourceText


def resolved(findings: Iterable[Finding], texts: Mapping[str, SourceText]) -> Iterator[Finding]:
    """The findings, each proposal turned into edits; a fix whose proposal does not fit the text is only shown."""
    known: dict[str, Syntax] = {}
    for finding in findings:
        fix = finding.fix
        if fix is None or not fix.proposals:
            yield finding
            continue
        edits = _edits(fix.proposals, texts, known)
        safety = fix.safety if edits else "display"
        yield replace(finding, fix=Fix(fix.title, safety, edits))


def _edits(
    proposals: tuple[Proposal, ...], texts: Mapping[str, SourceText], known: dict[str, Syntax]
) -> tuple[Edit, ...]:
    """The edits of all proposals, none where one of them does not fit; all are to be in one file."""
    paths = {_path(proposal) for proposal in proposals}
    path = paths.pop()
    text = texts.get(path)
    if text is None or paths:
        return ()
    if path not in known:
        known[path] = Syntax(text)
    try:
        return tuple(dict.fromkeys(edit for proposal in proposals for edit in _made(known[path], proposal)))
    except Unfit:
        return ()


def _path(proposal: Proposal) -> str:
    match proposal:
        case Rewrite(call=span) | MoveBehind(statement=span) | WrapLater(write=span) | OneEach(span=span):
            return span.path


def _made(syntax: Syntax, proposal: Proposal) -> tuple[Edit, ...]:
    match proposal:
        case Rewrite():
            return Rewriting(syntax, proposal).edits()
        case MoveBehind():
            return moved(syntax, proposal)
        case WrapLater():
            return wrapped_later(syntax, proposal)
        case OneEach():
            return one_each(syntax, proposal)
