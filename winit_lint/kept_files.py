"""What single files gave, kept between runs: a file that is as it was, and leads only to such files, is not run again.

A run notes which file led to which (``Index.new_links``). Of a file's outcome, before those of all files are joined,
an entry counts while every file that can be reached from it has its bytes, its dotted name and its place in the run,
and the looks for an import that they took end where they did. What the project as a whole tells a file is bound to
names: where it says something new of a class or function, the files that mention that name are as if changed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, final

import msgspec

from winit_lint.cache import KeptFinding, Store, key_of
from winit_lint.interpreter.facts import ClassFacts, FileFacts
from winit_lint.interpreter.index import File, Index, Parsed
from winit_lint.ir.project import InitFunction, Project, TargetPair
from winit_lint.knowledge.layers import LAYERS
from winit_lint.passes import FileOutcome
from winit_lint.rules.refuted import Claim
from winit_lint.source.span import Span
from winit_lint.source.text import SourceText, digest

_NOWHERE = Span("", 1, 1, 1, 1)
_OF_TORCH = frozenset(name.rpartition(".")[2] for name in LAYERS)


@final
class Node(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was: ``stems`` are where its imports were looked for, ``steps`` what a root of it might cost."""

    digest: str | None
    path: str
    name: str
    root: str
    asked: bool
    steps: int | None
    stems: tuple[str, ...]


@final
class KeptOutcome(msgspec.Struct, frozen=True, array_like=True):
    """A ``FileOutcome`` of a file on which all went well."""

    findings: tuple[KeptFinding, ...]
    unknowns: tuple[tuple[str, int], ...]
    claims: tuple[tuple[str, str, KeptFinding, bool], ...]
    refuted: tuple[tuple[str, Span, str | None], ...]

    @classmethod
    def of(cls, outcome: FileOutcome) -> KeptOutcome:
        """The outcome as it is kept."""
        claims = tuple((c.source, c.root, KeptFinding.of(c.finding), c.function) for c in outcome.claims)
        return cls(tuple(map(KeptFinding.of, outcome.findings)), outcome.unknowns, claims, tuple(outcome.refuted))

    def outcome(self) -> FileOutcome:
        """The outcome that was kept."""
        claims = tuple(Claim(source, root, kept.finding(), function) for source, root, kept, function in self.claims)
        findings = tuple(kept.finding() for kept in self.findings)
        return FileOutcome(findings, True, self.unknowns, claims, frozenset(self.refuted))

    def paths(self) -> set[str]:
        """The files, as shown, that the findings and refutations speak of."""
        told = [*self.findings, *(kept for _, _, kept, _ in self.claims)]
        spans = [place for each in told for place in (each.span, *(related.span for related in each.related))]
        return {span.path for span in (*spans, *(span for _, span, _ in self.refuted))}


@final
class KeptProject(msgspec.Struct, frozen=True):
    """A ``Project``."""

    init_functions: tuple[InitFunction, ...] = ()
    parts: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()
    outermost: frozenset[str] = frozenset()
    target_pairs: tuple[TargetPair, ...] = ()


@final
class KeptRun(msgspec.Struct, frozen=True):
    """All that is kept of a run: by digest, by absolute path without its ending, and by absolute path."""

    setting: str = ""
    parsed: dict[str, Parsed] = msgspec.field(default_factory=dict)
    project: KeptProject = msgspec.field(default_factory=KeptProject)
    stems: dict[str, str | None] = msgspec.field(default_factory=dict)
    nodes: dict[str, Node] = msgspec.field(default_factory=dict)
    outcomes: dict[str, KeptOutcome] = msgspec.field(default_factory=dict)


