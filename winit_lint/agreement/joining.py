"""Static findings with the evidence of the probes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, final

from winit_lint.agreement.content_claims import clones, constant, never_filled, norm_scale, not_reset
from winit_lint.agreement.facts import Facts, Verdict
from winit_lint.agreement.fan_claims import stacked_fan, wrong_fan
from winit_lint.agreement.head_claim import large_outputs
from winit_lint.agreement.history_claims import default_kept, not_recomputed, overwritten, without_effect
from winit_lint.agreement.rejudging import rejudged
from winit_lint.agreement.sharing_claim import shared
from winit_lint.agreement.signal_claim import signal_claim
from winit_lint.finding import Evidence, Finding, Severity
from winit_lint.ir.model import Model
from winit_lint.rule import Rule

_Claim: TypeAlias = Callable[[Facts], Verdict | None]

_CLAIMS: Mapping[str, _Claim] = {
    "WI201": wrong_fan,
    "WI202": wrong_fan,
    "WI203": stacked_fan,
    "WI204": wrong_fan,
    "WI401": constant,
    "WI402": constant,
    "WI403": clones,
    "WI404": shared,
    "WI501": never_filled,
    "WI503": default_kept,
    "WI505": without_effect,
    "WI506": not_recomputed,
    "WI507": overwritten,
    "WI508": overwritten,
    "WI509": not_reset,
    "WI510": default_kept,
    "WI702": norm_scale,
    "WI705": large_outputs,
}
"""What else than an effect on the signal a rule claims. Rules that are not listed are only confirmed, by rejudging."""

_RAISING = frozenset({"WI105", "WI205", "WI512", "WI515", "WI703"})
"""Rules that, where they are errors, say that the constructor raises."""

_OTHER_EFFECTS = frozenset({"WI112"})
"""Rules whose effect is no multiplier of the layer that they name."""


@final
@dataclass(frozen=True)
class Built:
    """One probed target: its model, or where the code of the project raised instead (``path:line``)."""

    target: str
    model: Model | None
    raised: str | None = None


def joined(findings: Iterable[Finding], built: Sequence[Built], rules: Sequence[Rule]) -> Iterator[Finding]:
    """Each finding with its evidence. One that any target confirms is confirmed."""
    by_code = {rule.code: rule for rule in rules}
    for finding in findings:
        if finding.code.startswith(("WI0", "WI9")):
            yield finding
            continue
        found = [_evidence(finding, each, by_code.get(finding.code)) for each in built]
        ranked = sorted(found, key=_rank)
        yield replace(finding, evidence=ranked[0] if ranked else _NONE)


def _rank(evidence: Evidence) -> tuple[int, int]:
    """Of targets that do not reach a finding, the one that came nearest says why."""
    return _RANK.index(evidence.status), _NEAREST.index(evidence.why) if evidence.why in _NEAREST else 0


_RANK = ("confirmed", "contradicted", "not reached")
_SILENT, _LACKING = "no measurement tells", "the target has no part that it is about"
_UNBUILT, _ELSEWHERE = "the target could not be built", "the target uses nothing of this file"
_NEAREST = (_SILENT, _LACKING, _UNBUILT, _ELSEWHERE)
_NONE = Evidence("not reached", why="nothing was probed")


def _evidence(finding: Finding, built: Built, rule: Rule | None) -> Evidence:
    if built.raised in {f"{finding.span.path}:{n}" for n in range(finding.span.line, finding.span.end_line + 1)}:
        return Evidence("confirmed", built.target, "the target raises here")
    if built.model is None:
        ours = finding.span.path in built.target or "::" not in built.target
        return Evidence("not reached", built.target, _UNBUILT if ours else _ELSEWHERE)
    facts = Facts(finding, built.model)
    if not facts.reached:
        return Evidence("not reached", built.target, _ELSEWHERE)
    if finding.code in _RAISING and finding.severity is Severity.ERROR and facts.constructed:
        return Evidence("contradicted", built.target, "it was built, and nothing raised")
    verdict = None if finding.code in _OTHER_EFFECTS else signal_claim(facts)
    if verdict is None:
        verdict = _CLAIMS.get(finding.code, _nothing)(facts)
    if verdict is None and rule is not None:
        verdict = rejudged(facts, rule)
    if verdict is None:
        why = _SILENT if facts.parameters else _LACKING
        return Evidence("not reached", built.target, why)
    status = "confirmed" if verdict.holds else "contradicted"
    return Evidence(status, built.target, verdict.why, tuple(verdict.values.items()))


def _nothing(facts: Facts) -> Verdict | None:
    return None
