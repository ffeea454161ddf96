"""The files of a run linted: index, models, the rules on them; findings of all files joined, suppressed and sorted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, final

from winit_lint.cache import Store
from winit_lint.config.settings import enabled
from winit_lint.finding import Finding
from winit_lint.fixes.resolve import resolved
from winit_lint.ir.exploration import Exploration
from winit_lint.ir.project import Project
from winit_lint.job import FrontEnd, Progress
from winit_lint.merge import folded, merge_roots, ordered
from winit_lint.passes import Failure, FileOutcome, check_file, check_project, guarded, internal
from winit_lint.pool import Died, on_deep_stack, spread
from winit_lint.reading import Reader
from winit_lint.rule import Rule
from winit_lint.rules.refuted import Claim, Refutation, standing, standing_measured
from winit_lint.silence import Silencer
from winit_lint.source.discovery import Candidate, ProjectLoader, in_whole_packages, relevant
from winit_lint.source.text import SourceError, SourceText

if TYPE_CHECKING:
    from winit_lint.engine import Dask
    from winit_lint.kept_files import FileMemory

_WORTH_SPREADING = 64  # files to parse: two processes take about as long to start


@final
@dataclass(slots=True)
class Linting:
    """One run over the files of ``reader``, which tells its outcome.

    An ``engine`` checks the files where it can. Where there is a ``store``, outcomes of single files are taken from it
    and kept in it, and ``others`` are the digests of what imports led to, by absolute path, None where there is no such
    file.
    """

    reader: Reader
    rules: Sequence[Rule]
    front_end: FrontEnd
    progress: Progress
    store: Store | None = None
    engine: Dask | None = None
    found: list[tuple[str, tuple[Finding, ...], tuple[Claim, ...]]] = field(default_factory=list)
    refuted: set[Refutation] = field(default_factory=set)
    others: dict[str, str | None] = field(default_factory=dict)
    memory: FileMemory | None = None

    def lint(self, candidates: Sequence[Candidate]) -> None:
        """Everything up to the findings of each file."""
        outcome = self.reader.outcome
        for file in candidates:
            outcome.files += 1
            text = self.reader.text_of(file)
            if text is not None:
                outcome.texts[file.path] = text
        named = {file.path for file in candidates if file.explicit}
        worth = {text.path for text in relevant(tuple(outcome.texts.values()))}
        wanted = [text for path, text in outcome.texts.items() if path in named or path in worth]
        limits = self.reader.resolver.of_folder(os.getcwd()).limits
        loader = ProjectLoader(candidates, limits)
        if self.store is not None and self.front_end.parsed is not None:
            from winit_lint.kept_files import FileMemory  # it needs the interpreter

            self.memory = FileMemory.opened(self.store, (os.getcwd(), tuple(self.reader.request.paths)))
        index = self._index(wanted, loader)
        if index is None:
            return
        for failure in index.failures:
            hint = "; it looks like Python 2" if outcome.texts[failure.path].looks_like_python_2 else ""
            fault = SourceError("WI001", failure.path, failure.message + hint, failure.line, failure.column)
            self.reader.fault(fault, explicit=False)
        paths = [path for path in index.paths if path in worth and path not in self.reader.unsound]
        self._run_rules(index, paths, loader)

    def _index(self, texts: Sequence[SourceText], loader: ProjectLoader) -> Any:
        """The front end's index; a text on which that fails costs itself alone."""
        known: dict[str, Any] = {} if self.memory is None else self.memory.known(texts)
        texts = self._parsed_apart(texts, known)

        def build(texts: Sequence[SourceText]) -> Any:
            return guarded(partial(on_deep_stack, partial(self.front_end.build_index, texts, loader, known)))

        found = build(texts)
        if not isinstance(found, Failure):
            return found
        good = []
        for text in texts:
            alone = build([text])
            if isinstance(alone, Failure):
                self._add(FileOutcome((internal(text.path, "index", alone),), sound=False), text.path)
            else:
                good.append(text)
        if not good:
            return None
        again = build(good)
        if isinstance(again, Failure):
            self._add(FileOutcome((internal(good[0].path, "index", again),), sound=False), "")
            return None
        return again

    def _parsed_apart(self, texts: Sequence[SourceText], known: dict[str, Any]) -> Sequence[SourceText]:
        """The texts that no process died of; where they are many, what parsing gives is added to what is ``known``."""
        new = [text for text in texts if text.absolute not in known]
        parsed = self.front_end.parsed
        if parsed is None or len(new) < _WORTH_SPREADING or self.reader.request.jobs < 2:
            return texts
        lost: set[str] = set()
        work = lambda text: guarded(partial(parsed, text))  # noqa: E731
        with closing(spread(work, new, self.reader.request.jobs)) as results:
            for text, found in results:
                if isinstance(found, Died):
                    self._add(FileOutcome((internal(text.path, "index", _ended(found)),), sound=False), text.path)
                    lost.add(text.absolute)
                elif not isinstance(found, Failure):
                    known[text.absolute] = found
        return [text for text in texts if text.absolute not in lost]

    def _run_rules(self, index: Any, paths: Sequence[str], loader: ProjectLoader) -> None:
        switched_on = self._switched_on(paths)
        wanted = [rule for rule in self.rules if any(rule.code in codes for codes in switched_on.values())]
        project = guarded(lambda: on_deep_stack(lambda: index.project))
        if isinstance(project, Failure):
            self._add(FileOutcome((internal("", "index", project),), sound=False), "")
            project = Project()
        self._add(on_deep_stack(partial(check_project, project, wanted)), "")
        codes = frozenset(rule.code for rule in wanted)
        held = self._held(index, project, codes)
        for path, outcome in held.items():
            self._add(outcome, path)
        work = partial(check_file, index, explorations=self._explorations, project=project, rules=wanted)
        if self.store is not None:
            work = partial(_with_reads, work, loader, None if self.memory is None else index)
        todo = [path for path in paths if path not in held]
        self.progress(len(held), len(paths))
        try:
            there = self._checked_elsewhere(index, loader, project, codes, todo)
            here = self._checked(work, [path for path in todo if path not in there])
            for done, (path, outcome) in enumerate(chain(there.items(), here), len(held) + 1):
                self._take(path, outcome)
                self.progress(done, len(paths))
        finally:
            if self.memory is not None:
                kept = guarded(partial(on_deep_stack, partial(self.memory.keep, index, project)))
                if isinstance(kept, Failure):
                    text = f"nothing could be kept of single files: {kept.text}. Please report this"
                    self.reader.outcome.notices.append(text)
        if self.store is not None:
            self.others.update(loader.news())

    def _take(self, path: str, outcome: FileOutcome) -> None:
        self._add(outcome, path)
        if self.memory is not None:
            self.memory.note(self.reader.outcome.texts[path].absolute, outcome)

    def _held(self, index: Any, project: Project, codes: Set[str]) -> dict[str, FileOutcome]:
        """The outcomes of an earlier run that still hold, by path as shown."""
        memory = self.memory
        if memory is None:
            return {}
        from winit_lint.kept_files import setting_of

        texts, settings = self.reader.outcome.texts, self.reader.outcome.settings
        memory.setting = setting_of(index, codes, (repr(self.reader.resolver.of_folder(os.getcwd()).limits),))
        memory.steps = {text.absolute: settings[path].max_steps for path, text in texts.items()}
        found = guarded(partial(on_deep_stack, partial(memory.reusable, index, project)))
        if isinstance(found, Failure):
            self.memory = None
            return {}
        return {path: found[texts[path].absolute] for path in index.paths if texts[path].absolute in found}

    def _checked_elsewhere(
        self, index: Any, loader: ProjectLoader, project: Project, codes: frozenset[str], paths: Sequence[str]
    ) -> dict[str, FileOutcome]:
        """The outcomes that the workers of an engine give, by path; those of the other paths are made here."""
        if self.engine is None or not paths:
            return {}
        from winit_lint.engine import Package, this_tool

        steps = {path: self.reader.outcome.settings[path].max_steps for path in paths}
        package = Package(index, loader, project, codes, steps, this_tool())
        found = self.engine.results(package, paths, lambda ready: self.progress(ready, len(paths)))
        if len(found) < len(paths):
            text = f"{len(paths) - len(found)} of {len(paths)} files are checked here"
            self.reader.outcome.notices.append(f"{text}: the workers were lost, or see other files than this machine")
        return found

    def _checked(self, work: Callable[[str], FileOutcome], paths: Sequence[str]) -> Iterator[tuple[str, FileOutcome]]:
        with closing(spread(work, paths, self.reader.request.jobs)) as results:
            for path, result in results:
                if isinstance(result, Died):
                    yield path, FileOutcome((internal(path, "interpreter", _ended(result)),), sound=False)
                else:
                    yield path, result

    def _explorations(self, index: Any, path: str) -> Iterator[Exploration]:
        return self.front_end.explorations(index, path, self.reader.outcome.settings[path].max_steps)

    def _switched_on(self, paths: Sequence[str]) -> dict[str, frozenset[str]]:
        settings, texts = self.reader.outcome.settings, self.reader.outcome.texts
        found: dict[str, frozenset[str]] = {}
        alike: dict[int, frozenset[str]] = {}  # by settings, which most files share: they say the same of all of them
        for path in paths:
            own = settings[path]
            if own.per_file_ignores:
                found[path] = enabled(own, self.rules, texts[path].absolute)
                continue
            if id(own) not in alike:
                alike[id(own)] = enabled(own, self.rules, texts[path].absolute)
            found[path] = alike[id(own)]
        return found

    def _add(self, outcome: FileOutcome, path: str) -> None:
        text = self.reader.outcome.texts.get(path)
        self.found.append(("" if text is None else text.absolute, outcome.findings, outcome.claims))
        self.refuted |= outcome.refuted
        self.others.update(outcome.reads)
        self.reader.outcome.unknowns.update(dict(outcome.unknowns))
        if not outcome.sound:
            self.reader.outcome.broken = True
            self.reader.unsound.add(path)

    def conclude(self, candidates: Sequence[Candidate]) -> None:
        """Keeps what was asked for and is switched on, applies the comments, and sorts."""
        outcome = self.reader.outcome
        codes = self._switched_on(tuple(outcome.texts))
        found = [*standing_measured(self.reader.request.measured, self.refuted), *self.reader.found]
        by_file = sorted(self.found, key=itemgetter(0))  # of equal findings the first one is shown
        found += [finding for _, findings, _ in by_file for finding in findings]
        found += standing((claim for _, _, claims in by_file for claim in claims), frozenset(self.refuted))
        kept = [finding for finding in folded(merge_roots(found)) if self._shown(finding, codes)]
        outcome.ran = frozenset().union(*codes.values())
        silencer = Silencer(outcome.texts, self.rules)
        heard = list(silencer.heard(kept))
        judged: dict[str, frozenset[str]] = {}
        if not outcome.broken and outcome.interrupted is None:
            whole = in_whole_packages(candidates, self.reader.request.paths)
            unsound = self.reader.unsound
            judged = {path: ran for path, ran in codes.items() if path in whole and path not in unsound}
        heard += [finding for finding in silencer.complaints(judged) if self._shown(finding, codes)]
        outcome.findings = ordered(resolved((self._weighed(finding) for finding in heard), outcome.texts))

    def _shown(self, finding: Finding, codes: Mapping[str, frozenset[str]]) -> bool:
        path = finding.span.path
        if finding.code.startswith("WI0"):
            return path not in codes or finding.code in codes[path] or finding.code == "WI007"
        return path in codes and finding.code in codes[path]

    def _weighed(self, finding: Finding) -> Finding:
        settings = self.reader.outcome.settings.get(finding.span.path)
        level = settings.severity.get(finding.code) if settings is not None else None
        return finding if level is None else replace(finding, severity=level)


def _ended(died: Died) -> str:
    return f"the process ended (exit code {died.exit_code}): out of memory, or a crash of the parser"


def _with_reads(check: Callable[[str], FileOutcome], loader: ProjectLoader, index: Any, path: str) -> FileOutcome:
    outcome = check(path)
    return replace(outcome, reads=loader.news(), links=() if index is None else index.new_links())
