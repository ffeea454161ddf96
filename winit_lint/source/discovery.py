"""Which files a run reads."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, final

from winit_lint.source.patterns import IgnoreFile, ignore_file
from winit_lint.source.text import SizeLimits, SourceError, SourceText, digest, read

SKIPPED_FOLDERS = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pyenv",
        ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", "__pycache__", "__pypackages__",
        "node_modules", "site-packages", "venv",
    }
)  # fmt: skip
"""Folders that are not walked into unless named themselves."""

INSTALLED = frozenset({"site-packages", "dist-packages"})
"""Names of folders in which installed packages lie."""

_CLASS = re.compile(r"^[ \t]*class[ \t]+(\w+)[ \t]*(?:\[[^\]]*\][ \t]*)?\(([^)]*)\)", re.MULTILINE)
_LAST_NAME = re.compile(r"(\w+)\s*(?:\[[^\]]*\])?\s*(?:,|$)")

Excluded = Callable[[str], bool]
"""Whether configuration excludes the file or folder at this absolute path."""


@final
@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to read: ``path`` as shown, ``absolute`` on disk; ``explicit`` when the user named it."""

    path: str
    absolute: str
    explicit: bool


@final
@dataclass(slots=True)
class Found:
    """What discovery met: files in order, notices about what was passed over, faults, and paths that do not exist."""

    files: list[Candidate] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    faults: list[tuple[SourceError, bool]] = field(default_factory=list)  # with: named explicitly
    missing: list[str] = field(default_factory=list)


def shown(absolute: str, folder: str = "") -> str:
    """The path relative to the folder (the working directory where none is given) where it lies below, else absolute.

    There is ``/`` between its parts.
    """
    here = os.path.join(folder or os.getcwd(), "")
    if absolute.startswith(here) and os.path.normpath(absolute) == absolute:
        return absolute[len(here) :].replace(os.sep, "/")
    try:
        relative = os.path.relpath(absolute, here)
    except ValueError:  # another drive
        return absolute
    outside = relative == os.pardir or relative.startswith(os.pardir + os.sep)
    return Path(absolute if outside else relative).as_posix()


def discover(
    paths: Iterable[str], excluded: Excluded, *, force_exclude: bool = False, respect_gitignore: bool = True
) -> Found:
    """The Python files that ``paths`` lead to, each (device, inode) once.

    A file that is named is taken whatever its name and whatever excludes it, unless ``force_exclude``. Folders are
    walked in sorted order; links to folders are not followed; ``.gitignore`` and ``.git/info/exclude`` are honoured.
    """
    walk = _Walk(excluded, force_exclude, respect_gitignore)
    for path in paths:
        walk.named(path)
    return walk.found


