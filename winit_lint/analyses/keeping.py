"""The initializer that keeps a layer's second moment near 1, by what reads its output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.needed_gain import needed_gain, recommended
from winit_lint.analyses.readers import Reading
from winit_lint.ir.model import Model
from winit_lint.ir.size import Number, SizeExpr, ratio, sqrt


@final
@dataclass(frozen=True, slots=True)
class Keeping:
    """A call with the std that it gives; both are None where no std matters or suits, and ``why`` says so."""

    init: str | None = None
    std: Number | None = None
    why: str | None = None


def keeping(model: Model, name: str, read: Mapping[str, Reading]) -> Keeping | None:
    """What suits the weight ``name``; ``read`` are the model's readers. None where it or its fan_in is not known."""
    parameter, reading = model.by_name.get(name), read.get(name)
    if parameter is None or reading is None or parameter.fan_in is None or parameter.fan_in == 0:
        return None
    if reading.norm_between:
        return Keeping(why="a normalisation follows")
    activation = reading.activation
    called = "identity" if activation is None else str(activation.activation)
    shape = None if activation is None else activation.parameter
    gains = needed_gain(called, shape)
    if gains is None:
        return Keeping(why=f"no gain suits {called}")
    std = ratio(gains[0], sqrt(parameter.fan_in))
    told = str(std) if isinstance(std, SizeExpr) else f"{std:.3g}"
    init = f"normal_(std={told})"
    if parameter.fan_in == parameter.torch_fan_in:
        init = f"kaiming_normal_({recommended(called, shape)})"
    return Keeping(init, std, None)
