"""Files checked by the workers of an engine that runs already, on this machine or on others: a Dask scheduler.

Workers get the index of the run (texts and what parsing gave), so they need the same version of winit-lint and no
sources but those of further files that imports lead to. What they saw of these is held against this machine's: where
it differs, or where a worker was lost too often, the files are checked here. So the outcomes are those of a local run.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, final

from winit_lint import __version__
from winit_lint.source.discovery import ProjectLoader
from winit_lint.source.text import digest

if TYPE_CHECKING:
    from winit_lint.ir.project import Project
    from winit_lint.passes import FileOutcome

_CONNECTING = "15s"
Results: TypeAlias = "dict[str, FileOutcome]"


@final
class EngineError(Exception):
    """An engine that can't be used, as one line for the user."""


@final
@dataclass(slots=True)
class Package:
    """All that a worker needs: ``steps`` is what a root may cost, by path; ``tool`` tells who may unpack it.

    One thread of a worker at a time uses it: what is worked out of an index is kept in it.
    """

    index: Any
    loader: ProjectLoader
    project: Project
    codes: frozenset[str]
    steps: Mapping[str, int | None]
    tool: tuple[object, ...]
    turn: threading.Lock = field(default_factory=threading.Lock)

    def __getstate__(self) -> tuple[object, ...]:
        return self.index, self.loader, self.project, self.codes, self.steps, self.tool

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.index, self.loader, self.project, self.codes, self.steps, self.tool = state
        self.turn = threading.Lock()


def this_tool() -> tuple[object, ...]:
    return __version__, sys.version_info[:2]


def check_there(package: Package, path: str) -> FileOutcome | tuple[object, ...]:
    """A worker's task: the outcome of a file, or what runs here where that is another tool than the package's."""
    if package.tool != this_tool():
        return this_tool()
    from winit_lint.driver import static_front_end
    from winit_lint.passes import check_file
    from winit_lint.pool import on_deep_stack
    from winit_lint.rules.catalogue import RULES

    with package.turn:
        rules = [rule for rule in RULES if rule.code in package.codes]
        front_end = static_front_end()
        work = partial(
            check_file,
            package.index,
            path,
            explorations=lambda index, path: front_end.explorations(index, path, package.steps[path]),
            project=package.project,
            rules=rules,
        )
        outcome = on_deep_stack(work)
        return replace(outcome, reads=package.loader.news(), links=package.index.new_links())


@final
@dataclass(frozen=True, slots=True)
class Dask:
    """The workers of the Dask scheduler at ``address``."""

    address: str

    def results(self, package: Package, paths: Sequence[str], progress: Callable[[int], None]) -> Results:
        """The outcomes of those files that the workers could check; none where they see other files than we do.

        ``progress`` is told how many are ready.

        Raises:
            EngineError: the scheduler can't be reached, or a worker runs another version.
        """
        from concurrent.futures import as_completed

        found: Results = {}
        with self._client() as client:
            given = client.scatter(package, broadcast=True)
            executor = client.get_executor(pure=False)
            waiting = {executor.submit(check_there, given, path): path for path in paths}
            try:
                for future in as_completed(waiting):
                    # lost with too many workers: the caller does without
                    outcome = None if future.exception() is not None else future.result()
                    if isinstance(outcome, tuple):
                        raise EngineError(
                            f"{self.address}: a worker has {_named(outcome)}; this is {_named(this_tool())}"
                        )
                    if outcome is not None:
                        found[waiting[future]] = outcome
                        progress(len(found))
            finally:
                for future in waiting:
                    future.cancel()
                executor.shutdown(wait=False)
        alike = all(_here(package.loader, path) == own for each in found.values() for path, own in each.reads.items())
        return found if alike else {}

    @contextmanager
    def _client(self) -> Iterator[Any]:
        try:
            from distributed import Client
        except ImportError:
            text = "--executor dask needs dask.distributed, which is not installed: pip install 'winit-lint[dask]'"
            raise EngineError(text) from None
        try:
            client = Client(self.address, timeout=_CONNECTING, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise EngineError(f"--scheduler: no Dask scheduler answers at {self.address}: {error}") from None
        try:
            yield client
        finally:
            client.close()


def _here(loader: ProjectLoader, path: str) -> str | None:
    text = loader(path)
    return None if text is None else digest(text.raw)


def _named(tool: tuple[Any, ...]) -> str:
    version, python = tool
    return f"winit-lint {version} on Python {'.'.join(map(str, python))}"
