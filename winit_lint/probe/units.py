"""Units of nonlinearities that put out nothing, or are where the function is flat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, final

import torch

from winit_lint.ir.flow import Op, OpKind

_FLAT: Final = 0.01  # of the steepest slope
FEWEST: Final = 32  # entries of a unit from which "for every input" means something

# Where the slope is under a hundredth of the steepest, told from the output alone.
_SATURATED: Final[Mapping[str, Callable[[torch.Tensor], torch.Tensor]]] = {
    "sigmoid": lambda y: 4.0 * y * (1.0 - y) < _FLAT,
    "tanh": lambda y: 1.0 - y * y < _FLAT,
    "hardsigmoid": lambda y: (y <= 0.0) | (y >= 1.0),
    "relu6": lambda y: y >= 6.0,
}
_RECTIFYING: Final = frozenset({"relu", "relu6", "relu_squared", "hardshrink", "softshrink"})


@final
@dataclass(frozen=True, slots=True)
class Units:
    """Shares of the entries that are zero and saturated, and of the units that are so throughout."""

    zero: float | None
    saturated: float | None
    dead: float | None
    units: int
    entries: int


def units_of(op: Op, output: torch.Tensor) -> Units | None:
    """What the output of a nonlinearity shows; None for everything else.

    The units are the channels: dimension 1 of images and sequences of convolutions, else the last one.
    """
    if op.kind is not OpKind.ACTIVATION or op.activation is None or output.dim() < 2 or not output.numel():
        return None
    rectifies, flat = op.activation in _RECTIFYING, _SATURATED.get(op.activation)
    if not rectifies and flat is None:
        return None
    zero = output == 0 if rectifies else torch.zeros_like(output, dtype=torch.bool)
    saturated = flat(output.float()) if flat is not None else torch.zeros_like(zero)
    stuck = zero | saturated
    axis = 1 if output.dim() in {4, 5} else -1
    by_unit = stuck.movedim(axis, 0).flatten(1)
    entries = by_unit.shape[1]
    dead = _share(by_unit.all(dim=1)) if entries >= FEWEST else None
    return Units(
        _share(zero) if rectifies else None,
        _share(saturated) if flat is not None else None,
        dead,
        by_unit.shape[0],
        entries,
    )


def _share(which: torch.Tensor) -> float:
    return int(which.count_nonzero()) / which.numel()
