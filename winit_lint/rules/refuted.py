"""Findings that a larger model of the run disproves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from winit_lint.analyses.superseded import FUNCTION
from winit_lint.finding import Finding
from winit_lint.ir.model import Model
from winit_lint.rule import Refutes, Rule
from winit_lint.source.span import Span

Refutation: TypeAlias = tuple[str, Span, "str | None"]
"""What says it, primary span, and the root whose models can't see it (None: whatever the root; FUNCTION)."""

ANYWHERE = Span("", 1, 1, 1, 1)
"""The span of what disproves all findings of its source that models of one root made."""


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """A finding that a model of another root may disprove; ``source`` names what would say so.

    ``function`` is True where the root is no class: its models show nothing of what the class that calls it goes on to
    do.
    """

    source: str
    root: str
    finding: Finding
    function: bool = False


def claimed(rule: Rule, model: Model, findings: Iterable[Finding]) -> Iterator[Claim]:
    """The findings of a rule that has ``refutes``, made from the models of one root, this one among them."""
    if rule.refutes is not None:
        function = model.by_path[""].cls != model.root if "" in model.by_path else False
        yield from (Claim(_name(rule.refutes), model.root, finding, function) for finding in findings)


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
        said = [(*place, claim.root), (*place, None), (claim.source, ANYWHERE, claim.root)]
        if refuted.isdisjoint([*said, (*place, FUNCTION)] if claim.function else said):
            yield claim.finding


def measured_claims(rules: Iterable[Rule], root: str, findings: Iterable[Finding]) -> Iterator[Claim]:
    """Findings of rules that ran on a live model of this root; the source of those that nothing can disprove is ""."""
    by_code = {rule.code: rule.refutes for rule in rules}
    for finding in findings:
        refutes = by_code.get(finding.code)
        yield Claim("" if refutes is None else _name(refutes), root, finding)


def standing_measured(claims: Iterable[Claim], refuted: Iterable[Refutation]) -> Iterator[Finding]:
    """Those of live models that nothing in the run disproves.

    Lines are compared, not columns: which expression a live frame is at depends on the version of Python. A refutation
    that holds whatever the root is says nothing of a model that was really built.
    """
    places = {(source, span.path, span.line, root) for source, span, root in refuted}
    for claim in claims:
        span = claim.finding.span
        if (claim.source, span.path, span.line, claim.root) not in places:
            yield claim.finding


def _name(refutes: Refutes) -> str:
    return f"{refutes.__module__}.{refutes.__qualname__}"
