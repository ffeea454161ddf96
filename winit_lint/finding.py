"""Findings: what rules yield and reports print."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import final

from winit_lint.proposal import Proposal
from winit_lint.source.span import Span


@final
class Severity(enum.Enum):
    """How much a finding matters; ordered by ``rank``."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for an error."""
        return ("note", "warning", "error").index(self.value)


@final
@dataclass(frozen=True, slots=True)
class SignalEffect:
    """Predicted ratios of second moments (1 = kept); None where it does not apply.

    ``forward`` and ``backward`` are those of the one layer, ``path_forward`` and ``path_backward`` of its whole chain
    of ``layers`` layers.
    """

    forward: float | None = None
    backward: float | None = None
    path_forward: float | None = None
    path_backward: float | None = None
    layers: int | None = None


@final
@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to the evidence: where it is created, written, lost, read."""

    span: Span
    message: str


@final
@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of ``span`` by ``text``."""

    span: Span
    text: str


@final
@dataclass(frozen=True, slots=True)
class Fix:
    """A proposed change.

    ``safety``: "safe" changes no number drawn and no shape, "unsafe" may, "display" is only shown. A rule gives
    ``proposals``, which the driver turns into ``edits``; where one does not fit the text, the fix is only shown.
    """

    title: str
    safety: str = "display"
    edits: tuple[Edit, ...] = ()
    proposals: tuple[Proposal, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Evidence:
    """What a probe says of a finding.

    ``status`` is "confirmed", "contradicted", or "not reached": the finding's code had no part in the models that were
    built, or nothing that was measured tells; ``why`` says which. ``target`` is the one that was built. ``values`` are
    the numbers, by name.
    """

    status: str
    target: str | None = None
    why: str | None = None
    values: tuple[tuple[str, float | int | str | None], ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place; ``symbol`` names what it is about (``MLP.fc1.weight``), ``when`` its condition.

    ``evidence`` is there after a probe.
    """

    code: str
    name: str
    severity: Severity
    span: Span
    symbol: str
    message: str
    when: str | None = None
    effect: SignalEffect | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    evidence: Evidence | None = None


def applies(finding: Finding, *, unsafe: bool) -> bool:
    """Whether the finding has a fix that may be applied, ``unsafe`` ones included or not."""
    fix = finding.fix
    return fix is not None and bool(fix.edits) and (fix.safety == "safe" or (unsafe and fix.safety == "unsafe"))
