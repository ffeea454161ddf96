"""What the table of an inspect document says in each cell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from winit_lint.reports.inspect_fold import Group, Row
from winit_lint.reports.printable import plain


@final
@dataclass(frozen=True)
class Written:
    """An initializer that may be the last one: the call, the std that it gives, and where it stands.

    A mean that is not 0 follows the std.
    """

    call: str
    std: str
    where: str


@final
@dataclass(frozen=True)
class Cells:
    """A parameter in words; ``written`` has one entry where it is certain what it holds."""

    role: str
    shape: str
    fan_in: str
    fan_out: str
    read_by: str
    written: tuple[Written, ...]
    known: bool


def heading(group: Group) -> tuple[str, str, str]:
    """(module, its class, how often it is there) of a group."""
    layers = dict.fromkeys(short(row.entry["layer"]) for row in group.rows)
    times = "x?" if group.times is None else f"x{group.times}" if group.times > 1 else ""
    return plain(group.module) or "(the model itself)", plain(" or ".join(layers)), times


def cells(row: Row, files: Mapping[str, str]) -> Cells:
    """The cells of a row; ``files`` holds the name under which each file is shown, "" where its lines are enough."""
    entry = row.entry
    shape = entry["shape"]
    times = f" x{row.times}" if row.times > 1 else ""
    frozen = "" if entry["trainable"] else " (frozen)"
    written = tuple(_written(each, files) for each in entry["initializers"])
    return Cells(
        role=plain(row.role) + times + frozen,
        shape="?" if shape is None else _shape(shape),
        fan_in=_size(entry["fan_in"], absent="-"),
        fan_out=_size(entry["fan_out"], absent="-"),
        read_by=plain(", ".join(map(short, entry["read_by"]))),
        written=written or (Written(f"unknown: {plain(row.why or 'no write is known')}", "?", ""),),
        known=bool(written),
    )


def file_names(document: Mapping[str, Any]) -> Sequence[str]:
    """The files of the document's initializers, in the order in which they come up."""
    entries = (entry for parameter in document["parameters"] for entry in parameter["initializers"])
    return list(dict.fromkeys(entry["path"] for entry in entries if entry["path"] is not None))


def shortened(paths: Sequence[str]) -> dict[str, str]:
    """Each path's shortest end, in whole parts, that no other of them has; nothing for the only one."""
    if len(paths) == 1:
        return {paths[0]: ""}
    found = {}
    for path in paths:
        parts = path.split("/")
        others = [other.split("/") for other in paths if other != path]
        count = next((n for n in range(1, len(parts)) if all(o[-n:] != parts[-n:] for o in others)), len(parts))
        found[path] = "/".join(parts[-count:])
    return found


def elements(document: Mapping[str, Any]) -> int | None:
    """The number of elements of all parameters; None where a shape is not known."""
    total = 0
    for parameter in document["parameters"]:
        shape = parameter["shape"]
        if shape is None or not all(isinstance(size, int) for size in shape):
            return None
        total += math.prod(shape)
    return total


def short(name: str) -> str:
    """The last part of a qualified name."""
    return name.rpartition(".")[2]


def value_text(value: object, absent: str = "?") -> str:
    """A number with four digits, a symbol as it is, and a mark for what is not known."""
    if value is None:
        return absent
    return f"{value:.4g}" if isinstance(value, float) else plain(str(value))


def _shape(shape: Sequence[object]) -> str:
    tight = all(isinstance(size, int) for size in shape)
    return ("x" if tight else " x ").join(map(_size, shape)) or "scalar"


def _size(size: object, absent: str = "?") -> str:
    return value_text(size, absent).replace(" * ", "*").replace(" ** ", "**")


def _written(entry: Mapping[str, Any], files: Mapping[str, str]) -> Written:
    args = ", ".join(f"{name}={_argument(value)}" for name, value in entry["args"].items() if value is not None)
    call = plain(f"{short(entry['init'])}({args})" if entry["init"] != "uninitialised" else entry["init"])
    when = f" when {plain(entry['when'])}" if entry["when"] else ""
    path, line = entry["path"], value_text(entry["line"])
    where = f"default, line {line}"
    if path is not None:
        where = f"{plain(files[path])}:{line}" if files[path] else f"line {line}"
    return Written(call + when, _spread(entry), where)


def _spread(entry: Mapping[str, Any]) -> str:
    """The std, with the mean behind it where that is not 0."""
    std, mean = value_text(entry["std"]), entry["mean"]
    return std if mean is None or mean == 0 else f"{std} mean {value_text(mean)}"


def _argument(value: object) -> str:
    return str(value) if isinstance(value, bool) else value_text(value)
