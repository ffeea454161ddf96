"""Constant layers whose units stay identical for ever.

Hidden units i and j stay equal under every permutation-equivariant optimiser iff their incoming rows, biases and other
per-unit parameters are equal, their outgoing weights are equal too, and nothing random acts on one of them alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from winit_lint.analyses.last_write import constant_of
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import LayerKind, Model
from winit_lint.ir.size import known

_MIXING = frozenset({LayerKind.LINEAR, LayerKind.CONV, LayerKind.CONV_TRANSPOSE})
_FUNCTIONS = frozenset({"linear", "matmul", "mm", "conv1d", "conv2d", "conv3d"})


@final
@dataclass(frozen=True, slots=True)
class Locked:
    """A constant weight whose units stay identical.

    ``value`` is the constant, ``following`` the constant weights that read its units; ``flow`` and ``ops`` the
    operations of the evidence, the layer's own first.
    """

    parameter: str
    value: float
    following: tuple[str, ...]
    flow: int
    ops: tuple[int, ...]


def locked_weights(model: Model) -> Mapping[str, Locked]:
    """The locked weights by full name; only what every use in every flow confirms.

    Zero weights are among them: whether they move at all is for ``dead_path``.
    """
    found: dict[str, Locked] = {}
    refuted: set[str] = set()
    for index, flow in enumerate(model.flows):
        for op in flow.ops:
            if not op.parameters:
                continue
            name = op.parameters[0]
            locked = _locked(model, index, flow, op) if op.kind is OpKind.WEIGHT else None
            if locked is None:
                refuted.add(name)
            else:
                found.setdefault(name, locked)
    return MappingProxyType({name: locked for name, locked in found.items() if name not in refuted})


def _locked(model: Model, index: int, flow: Flow, op: Op) -> Locked | None:
    value = _constant_layer(model, op)
    if value is None or not flow.complete:
        return None
    shape = model.by_name[op.parameters[0]].shape
    if shape is None or any(known(size) in {0, 1} for size in shape[:2]) or not _biases_constant(model, op):
        return None
    following: dict[int, str] = {}
    pending = [op.id]
    while pending:
        current = pending.pop()
        readers = flow.readers[current]
        if current in flow.outputs or not readers:
            return None
        for reader in map(flow.ops.__getitem__, readers):
            if reader.kind is OpKind.WEIGHT:
                if _constant_layer(model, reader) is None:
                    return None
                following[reader.id] = reader.parameters[0]
            elif _elementwise(model, reader):
                pending.append(reader.id)
            else:
                return None
    return Locked(op.parameters[0], value, tuple(dict.fromkeys(following.values())), index, (op.id, *sorted(following)))


def _constant_layer(model: Model, op: Op) -> float | None:
    """The one value of a weight that mixes all of its inputs, else None.

    A grouped convolution is left out: its units see different inputs. So is a weight that is computed of others: a
    constant scale of weight_norm says nothing of its directions.
    """
    parameter = model.by_name.get(op.parameters[0]) if op.parameters else None
    if parameter is None or not parameter.trainable or len(op.inputs) != 1:
        return None
    if any(model.by_name[name].parametrized for name in op.parameters if name in model.by_name):
        return None
    layer = model.by_path.get(op.layer) if op.layer else None
    if layer is not None and layer.kind in _MIXING:
        if known(layer.args.get("groups", 1)) != 1:
            return None
    elif op.name.rpartition(".")[2].strip("_") not in _FUNCTIONS or known(op.args.get("groups", 1)) != 1:
        return None
    return constant_of(parameter)


def _biases_constant(model: Model, op: Op) -> bool:
    return all(name in model.by_name and constant_of(model.by_name[name]) is not None for name in op.parameters[1:])


def _elementwise(model: Model, op: Op) -> bool:
    """It treats all units alike: dropout does not, nor does anything that mixes in another flow."""
    if op.kind is OpKind.NORM:
        return all(name in model.by_name and constant_of(model.by_name[name]) is not None for name in op.parameters)
    return op.kind in {OpKind.ACTIVATION, OpKind.RESHAPE, OpKind.POOL} and len(op.inputs) == 1 and not op.parameters
