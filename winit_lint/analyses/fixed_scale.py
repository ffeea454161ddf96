"""Weights drawn at a scale that was written as a number, whatever their fan."""

from __future__ import annotations

from winit_lint.analyses.argument_slip import slip_of
from winit_lint.analyses.final_writes import FinalWrite, chosen_writes
from winit_lint.analyses.scheme import is_round, usual_gain
from winit_lint.ir.distribution import Kind
from winit_lint.ir.model import Model
from winit_lint.ir.size import known
from winit_lint.ir.write import Write


def fixed_scales(model: Model) -> tuple[FinalWrite, ...]:
    """The chosen writes whose std or bound is a round number (0.02, 0.1, 1) and not worked out from the sizes.

    A number of three significant digits and more, or one that is exactly what a usual scheme gives at the layer's
    fans, is taken as the result of a formula. Arguments that landed in another argument's place are left to the rule
    about them.
    """
    return tuple(item for item in chosen_writes(model) if _is_fixed(item) and slip_of(item.write) is None)


def written_scale(write: Write) -> float | None:
    """The round number that stands for the scale: the std, or the bound of a uniform draw; None for others."""
    held = write.distribution
    if held.kind is Kind.NORMAL:
        value = known(held.std)
    elif held.kind is Kind.UNIFORM:
        value = known(held.high)
    elif held.kind is Kind.TRUNCATED_NORMAL:
        value = known(write.args.get("std"))
    else:
        return None
    return value if value is not None and is_round(value) else None


def _is_fixed(item: FinalWrite) -> bool:
    parameter, std = item.parameter, item.write.distribution.std
    fans = (parameter.fan_in, parameter.fan_out, parameter.torch_fan_in, parameter.torch_fan_out)
    return written_scale(item.write) is not None and all(usual_gain(std, fan) is None for fan in fans)
