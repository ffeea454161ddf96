"""Banks: parameters of three and more dimensions that hold one matrix for each expert, head or group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from winit_lint.analyses.weight_use import fans_of_product
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import Number, SizeExpr
from winit_lint.ir.write import ArgValue
from winit_lint.source.span import Span

_PRODUCTS = frozenset({"linear", "matmul", "bmm", "mm", "einsum", "baddbmm"})


@final
@dataclass(frozen=True, slots=True)
class Bank:
    """The true fans of one matrix of a bank, the same at every use; ``product`` is where it is multiplied."""

    fan_in: Number
    fan_out: Number
    product: Span | None


def banks(model: Model) -> Mapping[str, Bank]:
    """The parameters that every flow uses as banks, by full name.

    A whole bank in a batched product or an einsum, or one of its matrices, taken by an index, in a plain product.
    """
    found: dict[str, Bank | None] = {}
    for flow in model.flows:
        for op in flow.ops:
            for name, bank in _uses(model, flow, op):
                earlier = found.get(name, bank)
                agree = earlier is not None and bank is not None
                same = agree and (earlier.fan_in, earlier.fan_out) == (bank.fan_in, bank.fan_out)  # type: ignore[union-attr]
                found[name] = earlier if same else None
    return MappingProxyType({name: bank for name, bank in found.items() if bank is not None})


def _uses(model: Model, flow: Flow, op: Op) -> list[tuple[str, Bank | None]]:
    if op.name.rpartition(".")[2] not in _PRODUCTS:
        return []
    if op.kind is OpKind.WEIGHT and op.parameters:
        if flow.makes_weight(op):
            return [(op.parameters[0], None)]
        return [(op.parameters[0], _whole(model, op))] if _is_bank(model, op.parameters[0]) else []
    if op.kind is not OpKind.MATMUL or len(op.inputs) != 2:
        return []
    sources = [_taken_by_index(model, flow, flow.ops[source]) for source in op.inputs]
    return [(name, _one(model, op, name, place)) for place, name in enumerate(sources) if name is not None]


def _is_bank(model: Model, name: str) -> bool:
    shape = model.by_name[name].shape if name in model.by_name else None
    return shape is not None and len(shape) > 2


def _whole(model: Model, op: Op) -> Bank | None:
    shape = model.by_name[op.parameters[0]].shape
    if op.args.get("equation") is not None and shape is not None:
        return _bank(*fans_of_product(op, shape)[1:], op)
    return _bank(op.args.get("inputs"), op.args.get("outputs"), op)


def _taken_by_index(model: Model, flow: Flow, op: Op) -> str | None:
    """The bank that this operation takes one matrix of."""
    if op.kind is not OpKind.SPLIT or "block" not in op.args or len(op.inputs) != 1:
        return None
    source = flow.ops[op.inputs[0]]
    if source.kind is not OpKind.PARAMETER or not source.parameters or source.parameters[0] not in model.by_name:
        return None
    shape = model.by_name[source.parameters[0]].shape
    return source.parameters[0] if shape is not None and len(shape) == 3 else None


def _one(model: Model, op: Op, name: str, place: int) -> Bank | None:
    function, shape = op.name.rpartition(".")[2], model.by_name[name].shape
    if shape is None or function == "einsum" or (function == "linear" and place == 0):
        return None
    on_the_right = function != "linear" and place == 1
    return _bank(*((shape[1], shape[2]) if on_the_right else (shape[2], shape[1])), op)


def _bank(fan_in: ArgValue, fan_out: ArgValue, op: Op) -> Bank | None:
    if not isinstance(fan_in, (int, float, SizeExpr)) or not isinstance(fan_out, (int, float, SizeExpr)):
        return None
    return Bank(fan_in, fan_out, op.span)
