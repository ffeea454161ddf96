"""The rules on the models of one file, and the border where a fault of ours is caught."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, final

from winit_lint.finding import Finding, Severity
from winit_lint.ir.exploration import Exploration
from winit_lint.ir.model import Model
from winit_lint.ir.project import Project
from winit_lint.merge import merge_paths, merge_roots
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.refuted import Claim, Refutation, claimed, refutations
from winit_lint.rules.run import internal_error
from winit_lint.source.span import Span

_R = TypeVar("_R")
Facts: TypeAlias = dict[Callable[[Model], Any], Any]


@final
@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What one file gave: findings (WI007 among them), whether all went well, the reasons for the unknown, and what
    has to be settled over all files."""

    findings: tuple[Finding, ...] = ()
    sound: bool = True
    unknowns: tuple[tuple[str, int], ...] = ()
    claims: tuple[Claim, ...] = ()
    refuted: frozenset[Refutation] = frozenset()
    reads: Mapping[str, str | None] = field(default_factory=dict)  # further files: digest by absolute path
    links: tuple[tuple[str, str], ...] = ()  # news of which file led where


@final
@dataclass(frozen=True, slots=True)
class Failure:
    """An exception of ours, in one line."""

    text: str


def guarded(call: Callable[[], _R], passing: tuple[type[Exception], ...] = ()) -> _R | Failure:
    """The result of ``call``, or the failure: the one border at which any exception but ``passing`` is caught."""
    try:
        return call()
    except passing:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        message = str(error).partition("\n")[0][:200]
        return Failure(f"{type(error).__name__}: {message} ({Path(place.filename).name}:{place.lineno})")


def internal(path: str, stage: str, failure: Failure | str) -> Finding:
    """WI007 for a file."""
    text = failure.text if isinstance(failure, Failure) else failure
    message = f"{stage}: {text}; the rest was linted. Please report this with the file"
    rule = internal_error.RULE
    return Finding(rule.code, rule.name, Severity.ERROR, Span(path, 1, 1, 1, 1), stage, message)


def check_file(
    index: object,
    path: str,
    explorations: Callable[[Any, str], Iterator[Exploration]],
    project: Project,
    rules: Sequence[Rule],
) -> FileOutcome:
    """What the rules (but those on the project) find on the roots of one file; a failure becomes a WI007.

    A root is followed on all its paths only where a rule has something to say at its corners. A model that is not
    complete is not judged: only what is unknown of it is counted.
    """
    judged = _Judged(path, rules, project)
    roots = guarded(lambda: iter(explorations(index, path)))
    while not isinstance(roots, Failure):
        root = guarded(partial(next, roots, None))
        if root is None:
            break
        if isinstance(root, Failure):
            roots = root
            break
        found = guarded(partial(judged.add, root))
        if isinstance(found, Failure):
            judged.fail("interpreter", found)
    if isinstance(roots, Failure):
        judged.fail("interpreter", roots)
    return judged.outcome()


@final
@dataclass(slots=True)
class _Judged:
    """What the rules said of the roots of a file so far; ``failed`` holds one WI007 for each stage that failed."""

    path: str
    rules: Sequence[Rule]
    project: Project
    findings: list[Finding] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    refuted: set[Refutation] = field(default_factory=set)
    failed: dict[str, Finding] = field(default_factory=dict)
    unknowns: set[tuple[str, Span | None]] = field(default_factory=set)

    def add(self, root: Exploration) -> None:
        """Judges one root, at its corners first."""
        corners: list[tuple[Model, Facts]] = [(model, {}) for model in root.corners()]
        silent = bool(corners) and not self._has_findings(corners)
        models = [model for model, _ in corners] if silent else root.models()
        facts = {id(model): known for model, known in corners}
        self.unknowns.update(unknown for model in models for unknown in model.unknowns)
        whole = [model for model in models if model.complete]
        if whole and not silent:
            self._judge([(model, facts.get(id(model), {})) for model in whole])
        said = guarded(partial(_refuted, self.rules, whole))
        if isinstance(said, Failure):
            self.fail("refutations", said)
        else:
            self.refuted |= said

    def _has_findings(self, explored: Sequence[tuple[Model, Facts]]) -> bool:
        """Whether a rule has anything to say of one of these models, or fails, whatever it is meant for."""
        for rule in self.rules:
            if rule.scope is not Scope.PROJECT:
                for model, facts in explored:
                    found = guarded(partial(_run, Pass(rule, model, self.project, facts)))
                    if isinstance(found, Failure) or found:
                        return True
        return False

    def _judge(self, explored: Sequence[tuple[Model, Facts]]) -> None:
        first, _ = explored[0]
        for rule in self.rules:
            found = guarded(partial(_check_root, rule, explored, self.project))
            if isinstance(found, Failure):
                self.fail(f"rule {rule.name}", found)
            elif rule.refutes is None:
                self.findings.extend(found)
            else:
                self.claims.extend(claimed(rule, first, found))

    def fail(self, stage: str, failure: Failure) -> None:
        """Notes the first failure of a stage."""
        self.failed.setdefault(stage, internal(self.path, stage, failure))

    def outcome(self) -> FileOutcome:
        """All of it, once the roots are through."""
        counts = tuple(Counter(why for why, _ in self.unknowns).items())
        shown = (*merge_roots(self.findings), *self.failed.values())
        return FileOutcome(shown, not self.failed, counts, tuple(self.claims), frozenset(self.refuted))


def check_project(project: Project, rules: Sequence[Rule]) -> FileOutcome:
    """What the rules on the project find."""
    nothing = Model("", "", "", Span("", 1, 1, 1, 1))
    findings: list[Finding] = []
    sound = True
    for rule in rules:
        if rule.scope is Scope.PROJECT:
            found = guarded(partial(_run, Pass(rule, nothing, project)))
            if isinstance(found, Failure):
                sound, found = False, [internal("", f"rule {rule.name}", found)]
            findings.extend(found)
    return FileOutcome(merge_roots(findings), sound)


def _run(run: Pass) -> list[Finding]:
    return list(run.rule.check(run))


def _refuted(rules: Sequence[Rule], models: Sequence[Model]) -> set[Refutation]:
    return set(refutations(rules, models))


def _check_root(rule: Rule, explored: Sequence[tuple[Model, Facts]], project: Project) -> list[Finding]:
    if rule.scope is Scope.PROJECT:
        return []
    scale = rule.scope is Scope.SCALE
    return list(
        merge_paths(
            [
                (model, _run(Pass(rule, model, project, facts)))
                for model, facts in explored
                if model.defaults or not scale
            ]
        )
    )
