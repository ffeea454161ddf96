"""The table of a probe: the parameters of a module with their stds, and the signal at the module."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

from winit_lint.analyses.keeping import keeping
from winit_lint.analyses.readers import Reading, readers
from winit_lint.ir.flow import OpKind
from winit_lint.ir.measured import Statistics
from winit_lint.ir.model import Model
from winit_lint.ir.size import known
from winit_lint.reports.inspect_cells import Cells, cells
from winit_lint.reports.inspect_fold import Group, Row, groups
from winit_lint.reports.probe_account import Account
from winit_lint.reports.probe_steps import Step, steps

_SAME = 1.05


@final
@dataclass(frozen=True, slots=True)
class Spread:
    """One number, or those of several parameters or modules: the first, the last and the ends, in the model's order.

    ``broken`` says that some of them are not finite; the others are then those that are.
    """

    first: float
    last: float
    low: float
    high: float
    broken: bool = False

    def __str__(self) -> str:
        """The first and the last where they differ, else the ends."""
        if self.broken:
            return f"{number(self.first, 2)} to not finite"
        if self.high <= self.low * _SAME or self.low == self.high:
            return number(self.first)
        if self.first == self.last:
            return self.ends
        return " to ".join(dict.fromkeys((number(self.first, 2), number(self.last, 2))))

    @property
    def ends(self) -> str:
        """The lowest and the highest."""
        ends = dict.fromkeys((number(self.low, 2), number(self.high, 2)))
        return "..".join(ends)


@final
@dataclass(frozen=True)
class Line:
    """A parameter, or all that were folded into it: ``measured``, ``promised`` and ``needed`` are stds.

    ``kept`` is False where a measured std differs from the promised one by more than the sample allows. Where none does
    one number stands for all: how far they lie apart is chance.
    """

    cells: Cells
    names: tuple[str, ...]
    measured: str
    promised: str
    needed: str
    kept: bool


@final
@dataclass(frozen=True)
class Block:
    """A module that owns parameters, or all that were folded into it; ``forward`` and ``backward`` at its output."""

    group: Group
    lines: tuple[Line, ...]
    forward: Spread | None
    backward: Spread | None


def blocks(account: Account, files: Mapping[str, str], *, fold: bool) -> tuple[Block, ...]:
    """The table in the document's order."""
    model = account.model
    read = readers(model) if model is not None else {}
    course = steps(model, account.input_size) if model is not None else ()
    by_parameter: dict[str, Step] = {}
    for step in course:
        for name in step.parameters:
            by_parameter.setdefault(name, step)
    return tuple(_block(group, files, model, read, by_parameter) for group in groups(account.document, fold=fold))


def needed_std(model: Model, name: str, read: Mapping[str, Reading]) -> float | None:
    """The std that keeps the signal up to the next weight; None where none matters or suits, or it is not known.

    In front of a sum, a gate or an output none is needed: a small branch is as good as a large one.
    """
    reading = read.get(name)
    if reading is None or not (reading.linear or reading.activation is not None):
        return None
    if any(model.flows[flow].ops[op].kind is not OpKind.WEIGHT for flow, op in reading.uses):
        return None
    found = keeping(model, name, read)
    return None if found is None or found.std is None else known(found.std)


def number(value: float | None, digits: int = 3) -> str:
    """Three digits, without the padding of exponents."""
    if value is None:
        return "-"
    if abs(value) >= 1e300:
        return "inf"
    return f"{value:.{digits}g}".replace("e-0", "e-").replace("e+0", "e+").replace("e+", "e")


def kept(found: Statistics) -> bool:
    """Whether the sample agrees with what its initializer promises."""
    if found.promised_std is None or found.std_interval is None:
        return True
    return found.std_interval.holds(found.promised_std)


def _block(
    group: Group,
    files: Mapping[str, str],
    model: Model | None,
    read: Mapping[str, Reading],
    by_parameter: Mapping[str, Step],
) -> Block:
    lines = tuple(_line(row, files, model, read) for row in group.rows)
    passed = list(_steps_of(group, by_parameter))
    ahead = spread([step.forward.measured for step in passed])
    broken = any(
        step.forward.measured is None for step in passed
    )  # a pass gives every one a number, or it is not finite
    return Block(
        group,
        lines,
        replace(ahead, broken=broken) if ahead is not None else None,
        spread([step.backward.measured for step in passed]),
    )


def _steps_of(group: Group, by_parameter: Mapping[str, Step]) -> Iterator[Step]:
    """The operation of each module of the group."""
    modules: dict[str, Step] = {}
    for row in group.rows:
        for entry in row.entries:
            step = by_parameter.get(entry["name"])
            if step is not None:
                modules.setdefault(entry["name"].rpartition(".")[0], step)
    yield from modules.values()


def _line(row: Row, files: Mapping[str, str], model: Model | None, read: Mapping[str, Reading]) -> Line:
    names = tuple(entry["name"] for entry in row.entries)
    measured = model.measured.by_name if model is not None and model.measured is not None else {}
    found = [measured[name] for name in names if name in measured]
    stds = [each.std for each in found if each.std is not None]
    together = all(map(kept, found))
    return Line(
        cells(row, files),
        names,
        number(statistics.median(stds)) if stds and together else _ends(stds),
        _ends([each.promised_std for each in found]),
        _ends([needed_std(model, name, read) for name in names] if model is not None else []),
        together,
    )


def _ends(values: Sequence[float | None]) -> str:
    found = spread(values)
    return "-" if found is None else found.ends if found.high > found.low * _SAME else number(found.first)


def spread(values: Sequence[float | None]) -> Spread | None:
    """The spread of what is known."""
    numbers = [value for value in values if value is not None]
    return Spread(numbers[0], numbers[-1], min(numbers), max(numbers)) if numbers else None
