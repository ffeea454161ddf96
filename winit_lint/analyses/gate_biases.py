"""What the biases of LSTM and GRU layers hold, gate by gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.gates import Cell, recurrent_cells
from winit_lint.analyses.last_write import later_parts
from winit_lint.ir.distribution import Kind
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import Number, SizeExpr, known, product, ratio
from winit_lint.ir.write import Write

_QUOTIENT = re.compile(r"\((\d+) \* (\w+)\) // \((\d+)\)")


@final
@dataclass(frozen=True, slots=True)
class GateBias:
    """One bias of a recurrent layer whose every write is understood.

    ``suffix`` names layer and direction (``l0``, ``l1_reverse``, empty for a cell). ``values`` are the means of the
    gates' blocks and ``writes`` what gave them, in torch's order (LSTM: input, forget, cell, output). ``astride`` are
    writes to rows that begin or end inside a block, with those rows in blocks.
    """

    cell: Cell
    parameter: Parameter
    suffix: str
    values: tuple[float, ...]
    writes: tuple[Write, ...]
    astride: tuple[tuple[Write, float, float], ...]


def gate_biases(model: Model) -> tuple[tuple[GateBias, ...], ...]:
    """The biases of each LSTM and GRU layer; layers of which one bias is not understood are left out."""
    found = []
    for cell in recurrent_cells(model):
        biases = [p for p in model.of_layer(cell.layer.path) if p.role.startswith("bias_")]
        read = [gates for p in biases if cell.gates > 1 and (gates := _read(cell, p)) is not None]
        if read and len(read) == len(biases):
            found.append(tuple(read))
    return tuple(found)


def _read(cell: Cell, parameter: Parameter) -> GateBias | None:
    whole = parameter.last
    if whole is None or parameter.shape is None or len(parameter.shape) != 1 or parameter.shape[0] is None:
        return None
    mean = known(whole.distribution.mean)
    if mean is None or not parameter.certain or parameter.parametrized is not None or _mixed(whole):
        return None
    values, writes = [mean] * cell.gates, [whole] * cell.gates
    astride = []
    for part in later_parts(parameter):
        blocks, value = _blocks(part, parameter.shape[0], cell.gates), known(part.distribution.mean)
        if blocks is None or value is None or _mixed(part):
            return None
        low, high = blocks
        if not _near(low) or not _near(high):
            astride.append((part, low, high))
            continue
        for gate in range(round(low), round(high)):
            values[gate], writes[gate] = value, part
    suffix = parameter.role.partition("h_")[2]
    return GateBias(cell, parameter, suffix, tuple(values), tuple(writes), tuple(astride))


def _mixed(write: Write) -> bool:
    """Values of several kinds: the mean says nothing of one gate."""
    return write.distribution.kind in {Kind.MOMENTS, Kind.LOADED, Kind.UNKNOWN}


def _blocks(part: Write, rows: Number, gates: int) -> tuple[float, float] | None:
    """The rows written, counted in gates' blocks."""
    if part.region is None or part.region.rows is None or part.shape is None or None in part.shape:
        return None
    low, high = part.region.rows
    # Rows of a view in another form (`bias.view(4, -1)[1]`) are no rows of the bias.
    if product(tuple(size for size in part.shape if size is not None)) != high - low:
        return None
    found = tuple(_inside(known(ratio(_exact(end) * gates, rows)), gates) for end in (low, high))
    if found[0] is None or found[1] is None or not 0 <= found[0] < found[1] <= gates:
        return None
    return found[0], found[1]


def _inside(place: float | None, gates: int) -> float | None:
    return place + gates if place is not None and place < 0 else place


def _exact(size: Number) -> Number:
    """``(3 * hidden) // (4)`` as the quotient that it is for a large ``hidden``."""
    if not isinstance(size, SizeExpr) or not (found := _QUOTIENT.fullmatch(str(size))):
        return size
    return SizeExpr.atom(found[2]) * (int(found[1]) / int(found[3]))


def _near(place: float) -> bool:
    return abs(place - round(place)) < 1e-9


def pairs(biases: tuple[GateBias, ...]) -> Iterator[tuple[str, tuple[GateBias, ...]]]:
    """The two biases that torch adds, by layer and direction."""
    by_suffix: dict[str, list[GateBias]] = {}
    for bias in biases:
        by_suffix.setdefault(bias.suffix, []).append(bias)
    for suffix, both in by_suffix.items():
        yield suffix, tuple(both)
