"""Statistics of a model whose parameters lie on several processes, as under ``torchrun``: sums go over all of them.

What counts, so that each entry of the whole parameter counts once:

- a ``DTensor`` (FSDP2, tensor parallel): each process its own shard; where a dimension of the mesh holds copies, only
  the first process along it. Partial values are not known;
- a plain tensor: equal ones on several processes are copies (DDP) and count once, different ones are shards of one
  parameter that somebody made by hand, and are taken together. A parameter that some processes lack (pipelines) is
  that of the others.

Reduced are the number of entries, their sum and their powers up to the fourth about the common mean (``all_reduce``,
double precision), the least and the largest, the count of what is not finite, and the histogram; gathered is a sample
for the test of the family. Not reduced: the signal, which is that of the process's own input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import torch
from torch import distributed, nn

from winit_lint.ir.distribution import Kind
from winit_lint.ir.measured import Statistics
from winit_lint.ir.model import Model
from winit_lint.probe.family import family
from winit_lint.probe.statistics import BINS, Seen, Sums, assembled, nonfinite, power_sums

_SAMPLE: Final = 4096  # entries of a parameter over all processes
_CHUNK: Final = 2**22


def spread() -> bool:
    """Whether there are other processes to ask."""
    return distributed.is_available() and distributed.is_initialized() and distributed.get_world_size() > 1


def local(tensor: torch.Tensor) -> torch.Tensor:
    """What this process holds of a tensor."""
    made: Any = getattr(tensor, "to_local", None)
    return made().detach() if callable(made) else tensor.detach()


def shared_statistics(model: Model, module: nn.Module) -> Iterator[Statistics]:
    """One entry for each parameter of this process, over all processes; every process has to call it."""
    own = dict(module.named_parameters())
    names = _names(own)
    held = [_counted(own[name]) if name in own else None for name in names]
    parts = _once(held, [own.get(name) for name in names])
    device = next((part.device for part in parts if part is not None), torch.device("cpu"))
    seen = _reduced(parts, device)
    for parameter in model.parameters:
        tensor = own.get(parameter.name)
        if tensor is None:
            continue
        sums, found = seen[names.index(parameter.name)]
        if found.n:
            yield assembled(parameter, tensor.dtype, found, sums)


def _names(own: Mapping[str, torch.Tensor]) -> list[str]:
    """The parameters of all processes, in one order."""
    every: list[Any] = [None] * distributed.get_world_size()
    distributed.all_gather_object(every, list(own))
    return list(dict.fromkeys(name for names in every for name in names))


def _counted(parameter: torch.Tensor) -> torch.Tensor | None:
    """The entries that this process has to answer for; None where another one does, or none can."""
    if isinstance(parameter, nn.parameter.UninitializedParameter) or parameter.is_meta:
        return None
    if not parameter.dtype.is_floating_point:
        return None
    placements = getattr(parameter, "placements", None)
    if placements is not None:
        mesh: Any = parameter.device_mesh  # type: ignore[attr-defined]
        first = all(
            place.is_shard() or (place.is_replicate() and at == 0)
            for place, at in zip(placements, mesh.get_coordinate() or (), strict=False)
        )
        if not first:
            return None
    return local(parameter).reshape(-1)


def _once(parts: Sequence[torch.Tensor | None], parameters: Sequence[torch.Tensor | None]) -> list[torch.Tensor | None]:
    """Of plain tensors that are equal on several processes the first alone."""
    prints = [
        None if part is None or hasattr(parameter, "placements") else _print(part)
        for part, parameter in zip(parts, parameters, strict=True)
    ]
    every: list[Any] = [None] * distributed.get_world_size()
    distributed.all_gather_object(every, prints)
    rank = distributed.get_rank()
    return [
        None if prints[place] is not None and any(other[place] == prints[place] for other in every[:rank]) else part
        for place, part in enumerate(parts)
    ]


def _print(entries: torch.Tensor) -> tuple[int, int, int]:
    """Equal for equal bits, and hardly ever for others."""
    plain = weighted = 0
    for part in torch.split(entries.contiguous().view(torch.uint8), _CHUNK):
        values = part.long()
        places = torch.arange(1, len(values) + 1, device=values.device) % 65521
        plain += int(values.sum())
        weighted = weighted * 31 + int((values * places).sum())
    return entries.numel(), plain, weighted % 2**61


def _reduced(parts: Sequence[torch.Tensor | None], device: torch.device) -> list[tuple[Sums, Seen]]:
    finite = [None if part is None else part[torch.isfinite(part)] for part in parts]
    kept = [part if part is not None else torch.empty(0, device=device) for part in finite]
    broken = [0 if part is None else nonfinite(part) for part in parts]
    counts = _all(
        [[len(part), float(part.double().sum()), float(n)] for part, n in zip(kept, broken, strict=True)], device
    )
    pivots = [total / count if count else 0.0 for count, total, _ in counts]
    powers = _all([power_sums(part, pivot) for part, pivot in zip(kept, pivots, strict=True)], device)
    inf = float("inf")
    ends = [[-float(part.min()), float(part.max())] if len(part) else [-inf, -inf] for part in kept]
    ends = _all(ends, device, distributed.ReduceOp.MAX)
    lows, highs = [-end[0] for end in ends], [end[1] for end in ends]
    bins = _all([_bins(part, *pair) for part, *pair in zip(kept, lows, highs, strict=True)], device)
    samples = _gathered(kept, device)
    found = []
    for place, (count, _, other) in enumerate(counts):
        sums = Sums(pivots[place], int(count), 1 if count else 0, powers[place])
        kind, _ = family(samples[place], Kind.UNKNOWN) if count else (None, 1)
        histogram = tuple(map(int, bins[place])) if lows[place] < highs[place] else ()
        seen = Seen(int(count + other), lows[place], highs[place], int(other), kind, 1, histogram)
        found.append((sums, seen))
    return found


def _all(rows: Sequence[Sequence[float]], device: torch.device, how: Any = None) -> list[list[float]]:
    """The rows of all processes, added up or whatever ``how`` says."""
    table = torch.tensor(rows, dtype=torch.float64, device=device)
    distributed.all_reduce(table, op=how or distributed.ReduceOp.SUM)
    made: list[list[float]] = table.tolist()
    return made


def _bins(part: torch.Tensor, low: float, high: float) -> list[float]:
    if not len(part) or low >= high:
        return [0.0] * BINS
    pieces = [torch.histc(piece.float(), BINS, low, high).double() for piece in torch.split(part, _CHUNK)]
    counted: list[float] = torch.stack(pieces).sum(dim=0).tolist()
    return counted


def _gathered(kept: Sequence[torch.Tensor], device: torch.device) -> list[torch.Tensor]:
    """Some entries of each parameter from every process."""
    world = distributed.get_world_size()
    size = _SAMPLE // world
    mine = torch.full((len(kept), size), float("nan"), dtype=torch.float64, device=device)
    for row, part in zip(mine, kept, strict=True):
        chosen = part[:: max(1, len(part) // size)][:size]
        row[: len(chosen)] = chosen.double()
    every = [torch.empty_like(mine) for _ in range(world)]
    distributed.all_gather(every, mine)
    rows = torch.cat(every, dim=1)
    return [row[~torch.isnan(row)] for row in rows]
