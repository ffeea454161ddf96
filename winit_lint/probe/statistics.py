"""What the entries of parameters look like, over all builds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import final

import torch
from torch import nn

from winit_lint.analyses.held import held
from winit_lint.ir.distribution import Kind
from winit_lint.ir.measured import Interval, Statistics
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import known
from winit_lint.probe.family import family
from winit_lint.theory.intervals import mean_interval, std_interval

_CHUNK = 2**22  # entries that are in double precision at a time
_SAMPLE = 2**16
_FRESH = 0.9  # of a sample: fewer different numbers are all that there are
BINS = 32
_KURTOSIS = {Kind.NORMAL: 3.0, Kind.UNIFORM: 1.8, Kind.TRUNCATED_NORMAL: 3.0, Kind.ORTHOGONAL: 3.0}
_ROUNDING = {torch.float16: 2e-3, torch.bfloat16: 1e-2}


@final
@dataclass(slots=True)
class Sums:
    """Power sums of one parameter over the builds, about the mean of the first.

    ``repeated`` counts the entries that repeat another one, as a row that is copied to all rows does: they say nothing
    new of how the parameter was drawn.
    """

    pivot: float = 0.0
    count: int = 0
    builds: int = 0
    powers: list[float] = field(default_factory=lambda: [0.0] * 4)
    seen: set[tuple[float, ...]] = field(default_factory=set)
    repeated: int = 0

    def add(self, entries: torch.Tensor) -> None:
        """Take one build in; the same numbers again (a constructor that seeds itself) teach nothing new."""
        finite = _finite(entries)
        if not len(finite):
            return
        if not self.count:
            self.pivot = sum(float(part.double().sum()) for part in torch.split(finite, _CHUNK)) / len(finite)
        powers = power_sums(finite, self.pivot)
        if tuple(powers) in self.seen:
            return
        self.seen.add(tuple(powers))
        self.powers = [old + new for old, new in zip(self.powers, powers, strict=True)]
        self.count += len(finite)
        self.repeated += len(finite) - different(finite)
        self.builds += 1

    @property
    def moments(self) -> tuple[float, float, float] | None:
        """Mean, std and kurtosis; None where nothing was finite."""
        if not self.count:
            return None
        first, second, third, fourth = (power / self.count for power in self.powers)
        variance = max(0.0, second - first * first)
        central = fourth - 4 * first * third + 6 * first**2 * second - 3 * first**4
        return self.pivot + first, math.sqrt(variance), central / variance**2 if variance > 0 else 0.0


def different(entries: torch.Tensor) -> int:
    """About how many of the entries are different numbers; of many entries a sample tells."""
    if len(entries) <= _SAMPLE:
        return len(torch.unique(entries))
    places = torch.randint(len(entries), (_SAMPLE,), generator=torch.Generator().manual_seed(0))
    seen, looked = len(torch.unique(entries[places.to(entries.device)])), len(torch.unique(places))
    return len(entries) * seen // looked if seen > _FRESH * looked else seen


def power_sums(entries: torch.Tensor, pivot: float) -> list[float]:
    """The sums of the first four powers of what the entries are above ``pivot``."""
    powers = [0.0] * 4
    for part in torch.split(entries, _CHUNK):
        centred = part.double() - pivot
        squares = centred * centred
        for order, power in enumerate((centred.sum(), squares.sum(), squares @ centred, squares @ squares)):
            powers[order] += float(power)
    return powers


@final
@dataclass(frozen=True, slots=True)
class Seen:
    """The entries of the first build, apart from their moments; the fields are those of ``Statistics``."""

    n: int
    minimum: float = 0.0
    maximum: float = 0.0
    nonfinite: int = 0
    family: str | None = None
    blocks: int = 1
    histogram: tuple[int, ...] = ()


def _finite(entries: torch.Tensor) -> torch.Tensor:
    return entries[torch.isfinite(entries)] if nonfinite(entries) else entries


def nonfinite(entries: torch.Tensor) -> int:
    """How many of the entries are NaN or infinite."""
    return sum(int((~torch.isfinite(part)).sum()) for part in torch.split(entries, _CHUNK))


def _histogram(entries: torch.Tensor, low: float, high: float) -> tuple[int, ...]:
    """Counts in bins; in parts, since torch counts in single precision."""
    if high <= low:
        return ()
    parts = [torch.histc(part.float(), BINS, low, high).long() for part in torch.split(entries, _CHUNK)]
    return tuple(int(count) for count in torch.stack(parts).sum(dim=0))


def entries_of(parameter: torch.Tensor) -> torch.Tensor | None:
    """The entries in one dimension; None where there is no memory, or no real numbers."""
    if isinstance(parameter, nn.parameter.UninitializedParameter) or parameter.is_meta or not parameter.numel():
        return None
    if not parameter.dtype.is_floating_point:
        return None
    return parameter.detach().reshape(-1)


def statistics(model: Model, module: nn.Module, others: Iterable[nn.Module]) -> Iterator[Statistics]:
    """One entry for each parameter with entries. ``others`` are further builds, which are asked for one at a time."""
    first = dict(module.named_parameters(remove_duplicate=False))
    sums = {parameter.name: Sums() for parameter in model.parameters}
    _add(sums, module)
    sound = {name for name, parameter in first.items() if _is_finite(parameter)}
    for build in others:  # what nothing fills is NaN in the first build alone
        _add({name: each for name, each in sums.items() if name in sound}, build)
    for parameter in model.parameters:
        tensor = first.get(parameter.name)
        entries = None if tensor is None else entries_of(tensor)
        if tensor is not None and entries is not None:
            yield described(parameter, tensor, entries, sums[parameter.name])


def _add(sums: dict[str, Sums], build: nn.Module) -> None:
    for name, parameter in build.named_parameters(remove_duplicate=False):
        entries = entries_of(parameter)
        if name in sums and entries is not None:
            sums[name].add(entries)


def _is_finite(parameter: torch.Tensor) -> bool:
    entries = entries_of(parameter)
    return entries is not None and not nonfinite(entries)


def described(parameter: Parameter, tensor: torch.Tensor, entries: torch.Tensor, sums: Sums) -> Statistics:
    """What ``sums`` tell over the builds, and ``entries`` of the first one, ``tensor``."""
    broken = nonfinite(entries)
    finite = _finite(entries)
    if not len(finite):
        return assembled(parameter, tensor.dtype, Seen(entries.numel(), nonfinite=broken), sums)
    low, high = float(finite.min()), float(finite.max())
    write = (held(parameter) or (None,))[0]
    promised = write.distribution.kind if write is not None else Kind.UNKNOWN
    found, blocks = family(finite if broken else tensor.detach(), promised)
    seen = Seen(entries.numel(), low, high, broken, found, blocks, _histogram(finite, low, high))
    return assembled(parameter, tensor.dtype, seen, sums)


def assembled(parameter: Parameter, dtype: torch.dtype, seen: Seen, sums: Sums) -> Statistics:
    """What is known of a parameter, with the intervals of its moments and what its last write promises."""
    write, mean, std = held(parameter) or (None, None, None)
    kind = write.distribution.kind if write is not None else Kind.UNKNOWN
    moments = sums.moments
    if moments is None:
        return Statistics(parameter.name, seen.n, 0, None, None, None, None, seen.nonfinite)
    kurtosis = max(moments[2], _KURTOSIS.get(kind, 0.0))
    widen = _ROUNDING.get(dtype, 1e-5)
    independent = sums.count - sums.repeated if moments[1] else sums.count
    return Statistics(
        parameter.name,
        seen.n,
        sums.builds,
        moments[0],
        moments[1],
        seen.minimum,
        seen.maximum,
        seen.nonfinite,
        seen.family,
        seen.blocks,
        _interval(mean_interval(moments[0], moments[1], independent), widen * (moments[1] + abs(moments[0]))),
        _interval(std_interval(moments[1], kurtosis, independent), widen * moments[1]),
        known(mean),
        known(std),
        kind.value if write is not None else None,
        seen.histogram,
    )


def _interval(ends: tuple[float, float] | None, widen: float) -> Interval | None:
    return None if ends is None else Interval(ends[0] - widen, ends[1] + widen)
