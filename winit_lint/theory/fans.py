"""The fans that ``torch.nn.init`` computes against the true ones, and what the difference does to the std."""

from __future__ import annotations

from collections.abc import Sequence

from winit_lint.ir.size import Number, product, ratio, sqrt


def torch_fans(shape: Sequence[Number]) -> tuple[Number, Number] | None:
    """(fan_in, fan_out) as ``torch.nn.init._calculate_fan_in_and_fan_out`` gives them; None below 2 dimensions."""
    if len(shape) < 2:
        return None
    field = product(tuple(shape[2:]))
    return shape[1] * field, shape[0] * field


def kaiming_factor(true_fan: Number, torch_fan: Number) -> Number:
    """std drawn / std meant for Kaiming: sqrt(true / torch)."""
    return sqrt(ratio(true_fan, torch_fan))


def xavier_factor(true_in: Number, true_out: Number, torch_in: Number, torch_out: Number) -> Number:
    """std drawn / std meant for Xavier: sqrt((true_in + true_out) / (torch_in + torch_out))."""
    return sqrt(ratio(true_in + true_out, torch_in + torch_out))


def stacked_xavier_factor(fan_in: Number, fan_out: Number, blocks: int) -> Number:
    """std drawn / std meant where Xavier sees ``blocks`` stacked (fan_out, fan_in) matrices as one.

    sqrt((fan_in + fan_out) / (fan_in + blocks * fan_out)).
    """
    return sqrt(ratio(fan_in + fan_out, fan_in + blocks * fan_out))
