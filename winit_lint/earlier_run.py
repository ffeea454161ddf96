"""Whether a run was made before, over the same bytes with the same settings, and what it gave."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from winit_lint.cache import Entry, KeptFinding, Store, key_of, unchanged
from winit_lint.reading import Reader
from winit_lint.source.discovery import Candidate
from winit_lint.source.text import SourceError, digest


def key(reader: Reader, candidates: Sequence[Candidate]) -> str | None:
    """The name of this run's entry; None where it has none: something on disk could not be read."""
    request, outcome = reader.request, reader.outcome
    if request.stdin is not None or request.replaced or request.measured or reader.found or outcome.broken:
        return None
    inputs: list[tuple[str, str, bool, str, int]] = []
    distinct: dict[int, tuple[int, str]] = {}
    for file in candidates:
        own = outcome.settings[file.path]
        number = distinct.get(id(own), (0, ""))[0]
        if id(own) not in distinct:
            number = len(distinct)
            distinct[id(own)] = number, repr(replace(own, sources={}))
        try:
            stands_for = digest(reader.bytes_of(file))
        except SourceError as fault:
            if fault.code != "WI005":
                return None
            stands_for = fault.message
        inputs.append((file.path, file.absolute, file.explicit, stands_for, number))
    return key_of((os.getcwd(), tuple(request.paths), list(distinct.values()), inputs))


def known(store: Store, key: str, reader: Reader) -> bool:
    """Takes the outcome from the store, where it holds it."""
    entry = store.entry(key)
    if entry is None or not unchanged(entry.others):
        return False
    outcome = reader.outcome
    outcome.files = len(outcome.settings)
    outcome.findings = tuple(kept.finding() for kept in entry.findings)
    outcome.unknowns, outcome.ran = Counter(entry.unknowns), frozenset(entry.ran)
    places = [place for found in outcome.findings for place in (found.span, *(each.span for each in found.related))]
    for path in dict.fromkeys(place.path for place in places):
        with suppress(SourceError):  # what can't be shown as text has no frame
            outcome.texts[path] = reader.text_at(path)
    return True


def keep(store: Store, key: str, reader: Reader, others: Mapping[str, str | None]) -> None:
    """Leaves the outcome in the store, unless it is no whole one.

    ``others`` are the digests of what imports led to, by absolute path.
    """
    outcome = reader.outcome
    if outcome.broken or outcome.interrupted is not None:
        return
    findings = tuple(map(KeptFinding.of, outcome.findings))
    store.keep(key, Entry(dict(others), findings, dict(outcome.unknowns), tuple(sorted(outcome.ran))))
