"""Findings that a larger model of the run disproves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from winit_lint.finding import Finding
from winit_lint.ir.model import Model
from winit_lint.rule import Refutes, Rule
from winit_lint.source.span import Span

Refutation: TypeAlias = tuple[str, Span, "str | None"]
"""What says it, primary span, and the root whose models can't see it (None: whatever the root)."""


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """A finding that a model of another root may disprove; ``source`` names what would say so."""

    source: str
    root: str
    finding: Finding


def claimed(rule: Rule, root: str, findings: Iterable[Finding]) -> Iterator[Claim]:
    """The findings of a rule that has ``refutes``, made from the models of one root."""
    if rule.refutes is not None:
        yield from (Claim(_name(rule.refutes), root, finding) for finding in findings)


def refutations(rules: Iterable[Rule], models: Sequence[Model]) -> Iterator[Refutation]:
    """What the models say against findings of these rules; rules that share a source ask it once."""
    for refutes in dict.fromkeys(rule.refutes for rule in rules if rule.refutes is not None):
        source = _name(refutes)
        for model in models:
            yield from ((source, span, root) for span, root in refutes(model))


def standing(claims: Iterable[Claim], refuted: frozenset[Refutation]) -> Iterator[Finding]:
    """The findings that nothing in the run disproves."""
    for claim in claims:
        place = claim.source, claim.finding.span
        if (*place, claim.root) not in refuted and (*place, None) not in refuted:
            yield claim.finding


def _name(refutes: Refutes) -> str:
    return f"{refutes.__module__}.{refutes.__qualname__}"
