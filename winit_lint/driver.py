"""The one pipeline: paths, texts, index, models, findings; suppressed and sorted, or taken from an earlier run.

What lints is imported when it is needed: a run that was made before costs neither a parser's start nor the rules'.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from winit_lint import earlier_run
from winit_lint.cache import Store
from winit_lint.config.files import Resolver
from winit_lint.job import FrontEnd, Outcome, Progress, Request
from winit_lint.reading import Reader
from winit_lint.source.discovery import Candidate, ProjectLoader
from winit_lint.source.text import SourceText

if TYPE_CHECKING:
    from winit_lint.engine import Dask
    from winit_lint.ir.exploration import Exploration
    from winit_lint.linting import Linting
    from winit_lint.rule import Rule


def static_front_end() -> FrontEnd:
    """The interpreter, imported when it is used: it costs a parser's start."""

    def index(texts: Sequence[SourceText], loader: ProjectLoader, known: Mapping[str, Any]) -> Any:
        from winit_lint.interpreter.index import build_index

        return build_index(texts, loader, known=known)

    def parsed(text: SourceText) -> Any:
        from winit_lint.interpreter.index import parsed

        return parsed(text.text)

    def within(index: Any, path: str, steps: int | None = None) -> Iterator[Exploration]:
        from winit_lint.interpreter.explore import Limits
        from winit_lint.interpreter.roots import explorations

        return explorations(index, path, Limits() if steps is None else Limits(steps))

    return FrontEnd(index, within, parsed)


def run(
    request: Request,
    resolver: Resolver,
    rules: Sequence[Rule],
    front_end: FrontEnd,
    progress: Progress = lambda done, total: None,
    store: Store | None = None,
    engine: Dask | None = None,
) -> Outcome:
    """Lints what the request names. An interruption leaves an outcome with what was found until then.

    ``engine`` checks the files where it can. Where ``store`` has an entry for the run, that is its outcome, and
    ``texts`` are those of the files in findings.

    Raises:
        ConfigError: a settings file that applies is wrong.
        EngineError: the engine can't be used.
    """
    reader = Reader(request, resolver, Outcome())
    return _Run(reader, rules, front_end, progress, store, engine).outcome()


@dataclass(slots=True)
class _Run:
    reader: Reader
    rules: Sequence[Rule]
    front_end: FrontEnd
    progress: Progress
    store: Store | None
    engine: Dask | None
    candidates: list[Candidate] = field(default_factory=list)
    linting: Linting | None = None

    def outcome(self) -> Outcome:
        outcome, key = self.reader.outcome, None
        try:
            self.candidates = self.reader.candidates()
            if self.store is not None:
                key = earlier_run.key(self.reader, self.candidates)
                if key is not None and earlier_run.known(self.store, key, self.reader):
                    return outcome
            self.lint(self.store if key is not None else None)
        except KeyboardInterrupt as interrupt:
            # the handler of the command line hands over the signal's number
            outcome.interrupted = int(interrupt.args[0]) if interrupt.args else signal.SIGINT
        linting = self.begun(None)
        linting.conclude(self.candidates)
        if self.store is not None and key is not None:
            earlier_run.keep(self.store, key, self.reader, linting.others)
        return outcome

    def lint(self, store: Store | None) -> None:
        self.begun(store).lint(self.candidates)

    def begun(self, store: Store | None) -> Linting:
        if self.linting is None:
            from winit_lint.linting import Linting

            self.linting = Linting(self.reader, self.rules, self.front_end, self.progress, store, self.engine)
        return self.linting