@final
@dataclass(slots=True)
class FileMemory:
    """The files of this run, and what an earlier one that was asked the same kept of them.

    ``setting`` is all that every outcome depends on beside the files, ``steps`` what a root may cost by absolute path.
    """

    store: Store
    name: str
    kept: KeptRun
    digests: dict[str, str | None] = field(default_factory=dict)
    setting: str = ""
    steps: Mapping[str, int | None] = field(default_factory=dict)
    outcomes: dict[str, KeptOutcome] = field(default_factory=dict)
    links: dict[str, dict[str, None]] = field(default_factory=dict)

    @classmethod
    def opened(cls, store: Store, asked: object) -> FileMemory:
        """What is kept under what was asked."""
        name = f"{key_of(('files', asked))}.files"
        collecting = gc.isenabled()
        gc.disable()  # it would look through all that is being made, again and again
        try:
            kept = store.load(name, msgspec.msgpack.Decoder(KeptRun).decode)
        finally:
            if collecting:
                gc.enable()
        return cls(store, name, kept or KeptRun())

    def known(self, texts: Iterable[SourceText]) -> dict[str, Parsed]:
        """What parsing those of the texts gives that were parsed before, by absolute path."""
        self.digests.update((text.absolute, digest(text.raw)) for text in texts)
        parsed = self.kept.parsed
        return {path: parsed[own] for path, own in self.digests.items() if own is not None and own in parsed}

    def reusable(self, index: Index, project: Project) -> dict[str, FileOutcome]:
        """The outcomes that still hold, by absolute path."""
        if self.kept.setting != self.setting:
            return {}
        ends = {stem: _path_of(index.at(stem)) for stem in self.kept.stems}
        fresh = _Fresh(_news(self.kept.project, project), self.kept.parsed)
        changed = [path for path, node in self.kept.nodes.items() if not self._same(index, path, node, ends, fresh)]
        reached_by: dict[str, list[str]] = {}
        for path, node in self.kept.nodes.items():
            for stem in node.stems:
                end = self.kept.stems[stem]
                if end is not None:
                    reached_by.setdefault(end, []).append(path)
        stale = _closure(changed, lambda path: reached_by.get(path, ()))
        self.outcomes = {path: kept for path, kept in self.kept.outcomes.items() if path not in stale}
        for path, node in self.kept.nodes.items():
            if path not in changed:
                self.links[path] = dict.fromkeys(node.stems)
        return {path: kept.outcome() for path, kept in self.outcomes.items()}

    def _same(self, index: Index, path: str, node: Node, ends: Mapping[str, str | None], fresh: _Fresh) -> bool:
        file = index.opened(path)
        if file is None or any(ends[stem] != self.kept.stems[stem] for stem in node.stems):
            return False
        now = self._node(index, file, node.stems)
        return now == node and not fresh.concerns(now)

    def _node(self, index: Index, file: File, stems: Iterable[str]) -> Node:
        path = file.source.absolute
        if path not in self.digests:
            text = index.loader(path) if index.loader is not None else None
            self.digests[path] = digest(text.raw) if isinstance(text, SourceText) else None
        place = (file.source.path, file.name, file.root, path in index.parsed)
        return Node(self.digests[path], *place, self.steps.get(path), tuple(sorted(stems)))

    def note(self, path: str, outcome: FileOutcome) -> None:
        """An outcome of this run, of the file at an absolute path."""
        for asker, stem in outcome.links:
            self.links.setdefault(asker, {})[stem] = None
        for other, own in outcome.reads.items():
            self.digests.setdefault(other, own)
        if outcome.sound:
            self.outcomes[path] = KeptOutcome.of(outcome)

    def keep(self, index: Index, project: Project) -> None:
        """Leaves what is known by now in the store."""
        shown = {file.source.path: path for path, file in index.files.items()}
        for path, kept in self.outcomes.items():
            told = {shown[other] for other in kept.paths() if other in shown} - {path}
            self.links.setdefault(path, {}).update((other.removesuffix(".py"), None) for other in told)
        stems: dict[str, str | None] = {}

        def ends_of(path: str) -> Iterator[str]:
            for stem in self.links.get(path, ()):
                if stem not in stems:
                    stems[stem] = _path_of(index.at(stem))
                end = stems[stem]
                if end is not None:
                    yield end

        nodes: dict[str, Node] = {}
        for path in _closure(self.outcomes, ends_of):
            file = index.opened(path)
            if file is not None:
                nodes[path] = self._node(index, file, self.links.get(path, ()))
        if not _is_text("".join((*nodes, *stems))):
            return
        parsed = {own: found for path, found in index.parsed.items() if (own := self.digests.get(path)) is not None}
        given = KeptProject(
            project.init_functions, project.parts, project.inner, project.outermost, project.target_pairs
        )
        run = KeptRun(self.setting, parsed, given, stems, nodes, self.outcomes)
        self.store.save(self.name, run, msgspec.msgpack.Encoder(order="deterministic").encode)


@final
@dataclass(frozen=True, slots=True)
class _News:
    """What a project says that it did not: names of the classes and functions, and files that it is about."""

    names: frozenset[str]
    paths: frozenset[str]


def _news(before: KeptProject, now: Project) -> _News:
    """Places alone do not count: a finding that tells one depends on the file anyway."""
    functions = {*map(_unplaced, before.init_functions)} ^ {*map(_unplaced, now.init_functions)}
    names = {function.name if function.owner is None else function.owner for function in functions}
    names |= (before.parts ^ now.parts) | (before.inner ^ now.inner) | (before.outermost ^ now.outermost)
    paths = {function.path for function in functions}
    return _News(frozenset(name.rpartition(".")[2] for name in names), frozenset(paths))


def _unplaced(function: InitFunction) -> InitFunction:
    return replace(function, span=_NOWHERE)


@final
@dataclass(frozen=True, slots=True)
class _Fresh:
    """Whether news of the project concern a file; ``parsed`` tells what it mentions, by digest."""

    news: _News
    parsed: Mapping[str, Parsed]

    def concerns(self, node: Node) -> bool:
        """It is about the file, about what the file mentions, or about a name that torch has, too."""
        names = self.news.names
        if not names:
            return False
        facts = self.parsed.get(node.digest or "", Parsed()).facts
        if node.path in self.news.paths or names & _OF_TORCH or (facts is None and not node.asked):
            return True  # of a file that was not asked for no facts are kept
        return facts is not None and bool(names & _mentioned(facts))


def _mentioned(facts: FileFacts) -> set[str]:
    return {*facts.references, *facts.strings, *_classes(facts.classes), *(name for name, _ in facts.functions)}


def _classes(found: Iterable[object]) -> Iterator[str]:
    for each in found:
        if isinstance(each, ClassFacts):
            yield each.name
            for inner in each.body.values():
                yield from _classes(inner)


def _closure(start: Iterable[str], onward: Callable[[str], Iterable[str]]) -> set[str]:
    found, pending = set(start), list(start)
    while pending:
        for path in onward(pending.pop()):
            if path not in found:
                found.add(path)
                pending.append(path)
    return found


def _is_text(paths: str) -> bool:
    """Whether they can be written: names of files need not be UTF-8."""
    try:
        paths.encode()
    except UnicodeEncodeError:
        return False
    return True


def _path_of(file: File | None) -> str | None:
    return None if file is None else file.source.absolute


def setting_of(index: Index, codes: Iterable[str], others: Sequence[Any]) -> str:
    """What every outcome depends on beside the files, as a text to compare."""
    return key_of((sorted(codes), index.where_imports_lead, index.late_routines, others))
