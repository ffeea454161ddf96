"""What wrote to tensors that have no memory, in order: enough to carry it out again later, for one tensor alone.

Tensors are named by their memory and their form in it, so views, ``.data``, parameters and ties need no care of their
own. The idea of deferring a construction is that of torchdistX's ``deferred_init``.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, final

import torch

from winit_lint.probe.storage import storage_of


@final
@dataclass(frozen=True, slots=True)
class Ref:
    """A tensor without memory as a piece of a storage; ``whole`` where it has each entry of that just once."""

    key: int
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    dtype: torch.dtype
    whole: bool


@final
@dataclass(frozen=True, slots=True)
class Kept:
    """A tensor with memory that an operation read; ``version`` tells whether it was written to since."""

    tensor: torch.Tensor
    version: int


@final
@dataclass(slots=True)
class Step:
    """One operation. ``args`` and ``kwargs`` hold ``Ref`` and ``Kept`` in place of tensors.

    ``reads`` and ``writes`` are storages; ``kills`` those of which nothing older is left. ``results`` names the new
    memory that it makes. ``entrywise``: each entry depends on the same entry alone, so that a part can be replayed.
    ``stream`` names its random numbers: it was drawn from the generator that the operation would have used, so it comes
    again where the program seeds that again.
    """

    number: int
    call: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    kills: tuple[int, ...] = ()
    results: tuple[Ref, ...] = ()
    entrywise: bool = False
    stream: int = 0


@final
@dataclass(slots=True)
class _Memory:
    """One storage: its entries, and the tensor that keeps its name from being given again."""

    count: int
    dtype: torch.dtype
    holder: torch.Tensor
    writers: list[int] = field(default_factory=list)


@final
class Tape:
    """All steps of one build."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._memory: dict[int, _Memory] = {}

    def knows(self, tensor: torch.Tensor) -> bool:
        """Whether it has no memory because its writes were put here instead."""
        return tensor.is_meta and storage_of(tensor) in self._memory

    def opened(self, tensor: torch.Tensor) -> Ref:
        """The name of a tensor without memory, seen before or not."""
        key = storage_of(tensor)
        assert key is not None
        if key not in self._memory:
            count = tensor.untyped_storage().nbytes() // tensor.element_size()
            self._memory[key] = _Memory(count, tensor.dtype, tensor.detach())
        shape, stride = tuple(tensor.shape), tuple(tensor.stride())
        whole = math.prod(shape) == self._memory[key].count and _dense(shape, stride)
        return Ref(key, int(tensor.storage_offset()), shape, stride, tensor.dtype, whole)

    def size(self, key: int) -> tuple[int, torch.dtype]:
        """Entries and type of a storage."""
        found = self._memory[key]
        return found.count, found.dtype

    def add(self, step: Step) -> None:
        """File the next step; its number has to be that of its place."""
        self.steps.append(step)
        for key in step.writes:
            self._memory[key].writers.append(step.number)

    def forget(self, number: int) -> None:
        """Takes back all steps from ``number`` on."""
        for step in self.steps[number:]:
            for key in step.writes:
                self._memory[key].writers.remove(step.number)
        del self.steps[number:]

    def leading_to(self, key: int) -> list[Step]:
        """The steps that what a storage holds now depends on, oldest first."""
        pending: list[tuple[int, int]] = []
        self._demand(key, len(self.steps), pending)
        found: dict[int, Step] = {}
        while pending:
            number = -pending[0][0]
            step = self.steps[number]
            wanted = set()
            while pending and -pending[0][0] == number:
                wanted.add(heapq.heappop(pending)[1])
            found[number] = step
            for each in {*step.reads, *(wanted - set(step.kills))}:
                self._demand(each, number, pending)
        return [found[number] for number in sorted(found)]

    def _demand(self, key: int, before: int, pending: list[tuple[int, int]]) -> None:
        writers = self._memory[key].writers
        place = bisect_left(writers, before)
        if place:
            heapq.heappush(pending, (-writers[place - 1], key))


def _dense(shape: tuple[int, ...], stride: tuple[int, ...]) -> bool:
    """Whether the entries lie without gaps and none of them twice."""
    return _without_gaps((size, step) for step, size in sorted(zip(stride, shape, strict=True)))


def row_major(ref: Ref) -> bool:
    """Whether the entries lie without gaps and in order, the last dimension first."""
    return _without_gaps(zip(reversed(ref.shape), reversed(ref.stride), strict=True))


def _without_gaps(dimensions: Iterable[tuple[int, int]]) -> bool:
    """Whether each dimension, given as (size, stride), begins where the one before it ends."""
    expected = 1
    for size, step in dimensions:
        if size != 1 and step != expected:
            return False
        expected *= size
    return True


def refs_in(value: Any) -> Iterator[Ref]:
    """The names of tensors in arguments."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from refs_in(each)
    elif isinstance(value, Mapping):
        yield from refs_in(list(value.values()))
