"""Hand-written stds and bounds that are a known scheme's but for a slip of the pen.

A formula is recognised by its value alone: it must meet the slip's value at the layer's own sizes exactly, and no
usual scheme's. Sizes may be symbolic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.final_writes import FinalWrite
from winit_lint.analyses.scheme import cancelled, is_round, shape_fans, share, usual_gain
from winit_lint.ir.distribution import Kind
from winit_lint.ir.model import Layer, LayerKind
from winit_lint.ir.size import Number, SizeExpr, known, product, sqrt

_TOLERANCE = 1e-6


@final
@dataclass(frozen=True, slots=True)
class Slip:
    """``written`` is what the value spells, ``meant`` what it seems to be meant for, in words.

    ``factor`` is the std drawn / the std meant; ``harmless`` says that it is a note whatever the factor.
    """

    written: str
    meant: str
    factor: Number
    harmless: bool = False


def formula_slip(item: FinalWrite, layer: Layer | None) -> Slip | None:
    """The slip of one write; None where its value is that of a usual scheme, round, or not known."""
    held = item.write.distribution
    scale = held.high if held.kind is Kind.UNIFORM else held.std
    centred = known(held.mean) == 0
    if held.kind not in {Kind.UNIFORM, Kind.NORMAL} or scale is None or not centred or _is_one_digit(scale):
        return None
    fans = tuple(_fans(item))
    if any(usual_gain(held.std, fan) is not None for _, fan in fans):
        return None
    found = next((slip for name, fan in fans if (slip := _misplaced_root(held.kind, scale, name, fan))), None)
    return found or _wrong_fan(item, layer)


def _fans(item: FinalWrite) -> Iterator[tuple[str, Number]]:
    """The sizes that a formula may divide by: fans, their sum, and for Xavier its half."""
    shape, parameter = item.parameter.shape, item.parameter
    if shape is not None and len(shape) == 1 and shape[0] is not None:
        yield "size", shape[0]
        yield "(size + 1)", shape[0] + 1
        return
    true = None if parameter.fan_in is None or parameter.fan_out is None else (parameter.fan_in, parameter.fan_out)
    for fan_in, fan_out in dict.fromkeys(fans for fans in (true, shape_fans(shape)) if fans is not None):
        yield "fan_in", cancelled(fan_in)
        yield "fan_out", cancelled(fan_out)
        yield "(fan_in + fan_out)", cancelled(fan_in) + cancelled(fan_out)
        yield "((fan_in + fan_out) / 2)", (cancelled(fan_in) + cancelled(fan_out)) * 0.5


def _misplaced_root(kind: Kind, scale: Number, name: str, fan: Number) -> Slip | None:
    inside = (3.0, 6.0) if kind is Kind.UNIFORM else (2.0,)
    for number in inside:
        meant = f"sqrt({number:g} / {name})"
        if kind is Kind.UNIFORM and _equal(scale * scale * fan, number * number):
            return Slip(f"{number:g} / sqrt({name})", meant, math.sqrt(number))
        if _equal_share(scale * scale, fan, number):
            return Slip(f"sqrt({number:g} * {name})", meant, fan)
        if _is_two_digits(scale):
            continue  # 0.02 at a fan of 100
        if _equal(scale * fan, number):
            return Slip(f"{number:g} / {name}", meant, sqrt(number / fan))
        if _equal(scale * fan, math.sqrt(number)):
            return Slip(f"sqrt({number:g}) / {name}", meant, sqrt(1 / fan))
    return None


def _wrong_fan(item: FinalWrite, layer: Layer | None) -> Slip | None:
    """On an ordinary Linear or convolution: U(+-1/sqrt(fan_out)), or a fan that leaves the kernel's area out."""
    shape, held = item.parameter.shape, item.write.distribution
    fans = shape_fans(shape)
    if layer is None or shape is None or fans is None or item.parameter.role != "weight":
        return None
    if layer.kind not in {LayerKind.LINEAR, LayerKind.CONV} or known(layer.args.get("groups", 1)) != 1:
        return None
    if _is_two_digits(held.high if held.kind is Kind.UNIFORM else held.std):
        return None
    for written, meant, counted, factor in _left_out(shape):
        for name, channels in (("in_channels", shape[1]), ("out_channels", shape[0])):
            gain = None if channels is None else usual_gain(held.std, channels * counted)
            if gain is not None:
                over = gain * (3**0.5 if held.kind is Kind.UNIFORM else 1)
                return Slip(f"{over:.3g} / sqrt({name}{written})", f"{over:.3g} / sqrt({name} * {meant})", factor)
    return None


