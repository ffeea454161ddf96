"""One finding out of many: over the paths of a root, and over roots.

The same finding is one with the same code, primary span and symbol.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeAlias

from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.model import Assumption, Model
from winit_lint.proposal import Rewrite
from winit_lint.source.span import Span

Key: TypeAlias = tuple[str, Span, str]

_WORST_FIRST = sorted(Severity, key=lambda severity: -severity.rank)


def key_of(finding: Finding) -> Key:
    """What makes two findings the same."""
    return finding.code, finding.span, finding.symbol


def separating(path: Model, others: Iterable[Model], *, free_only: bool = True) -> tuple[Assumption, ...] | None:
    """The fewest assumptions of ``path`` that each of ``others`` contradicts in at least one; None where none do.

    With ``free_only`` only assumptions whose both sides are certainly feasible are used. For no others: ``()``.
    """
    rejected = [_sides(other, free_only=free_only) for other in others]
    if not rejected:
        return ()
    usable = [a for a in path.assumptions if a.free or not free_only]
    for size in range(1, min(len(usable), 3) + 1):
        for chosen in combinations(usable, size):
            if all(any(_contradicts(sides, a) for a in chosen) for sides in rejected):
                return chosen
    if all(any(_contradicts(sides, a) for a in usable) for sides in rejected):
        return tuple(usable)
    return None


def holds_on(path: Model, assumptions: Iterable[Assumption]) -> bool:
    """Whether a path assumes no other side of any of these."""
    sides = _sides(path, free_only=False)
    return not any(_contradicts(sides, assumption) for assumption in assumptions)


def _contradicts(sides: Mapping[str, bool], assumption: Assumption) -> bool:
    """Whether a path with these sides takes the other one; what equals one literal does not equal another."""
    side = sides.get(assumption.key)
    name, equals, literal = assumption.key.rpartition(" == ")
    if side is None and equals and _is_literal(literal):
        start = name + equals
        others = (key.removeprefix(start) for key, value in sides.items() if value and key.startswith(start))
        side = False if any(_is_literal(other) for other in others) else None
    return side is not None and side != assumption.value


def _is_literal(text: str) -> bool:
    return text[:1] in "'\"-0123456789" if text else False


def condition(assumptions: Sequence[Assumption]) -> str | None:
    """The assumptions as one condition in source form; None for none."""
    return " and ".join(dict.fromkeys(a.text for a in assumptions)) or None


def merge_paths(explored: Sequence[tuple[Model, Sequence[Finding]]]) -> Iterator[Finding]:
    """The findings of one root out of those of each path on which the same rules ran.

    A finding of every path holds without a condition. One of only some paths gets the free condition that parts them
    from the paths without it. Where only a condition that could not be worked out parts them, nothing is known, and
    nothing is said. The worst severity that holds in this sense is kept, with its effect. Paths that ran with the
    root's defaults are judged apart from those with other arguments: what holds of the defaults needs no condition.
    What only other arguments show has to be parted from the defaults as well.
    """
    merged: dict[Key, Finding] = {}
    usual = [(model, findings) for model, findings in explored if model.defaults]
    for finding in _merge_side(usual):
        _keep(merged, finding)
    if len(usual) < len(explored):
        for finding in _merge_side(explored):
            if key_of(finding) not in merged:
                merged[key_of(finding)] = finding
    yield from merged.values()


def merge_roots(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of several roots, each key once: the worst severity, and of these one without a condition."""
    merged: dict[Key, Finding] = {}
    for finding in findings:
        _keep(merged, finding)
    return tuple(merged.values())


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of one rule at one place as one: the worst, which counts the other symbols that it holds for.

    One line of a shared initialisation routine would else be reported once for every layer or subclass that it meets.
    """
    places: dict[tuple[str, Span], list[Finding]] = {}
    for finding in findings:
        places.setdefault((finding.code, finding.span), []).append(finding)
    return tuple(_fold(group) for group in places.values())


def _fold(group: list[Finding]) -> Finding:
    worst = _agreed(min(group, key=lambda finding: -finding.severity.rank), group)
    others = list(dict.fromkeys(f.symbol for f in group if f.symbol not in {worst.symbol, ""}))
    if not others:
        return worst
    shown = ", ".join(f"`{symbol}`" for symbol in others[:2])
    more = f" and {len(others) - 2} more" if len(others) > 2 else ""
    return replace(worst, message=f"{worst.message} (the same holds for {shown}{more})")


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By path, line, column, code, and symbol."""
    return tuple(sorted(findings, key=lambda f: (f.span.path, f.span.line, f.span.column, f.code, f.symbol)))


