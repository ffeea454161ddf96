"""Claims about the fan that a std was made from, against the fans that were measured and the std that was drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.agreement.facts import Facts, Value, Verdict, came_from
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import hand_gain, named_scheme, shape_fans, std_factor_severity
from winit_lint.ir.flow import SAME_ENTRIES, Flow, Op, OpKind
from winit_lint.ir.measured import Fan, MeasuredFans
from winit_lint.ir.model import Parameter
from winit_lint.ir.size import known
from winit_lint.ir.write import Write

_SLIGHT = 0.1
"""Fans that differ by less are taken for equal: twice what the std may be off by without a word, and noise."""


def wrong_fan(facts: Facts) -> Verdict | None:
    """The std is off by the root of the fan that was measured over the fan that the write divided by.

    Shapes with which both sides count the same tell nothing.
    """
    told: Verdict | None = None
    for parameter, found in _measured(facts):
        pair = _taken(facts, parameter, found)
        if pair is None or _moot(facts, parameter, pair[0], found):
            continue
        taken, fan = pair
        factor = math.sqrt(fan.value / taken)
        off = abs(fan.value - taken) > max(4 * fan.error, _SLIGHT * taken)
        values: dict[str, Value] = {"parameter": parameter.name, "taken": taken, "fan": fan.value, "error": fan.error}
        told = Verdict(off and std_factor_severity(factor) is not None, {**values, "std factor": factor})
        if told.holds:
            return told
    return told


def stacked_fan(facts: Facts) -> Verdict | None:
    """The std drawn, against that which Xavier gives each of the equal parts that the forward pass takes apart."""
    for parameter, found in _measured(facts):
        parts, statistics = _parts(facts, parameter), facts.statistics(parameter)
        if parts is None or statistics is None or not statistics.std or found.fan_in is None or found.fan_out is None:
            continue
        needed = math.sqrt(2 / (found.fan_in.value + found.fan_out.value / parts))
        factor = statistics.std / needed
        values: dict[str, Value] = {"parameter": parameter.name, "parts": parts, "std": statistics.std}
        holds = factor < 1 and std_factor_severity(factor) is not None
        return Verdict(holds, {**values, "of one part": needed, "std factor": factor})
    return None


def _measured(facts: Facts) -> Iterator[tuple[Parameter, MeasuredFans]]:
    """Those written at the finding first; not those of which a normalisation removes the scale."""
    measured = facts.model.measured
    fans = {} if measured is None else {found.name: found for found in measured.fans}
    free = scale_free(facts.model) if fans else frozenset()
    here = [p for p in facts.parameters if p.last is not None and came_from(p.last, facts.finding.span)]
    for parameter in {each.name: each for each in (*here, *facts.parameters)}.values():
        if parameter.name in fans and parameter.name not in free:
            yield parameter, fans[parameter.name]


def _taken(facts: Facts, parameter: Parameter, found: MeasuredFans) -> tuple[float, Fan] | None:
    """The fan that the write in effect divided by, and what was measured for it; None where it spells no scheme."""
    write = parameter.last
    shape = None if write is None else _shape(write, parameter)
    if write is None or shape is None:
        return None
    scheme = named_scheme(write)
    if scheme is None:
        return _by_hand(facts, parameter, write, shape, found)
    match scheme.mode:
        case "fan_in" if found.fan_in is not None:
            return shape[0], found.fan_in
        case "fan_out" if found.fan_in is not None and _close(found.fan_in, shape[1]):
            return shape[1], found.fan_in  # of a transposed weight, torch's fan_out is the true fan_in
        case "fan_out" if found.fan_out is not None:
            return shape[1], found.fan_out
        case "average" if found.fan_in is not None and found.fan_out is not None:
            total = Fan(found.fan_in.value + found.fan_out.value, found.fan_in.error + found.fan_out.error)
            return shape[0] + shape[1], total
    return None


def _by_hand(
    facts: Facts, parameter: Parameter, write: Write, shape: tuple[float, float], found: MeasuredFans
) -> tuple[float, Fan] | None:
    """The same of a formula: the fan with which its std comes to one of the usual gains."""
    std, fan_in = known(write.distribution.std), found.fan_in
    if std is None or fan_in is None:
        return None
    groups = _groups(facts, parameter)
    for taken in dict.fromkeys((shape[0], shape[1], shape[0] * groups)):
        if hand_gain(std, taken) is not None:
            outputs = taken == shape[1] and not _close(fan_in, taken) and groups > 1
            return (taken, found.fan_out) if outputs and found.fan_out is not None else (taken, fan_in)
    return None


def _shape(write: Write, parameter: Parameter) -> tuple[float, float] | None:
    fans = shape_fans(write.shape or parameter.shape)
    pair = None if fans is None else (known(fans[0]), known(fans[1]))
    return None if pair is None or pair[0] is None or pair[1] is None else (pair[0], pair[1])


def _moot(facts: Facts, parameter: Parameter, taken: float, found: MeasuredFans) -> bool:
    """This weight could not show the fault: its sides, which the finding says are mixed up, are equally long."""
    sides = [fan for fan in (found.fan_in, found.fan_out) if fan is not None]
    matrix = parameter.shape is not None and len(parameter.shape) == 2
    if facts.finding.code == "WI201":
        return matrix and len(sides) == 2 and all(_close(fan, taken) for fan in sides)
    return facts.finding.code == "WI202" and _groups(facts, parameter) == 1


def _close(fan: Fan, value: float) -> bool:
    return abs(fan.value - value) <= max(4 * fan.error, _SLIGHT * value)


def _groups(facts: Facts, parameter: Parameter) -> float:
    layer = facts.model.by_path.get(parameter.layer)
    return 1 if layer is None else known(layer.args.get("groups", 1)) or 1


def _parts(facts: Facts, parameter: Parameter) -> int | None:
    """How many equal parts the layer's output is taken apart into, 1 where it is not at all; None if it is not seen.

    Parts are equal where the first has its share of the entries that were measured.
    """
    signal = facts.model.measured.signal if facts.model.measured is not None else None
    for flow in facts.model.flows[:1] if signal is not None else ():
        for op in flow.ops:
            if op.kind is OpKind.WEIGHT and op.parameters[:1] == (parameter.name,):
                split, parts = _split(flow, op)
                whole, first = (None if signal is None else signal.by_op.get(each.id) for each in (op, split))
                if parts == 1:
                    return 1
                return parts if whole is not None and first is not None and parts * first.size == whole.size else None
    return None


def _split(flow: Flow, op: Op) -> tuple[Op, int]:
    """The split behind an operation and how many values it makes; 1 where there is none, 0 where it can't be told."""
    while True:
        readers = [flow.ops[reader] for reader in flow.readers[op.id]]
        if any(reader.kind is OpKind.SPLIT for reader in readers):
            if op.kind is OpKind.SPLIT:
                return op, len(readers)
            if len(readers) != 1:
                return op, 0
        elif op.kind is OpKind.SPLIT:
            return op, 0  # a slice
        elif len(readers) != 1 or readers[0].kind not in SAME_ENTRIES:
            return op, 1
        op = readers[0]
