"""Why parts of an inspect document are unknown: the causes with their counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, final

_PLACE = re.compile(r"\S+\.py:\d+(?::\d+)?")
_INDEX = re.compile(r"(?<=[\w\])])\.\d+(?=\.|\b)|\[\d+\]")

_NUMBER = re.compile(r"(int|float|round|abs|sum|min|max|len|pow|bool|str) of ")


@final
@dataclass(frozen=True)
class Cause:
    """A reason with what it keeps unknown: names of parameters, of modules (``path.*``), or places in the source."""

    why: str
    names: tuple[str, ...]
    kind: str


def unknown_parameters(document: Mapping[str, Any]) -> int:
    """How many parameters have no initializer, or one whose mean or std is not known."""
    return sum(_reason(parameter, {}) is not None for parameter in document["parameters"])


def unknown_modules(document: Mapping[str, Any]) -> list[str]:
    """The modules whose parameters are not known: ``path.*`` each."""
    names = {parameter["name"] for parameter in document["parameters"]}
    return [item["name"] for item in document["unknown"] if item["name"] not in names and _is_module(item["name"])]


def unknown_places(document: Mapping[str, Any]) -> bool:
    """Whether something in the source could not be worked out, other than a number, so that modules may be missing."""
    return any(kind == "place" and not _NUMBER.match(why) for kind, _, why in _told(document))


def causes(documents: Iterable[Mapping[str, Any]]) -> tuple[Cause, ...]:
    """The causes over all documents, the commonest first; lines and indexes in reasons don't part them."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for document in documents:
        for kind, name, why in _told(document):
            found.setdefault((kind, _normal(why)), []).append((name, why))
    made = []
    for (kind, normal), told in found.items():
        texts = {why for _, why in told}
        made.append(Cause(texts.pop() if len(texts) == 1 else normal, tuple(name for name, _ in told), kind))
    return tuple(sorted(made, key=lambda cause: -len(cause.names)))


def ranking(documents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A line a cause, ``count  kind: reason``, then their sum."""
    total = 0
    for cause in causes(documents):
        count = len(cause.names)
        total += count
        yield f"{count:>6}  {cause.kind if count == 1 else cause.kind + 's'}: {cause.why}"
    yield f"{total:>6}  unknown in all"


def _told(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(kind, name, reason) of all that is unknown."""
    names = {parameter["name"] for parameter in document["parameters"]}
    reasons = {item["name"]: item["why"] for item in document["unknown"] if item["name"] in names}
    for parameter in document["parameters"]:
        why = _reason(parameter, reasons)
        if why is not None:
            yield "parameter", parameter["name"], why
    for item in document["unknown"]:
        if item["name"] not in names:
            yield "module" if _is_module(item["name"]) else "place", item["name"], item["why"]


def _is_module(name: str) -> bool:
    return name == "*" or name.endswith(".*")


def _reason(parameter: Mapping[str, Any], reasons: Mapping[str, str]) -> str | None:
    """Why what a parameter holds is not known; None where it is."""
    if not parameter["initializers"]:
        return reasons.get(parameter["name"], "no write is known")
    for entry in parameter["initializers"]:
        if entry["mean"] is None or entry["std"] is None:
            return _without_moments(parameter, entry)
    return None


def _without_moments(parameter: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    name = entry["init"].rpartition(".")[2]
    if entry["init"] == "uninitialised":
        return "memory that nothing fills"
    sizes = parameter["shape"]
    if sizes is None or any(not isinstance(size, int) for size in sizes):
        return f"{name} with a size that is not known"
    return f"{name} with values that are not known"


def _normal(why: str) -> str:
    return _INDEX.sub(lambda m: "[*]" if m[0].startswith("[") else ".*", _PLACE.sub("...", why))