def _keep(merged: dict[Key, Finding], finding: Finding) -> None:
    known = merged.get(key_of(finding))
    if known is None:
        merged[key_of(finding)] = finding
    else:
        better = finding if _preference(finding) > _preference(known) else known
        merged[key_of(finding)] = _agreed(better, (known, finding))


def _agreed(finding: Finding, same: Iterable[Finding]) -> Finding:
    """The finding, its fix only shown where the same finding elsewhere has another one."""
    if finding.fix is None or len({_changes(finding.fix), *(_changes(other.fix) for other in same)}) == 1:
        return finding
    return replace(finding, fix=Fix(finding.fix.title))


def _changes(fix: Fix | None) -> tuple[object, ...]:
    return () if fix is None else (fix.safety, fix.edits, fix.proposals)


def _preference(finding: Finding) -> tuple[int, bool]:
    return finding.severity.rank, finding.when is None


def _sides(model: Model, *, free_only: bool) -> Mapping[str, bool]:
    return {a.key: a.value for a in model.assumptions if a.free or not free_only}


def _merge_side(explored: Sequence[tuple[Model, Sequence[Finding]]]) -> Iterator[Finding]:
    by_path: list[dict[Key, Finding]] = []
    for _, findings in explored:
        worst: dict[Key, Finding] = {}
        for finding in findings:
            _keep(worst, finding)
        by_path.append(worst)
    for key in dict.fromkeys(key for worst in by_path for key in worst):
        found = _holding(key, explored, by_path)
        if found is not None:
            yield found


def _holding(
    key: Key, explored: Sequence[tuple[Model, Sequence[Finding]]], by_path: Sequence[Mapping[Key, Finding]]
) -> Finding | None:
    """The finding at the worst severity that holds on all paths, or on those that a free condition names."""
    for severity in _WORST_FIRST:
        having, lacking = [], []
        for (model, _), worst in zip(explored, by_path, strict=True):
            finding = worst.get(key)
            if finding is not None and finding.severity.rank >= severity.rank:
                having.append((model, finding))
            else:
                lacking.append(model)
        best: tuple[tuple[int, bool], Finding] | None = None
        for model, finding in having:
            parting = separating(model, lacking)
            if parting is None:
                continue
            # of equal ones that path whose own message and effect speak of this severity
            rank = len(parting), finding.severity is not severity
            if best is None or rank < best[0]:
                best = rank, _under(finding, severity, condition(parting))
        if best is not None:
            return _agreed(best[1], (replace(best[1], fix=finding.fix) for _, finding in having))
    return None


def _under(finding: Finding, severity: Severity, when: str | None) -> Finding:
    # the path's own severity may be worse than what is certain under the condition
    both = " and ".join(dict.fromkeys(part for part in (when, finding.when) if part))
    fix = _on_some_paths(finding.fix) if both else finding.fix
    return replace(finding, severity=severity, when=both or None, fix=fix)


def _on_some_paths(fix: Fix | None) -> Fix | None:
    """Other paths run the line as well, and nothing is known of what they need: what is there must stay."""
    if fix is None or fix.safety != "unsafe" or all(isinstance(p, Rewrite) and p.only_adds for p in fix.proposals):
        return fix
    return Fix(fix.title)
