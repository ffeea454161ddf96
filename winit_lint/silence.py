"""What suppression comments do to findings, and what is wrong with the comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import final

from winit_lint.config.settings import codes_of, unknown_rule
from winit_lint.finding import Edit, Finding, Fix, Severity
from winit_lint.rules.names import Named
from winit_lint.rules.run import invalid_suppression, unused_suppression
from winit_lint.source.span import Span
from winit_lint.source.suppression import Suppression, Suppressions, suppressions, unused
from winit_lint.source.text import SourceText


@final
@dataclass(slots=True)
class Silencer:
    """The suppressions of the texts of a run, and which of them have silenced something."""

    texts: Mapping[str, SourceText]
    rules: Sequence[Named]
    _found: dict[str, Suppressions] = field(default_factory=dict)
    _used: set[Suppression] = field(default_factory=set)

    def heard(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that no comment covers."""
        for finding in findings:
            covering = self._covering(finding)
            self._used.update(covering)
            if not covering:
                yield finding

    def complaints(self, judged: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
        """WI003 for comments of the texts, and WI002 where the path is in ``judged`` and all the codes named ran.

        To be asked for after ``heard``.
        """
        for path in self.texts:
            found = self._of(path)
            wrong = self._invalid(found)
            idle = self._idle(found, judged[path]) if path in judged else iter(())
            yield from (finding for finding in (*wrong, *idle) if not self._covering(finding))

    def _of(self, path: str) -> Suppressions:
        if path not in self._found:
            text = self.texts.get(path)
            self._found[path] = suppressions(text) if text is not None else Suppressions()
        return self._found[path]

    def _covering(self, finding: Finding) -> tuple[Suppression, ...]:
        found = self._of(finding.span.path)
        return found.covering(finding.span, lambda name: finding.code in codes_of(name, self.rules))

    def _invalid(self, found: Suppressions) -> Iterator[Finding]:
        rule = invalid_suppression.RULE
        for malformed in found.malformed:
            yield Finding(rule.code, rule.name, Severity.WARNING, malformed.span, "", malformed.message)
        for entry in found.entries:
            # a code that is not ours in a shared `noqa` belongs to another linter
            if not entry.noqa and not codes_of(entry.name, self.rules):
                message = f"suppression: {unknown_rule(entry.name, self.rules)}"
                yield Finding(rule.code, rule.name, Severity.WARNING, entry.span, entry.name, message)

    def _idle(self, found: Suppressions, ran: frozenset[str]) -> Iterator[Finding]:
        rule = unused_suppression.RULE
        for entry in unused(found.entries, self._used):
            codes = codes_of(entry.name, self.rules)
            if codes and codes <= ran and not any(code.startswith("WI0") for code in codes):
                message = f"`{entry.name}` suppresses nothing here"
                yield Finding(
                    rule.code, rule.name, Severity.WARNING, entry.span, entry.name, message, fix=self._removal(entry)
                )

    def _removal(self, entry: Suppression) -> Fix | None:
        """Deletes a comment that holds nothing else, with the blanks before it or its whole line; else the name."""
        if not entry.alone:
            return self._without_name(entry)
        text, comment = self.texts[entry.comment.path], entry.comment
        before = text.lines[comment.line - 1][: comment.column - 1]
        if before.strip():
            span = Span(comment.path, comment.line, len(before.rstrip()) + 1, comment.end_line, comment.end_column)
        elif comment.line < len(text.lines):
            span = Span(comment.path, comment.line, 1, comment.line + 1, 1)
        else:
            span = Span(comment.path, comment.line, 1, comment.end_line, comment.end_column)
        return Fix("remove the suppression", "safe", (Edit(span, ""),))

    def _without_name(self, entry: Suppression) -> Fix | None:
        """Deletes one name of several with the comma behind it, or before it where it is the last."""
        line, name = self.texts[entry.span.path].lines[entry.span.line - 1], entry.span
        start, end = name.column - 1, name.end_column - 1
        behind, before = re.match(r"\s*,\s*", line[end:]), re.search(r"\s*,\s*$", line[:start])
        if behind is None and before is None:
            return None
        first, last = (start, end + behind.end()) if behind is not None else (before.start() if before else start, end)
        span = Span(name.path, name.line, first + 1, name.line, last + 1)
        return Fix(f"remove `{entry.name}` from the suppression", "safe", (Edit(span, ""),))
