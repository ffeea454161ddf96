"""What a run is asked to do, by which front end, and what it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, final

from winit_lint.config.settings import Settings
from winit_lint.finding import Finding
from winit_lint.source.discovery import ProjectLoader
from winit_lint.source.text import SourceText

if TYPE_CHECKING:
    from winit_lint.ir.exploration import Exploration
    from winit_lint.rules.refuted import Claim


@final
@dataclass(frozen=True, slots=True)
class FrontEnd:
    """What turns texts into models: ``build_index(texts, loader, known)`` and ``explorations(index, path, steps)``.

    ``steps`` is what a run of a root may cost, None for the front end's own limit. ``parsed(text)`` is all that parsing
    one text gives: it depends on nothing else, so that it can be kept and other processes can work it out; None where
    nothing is known of single files. ``known`` holds it, by absolute path, for the files that need not be parsed.
    """

    build_index: Callable[[Sequence[SourceText], ProjectLoader, Mapping[str, Any]], Any]
    explorations: Callable[[Any, str, int | None], Iterator[Exploration]]
    parsed: Callable[[SourceText], Any] | None = None


@final
@dataclass(frozen=True, slots=True)
class Request:
    """What to lint: ``paths``, and ``stdin`` as the text of ``stdin_filename`` where it is not None.

    ``replaced`` holds texts, by path as shown, that stand in for the files on disk. ``measured`` are findings that a
    probe made, to be held against the run's models, suppressed and sorted with the others.
    """

    paths: Sequence[str] = ()
    stdin: bytes | None = None
    stdin_filename: str = "<stdin>"
    force_exclude: bool = False
    jobs: int = 1
    replaced: Mapping[str, SourceText] = field(default_factory=dict)
    measured: tuple[Claim, ...] = ()


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
