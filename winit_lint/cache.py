"""Findings kept between runs: a run over the same bytes with the same settings and the same tool is not made again.

An entry belongs to what was asked: paths, the digests of the files below them, settings, version. It holds the digests
of the further files that imports led to, and counts while each of them still has its own.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar, final

import msgspec

from winit_lint import __version__
from winit_lint.finding import Edit, Finding, Fix, Related, Severity, SignalEffect
from winit_lint.proposal import MoveBehind, OneEach, Proposal, Rewrite, WrapLater
from winit_lint.source.span import Span
from winit_lint.source.text import digest

_T = TypeVar("_T")

FOLDER: Final = ".winit_lint_cache"
_KEPT: Final = 40  # entries: further ones push out those that were used longest ago
_TAG: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This file is a cache directory tag created by winit-lint.\n# See https://bford.info/cachedir/\n"
)


@final
class KeptProposal(msgspec.Struct, frozen=True, array_like=True):
    """A ``Proposal`` in the field of its kind."""

    rewrite: Rewrite | None = None
    move: MoveBehind | None = None
    wrap: WrapLater | None = None
    each: OneEach | None = None

    @classmethod
    def of(cls, proposal: Proposal) -> KeptProposal:
        """The proposal as it is kept."""
        match proposal:
            case Rewrite():
                return cls(rewrite=proposal)
            case MoveBehind():
                return cls(move=proposal)
            case WrapLater():
                return cls(wrap=proposal)
            case OneEach():
                return cls(each=proposal)

    def proposals(self) -> Iterator[Proposal]:
        """The one that was kept."""
        yield from (each for each in (self.rewrite, self.move, self.wrap, self.each) if each is not None)


@final
class KeptFix(msgspec.Struct, frozen=True, array_like=True):
    """A ``Fix`` in the form that is written."""

    title: str
    safety: str
    edits: tuple[Edit, ...]
    proposals: tuple[KeptProposal, ...] = ()

    @classmethod
    def of(cls, fix: Fix) -> KeptFix:
        """The fix as it is kept."""
        return cls(fix.title, fix.safety, fix.edits, tuple(map(KeptProposal.of, fix.proposals)))

    def fix(self) -> Fix:
        """The fix that was kept."""
        proposals = tuple(one for kept in self.proposals for one in kept.proposals())
        return Fix(self.title, self.safety, self.edits, proposals)


@final
class KeptFinding(msgspec.Struct, frozen=True, array_like=True):
    """A ``Finding`` in the form that is written."""

    code: str
    name: str
    severity: Severity
    span: Span
    symbol: str
    message: str
    when: str | None
    effect: SignalEffect | None
    related: tuple[Related, ...]
    fix: KeptFix | None

    @classmethod
    def of(cls, finding: Finding) -> KeptFinding:
        """The finding as it is kept."""
        f, fix = finding, finding.fix
        kept = None if fix is None else KeptFix.of(fix)
        return cls(f.code, f.name, f.severity, f.span, f.symbol, f.message, f.when, f.effect, f.related, kept)

    def finding(self) -> Finding:
        """The finding that was kept."""
        k, fix = self, None if self.fix is None else self.fix.fix()
        return Finding(k.code, k.name, k.severity, k.span, k.symbol, k.message, k.when, k.effect, k.related, fix)


@final
class Entry(msgspec.Struct, frozen=True):
    """What a run gave; ``others`` are the files that imports led to, by absolute path, None where there was none."""

    others: dict[str, str | None]
    findings: tuple[KeptFinding, ...]
    unknowns: dict[str, int]
    ran: tuple[str, ...]


@final
@dataclass(slots=True)
class Store:
    """The entries of one folder. It never fails: what can't be read or written is told once by ``warn``."""

    folder: str
    warn: Callable[[str], None] = lambda message: None
    _told: bool = field(default=False)

    def entry(self, key: str) -> Entry | None:
        """The entry for ``key``; None where there is none that can be read."""
        return self.load(f"{key}.json", msgspec.json.Decoder(Entry).decode)

    def keep(self, key: str, entry: Entry) -> None:
        """Writes an entry."""
        self.save(f"{key}.json", entry, msgspec.json.encode)

    def load(self, name: str, decode: Callable[[bytes], _T]) -> _T | None:
        """What a file of the store holds; None where there is none that can be read."""
        path = self._path(name)
        try:
            content = Path(path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._tell(f"{path}: the cache can't be read: {error.strerror or error}")
            return None
        try:
            found = decode(content)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            self._tell(f"{path}: not an entry of the cache; it is made again")
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def save(self, name: str, value: object, encode: Callable[[object], bytes]) -> None:
        """Writes a file in one step: whoever reads meanwhile finds the old one or the new one."""
        folder = os.path.dirname(self._path(name))
        temporary = None
        try:
            content = encode(value)
            self._prepare(folder)
            descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=folder)
            with open(descriptor, "wb") as stream:
                stream.write(content)
            os.replace(temporary, self._path(name))
            temporary = None
            _prune(folder, os.path.splitext(name)[1])
        except (OSError, UnicodeEncodeError) as error:
            self._tell(f"{self.folder}: the cache can't be written: {getattr(error, 'strerror', None) or error}")
        finally:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, __version__, name)

    def _prepare(self, folder: str) -> None:
        os.makedirs(folder, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
            path = os.path.join(self.folder, name)
            if not os.path.exists(path):
                Path(path).write_text(text, encoding="utf-8")

    def _tell(self, message: str) -> None:
        if not self._told:
            self._told = True
            self.warn(message)


def key_of(asked: object) -> str:
    """The name of the entry for what was asked (all of it must show in its ``repr``), with this tool on this Python."""
    text = repr((__version__, _edition(), sys.version_info[:2], asked))
    return digest(text.encode("utf-8", "surrogatepass"))


def unchanged(others: Mapping[str, str | None]) -> bool:
    """Whether each file, by absolute path, still has its digest, and none is there that was not."""
    return all(_digest_at(path) == known for path, known in others.items())


def _digest_at(path: str) -> str | None:
    try:
        return digest(Path(path).read_bytes())
    except OSError:
        return None


def _edition() -> int:
    """Tells one state of the tool's own files from another: a checkout that is worked on keeps its version."""
    newest = 0
    pending = [os.path.dirname(__file__)]
    while pending:
        with os.scandir(pending.pop()) as listing:
            for entry in listing:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                elif entry.name.endswith(".py"):
                    newest += entry.stat().st_mtime_ns
    return newest


def _prune(folder: str, ending: str) -> None:
    entries: Iterable[os.DirEntry[str]] = [entry for entry in os.scandir(folder) if entry.name.endswith(ending)]
    for entry in sorted(entries, key=lambda entry: entry.stat().st_mtime_ns, reverse=True)[_KEPT:]:
        with contextlib.suppress(OSError):
            os.unlink(entry.path)
