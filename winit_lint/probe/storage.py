"""Which memory a tensor has: equal for a parameter, its views, ``.data`` and what it is tied to."""

from __future__ import annotations

import torch


def storage_of(tensor: torch.Tensor) -> int | None:
    """What stands for the tensor's memory while that lives; None where it has none that can be named (sparse ones)."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (NotImplementedError, RuntimeError):
        return None


def shares_memory(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors have the same memory."""
    memory = storage_of(one)
    return one is other if memory is None else memory == storage_of(other)
