"""How a parameter is used as a weight: which products read it, in which orientation, and its true fans there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from winit_lint.ir.flow import Op, OpKind
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.ir.size import Number, product

PRODUCT_LAYERS = frozenset({LayerKind.LINEAR, LayerKind.CONV, LayerKind.CONV_TRANSPOSE, LayerKind.BILINEAR})
"""Layers whose ``weight`` multiplies their input."""


@final
@dataclass(frozen=True, slots=True)
class WeightUse:
    """A parameter that certainly multiplies a flow.

    ``ops`` are the products found in the flows (none for a torch layer whose forward is not seen to run).
    ``transposed`` is True where every product is ``x @ W`` with shape (in, out), False where every one is the
    (out, in) of F.linear, None where they disagree or the parameter belongs to a torch layer. ``fan_in`` and
    ``fan_out`` are the true fans, None where not known.
    """

    parameter: str
    ops: tuple[Op, ...]
    transposed: bool | None
    fan_in: Number | None
    fan_out: Number | None


def weight_uses(model: Model) -> Mapping[str, WeightUse]:
    """Every parameter that is certainly a weight of a product, by full name."""
    products: dict[str, list[Op]] = {}
    for flow in model.flows:
        for op in flow.ops:
            if op.kind is OpKind.WEIGHT and op.parameters:
                products.setdefault(op.parameters[0], []).append(op)
    found = {}
    for parameter in model.parameters:
        use = _use(model, parameter, products.get(parameter.name, []))
        if use is not None:
            found[parameter.name] = use
    return MappingProxyType(found)


def _use(model: Model, parameter: Parameter, ops: list[Op]) -> WeightUse | None:
    layer = model.by_path.get(parameter.layer)
    if layer is not None and layer.kind in PRODUCT_LAYERS and parameter.role == "weight":
        return WeightUse(parameter.name, tuple(ops), None, parameter.fan_in, parameter.fan_out)
    if not ops or parameter.shape is None or len(parameter.shape) < 2:
        return None
    sides = {op.args.get("transposed") is True for op in ops}
    transposed = sides.pop() if len(sides) == 1 else None
    if parameter.fan_in is not None:
        return WeightUse(parameter.name, tuple(ops), transposed, parameter.fan_in, parameter.fan_out)
    fan_in, fan_out = _fans(parameter.shape, transposed, ops)
    return WeightUse(parameter.name, tuple(ops), transposed, fan_in, fan_out)


def _fans(
    shape: tuple[Number | None, ...], transposed: bool | None, ops: list[Op]
) -> tuple[Number | None, Number | None]:
    """The fans of a bare matrix from its orientation; of a convolution's kernel only the fan_in is the shape's own."""
    if transposed is None:
        return None, None
    if len(shape) == 2:
        return (shape[0], shape[1]) if transposed else (shape[1], shape[0])
    sizes = tuple(size for size in shape[1:] if size is not None)
    convolution = all(_is_convolution(op) for op in ops)
    return (product(sizes), None) if convolution and len(sizes) == len(shape) - 1 else (None, None)


def _is_convolution(op: Op) -> bool:
    name = op.name.rpartition(".")[2]
    return name.startswith("conv") and "transpose" not in name