@dataclass(slots=True)
class _Walk:
    excluded: Excluded
    force_exclude: bool
    respect_gitignore: bool
    found: Found = field(default_factory=Found)
    seen: set[tuple[int, int]] = field(default_factory=set)

    def named(self, path: str) -> None:
        absolute = os.path.abspath(path)
        try:
            status = os.stat(absolute)
        except (OSError, ValueError) as error:
            if os.path.islink(absolute):
                self.fault(absolute, "a link to nothing", explicit=True)
            elif isinstance(error, PermissionError):
                self.fault(absolute, f"cannot be read: {error.strerror}", explicit=True)
            else:
                self.found.missing.append(path)
            return
        if self.force_exclude and self.excluded(absolute):
            return
        if stat.S_ISDIR(status.st_mode):
            self.folder(absolute, status, _ignores_above(absolute) if self.respect_gitignore else (), explicit=True)
        elif not stat.S_ISREG(status.st_mode):
            self.found.notices.append(f"{shown(absolute)}: skipped, not a regular file")
        elif absolute.endswith(".ipynb"):
            self.found.notices.append(f"{shown(absolute)}: skipped, notebooks are not read")
        else:
            self.file(absolute, status, explicit=True)

    def fault(self, absolute: str, message: str, *, explicit: bool) -> None:
        self.found.faults.append((SourceError("WI004", shown(absolute), message), explicit))

    def file(self, absolute: str, status: os.stat_result, *, explicit: bool) -> None:
        if self.first_visit(status):
            self.found.files.append(Candidate(shown(absolute), absolute, explicit))

    def first_visit(self, status: os.stat_result) -> bool:
        identity = (status.st_dev, status.st_ino)
        if identity in self.seen and status.st_ino:
            return False
        self.seen.add(identity)
        return True

    def folder(self, absolute: str, status: os.stat_result, ignores: _Ignores, *, explicit: bool = False) -> None:
        pending = [(absolute, status, ignores, explicit)]
        while pending:
            here, status, ignores, explicit = pending.pop()
            if not self.first_visit(status):
                continue
            try:
                with os.scandir(here) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError as error:
                self.fault(here, f"cannot be listed: {error.strerror or error}", explicit=explicit)
                continue
            if self.respect_gitignore:
                ignores = _with_ignores_of(here, ignores)
            inner = [found for entry in entries if (found := self.entry(entry, ignores)) is not None]
            pending.extend((path, state, ignores, False) for path, state in reversed(inner))

    def entry(self, entry: os.DirEntry[str], ignores: _Ignores) -> tuple[str, os.stat_result] | None:
        """Takes a file; a folder to walk into is returned."""
        python = entry.name.endswith(".py")
        try:
            folder = entry.is_dir(follow_symlinks=False)
        except OSError:
            return None
        if not (python or folder) or (folder and entry.name in SKIPPED_FOLDERS):
            return None
        if _ignored(entry.path, folder, ignores) or self.excluded(entry.path):
            return None
        if folder:
            try:
                return entry.path, entry.stat(follow_symlinks=False)
            except OSError as error:
                self.fault(entry.path, f"cannot be read: {error.strerror or error}", explicit=False)
                return None
        try:
            status = os.stat(entry.path)
        except OSError as error:
            if entry.is_symlink():
                self.found.notices.append(f"{shown(entry.path)}: skipped, a link to nothing")
            else:
                self.fault(entry.path, f"cannot be read: {error.strerror or error}", explicit=False)
            return None
        if stat.S_ISREG(status.st_mode):
            self.file(entry.path, status, explicit=False)
        elif not stat.S_ISDIR(status.st_mode):
            self.found.notices.append(f"{shown(entry.path)}: skipped, not a regular file")
        return None


_Ignores: TypeAlias = tuple[tuple[str, IgnoreFile], ...]  # (folder, its patterns), outermost first


def _ignored(path: str, folder: bool, ignores: _Ignores) -> bool:
    for base, patterns in reversed(ignores):
        ignored = patterns.ignores(os.path.relpath(path, base).replace(os.sep, "/"), folder)
        if ignored is not None:
            return ignored
    return False


def _with_ignores_of(folder: str, ignores: _Ignores) -> _Ignores:
    found = ignores
    for name in (os.path.join(".git", "info", "exclude"), ".gitignore"):
        path = os.path.join(folder, name)
        if not os.path.isfile(path):
            continue  # a FIFO would keep the reader waiting
        try:
            with open(path, encoding="utf-8", errors="surrogateescape", newline="") as stream:
                found = (*found, (folder, ignore_file(stream.read())))
        except OSError:
            continue
    return found


def _ignores_above(folder: str) -> _Ignores:
    """The patterns of the folders between the repository's top and ``folder``; none where those ignore ``folder``."""
    above = [Path(folder), *Path(folder).parents]
    top = next((i for i, parent in enumerate(above) if (parent / ".git").exists()), None)
    found: _Ignores = ()
    for parent in reversed(above[1 : top + 1] if top is not None else []):
        found = _with_ignores_of(str(parent), found)
    inside = reversed(above[:top] if top is not None else [])
    return () if any(_ignored(str(path), True, found) for path in inside) else found


def package_root(absolute: str) -> str:
    """The outermost folder with an ``__init__.py`` above the file; the file's folder where it is in no package."""
    folder = os.path.dirname(absolute)
    top = folder
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        top = folder
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    return top


