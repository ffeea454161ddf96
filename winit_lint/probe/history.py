"""What is known of each piece of memory: the writes that reached it, oldest first."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import final

import torch
from torch.multiprocessing.reductions import StorageWeakRef

from winit_lint.ir.distribution import UNKNOWN, Distribution, Kind
from winit_lint.ir.write import Effect, Region, Write
from winit_lint.probe.storage import storage_of

_EVERY = 4096  # new storages between two looks for those that are gone


@final
@dataclass(frozen=True, slots=True)
class Mark:
    """A write with the piece of the storage that it was given; None for all of it, then the write's region holds."""

    write: Write
    piece: tuple[int, tuple[int, ...], tuple[int, ...]] | None = None


@final
@dataclass(slots=True)
class History:
    """The writes of one storage. The weak reference keeps its address from being used again."""

    reference: StorageWeakRef
    number: int
    marks: list[Mark] = field(default_factory=list)


@final
class Histories:
    """All storages that were seen during one build."""

    def __init__(self) -> None:
        self._found: dict[int, History] = {}
        self._count = 0

    def of(self, tensor: torch.Tensor) -> History | None:
        """What is known of a tensor's memory; None where it was never seen, or the tensor has none."""
        key = storage_of(tensor)
        return None if key is None else self._found.get(key)

    def opened(self, tensor: torch.Tensor) -> History | None:
        """The same, made where it is not there yet; None where the tensor has no memory of its own."""
        key = storage_of(tensor)
        if key is None:
            return None
        found = self._found.get(key)
        if found is None:
            self._count += 1
            if self._count % _EVERY == 0:
                self._found = {k: h for k, h in self._found.items() if not _gone(h)}
            found = self._found[key] = History(_weak(tensor), self._count)
        return found

    def write(self, tensor: torch.Tensor, write: Write) -> None:
        """File a write to a tensor."""
        history = self.opened(tensor)
        if history is not None:
            history.marks.append(Mark(write, _piece(tensor)))

    def inherit(self, tensor: torch.Tensor, writes: list[Write]) -> None:
        """File what a new tensor got from others."""
        history = self.opened(tensor)
        if history is not None:
            history.marks = [Mark(write) for write in writes]

    def writes(self, tensor: torch.Tensor) -> list[Write]:
        """The writes that reached a tensor, each with the region of that tensor which it reached."""
        history = self.of(tensor)
        return [] if history is None else list(_seen_from(history.marks, _piece(tensor)))

    def held(self, tensor: torch.Tensor) -> Distribution:
        """What a tensor holds now."""
        found = UNKNOWN
        for write in self.writes(tensor):
            if write.effect is Effect.APPLIED:
                mixed = Distribution(Kind.MOMENTS) if found.kind not in {Kind.UNKNOWN, Kind.UNINITIALISED} else found
                found = write.distribution if write.region is None else mixed
        return found


def _weak(tensor: torch.Tensor) -> StorageWeakRef:
    return StorageWeakRef(tensor.untyped_storage())  # type: ignore[no-untyped-call]


def _gone(history: History) -> bool:
    return bool(history.reference.expired())  # type: ignore[no-untyped-call]


def _piece(tensor: torch.Tensor) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    return int(tensor.storage_offset()), tuple(tensor.shape), tuple(tensor.stride())


def _seen_from(marks: list[Mark], own: tuple[int, tuple[int, ...], tuple[int, ...]]) -> Iterator[Write]:
    low, shape, stride = own
    high, count = low + _reach(shape, stride), math.prod(shape)
    for mark in marks:
        if mark.piece is None:
            yield mark.write
            continue
        start, sizes, steps = mark.piece
        end, number = start + _reach(sizes, steps), math.prod(sizes)
        if end <= low or start >= high:
            continue
        if (start <= low and end >= high and number >= count) or not count:
            yield mark.write
        else:
            yield dataclasses.replace(mark.write, region=_region(mark, own, high - low == count))


def _region(mark: Mark, own: tuple[int, tuple[int, ...], tuple[int, ...]], dense: bool) -> Region:
    """The part of a tensor that a write reached; rows where both are contiguous and whole rows were meant."""
    assert mark.piece is not None
    low, shape, _ = own
    start, sizes, steps = mark.piece
    number, count = math.prod(sizes), math.prod(shape)
    width = count // shape[0] if shape and shape[0] else 0
    offset = start - low
    text = "part" if mark.write.region is None else mark.write.region.text
    contiguous = dense and _reach(sizes, steps) == number
    if contiguous and width and offset % width == 0 and number % width == 0:
        rows = (offset // width, (offset + number) // width)
        return Region(f"[{rows[0]}:{rows[1]}]", rows, number / count)
    return Region(text, None, min(1.0, number / count))


def _reach(shape: tuple[int, ...], stride: tuple[int, ...]) -> int:
    """How far from its first entry a tensor's last one lies, itself included."""
    return 1 + sum((size - 1) * abs(step) for size, step in zip(shape, stride, strict=True)) if math.prod(shape) else 0
