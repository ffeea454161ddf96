"""The one pipeline: paths, texts, index, models, findings; suppressed and sorted."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias, final

from winit_lint.cache import Entry, KeptFinding, Store, key_of, unchanged
from winit_lint.config.files import Resolver
from winit_lint.config.settings import Settings, enabled, excluded
from winit_lint.finding import Finding, Severity
from winit_lint.fixes.resolve import resolved
from winit_lint.ir.model import Model
from winit_lint.ir.project import Project
from winit_lint.merge import folded, merge_roots, ordered
from winit_lint.passes import Failure, FileOutcome, check_file, check_project, guarded, internal
from winit_lint.pool import Died, on_deep_stack, spread
from winit_lint.rule import Rule
from winit_lint.rules.refuted import Claim, Refutation, standing
from winit_lint.rules.run import file_too_large, syntax_error, too_deeply_nested, unreadable_file
from winit_lint.silence import Silencer
from winit_lint.source.discovery import (
    Candidate,
    Found,
    ProjectLoader,
    discover,
    in_whole_packages,
    relevant,
    shown,
)
from winit_lint.source.span import Span
from winit_lint.source.text import SourceError, SourceText, decode, digest, read, read_bytes

_SEVERITIES: Mapping[str, tuple[Rule, Severity]] = {
    "WI001": (syntax_error.RULE, Severity.ERROR),
    "WI004": (unreadable_file.RULE, Severity.ERROR),
    "WI005": (file_too_large.RULE, Severity.NOTE),
    "WI006": (too_deeply_nested.RULE, Severity.WARNING),
}


@final
@dataclass(frozen=True, slots=True)
class FrontEnd:
    """What turns texts into models: ``build_index(texts, loader)`` and ``models_of(index, path, steps)``.

    ``steps`` is what a run of a root may cost, None for the front end's own limit.
    """

    build_index: Callable[[Sequence[SourceText], ProjectLoader], Any]
    models_of: Callable[[Any, str, int | None], Iterator[tuple[Model, ...]]]


@final
@dataclass(frozen=True, slots=True)
class Request:
    """What to lint: ``paths``, and ``stdin`` as the text of ``stdin_filename`` where it is not None.

    ``replaced`` holds texts, by path as shown, that stand in for the files on disk. ``measured`` are findings that a
    probe made, to be suppressed and sorted with the others.
    """

    paths: Sequence[str] = ()
    stdin: bytes | None = None
    stdin_filename: str = "<stdin>"
    force_exclude: bool = False
    jobs: int = 1
    replaced: Mapping[str, SourceText] = field(default_factory=dict)
    measured: tuple[Finding, ...] = ()


@final
@dataclass(slots=True)
class Outcome:
    """What a run gave.

    ``files`` counts the files checked, ``texts`` holds those that could be read, by path as shown. ``broken`` is True
    when part of the job could not be done (a path that is missing or can't be read, an internal error);
    ``interrupted`` is the signal that ended the run. ``settings`` are those of the files, by path;
    ``ran`` are the codes that were switched on for some file.
    """

    findings: tuple[Finding, ...] = ()
    files: int = 0
    texts: dict[str, SourceText] = field(default_factory=dict)
    settings: dict[str, Settings] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unknowns: Counter[str] = field(default_factory=Counter)
    ran: frozenset[str] = frozenset()
    broken: bool = False
    interrupted: int | None = None


Progress: TypeAlias = Callable[[int, int], None]


def static_front_end() -> FrontEnd:
    """The interpreter, imported when it is used: it costs a parser's start."""

    def index(texts: Sequence[SourceText], loader: ProjectLoader) -> Any:
        from winit_lint.interpreter.index import build_index

        return build_index(texts, loader)

    def within(index: Any, path: str, steps: int | None = None) -> Iterator[tuple[Model, ...]]:
        from winit_lint.interpreter.roots import Limits, models_of

        return models_of(index, path, Limits() if steps is None else Limits(steps))

    return FrontEnd(index, within)


def files_of(request: Request, resolver: Resolver) -> Found:
    """The files that a request leads to.

    Raises:
        ConfigError: a settings file that applies is wrong.
    """
    return discover(
        request.paths,
        lambda path: excluded(resolver.of_folder(os.path.dirname(path)), path),
        force_exclude=request.force_exclude,
    )


def run(
    request: Request,
    resolver: Resolver,
    rules: Sequence[Rule],
    front_end: FrontEnd,
    progress: Progress = lambda done, total: None,
    store: Store | None = None,
) -> Outcome:
    """Lints what the request names. An interruption leaves an outcome with what was found until then.

    Where ``store`` has an entry for the run, that is its outcome, and ``texts`` are those of the files in findings.

    Raises:
        ConfigError: a settings file that applies is wrong.
    """
    return _Run(request, resolver, rules, front_end, progress, store).outcome_of_all()


@dataclass(slots=True)
class _Run:
    request: Request
    resolver: Resolver
    rules: Sequence[Rule]
    front_end: FrontEnd
    progress: Progress
    store: Store | None = None
    outcome: Outcome = field(default_factory=Outcome)
    found: list[Finding] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    refuted: set[Refutation] = field(default_factory=set)
    unsound: set[str] = field(default_factory=set)  # files that were not linted to the end
    contents: dict[str, bytes] = field(default_factory=dict)  # of the files to lint, where a store was asked for them
    others: dict[str, str | None] = field(default_factory=dict)  # digests of what imports led to, by absolute path

    def outcome_of_all(self) -> Outcome:
        outcome = self.outcome
        self.found.extend(self.request.measured)
        candidates: list[Candidate] = []
        key = None
        try:
            candidates = self.candidates()
            key = self.key(candidates)
            if key is not None and self.known(key):
                return outcome
            self.lint(candidates)
        except KeyboardInterrupt as interrupt:
            # the handler of the command line hands over the signal's number
            outcome.interrupted = int(interrupt.args[0]) if interrupt.args else signal.SIGINT
        self.conclude(candidates)
        if key is not None:
            self.keep(key)
        return outcome

    def key(self, candidates: Sequence[Candidate]) -> str | None:
        """The name of this run's entry; None where it has none: something on disk could not be read."""
        request, settings = self.request, self.outcome.settings
        if self.store is None or request.stdin is not None or request.replaced or self.found or self.outcome.broken:
            return None
        inputs: list[tuple[str, str, bool, str, int]] = []
        distinct: dict[int, tuple[int, str]] = {}
        for file in candidates:
            own = settings[file.path]
            number, _ = distinct.setdefault(id(own), (len(distinct), repr(replace(own, sources={}))))
            try:
                self.contents[file.path] = content = read_bytes(file.path, file.absolute, own.limits.file_bytes)
                stands_for = digest(content)
            except SourceError as fault:
                if fault.code != "WI005":
                    return None
                stands_for = fault.message
            inputs.append((file.path, file.absolute, file.explicit, stands_for, number))
        return key_of((os.getcwd(), tuple(request.paths), list(distinct.values()), inputs))

    def known(self, key: str) -> bool:
        """Takes the outcome from the store, where it holds it."""
        entry = self.store.entry(key) if self.store is not None else None
        if entry is None or not unchanged(entry.others):
            return False
        outcome = self.outcome
        outcome.files = len(outcome.settings)
        outcome.findings = tuple(kept.finding() for kept in entry.findings)
        outcome.unknowns, outcome.ran = Counter(entry.unknowns), frozenset(entry.ran)
        places = [place for found in outcome.findings for place in (found.span, *(each.span for each in found.related))]
        for path in dict.fromkeys(place.path for place in places):
            with suppress(SourceError):  # what can't be shown as text has no frame
                outcome.texts[path] = self.text_at(path)
        return True

    def text_at(self, path: str) -> SourceText:
        absolute = os.path.abspath(path)
        content = self.contents.get(path)
        settings = self.outcome.settings.get(path) or self.resolver.of_folder(os.getcwd())
        if content is None:
            return read(path, absolute, settings.limits)
        return decode(content, path, absolute, settings.limits)

    def keep(self, key: str) -> None:
        """Leaves the outcome in the store, unless it is no whole one."""
        outcome = self.outcome
        if self.store is None or outcome.broken or outcome.interrupted is not None:
            return
        findings = tuple(map(KeptFinding.of, outcome.findings))
        self.store.keep(key, Entry(self.others, findings, dict(outcome.unknowns), tuple(sorted(outcome.ran))))

    def candidates(self) -> list[Candidate]:
        found = files_of(self.request, self.resolver)
        self.outcome.missing = found.missing
        self.outcome.notices = found.notices
        self.outcome.broken = bool(found.missing)
        for fault, explicit in found.faults:
            self.fault(fault, explicit)
        if self.request.stdin is not None:
            absolute = os.path.abspath(self.request.stdin_filename)
            settings = self.resolver.of_file(absolute)
            if not (self.request.force_exclude and excluded(settings, absolute)):
                named = self.request.stdin_filename
                path = named if named.startswith("<") else shown(absolute)
                found.files = [file for file in found.files if file.absolute != absolute]
                found.files.append(Candidate(path, absolute, explicit=True))
        for file in found.files:
            self.outcome.settings[file.path] = self.resolver.of_file(file.absolute)
        return found.files

    def fault(self, fault: SourceError, explicit: bool) -> None:
        if fault.code is None:
            self.outcome.notices.append(f"{fault.path}: skipped, {fault.message}")
            return
        rule, severity = _SEVERITIES[fault.code]
        span = Span(fault.path, fault.line, fault.column, fault.line, fault.column)
        self.found.append(Finding(rule.code, rule.name, severity, span, "", fault.message))
        self.unsound.add(fault.path)
        # what the user named and can't be read is a job not done; what a walk met is a finding
        self.outcome.broken |= explicit and fault.code == "WI004"

    def text_of(self, file: Candidate) -> SourceText | None:
        if file.path in self.request.replaced:
            return self.request.replaced[file.path]
        limits = self.outcome.settings[file.path].limits
        stdin = self.request.stdin
        try:
            if stdin is not None and file.absolute == os.path.abspath(self.request.stdin_filename):
                return decode(stdin, file.path, file.absolute, limits)
            content = self.contents.get(file.path)
            if content is not None:
                return decode(content, file.path, file.absolute, limits)
            return read(file.path, file.absolute, limits)
        except SourceError as fault:
            self.fault(fault, file.explicit)
            if fault.code is None:
                self.outcome.files -= 1
            return None

    def lint(self, candidates: Sequence[Candidate]) -> None:
        texts = self.outcome.texts
        for file in candidates:
            self.outcome.files += 1
            text = self.text_of(file)
            if text is not None:
                texts[file.path] = text
        named = {file.path for file in candidates if file.explicit}
        worth = {text.path for text in relevant(tuple(texts.values()))}
        wanted = [text for path, text in texts.items() if path in named or path in worth]
        limits = self.resolver.of_folder(os.getcwd()).limits
        loader = ProjectLoader(candidates, limits)
        index = self.index(wanted, loader)
        if index is None:
            return
        for failure in index.failures:
            hint = "; it looks like Python 2" if texts[failure.path].looks_like_python_2 else ""
            fault = SourceError("WI001", failure.path, failure.message + hint, failure.line, failure.column)
            self.fault(fault, explicit=False)
        paths = [path for path in index.paths if path in worth and path not in self.unsound]
        self.run_rules(index, paths, loader)

    def index(self, texts: Sequence[SourceText], loader: ProjectLoader) -> Any:
        """The front end's index; a text on which that fails costs itself alone."""
        build = self.front_end.build_index
        found = guarded(lambda: on_deep_stack(lambda: build(texts, loader)))
        if not isinstance(found, Failure):
            return found
        good = []
        for text in texts:
            alone = guarded(partial(on_deep_stack, partial(build, [text], loader)))
            if isinstance(alone, Failure):
                self.add(FileOutcome((internal(text.path, "index", alone),), sound=False), text.path)
            else:
                good.append(text)
        if not good:
            return None
        again = guarded(lambda: on_deep_stack(lambda: build(good, loader)))
        if isinstance(again, Failure):
            self.add(FileOutcome((internal(good[0].path, "index", again),), sound=False), "")
            return None
        return again

    def run_rules(self, index: Any, paths: Sequence[str], loader: ProjectLoader) -> None:
        switched_on = self.switched_on(paths)
        wanted = [rule for rule in self.rules if any(rule.code in codes for codes in switched_on.values())]
        project = guarded(lambda: on_deep_stack(lambda: index.project))
        if isinstance(project, Failure):
            self.add(FileOutcome((internal("", "index", project),), sound=False), "")
            project = Project()
        work = partial(check_file, index, models_of=self.models_of, project=project, rules=wanted)
        if self.store is not None:
            work = partial(_with_reads, work, loader)
        self.add(on_deep_stack(partial(check_project, project, wanted)), "")
        self.progress(0, len(paths))
        with closing(spread(work, paths, self.request.jobs)) as results:
            for done, (path, result) in enumerate(results, 1):
                if isinstance(result, Died):
                    text = f"the process ended (exit code {result.exit_code}): out of memory, or a crash of the parser"
                    result = FileOutcome((internal(path, "interpreter", text),), sound=False)
                self.add(result, path)
                self.progress(done, len(paths))
        if self.store is not None:
            self.others.update(loader.news())

    def models_of(self, index: Any, path: str) -> Iterator[tuple[Model, ...]]:
        return self.front_end.models_of(index, path, self.outcome.settings[path].max_steps)

    def switched_on(self, paths: Sequence[str]) -> dict[str, frozenset[str]]:
        settings, texts = self.outcome.settings, self.outcome.texts
        return {path: enabled(settings[path], self.rules, texts[path].absolute) for path in paths}

    def add(self, outcome: FileOutcome, path: str) -> None:
        self.found.extend(outcome.findings)
        self.claims.extend(outcome.claims)
        self.refuted |= outcome.refuted
        self.others.update(outcome.reads)
        self.outcome.unknowns.update(dict(outcome.unknowns))
        if not outcome.sound:
            self.outcome.broken = True
            self.unsound.add(path)

    def conclude(self, candidates: Sequence[Candidate]) -> None:
        """Keeps what was asked for and is switched on, applies the comments, and sorts."""
        outcome = self.outcome
        codes = self.switched_on(tuple(outcome.texts))
        found = [*self.found, *standing(self.claims, frozenset(self.refuted))]
        kept = [finding for finding in folded(merge_roots(found)) if self.shown(finding, codes)]
        outcome.ran = frozenset().union(*codes.values())
        silencer = Silencer(outcome.texts, self.rules)
        heard = list(silencer.heard(kept))
        judged: dict[str, frozenset[str]] = {}
        if not outcome.broken and outcome.interrupted is None:
            whole = in_whole_packages(candidates, self.request.paths)
            judged = {path: ran for path, ran in codes.items() if path in whole and path not in self.unsound}
        heard += [finding for finding in silencer.complaints(judged) if self.shown(finding, codes)]
        outcome.findings = ordered(resolved((self.weighed(finding) for finding in heard), outcome.texts))

    def shown(self, finding: Finding, codes: Mapping[str, frozenset[str]]) -> bool:
        path = finding.span.path
        if finding.code.startswith("WI0"):
            return path not in codes or finding.code in codes[path] or finding.code == "WI007"
        return path in codes and finding.code in codes[path]

    def weighed(self, finding: Finding) -> Finding:
        settings = self.outcome.settings.get(finding.span.path)
        level = settings.severity.get(finding.code) if settings is not None else None
        return finding if level is None else replace(finding, severity=level)


def _with_reads(check: Callable[[str], FileOutcome], loader: ProjectLoader, path: str) -> FileOutcome:
    outcome = check(path)
    return replace(outcome, reads=loader.news())
