"""The files of a run, read: their settings, bytes and texts, and a finding for each that can't be."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from winit_lint.config.files import Resolver
from winit_lint.config.settings import excluded
from winit_lint.finding import Finding, Severity
from winit_lint.job import Outcome, Request
from winit_lint.rules.names import NAMES
from winit_lint.source.discovery import Candidate, Found, discover, shown
from winit_lint.source.span import Span
from winit_lint.source.text import SourceError, SourceText, decode, read, read_bytes

_SEVERITIES: Mapping[str, Severity] = {
    "WI001": Severity.ERROR,
    "WI004": Severity.ERROR,
    "WI005": Severity.NOTE,
    "WI006": Severity.WARNING,
}


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


@final
@dataclass(slots=True)
class Reader:
    """Reads what ``request`` names, and tells ``outcome`` of it.

    ``found`` are the findings about files that can't be read, ``unsound`` the paths of those. ``contents`` holds bytes
    that were read before they were asked for as text.
    """

    request: Request
    resolver: Resolver
    outcome: Outcome
    found: list[Finding] = field(default_factory=list)
    unsound: set[str] = field(default_factory=set)
    contents: dict[str, bytes] = field(default_factory=dict)

    def candidates(self) -> list[Candidate]:
        """The files to lint.

        Raises:
            ConfigError: a settings file that applies is wrong.
        """
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
        """Makes a finding of it, or a notice where it has no code; ``explicit``: the user named the file."""
        if fault.code is None:
            self.outcome.notices.append(f"{fault.path}: skipped, {fault.message}")
            return
        name = next(rule.name for rule in NAMES if rule.code == fault.code)
        span = Span(fault.path, fault.line, fault.column, fault.line, fault.column)
        self.found.append(Finding(fault.code, name, _SEVERITIES[fault.code], span, "", fault.message))
        self.unsound.add(fault.path)
        # what the user named and can't be read is a job not done; what a walk met is a finding
        self.outcome.broken |= explicit and fault.code == "WI004"

    def bytes_of(self, file: Candidate) -> bytes:
        """The bytes of a file, kept for its text.

        Raises:
            SourceError: it can't be read, or is too large.
        """
        limit = self.outcome.settings[file.path].limits.file_bytes
        self.contents[file.path] = content = read_bytes(file.path, file.absolute, limit)
        return content

    def text_of(self, file: Candidate) -> SourceText | None:
        """The text of a file; None, and a finding or notice, where it has none."""
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

    def text_at(self, path: str) -> SourceText:
        """The text at a path as shown, of the run or beside it.

        Raises:
            SourceError: it can't be read, or not as text.
        """
        absolute = os.path.abspath(path)
        content = self.contents.get(path)
        settings = self.outcome.settings.get(path) or self.resolver.of_folder(os.getcwd())
        if content is None:
            return read(path, absolute, settings.limits)
        return decode(content, path, absolute, settings.limits)
