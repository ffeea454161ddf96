"""The files of a run: which module a name leads to, and what each file defines."""

from __future__ import annotations

import ast
import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from sys import intern
from types import MappingProxyType
from typing import Protocol, TypeAlias, final

from winit_lint.interpreter.definition import Definition, parse_piece
from winit_lint.interpreter.facts import FileFacts, Import, facts_of
from winit_lint.interpreter.patch_facts import patchers_in
from winit_lint.ir.project import Project
from winit_lint.source.discovery import installed_package, may_fill
from winit_lint.source.newer_syntax import older


class Text(Protocol):
    """What the index needs of a source text; lines are split as CPython splits them."""

    @property
    def path(self) -> str: ...
    @property
    def absolute(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def lines(self) -> tuple[str, ...]: ...


LATE_ROUTINES = ("init_weights", "initialize_weights", "reset_parameters", "_init_weights", "weight_init")
"""Methods that count as run where anything names them: whoever builds the model may call them."""

Loader: TypeAlias = Callable[[str], "Text | None"]
"""Reads a further file of the project by its absolute path; None where there is none or it can't be read."""


@final
@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file that Python's own parser rejects."""

    path: str
    line: int
    column: int
    message: str


@final
@dataclass(frozen=True, slots=True)
class Parsed:
    """All that parsing a file's bytes gives: its facts, none where it defines nothing that matters, or the failure."""

    facts: FileFacts | None = None
    failure: FileFailure | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return _received, (self.facts, self.failure)


def _received(facts: FileFacts | None, failure: FileFailure | None) -> Parsed:
    """What another process sends, with the names that many files mention once in memory, as the parser has them."""
    if facts is None:
        return Parsed(None, failure)
    return Parsed(
        replace(
            facts,
            bindings={intern(name): bound for name, bound in facts.bindings.items()},
            references=frozenset(map(intern, facts.references)),
            strings=frozenset(map(intern, facts.strings)),
            mentions=tuple((intern(name), tuple(map(intern, names))) for name, names in facts.mentions),
            constructs=tuple((intern(name), frozenset(map(intern, names))) for name, names in facts.constructs),
        ),
        failure,
    )


@final
@dataclass(eq=False)
class File:
    """One file: its text, dotted name, and facts (worked out at first use)."""

    source: Text
    name: str
    package: bool
    root: str  # the folder from which ``name`` counts
    pieces: dict[tuple[int, int], Definition] = field(default_factory=dict)

    @cached_property
    def facts(self) -> FileFacts:
        """The file's facts; empty where it does not parse (the failure is reported by ``Index.failures``)."""
        tree = parse(self.source.text)
        return FileFacts() if isinstance(tree, FileFailure) else facts_of(tree)

    @cached_property
    def installed(self) -> str:
        """The folder or file below a folder of installed packages that it belongs to; empty where it is elsewhere."""
        return installed_package(self.source.absolute)

    @cached_property
    def patchers(self) -> frozenset[str]:
        """Functions at module level that set attributes of what they are given or find."""
        tree = parse(self.source.text)
        return frozenset() if isinstance(tree, FileFailure) else patchers_in(tree)

    def piece(self, first: int, last: int) -> Definition:
        """The parsed lines ``first`` to ``last``, parsed once.

        Raises:
            ParseError: libcst rejects them.
        """
        found = self.pieces.get((first, last))
        if found is None:
            found = self.pieces[first, last] = parse_piece(self.source.path, self.source.lines, first, last)
        return found


def parse(text: str) -> ast.Module | FileFailure:
    """The syntax tree of a file, or why there is none."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        newer = _parse_newer(text)
        if newer is not None:
            return newer
        return FileFailure("", error.lineno or 1, error.offset or 1, error.msg or "invalid syntax")
    except (ValueError, RecursionError, MemoryError) as error:
        return FileFailure("", 1, 1, str(error) or type(error).__name__)


def _parse_newer(text: str) -> ast.Module | None:
    """The tree of a text in a newer Python's syntax, which libcst understands."""
    import libcst

    put = older(text)
    if put is None:
        return None
    try:
        tree = ast.parse(put)
        libcst.parse_module(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, libcst.ParserSyntaxError):
        return None
    return tree


@final
@dataclass(eq=False)
class Index:
    """All files of a run by absolute path; further files of the project are loaded when an import leads there.

    ``links`` are all ways that imports were looked for, in order (see ``new_links``).
    """

    files: dict[str, File]
    asked: tuple[str, ...]
    failures: tuple[FileFailure, ...]
    loader: Loader | None = None
    roots: tuple[str, ...] = ()  # folders besides those of the files from which imports are looked up
    parsed: dict[str, Parsed] = field(default_factory=dict)  # by absolute path, for the files asked for
    links: dict[tuple[str, str], None] = field(default_factory=dict)
    _told: int = 0

    @cached_property
    def by_path(self) -> dict[str, File]:
        """The files that were asked for by the path that the run shows."""
        return {self.files[key].source.path: self.files[key] for key in self.asked}

    @property
    def paths(self) -> tuple[str, ...]:
        """The shown paths of the files that can hold something to run."""
        files = self.by_path.items()
        return tuple(path for path, file in files if matters(file.source.text) and not self._is_template(file))

    def _is_template(self, file: File) -> bool:
        """transformers writes ``modeling_x.py`` out of ``modular_x.py``, whose own code never runs.

        There ``super().__init__()`` stands for the lines of the base class's constructor, and what follows it is put
        before the base's ``post_init()``.
        """
        folder, base = os.path.split(file.source.absolute)
        if not base.startswith("modular_"):
            return False
        made = self.at(os.path.join(folder, f"modeling_{base.removeprefix('modular_').removesuffix('.py')}"))
        head = made.source.text.split("\n", 8)[:8] if made is not None else ()
        return any("automatically generated from" in line and base in line for line in head)

    def is_foreign(self, file: File) -> bool:
        """Whether a file belongs to an installed package of which no file was asked for."""
        package = file.installed
        return bool(package) and package not in self._packages

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(self.files[key].installed for key in self.asked)

    def let_go(self, most: int) -> None:
        """Drop all syntax trees, lines, and what was made of them, where they are of more lines than ``most``."""
        if sum(last - first + 1 for file in self.files.values() for first, last in file.pieces) > most:
            for file in self.files.values():
                file.pieces.clear()
                file.source.__dict__.pop("lines", None)
            self.__dict__.pop("_names", None)
            gc.collect()  # they refer to each other, and the collector was told to come seldom

    @cached_property
    def project(self) -> Project:
        """Facts about the project's initialisation functions."""
        from winit_lint.interpreter.references import project_of

        before = dict(self.links)
        found = project_of(self)
        self.links = before  # the project is worked out anew in each run
        return found

    def resolve(self, importer: File, module: str, level: int) -> File | None:
        """The project file that ``import module`` (with ``level`` dots) in ``importer`` names, or None."""
        parts = module.split(".") if module else []
        for folder in self._folders(importer, level):
            found = self._asked_at(importer, os.path.join(folder, *parts))
            if found is not None and found is not importer:
                return found
        return None

    def submodule(self, package: File, name: str) -> File | None:
        """The file ``name`` of a package."""
        if not package.package:
            return None
        return self._asked_at(package, os.path.join(os.path.dirname(package.source.absolute), name))

    def _folders(self, importer: File, level: int) -> Iterator[str]:
        folder = os.path.dirname(importer.source.absolute)
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            yield folder
            return
        yield importer.root
        if folder != importer.root:
            yield folder
        yield from (parent for parent in self._roots if parent not in {folder, importer.root})

    @cached_property
    def _roots(self) -> tuple[str, ...]:
        """Every folder from which some file's dotted name counts, and the parent of each script folder."""
        roots = {self.files[key].root for key in self.asked}
        found = sorted(roots | {os.path.dirname(root) for root in roots}) if len(roots) < 50 else []
        return tuple(dict.fromkeys((*self.roots, *found)))

    @property
    def where_imports_lead(self) -> tuple[str, ...]:
        """The folders from which every file's imports are looked up besides its own."""
        return self._roots

    @cached_property
    def late_routines(self) -> tuple[str, ...]:
        """Those of ``LATE_ROUTINES`` that some file asked for names."""
        facts = [found.facts for found in self.parsed.values() if found.facts is not None]
        return tuple(name for name in LATE_ROUTINES if any(name in each.references for each in facts))

    def imports_of(self, file: File) -> Iterator[tuple[int, File]]:
        """The project's files that the imports of a file lead to, with their lines; those of stars last, with 0."""
        for bounds in file.facts.bindings.values():
            for bound in bounds:
                target = self.imported(file, bound) if isinstance(bound, Import) else None
                if isinstance(bound, Import) and target is not None:
                    yield bound.line, target[0]
        for star, level in file.facts.stars:
            found = self.resolve(file, star, level)
            if found is not None:
                yield 0, found

    def new_links(self) -> tuple[tuple[str, str], ...]:
        """Since this was last called: which file led where, as (absolute path, path without its ending).

        A file that can be reached from another one on these links may have a part in what is known of that one, and
        no other file has, but for what ``late_routines`` and ``project`` tell.
        """
        found = tuple(self.links)[self._told :]
        self._told = len(self.links)
        return found

    def opened(self, path: str) -> File | None:
        """The file at an absolute path, read if need be; None where there is none that belongs to the project."""
        found = self.files.get(path)
        if found is None and self.loader is not None:
            text = self.loader(path)
            if text is not None:
                found = self.files[path] = _file(text)
        return found

    def _asked_at(self, asker: File, stem: str) -> File | None:
        self.links[asker.source.absolute, stem] = None
        return self.at(stem)

    def at(self, stem: str) -> File | None:
        """The file or package at an absolute path without its ending."""
        for path in (f"{stem}.py", os.path.join(stem, "__init__.py")):
            found = self.opened(path)
            if found is not None:
                return found
        return None

    def imported(self, importer: File, target: Import) -> tuple[File, str | None] | None:
        """Where an import leads inside the project: (file, attribute or None for the module itself)."""
        if target.attribute is None:
            found = self.resolve(importer, target.module, target.level)
            return None if found is None else (found, None)
        if not target.module and target.level:
            folder = next(self._folders(importer, target.level))
            package = self._asked_at(importer, os.path.join(folder, target.attribute))
            if package is not None:
                return package, None
            init = self._asked_at(importer, folder)
            return None if init is None else (init, target.attribute)
        found = self.resolve(importer, target.module, target.level)
        if found is None:
            # `from package import part` in the package's own file
            own = not target.level and target.module == importer.name
            inner = self.submodule(importer, target.attribute) if own else None
            return None if inner is None else (inner, None)
        if found.package and target.attribute not in found.facts.bindings:
            inner = self.submodule(found, target.attribute)
            if inner is not None:
                return inner, None
        return found, target.attribute


def matters(text: str) -> bool:
    """Whether a file can define, build or fill modules.

    It mentions torch, has classes (their bases may be modules), or fills what another file defines.
    """
    return "torch" in text or "class " in text or may_fill(text)


def build_index(
    texts: Sequence[Text],
    loader: Loader | None = None,
    roots: Sequence[str] = (),
    known: Mapping[str, Parsed] = MappingProxyType({}),
) -> Index:
    """Index the files of a run; imports are looked up from ``roots``, too.

    ``known`` is what parsing some of them gives, by absolute path.
    """
    files: dict[str, File] = {}
    failures: list[FileFailure] = []
    by_path: dict[str, Parsed] = {}
    for text in texts:
        file = files[text.absolute] = _file(text)
        found = by_path[text.absolute] = known.get(text.absolute) or parsed(text.text)
        if found.failure is not None:
            failures.append(replace(found.failure, path=text.path))
        elif found.facts is not None:
            file.__dict__["facts"] = found.facts
    return Index(files, tuple(files), tuple(failures), loader, tuple(roots), by_path)


def parsed(text: str) -> Parsed:
    """All that parsing gives, whatever the other files are."""
    tree = parse(text)
    if isinstance(tree, FileFailure):
        return Parsed(failure=tree)
    return Parsed(facts_of(tree)) if matters(text) else Parsed()


def _file(text: Text) -> File:
    folder, base = os.path.split(text.absolute)
    stem = base[:-3] if base.endswith(".py") else base
    package = stem == "__init__"
    parts = [] if package else [stem]
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.dirname(folder) != folder:
        folder, name = os.path.split(folder)
        parts.insert(0, name)
    return File(text, ".".join(parts) or "__init__", package, folder)
