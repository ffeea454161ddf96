"""The contract between rules and the driver."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, final

from winit_lint.analyses.derived import Derived
from winit_lint.finding import Finding, Fix, Related, Severity, SignalEffect
from winit_lint.ir.model import Model
from winit_lint.ir.project import Project
from winit_lint.source.span import Span

_T = TypeVar("_T")

Refutes: TypeAlias = Callable[[Model], Iterator[tuple[Span, "str | None"]]]
"""What a model disproves: (span, root)."""


@final
class Scope(enum.Enum):
    """What a rule is run on."""

    SCALE = "scale"  # models built with their root's own defaults
    STRUCTURE = "structure"  # every model, other branches included
    PROJECT = "project"  # once a run, on the project's facts


@final
@dataclass(frozen=True)
class Rule:
    """A rule as a constant value.

    ``doc`` is the module's docstring with the fixed headings; ``check`` yields findings through ``Pass.report``.
    ``refutes`` yields what a model disproves of other models' findings: (span, root) says that a finding of this rule
    at that place, made from a model of that root, is wrong; root None means from any model, ``superseded.FUNCTION``
    from those of functions, the span ``refuted.ANYWHERE`` all that models of the root say. ``measured`` is True for a
    rule that reads what a probe measured on the live model, and is silent where nothing was.
    """

    code: str
    name: str
    doc: str
    check: Callable[[Pass], Iterator[Finding]]
    scope: Scope = Scope.STRUCTURE
    refutes: Refutes | None = None
    measured: bool = False


@final
@dataclass(frozen=True)
class Pass:
    """What one rule sees of one model; analyses are computed once a model and shared."""

    rule: Rule
    model: Model
    project: Project
    facts: dict[Callable[[Model], Any], Any] = field(default_factory=dict)

    def analysis(self, compute: Callable[[Model], _T]) -> _T:
        """The result of ``compute`` on the model, computed at most once."""
        if compute not in self.facts:
            if isinstance(compute, Derived):
                self.facts[compute] = compute.make(self.model, *map(self.analysis, compute.needs))
            else:
                self.facts[compute] = compute(self.model)
        result: _T = self.facts[compute]
        return result

    def report(
        self,
        span: Span,
        severity: Severity,
        symbol: str,
        message: str,
        *,
        effect: SignalEffect | None = None,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> Finding:
        """A finding of this rule."""
        return Finding(self.rule.code, self.rule.name, severity, span, symbol, message, None, effect, related, fix)
