"""How a parameter is used as a weight: which products read it, in which orientation, and its true fans there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from winit_lint.ir.flow import Op, OpKind
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.ir.size import Number, product
from winit_lint.ir.write import ArgValue

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
            if op.kind is OpKind.WEIGHT and op.parameters and not flow.makes_weight(op):
                products.setdefault(op.parameters[0], []).append(op)
    found = {}
    for parameter in model.parameters:
        use = None if parameter.empty else _use(model, parameter, products.get(parameter.name, []))
        if use is not None:
            found[parameter.name] = use
    return MappingProxyType(found)


def _use(model: Model, parameter: Parameter, ops: list[Op]) -> WeightUse | None:
    layer = model.by_path.get(parameter.layer)
    if layer is not None and layer.kind in PRODUCT_LAYERS and parameter.role == "weight":
        return WeightUse(parameter.name, tuple(ops), None, parameter.fan_in, parameter.fan_out)
    if not ops or parameter.shape is None or len(parameter.shape) < 2:
        return None
    if parameter.fan_in is not None:
        sides = {op.args.get("transposed") is True for op in ops}
        side = sides.pop() if len(sides) == 1 else None
        return WeightUse(parameter.name, tuple(ops), side, parameter.fan_in, parameter.fan_out)
    found = {fans_of_product(op, parameter.shape) for op in ops}
    transposed, fan_in, fan_out = found.pop() if len(found) == 1 else (None, None, None)
    return WeightUse(parameter.name, tuple(ops), transposed, fan_in, fan_out)


def fans_of_product(op: Op, shape: tuple[Number | None, ...]) -> tuple[bool | None, Number | None, Number | None]:
    """(transposed, fan_in, fan_out) of a bare parameter of this shape in one product."""
    equation = op.args.get("equation")
    if equation is not None:
        return _of_einsum(equation, op.args.get("operand"), shape) if isinstance(equation, str) else (None, None, None)
    given = op.args.get("transposed")
    if given == "?":
        return None, None, None
    transposed = given is True
    if len(shape) == 2:
        return (True, shape[0], shape[1]) if transposed else (False, shape[1], shape[0])
    sizes = tuple(size for size in shape[1:] if size is not None)
    whole = _is_convolution(op) and not transposed and len(sizes) == len(shape) - 1
    # The fan_out of a convolution depends on groups and stride, which the shape does not show.
    return (None, product(sizes), None) if whole else (None, None, None)


def _of_einsum(
    equation: str, operand: ArgValue, shape: tuple[Number | None, ...]
) -> tuple[bool | None, Number | None, Number | None]:
    """The weight's indices that are summed over are its inputs, those that only it has its outputs."""
    left, arrow, result = equation.replace(" ", "").partition("->")
    operands = left.split(",")
    places = [place for place in (0, 1) if operand in {None, place}]
    own = [place for place in places if place < len(operands) and "." not in operands[place]]
    own = [place for place in own if len(operands[place]) == len(shape) == len(set(operands[place]))]
    if not arrow or len(operands) != 2 or len(own) != 1:
        return None, None, None  # which of the two operands is the weight cannot be told
    weight, other = operands[own[0]], operands[1 - own[0]]
    inputs = [size for index, size in zip(weight, shape, strict=True) if index not in result]
    outputs = [size for index, size in zip(weight, shape, strict=True) if index in result and index not in other]
    known_in = tuple(size for size in inputs if size is not None)
    known_out = tuple(size for size in outputs if size is not None)
    fan_in = product(known_in) if inputs and len(known_in) == len(inputs) else None
    fan_out = product(known_out) if outputs and len(known_out) == len(outputs) else None
    matrix = len(shape) == 2 and len(inputs) == 1 and len(outputs) == 1
    return (weight[0] not in result) if matrix else None, fan_in, fan_out


def _is_convolution(op: Op) -> bool:
    name = op.name.rpartition(".")[2]
    return name.startswith("conv") and "transpose" not in name