def _left_out(shape: tuple[Number | None, ...]) -> Iterator[tuple[str, str, Number, Number]]:
    """Parts of a kernel that a formula may count alone: as it is written, what is meant, its size, and the factor."""
    area = product(tuple(size for size in shape[2:] if size is not None))
    if known(area) != 1:
        yield "", "the kernel's area", 1, sqrt(area)
    size = known(shape[2]) if len(shape) == 5 and shape[2] is not None else None
    if size is not None and size > 1 and all(each == shape[2] for each in shape[3:]):
        # a formula of 2D convolutions on a cubic kernel
        yield " * two kernel sizes", "all three kernel sizes", size * size, math.sqrt(size)


def torch_bound_over_outputs(item: FinalWrite, layer: Layer | None) -> Slip | None:
    """U(-1/sqrt(fan_out), 1/sqrt(fan_out)) on a Linear or an ungrouped convolution: fan_in stands there in every scheme
    with that bound."""
    held, fans = item.write.distribution, shape_fans(item.parameter.shape)
    if layer is None or fans is None or held.kind is not Kind.UNIFORM or item.parameter.role != "weight":
        return None
    if layer.kind not in {LayerKind.LINEAR, LayerKind.CONV} or known(layer.args.get("groups", 1)) != 1:
        return None
    if usual_gain(held.std, fans[0]) is not None or held.std is None:
        return None
    if not _equal(held.std * held.std * cancelled(fans[1]), 1 / 3):
        return None
    factor = share(fans[0], fans[1])
    if factor is None or _is_round_factor(known(sqrt(factor))):
        return None
    return Slip("1 / sqrt(fan_out)", "1 / sqrt(fan_in)", sqrt(factor))


def _is_round_factor(value: float | None) -> bool:
    """One that may well be written out: behind a layer four times as wide 1/sqrt(fan_out) is 0.5/sqrt(fan_in)."""
    return value is not None and value > 0 and (_is_one_digit(value) or _is_one_digit(1 / value))


def averaging_slip(item: FinalWrite, layer: Layer | None) -> Slip | None:
    """A Linear all of whose weights are 1/fan_out: averages are 1/fan_in, so that a row sums to 1."""
    shape, held = item.parameter.shape, item.write.distribution
    if layer is None or layer.kind is not LayerKind.LINEAR or shape is None or len(shape) != 2:
        return None
    outputs, inputs = shape
    if held.kind is not Kind.CONSTANT or held.mean is None or inputs is None or outputs is None or known(outputs) == 1:
        return None
    factor = share(inputs, outputs)
    if factor is None or not _equal(held.mean * outputs, 1.0):
        return None
    return Slip("1 / fan_out in every entry", "1 / fan_in (an average)", factor, True)


def _equal(value: Number, wanted: float) -> bool:
    number = known(cancelled(value))
    return number is not None and math.isclose(number, wanted, rel_tol=_TOLERANCE)


def _equal_share(value: Number, fan: Number, wanted: float) -> bool:
    quotient = share(value, fan)
    number = None if quotient is None else known(quotient)
    return number is not None and math.isclose(number, wanted, rel_tol=_TOLERANCE)


def _is_one_digit(value: Number) -> bool:
    return not isinstance(value, SizeExpr) and math.isclose(value, float(f"{value:.0e}"), rel_tol=1e-9)


def _is_two_digits(value: Number | None) -> bool:
    return value is None or (not isinstance(value, SizeExpr) and is_round(float(value)))
