"""The scale at which a model's outputs and its embedded tokens start, where a normalisation or a table decides it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from winit_lint.analyses.last_write import last_write, second_moment_of, variance_of
from winit_lint.analyses.readers import is_multiplicative
from winit_lint.analyses.scheme import share
from winit_lint.ir.flow import SAME_ENTRIES, Flow, Op, OpKind
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import Number, SizeExpr, known, sqrt

_UNIT_NORMS = frozenset(
    {"LayerNorm", "RMSNorm", "GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "layer_norm", "rms_norm", "group_norm"}
)
_LOSSES = frozenset({"cross_entropy", "CrossEntropyLoss", "log_softmax", "LogSoftmax", "nll_loss"})


@final
@dataclass(frozen=True, slots=True)
class Scale:
    """The std with which ``op`` of ``flow`` starts; symbolic sizes may stand in it.

    ``width`` is the number of inputs of a head, or of columns of a table, ``classes`` that of outputs.
    """

    parameter: str
    flow: Flow
    op: Op
    std: Number
    width: Number
    classes: Number | None = None


def output_scales(model: Model) -> Mapping[str, Scale]:
    """Output layers by their weight: nothing but reshapes and a loss reads them, and what they read is certain."""
    found: dict[str, Scale | None] = {}
    for flow in model.flows:
        for op in flow.ops:
            if op.kind is OpKind.WEIGHT and op.parameters and is_output(flow, op):
                scale = _output(model, flow, op)
                found[op.parameters[0]] = None if op.parameters[0] in found else scale
    return MappingProxyType({name: scale for name, scale in found.items() if scale is not None})


def multiplied_tables(model: Model) -> Mapping[str, Scale]:
    """Embeddings whose rows are multiplied by sqrt(width), with the std behind it.

    A normalisation right after it undoes it. Other factors are choices: of a bias for attention scores, say.
    """
    found: dict[str, Scale | None] = {}
    for flow in model.flows:
        for op in flow.ops:
            scale = _multiplied(model, flow, op)
            if scale is not None:
                found[scale.parameter] = None if scale.parameter in found else scale
    return MappingProxyType({name: scale for name, scale in found.items() if scale is not None})


def _output(model: Model, flow: Flow, op: Op) -> Scale | None:
    weight = model.by_name.get(op.parameters[0])
    sides = _sides(model, op, weight) if weight is not None else None
    if weight is None or sides is None or len(op.inputs) != 1:
        return None
    variance, arriving = variance_of(weight), _second_moment(model, flow, flow.ops[op.inputs[0]])
    if variance is None or arriving is None:
        return None
    total = sides[0] * variance * arriving
    for name in op.parameters[1:]:
        bias = second_moment_of(model.by_name[name]) if name in model.by_name else None
        if bias is None:
            return None
        total = total + bias
    return Scale(weight.name, flow, op, sqrt(total), *sides)


def _sides(model: Model, op: Op, weight: Parameter) -> tuple[Number, Number] | None:
    """(inputs, outputs) of a matrix as this product uses it, a tied table included."""
    shape = weight.shape
    if shape is None or len(shape) != 2 or shape[0] is None or shape[1] is None:
        return None
    name = op.name.rpartition(".")[2]
    if name == "Linear" or (name in {"linear", "matmul", "mm"} and op.args.get("transposed") is False):
        return shape[1], shape[0]
    return (shape[0], shape[1]) if name in {"matmul", "mm"} and op.args.get("transposed") is True else None


def is_output(flow: Flow, op: Op) -> bool:
    """Its values are returned, or are what a cross-entropy reads, as they are; several heads may be stacked."""
    if not flow.complete:
        return False
    pending, leaves = [op.id], False
    while pending:
        current = pending.pop()
        leaves = leaves or current in flow.outputs
        for reader in (flow.ops[reader] for reader in flow.readers[current]):
            if reader.name.rpartition(".")[2] in _LOSSES:
                leaves = True
            elif reader.kind in {OpKind.RESHAPE, OpKind.SPLIT} or _stacks_products(flow, reader):
                # all but the last token, say, or one head of several
                pending.append(reader.id)
            else:
                return False
    return leaves


def _stacks_products(flow: Flow, op: Op) -> bool:
    """``torch.stack`` of what several heads give: the classes stay in a dimension of their own."""
    return op.name.rpartition(".")[2] == "stack" and all(
        _made_by(flow, flow.ops[source], SAME_ENTRIES).kind is OpKind.WEIGHT for source in op.inputs
    )


def _made_by(flow: Flow, op: Op, kinds: Collection[OpKind]) -> Op:
    """The operation that made these values, past those of certain kinds."""
    while op.kind in kinds and len(op.inputs) == 1:
        op = flow.ops[op.inputs[0]]
    return op


def _second_moment(model: Model, flow: Flow, op: Op) -> Number | None:
    """E[x^2] over the entries of a value; None unless a normalisation or a table decides it."""
    op = _made_by(flow, op, SAME_ENTRIES | {OpKind.SPLIT})
    if op.kind is OpKind.NORM:
        return _after_norm(model, op)
    if op.kind is OpKind.EMBEDDING:
        return _of_table(model, op)
    if op.kind is OpKind.SCALE and len(op.inputs) == 1 and is_multiplicative(op) and not op.parameters:
        factor, before = op.args.get("value"), _second_moment(model, flow, flow.ops[op.inputs[0]])
        if before is None or not isinstance(factor, (int, float, SizeExpr)) or isinstance(factor, bool):
            return None
        return factor * factor * before
    return None


def _after_norm(model: Model, op: Op) -> Number | None:
    """gamma^2 + beta^2 of a normalisation over the entries of each sample."""
    if op.name.rpartition(".")[2] not in _UNIT_NORMS or len(op.inputs) != 1:
        return None
    moments = [second_moment_of(model.by_name[name]) for name in op.parameters if name in model.by_name]
    if len(moments) != len(op.parameters) or any(moment is None for moment in moments) or len(moments) > 2:
        return None
    scale = moments[0] if moments else 1
    return scale if len(moments) < 2 or scale is None or moments[1] is None else scale + moments[1]


def _of_table(model: Model, op: Op) -> Number | None:
    table = model.by_name.get(op.parameters[0]) if op.parameters else None
    plain = op.args.get("max_norm") is None and "Bag" not in op.name
    write = last_write(table) if table is not None and plain else None
    return None if write is None else write.distribution.second_moment


def _multiplied(model: Model, flow: Flow, op: Op) -> Scale | None:
    if op.kind is not OpKind.SCALE or len(op.inputs) != 1 or not is_multiplicative(op):
        return None
    source = flow.ops[op.inputs[0]]
    while source.kind in SAME_ENTRIES and len(source.inputs) == 1:
        source = flow.ops[source.inputs[0]]
    if source.kind is not OpKind.EMBEDDING or not source.parameters or _only_norms(flow, op):
        return None
    table, moment = model.by_name.get(source.parameters[0]), _second_moment(model, flow, op)
    width = table.shape[-1] if table is not None and table.shape else None
    if table is None or moment is None or width is None or not _is_root(op.args.get("value"), width):
        return None
    return Scale(table.name, flow, op, sqrt(moment), width)


def _is_root(factor: object, width: Number) -> bool:
    if not isinstance(factor, (int, float, SizeExpr)):
        return False
    quotient = known(share(factor * factor, width))
    return quotient is not None and abs(quotient - 1) < 1e-6


def _only_norms(flow: Flow, op: Op) -> bool:
    pending = [op.id]
    while pending:
        current = pending.pop()
        readers = [flow.ops[reader] for reader in flow.readers[current]]
        if not readers or current in flow.outputs:
            return False
        for reader in readers:
            if reader.kind in SAME_ENTRIES:
                pending.append(reader.id)
            elif reader.kind is not OpKind.NORM:
                return False
    return True
