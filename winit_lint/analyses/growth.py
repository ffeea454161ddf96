"""Where the signal of models of several sizes can be compared, and how it grows there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from winit_lint.ir.flow import Flow, OpKind
from winit_lint.ir.measured import OpSignal, Signal
from winit_lint.ir.model import Model
from winit_lint.ir.sweep import Course, Place
from winit_lint.theory.growth import FACTOR, exponential, power

_POWER_FITS_BETTER: Final = 0.5  # of the misfit: what a constant factor a step gives is not called a power
_CONTENT: Final = frozenset({OpKind.WEIGHT, OpKind.EMBEDDING, OpKind.NORM, OpKind.RECURRENT, OpKind.ATTENTION})


def places(kind: str, models: Mapping[int, Model]) -> tuple[Place, ...]:
    """The places that all the models have, in the order of the smallest; ``models`` by size, each with its signal."""
    found = {size: _ends(model) for size, model in sorted(models.items())}
    if len(found) < 2:
        return ()
    shared = [path for path in next(iter(found.values())) if all(path in ends for ends in found.values())]
    # a layer before the modules that end with it
    shared.sort(key=lambda path: (found[min(found)][path].moments.op, -len(path.split(".")), not path))
    made = [_place(path, kind, found) for path in shared]
    return tuple(each for number, each in enumerate(made) if not _told(each, made[:number]))


def _told(place: Place, before: Sequence[Place]) -> bool:
    """Whether a module only hands on what another one, inside it, has made."""
    return any((each.forward, each.backward) == (place.forward, place.backward) for each in before)


@final
@dataclass(frozen=True, slots=True)
class _End:
    """A module's output and the model's, and the module's class."""

    moments: OpSignal
    output: OpSignal | None
    cls: str
    main: bool


def _ends(model: Model) -> dict[str, _End]:
    """By a path that models of other sizes share."""
    assert model.measured is not None and model.measured.signal is not None
    signal = model.measured.signal
    paths = [path for path, _ in signal.ends]
    last = _last_entries(paths)
    output, main = _output(model, signal), _passed_by_all(model.flows[0])
    found: dict[str, _End] = {}
    for path, op in signal.ends:
        shown = _shown(path, last)
        moments = signal.by_op.get(op)
        if shown is not None and moments is not None and _shows(model, path, op):
            found[shown] = _End(moments, output, model.by_path[path].cls, op in main)
    return found


def _passed_by_all(flow: Flow) -> set[int]:
    """The operations that every way from the first input to the output leads through; branches of sums do not."""
    first = next((op.id for op in flow.ops if op.kind is OpKind.INPUT), None)
    if first is None or len(flow.outputs) != 1:
        return set()
    ahead = {first}
    for op in flow.ops:
        if ahead.intersection(op.inputs):
            ahead.add(op.id)
    behind = {flow.outputs[0]}
    for op in reversed(flow.ops):
        if op.id in behind:
            behind.update(op.inputs)
    found: set[int] = set()
    furthest = first
    for number in sorted(ahead & behind):
        if furthest <= number:  # nothing before it leads to anything behind it
            found.add(number)
        furthest = max([furthest, *(each for each in flow.readers[number] if each in behind)])
    return found


def _shows(model: Model, path: str, op: int) -> bool:
    """Layers with weights, entries of lists, and the model itself."""
    if not path or path.rpartition(".")[2].isdecimal():
        return True
    made = model.flows[0].ops[op]
    return made.kind in _CONTENT and made.layer == path


def _output(model: Model, signal: Signal) -> OpSignal | None:
    outputs = model.flows[0].outputs
    return signal.by_op.get(outputs[0]) if len(outputs) == 1 else None


def _last_entries(paths: Sequence[str]) -> dict[str, int]:
    """By list, the number of its last entry."""
    last: dict[str, int] = {}
    for path in paths:
        parts = path.split(".")
        for depth, part in enumerate(parts):
            if part.isdecimal():
                above = ".".join(parts[:depth])
                last[above] = max(last.get(above, 0), int(part))
    return last


def _shown(path: str, last: Mapping[str, int]) -> str | None:
    """The path with the last entry of each list as -1; None below an entry in the middle."""
    parts = path.split(".")
    shown = []
    for depth, part in enumerate(parts):
        above = ".".join(parts[:depth])
        if part.isdecimal() and part != "0":
            if int(part) != last[above]:
                return None
            part = "-1"
        shown.append(part)
    return ".".join(shown)


def _place(path: str, kind: str, found: Mapping[int, Mapping[str, _End]]) -> Place:
    sizes = tuple(found)
    ends = [each[path] for each in found.values()]
    forward = _course(kind, sizes, [end.moments.each_forward for end in ends])
    backward = _course(kind, sizes, [_relative(end.moments, end.output) for end in ends])
    return Place(path, ends[0].cls, forward, backward, all(end.main for end in ends))


def _relative(moments: OpSignal, output: OpSignal | None) -> tuple[float | None, ...]:
    """The squared gradient over that at the output, of each build; as it is where there are several outputs."""
    if output is None or len(output.each_energy) != len(moments.each_energy):
        return moments.each_energy
    return tuple(
        value / whole if value is not None and whole else None
        for value, whole in zip(moments.each_energy, output.each_energy, strict=True)
    )


def _course(kind: str, sizes: Sequence[int], values: Sequence[tuple[float | None, ...]]) -> Course:
    kept = tuple(values)
    builds = min(map(len, kept))
    if not builds or any(value is None or not math.isfinite(value) for each in kept for value in each):
        return Course(kept, "not finite")
    draws = [[float(each[build] or 0.0) for each in kept] for build in range(builds)]
    if any(value <= 0 for draw in draws for value in draw):
        return Course(kept, "zero")
    trend = by_power = power(sizes, draws)
    law = "n^a"
    if kind == "depth":
        trend = exponential(sizes, draws)
        law = "factor"
        if len(sizes) > 2 and by_power.misfit < _POWER_FITS_BETTER * trend.misfit:
            trend, law = by_power, "n^a"
    if not trend.sure:
        small = abs(math.log(trend.change)) < math.log(FACTOR)
        law = "constant" if small else "unclear"
    rate, spread = trend.rate, trend.spread
    if law == "factor":
        rate = math.exp(rate)
        spread = None if spread is None else rate * spread
    return Course(kept, law, rate, spread, trend.change)