def in_whole_packages(files: Sequence[Candidate], paths: Sequence[str]) -> frozenset[str]:
    """The shown paths of the files whose whole package the run reads: those below a folder of ``paths``, or in none."""
    folders = tuple(os.path.join(os.path.abspath(path), "") for path in paths if os.path.isdir(path))
    whole = set()
    for file in files:
        root = package_root(file.absolute)
        alone = not os.path.isfile(os.path.join(root, "__init__.py"))
        if alone or os.path.join(root, "").startswith(folders):
            whole.add(file.path)
    return frozenset(whole)


@final
class ProjectLoader:
    """Reads further files of the project for the front end, by absolute path; what can't be read is None.

    Only files that belong to the project are read: inside a folder of installed packages those of the packages that
    were named, so that linting one of them does not read torch, and those of the packages that ``follow`` allows.
    """

    def __init__(
        self, files: Sequence[Candidate], limits: SizeLimits, follow: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._limits = limits
        self._here = os.getcwd()
        self._follow = follow
        roots = {package_root(file.absolute) for file in files}
        self._installed = tuple(root for root in roots if _is_installed(root))
        self.loaded: dict[str, SourceText | None] = {}
        self._told: int = 0

    def __call__(self, absolute: str) -> SourceText | None:
        """The text of the file, read once; None where there is no such file."""
        if absolute not in self.loaded:
            there = os.path.isfile(absolute) and self._belongs(absolute)
            self.loaded[absolute] = self._read(absolute) if there else None
        return self.loaded[absolute]

    def news(self) -> dict[str, str | None]:
        """What was asked for since this was last called: the digest of its bytes, None where there is no such file."""
        asked = list(self.loaded.items())[self._told :]
        self._told = len(self.loaded)
        found = {path: None if text is None else digest(text.raw) for path, text in asked}
        return {path: known for path, known in found.items() if known is not None or not os.path.lexists(path)}

    def _belongs(self, absolute: str) -> bool:
        if not _is_installed(absolute):
            return True
        package = os.path.basename(installed_package(absolute)).removesuffix(".py")
        return any(absolute.startswith(root + os.sep) for root in self._installed) or self._follow(package)

    def _read(self, absolute: str) -> SourceText | None:
        try:
            return read(shown(absolute, self._here), absolute, self._limits)
        except SourceError:
            return None


def installed_package(path: str) -> str:
    """The entry of a folder of installed packages that a path leads through; empty where it leads through none."""
    parts = Path(path).parts
    at = next((at for at, part in enumerate(parts[:-1]) if part in INSTALLED), None)
    return "" if at is None else os.path.join(*parts[: at + 2])


def _is_installed(path: str) -> bool:
    return not INSTALLED.isdisjoint(Path(path).parts)


_FILLS = re.compile(
    r"\b_?(?:init|reset|initiali[sz]e)_\w+\(|\binitiali[sz]e\(|\.apply\(|load_state_dict|parameters\("
    r"|\.(?:weight|bias|data)\b|\w_\(\w+\.\w"
)


def may_fill(text: str) -> bool:
    """Whether a text, which need not mention torch, has what fills, loads or resets a model of another file."""
    return _FILLS.search(text) is not None


def relevant(texts: Sequence[SourceText]) -> Iterator[SourceText]:
    """The texts that can matter: those with ``torch`` in them, those that may fill or load what theirs define, and
    those with a class that derives from theirs.

    A class is matched by the last name of its bases, which takes a few files too many and none too few among ``texts``.
    """
    rest: list[tuple[SourceText, list[tuple[str, str]]]] = []
    classes: set[str] = set()
    for text in texts:
        if b"torch" in text.raw or may_fill(text.text):
            classes.update(name for name, _ in _CLASS.findall(text.text))
            yield text
        elif "class " in text.text:
            rest.append((text, _CLASS.findall(text.text)))
    found = True
    while found:
        found = False
        for item in list(rest):
            text, defined = item
            bases = {base for _, listed in defined for base in _LAST_NAME.findall(listed)}
            if not classes.isdisjoint(bases):
                rest.remove(item)
                classes.update(name for name, _ in defined)
                found = True
                yield text
