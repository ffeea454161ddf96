"""Layers made and parameters written while ``forward`` runs, where nothing guards the place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import libcst as cst

from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.state import Record, State
from winit_lint.interpreter.values import Module, Tensor
from winit_lint.ir.distribution import Kind
from winit_lint.ir.event_registration import MadeInForward
from winit_lint.ir.model import LayerKind
from winit_lint.ir.write import Origin

if TYPE_CHECKING:
    from winit_lint.interpreter.lower import Lowering

_DRAWN = frozenset({Kind.UNIFORM, Kind.NORMAL, Kind.TRUNCATED_NORMAL, Kind.ORTHOGONAL})
_WEIGHTED = frozenset(
    {
        LayerKind.LINEAR,
        LayerKind.BILINEAR,
        LayerKind.CONV,
        LayerKind.CONV_TRANSPOSE,
        LayerKind.EMBEDDING,
        LayerKind.RECURRENT,
    }
)
_GUARDS = (
    cst.If,
    cst.IfExp,
    cst.BooleanOperation,
    cst.Try,
    cst.TryStar,
    cst.While,
    cst.Match,
    cst.Lambda,
    cst.FunctionDef,
)


def note_layer(state: State, module: Module, node: Any) -> None:
    """A layer with weights is built while a flow runs."""
    flow = state.flow
    if flow is None or flow.trial or module.layer is None or module.layer.kind not in _WEIGHTED or node is None:
        return
    if _unguarded(state, node):
        state.events.append(("layer in forward", state.tick(), state.site(node), flow.method, module, _holding(state)))


def _holding(state: State) -> str:
    """The function that runs, by its class and name."""
    function = state.frame.function
    if function is None:
        return ""
    return function.name if function.owner is None else f"{function.owner.name}.{function.name}"


def note_draw(state: State, tensor: Tensor, record: Record) -> None:
    """A flow writes to a stored tensor."""
    flow = state.flow
    if flow is None or flow.trial or tensor.storage is None or record.origin in {Origin.DEFAULT, Origin.CREATION}:
        return
    state.rewritten.add(tensor.storage.id)
    weight = tensor.is_parameter or tensor.attributes.get("of_parameter")
    drawn = record.dist.kind in _DRAWN and record.region is None and record.relative is None
    if weight and drawn and record.site is not None and _unguarded(state, record.site.node):
        state.events.append(("draw in forward", state.tick(), record.site, flow.method, tensor, record.init))


def lower_layer(lowering: Lowering, site: Any, method: str, module: Module, holding: str) -> MadeInForward | None:
    """The layer is used by a flow, and its weights are still those that its constructor drew."""
    weight = module.parameters.get("weight") or module.parameters.get("weight_ih_l0")
    if weight is None or weight.spec is None or not weight.requires_grad or module.loaded or weight.storage is None:
        return None
    if weight.storage.id in lowering.state.rewritten or module.layer is None:
        return None
    used = any(op.layer is module for flow in lowering.state.flows for op in flow.ops)
    return MadeInForward(site.span, method, module.layer.name, function=holding) if used else None


def lower_draw(lowering: Lowering, site: Any, method: str, tensor: Tensor, init: str) -> MadeInForward | None:
    """The tensor is a trained parameter of the model."""
    name = lowering.parameter_name(tensor)
    if name is None or not lowering.tensors[name][3].requires_grad:
        return None
    return MadeInForward(site.span, method, init, name)


def _unguarded(state: State, node: cst.CSTNode) -> bool:
    """Whether every call of the flow's method comes to ``node``, as far as the text of the functions shows."""
    frames = [frame for frame in state.frames if frame.function is not None]
    inner = [frame.site.node for frame in frames[1:] if frame.site is not None]
    if len(inner) != len(frames) - 1:
        return False
    return all(
        frame.function is not None and _always_reached(frame.function.node, target)
        for frame, target in zip(frames, [*inner, node], strict=True)
    )


def _always_reached(function: cst.FunctionDef | cst.Lambda, target: cst.CSTNode) -> bool:
    body: Any = function.body
    for statement in body.body if isinstance(body, cst.IndentedBlock) else [body]:
        way = _way(statement, target)
        if way is not None:
            return not any(isinstance(node, _GUARDS) for node in way)
        if any(isinstance(node, cst.Return) for node in _nodes(statement)):
            return False  # it may have returned before
    return False


def _way(node: cst.CSTNode, target: cst.CSTNode) -> list[cst.CSTNode] | None:
    """The nodes from ``node`` down to ``target``; None where that is not below."""
    if node is target:
        return [node]
    for child in inner_nodes(node):
        below = _way(child, target)
        if below is not None:
            return [node, *below]
    return None


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in inner_nodes(node):
        yield from _nodes(child)
