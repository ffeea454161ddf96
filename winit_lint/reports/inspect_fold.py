"""The parameters of an inspect document by module, with identical entries of a list as one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeAlias, final

Entry: TypeAlias = Mapping[str, Any]
"""A parameter of the document."""

_MOST_RANGES = 4
_LEAST_NAMED = 3
_OF_ONE = frozenset({"name", "measured"})
_ENDING = re.compile(r"[0-9]+$")


@final
@dataclass(frozen=True)
class Row:
    """A parameter by its name in its module; ``times`` is how many of a ``ParameterList`` it stands for.

    ``entries`` are all the parameters that were folded into it, over all modules, ``entry`` the first.
    """

    role: str
    entry: Entry
    why: str | None
    times: int = 1
    entries: tuple[Entry, ...] = ()


@final
@dataclass(frozen=True)
class Group:
    """A module that owns parameters, by its path, or all the identical ones that ``module`` stands for.

    An index in a path is ``*`` for all of a list that hold parameters, ``0-5`` or ``0,2,4`` for some. ``times`` is how
    many modules that makes; None where an index is not known, which the document writes as ``*``, too. A container
    whose entries are called ``layer1``, ``layer2``, ``layer3`` is a list as well.
    """

    module: str
    rows: tuple[Row, ...]
    times: int | None = 1


def groups(document: Mapping[str, Any], *, fold: bool) -> tuple[Group, ...]:
    """The modules of a document in its order, folded where ``fold`` says so.

    Modules at neighbouring indexes of a list are folded into one where the parameters below them have the same names
    and the documents say the same of each but its name and what was measured. The list's other entries stay as they
    are.
    """
    reasons = {item["name"]: item["why"] for item in document["unknown"]}
    top = _Node()
    for entry in document["parameters"]:
        *path, role = entry["name"].split(".")
        node = top
        for part in path:
            node = node.children.setdefault(part, _Node())
        node.rows.append(Row(role, entry, reasons.get(entry["name"])))
    return tuple(_Folding(fold).below([top], "", 1))


@final
@dataclass(eq=False)
class _Node:
    """A module, or a part of a path: its own parameters and what is below it."""

    rows: list[Row] = field(default_factory=list)
    children: dict[str, _Node] = field(default_factory=dict)


@final
class _Folding:
    def __init__(self, fold: bool) -> None:
        self._fold = fold
        self._numbers: dict[Any, int] = {}  # what was seen: a number each, equal for what is said alike
        self._of_node: dict[_Node, int] = {}

    def below(self, nodes: Sequence[_Node], path: str, times: int | None) -> Iterator[Group]:
        """The groups of alike nodes, as those of the first."""
        node = nodes[0]
        if node.rows:
            yield Group(path, tuple(self._rows(nodes)), times)
        names = list(node.children)
        for run in self._runs(names, [self._node(child) for child in node.children.values()]):
            label = _label(run, names)
            inner = f"{path}.{label}" if path else label
            each = None if times is None or "*" in run[0] else times * len(run)
            yield from self.below([twin.children[name] for twin in nodes for name in run], inner, each)

    def _rows(self, nodes: Sequence[_Node]) -> Iterator[Row]:
        twins = [{row.role: row for row in node.rows} for node in nodes]
        names = list(twins[0])
        for run in self._runs(names, [self._row(row) for row in twins[0].values()]):
            first = twins[0][run[0]]
            entries = tuple(by_role[role].entry for by_role in twins for role in run)
            yield Row(_label(run, names), first.entry, first.why, len(run), entries)

    def _runs(self, names: Sequence[str], numbers: Sequence[int]) -> Iterator[list[str]]:
        """The names in order, neighbouring indexes with the same number together."""
        listed = _prefix(names) is not None
        places = range(len(names))
        keyed = groupby(places, key=lambda i: numbers[i] if self._fold and (listed or names[i].isdecimal()) else -1 - i)
        for _, run in keyed:
            yield [names[i] for i in run]

    def _node(self, node: _Node) -> int:
        if node not in self._of_node:
            rows = tuple((row.role, self._row(row)) for row in node.rows)
            children = tuple((name, self._node(child)) for name, child in node.children.items())
            self._of_node[node] = self._number((rows, children))
        return self._of_node[node]

    def _row(self, row: Row) -> int:
        said = {key: value for key, value in row.entry.items() if key not in _OF_ONE}
        return self._number((json.dumps(said, sort_keys=True), row.why))

    def _number(self, key: Any) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _label(run: Sequence[str], names: Sequence[str]) -> str:
    """``*`` for a whole list, else its indexes: ``3``, ``0-5``, ``0-1,4``, ``0,2,...,22``."""
    if len(run) == 1:
        return run[0]
    prefix = _prefix(names) or ""
    if len(run) == len(names):
        return f"{prefix}*"
    ranges: list[list[int]] = []
    for index in (int(name.removeprefix(prefix)) for name in run):
        if ranges and index == ranges[-1][-1] + 1:
            ranges[-1].append(index)
        else:
            ranges.append([index])
    texts = [str(each[0]) if len(each) == 1 else f"{each[0]}-{each[-1]}" for each in ranges]
    return prefix + ",".join(texts if len(texts) <= _MOST_RANGES else [*texts[:2], "...", texts[-1]])


def _prefix(names: Sequence[str]) -> str | None:
    """What all names have before a number at their end, "" for mere indexes; None where they are no list.

    Two such names are no list yet: ``fc1`` and ``fc2`` are layers of their own.
    """
    found = {_ENDING.sub("", name) for name in names}
    if len(found) != 1 or not all(name[-1:].isdecimal() for name in names):
        return None
    prefix = found.pop()
    return prefix if not prefix or len(names) >= _LEAST_NAMED else None
