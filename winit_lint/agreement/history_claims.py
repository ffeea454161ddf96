"""Claims about which writes take effect, against the writes that were recorded while the model was built."""

from __future__ import annotations

from winit_lint.agreement.facts import Facts, Value, Verdict, came_from
from winit_lint.ir.model import Parameter
from winit_lint.ir.write import Effect, Origin, Write
from winit_lint.source.span import Span

_TORCH = frozenset({Origin.DEFAULT, Origin.CREATION})


def default_kept(facts: Facts) -> Verdict | None:
    """No routine of the project wrote to the parameters that the finding names or whose layers it shows."""
    named = [p for p in facts.named or facts.shown if p.last is not None and p.role != "bias"]
    if not named:
        return None
    kept = [p for p in named if p.last is not None and p.last.origin in _TORCH]
    first = (kept or named)[0]
    return Verdict(bool(kept), {**_told(facts, first), "kept": len(kept), "of": len(named)})


def without_effect(facts: Facts, meant: tuple[Parameter, ...] | None = None) -> Verdict | None:
    """What stands at the finding is the last write of no parameter, or of none of those that are meant."""
    parameters = facts.parameters if meant is None else meant
    if not facts.reached or not parameters:
        return None
    place = facts.finding.span
    last = [p for p in parameters if _last_came_from(p, place)]
    first = (last or parameters)[0]
    return Verdict(not last, _told(facts, first))


def not_recomputed(facts: Facts) -> Verdict | None:
    """The same of the weight that the finding names: of what a parametrization computes it from."""
    return without_effect(facts, facts.sources)


def overwritten(facts: Facts) -> Verdict | None:
    """A whole write on the finding's lines was followed by another."""
    pairs = [(p, _whole(p)) for p in facts.parameters]
    several = [(p, writes) for p, writes in pairs if len(writes) > 1]
    if not several:
        return None if not pairs else Verdict(False, _told(facts, pairs[0][0]))
    parameter, writes = several[0]
    return Verdict(True, {**_told(facts, parameter), "overwritten": len(writes) - 1})


def _whole(parameter: Parameter) -> list[Write]:
    """The whole writes by code of the project, oldest first."""
    return [w for w in parameter.applied if w.region is None and w.origin not in _TORCH]


def _last_came_from(parameter: Parameter, place: Span) -> bool:
    last = parameter.last
    return last is not None and last.effect is Effect.APPLIED and came_from(last, place)


def _told(facts: Facts, parameter: Parameter) -> dict[str, Value]:
    found, last = facts.statistics(parameter), parameter.last
    values: dict[str, Value] = {"parameter": parameter.name, "std": None if found is None else found.std}
    if last is not None:
        values["init"] = last.init
        values["line"] = None if last.span is None else f"{last.span.path}:{last.span.line}"
    return values
