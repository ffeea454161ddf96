"""Findings that a larger model of the run disproves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from winit_lint.finding import Finding
from winit_lint.ir.model import Model
from winit_lint.rule import Rule
from winit_lint.source.span import Span

Refutation: TypeAlias = tuple[str, Span, "str | None"]
"""Code, primary span, and the root whose models can't see it (None: whatever the root)."""


def refutations(rules: Iterable[Rule], models: Sequence[Model]) -> Iterator[Refutation]:
    """What the models say against findings of these rules."""
    for rule in rules:
        if rule.refutes is not None:
            for model in models:
                yield from ((rule.code, span, root) for span, root in rule.refutes(model))


def standing(claims: Iterable[tuple[str, Finding]], refuted: frozenset[Refutation]) -> Iterator[Finding]:
    """Of the findings, each with the root of the models it was made from, those that nothing in the run disproves."""
    for root, finding in claims:
        place = finding.code, finding.span
        if (*place, root) not in refuted and (*place, None) not in refuted:
            yield finding
