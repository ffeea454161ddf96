"""What a tensor holds by now, whoever wrote to its memory: other names, views and parameters may share it."""

from __future__ import annotations

from winit_lint.interpreter.sampled import moments
from winit_lint.interpreter.values import Storage, Tensor
from winit_lint.ir.distribution import UNKNOWN, Distribution
from winit_lint.ir.write import Effect

COPIES = frozenset({"clone", "advanced-indexing", "conversion", "contiguous copy"})
"""How a temporary with memory of its own came from the memory that it still names."""


def content(tensor: Tensor) -> Distribution:
    """The distribution of a tensor's entries at this moment.

    Of a copy it is what was copied or written to the copy; of a part of memory what was seen there last, unknown once
    another part has been written since.
    """
    storage = tensor.storage
    if tensor.data is not None:
        return moments(tensor.data)
    if storage is None or tensor.copied in COPIES or is_stale(tensor):
        return tensor.dist
    if tensor.region is None:
        return storage.dist
    later = [record for record in storage.records[tensor.seen :] if record.effect is Effect.APPLIED]
    if not later:
        return tensor.dist
    return UNKNOWN if later[-1].region is not None else later[-1].dist


def is_stale(tensor: Tensor) -> bool:
    """Whether a view is of memory that its Parameter has no longer."""
    return tensor.storage is not None and not tensor.is_parameter and tensor.memory != tensor.storage.memory


def told(tensor: Tensor, dist: Distribution) -> None:
    """Remember what a tensor holds at this moment."""
    tensor.dist = dist
    tensor.seen = len(tensor.storage.records) if tensor.storage is not None else 0


def forget_numbers(storage: Storage) -> None:
    """The memory was written: no tensor over it holds the numbers that were known."""
    for each in storage.listed:
        each.data = None
    storage.listed.clear()
