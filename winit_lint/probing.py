"""Targets probed one after the other: their models, what the probe's rules find in them, and WI008 where it failed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import final

from winit_lint.finding import Finding, Severity
from winit_lint.ir.model import Model
from winit_lint.ir.project import Project
from winit_lint.merge import merge_roots, ordered
from winit_lint.passes import Failure, guarded, internal
from winit_lint.probe.inputs import Inputs
from winit_lint.probe.launch import Options, Probed, Prober
from winit_lint.rule import Pass, Rule
from winit_lint.rules.run import probe_failed
from winit_lint.source.discovery import shown
from winit_lint.source.span import Span
from winit_lint.source.target import Target


@final
@dataclass(frozen=True)
class Subject:
    """A target to probe: as the user wrote it, as it is understood, and what its ``forward`` takes if that is known."""

    text: str
    target: Target
    inputs: Inputs | None = None


@final
@dataclass(frozen=True)
class Proof:
    """What the probe of a target gave. ``failed`` is WI008 where not all of it went well; ``sound`` is False where a
    rule of ours failed."""

    subject: Subject
    probed: Probed
    findings: tuple[Finding, ...] = ()
    failed: Finding | None = None
    sound: bool = True

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings, what failed first."""
        return self.findings if self.failed is None else (self.failed, *self.findings)


def proofs(
    subjects: Sequence[Subject], options: Options, rules: Sequence[Rule], progress: Callable[[int, int], None]
) -> Iterator[Proof]:
    """Each target probed in a child of one fork server, in order; ``rules`` are those to run on the models.

    Raises:
        NotEnforcedError: the sandbox is required and the system does not give it.
    """
    with Prober() as prober:
        for done, subject in enumerate(subjects):
            progress(done, len(subjects))
            found = prober.probe(subject.target, options.given(subject.inputs))
            yield _proof(subject, found, rules)


def _proof(subject: Subject, found: Probed, rules: Sequence[Rule]) -> Proof:
    failed = _failure(subject, found)
    if found.model is None:
        return Proof(subject, found, failed=failed)
    findings: list[Finding] = []
    sound = True
    for rule in rules:
        if rule.measured:
            made = guarded(partial(_run, rule, found.model))
            if isinstance(made, Failure):
                sound, made = False, [internal(shown(os.path.abspath(subject.target.path)), f"rule {rule.name}", made)]
            findings.extend(made)
    return Proof(subject, found, ordered(merge_roots(findings)), failed, sound)


def _run(rule: Rule, model: Model) -> list[Finding]:
    return list(rule.check(Pass(rule, model, Project())))


def _failure(subject: Subject, found: Probed) -> Finding | None:
    if found.failure is None:
        return None
    reached = f" at `{found.layer}`" if found.layer else ""
    stands = "the rest was measured" if found.model is not None else "nothing was measured"
    made_up = f" (with {', '.join(found.supplied)} made up)" if found.supplied else ""
    message = f"`{subject.text}`{made_up}: {found.stage} failed{reached}: {found.failure}; {stands}"
    path = os.path.abspath(subject.target.path)
    line = _line_of(path, str(subject.target.name))
    rule = probe_failed.RULE
    return Finding(
        rule.code, rule.name, Severity.NOTE, Span(shown(path), line, 1, line, 1), str(subject.target.name), message
    )


def _line_of(path: str, name: str) -> int:
    """The line on which the target is defined; 1 where it is not found."""
    defined = re.compile(rf"[ \t]*(?:class|(?:async[ \t]+)?def)[ \t]+{re.escape(name.rpartition('.')[2])}\b")
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return next((number for number, line in enumerate(stream, 1) if defined.match(line)), 1)
    except OSError:
        return 1
