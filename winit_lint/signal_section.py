"""The section of an inspect document that holds the predicted signal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from winit_lint.analyses.keeping import keeping
from winit_lint.analyses.readers import Reading, readers
from winit_lint.analyses.signal import Assumptions, FlowSignal, propagate
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import SizeExpr, known

_SILENT = frozenset({OpKind.RESHAPE, OpKind.SPLIT, OpKind.CONSTANT, OpKind.PARAMETER})
_WEIGHTED = frozenset({OpKind.WEIGHT, OpKind.EMBEDDING, OpKind.RECURRENT, OpKind.ATTENTION})


def section(model: Model, assumed: Assumptions) -> dict[str, Any]:
    """``{"assumed", "flows"}``: of every flow with layers the operations that lead to what it returns, in order."""
    read = readers(model)
    flows = [
        _flow(model, flow, propagate(model, index, assumed), read)
        for index, flow in enumerate(model.flows)
        if any(op.kind in _WEIGHTED for op in flow.ops)
    ]
    size = None if assumed.input_size is None else list(assumed.input_size)
    return {"assumed": {"input_size": size, "positions": assumed.positions}, "flows": flows}


def _flow(model: Model, flow: Flow, found: FlowSignal, read: Mapping[str, Reading]) -> dict[str, Any]:
    leading = _leading(flow)
    ops = [op for op in flow.ops if op.id in leading and op.kind not in _SILENT]
    first = next((op for op in ops if op.kind in _WEIGHTED), None)
    last = flow.outputs[0] if flow.outputs else None
    return {
        "method": flow.method,
        "complete": flow.complete,
        "layers": sum(op.repeat for op in ops if op.kind in _WEIGHTED),
        "forward": None if last is None else _number(found.ops[last].second),
        "backward": None if first is None else _number(found.ops[first.id].gradient),
        "operations": [_operation(model, op, found, read) for op in ops],
    }


def _leading(flow: Flow) -> frozenset[int]:
    """The operations that what is returned descends from; all where nothing is known to be returned."""
    if not flow.outputs:
        return frozenset(op.id for op in flow.ops)
    leading = set(flow.outputs)
    for op in reversed(flow.ops):
        if op.id in leading:
            leading.update(op.inputs)
    return frozenset(leading)


def _operation(model: Model, op: Op, found: FlowSignal, read: Mapping[str, Reading]) -> dict[str, Any]:
    out = found.ops[op.id]
    into = found.into(op.inputs) if op.kind is not OpKind.ADD else _largest(found, op)
    back = [found.ops[i].gradient for i in op.inputs[:1]]
    return {
        "layer": op.layer or None,
        "op": op.name,
        "kind": op.kind.value,
        "parameter": op.parameters[0] if op.parameters else None,
        "forward": _number(out.second),
        "factor": _factor(out.second, into),
        "share": _number(out.share),
        "backward": _number(out.gradient),
        "backward_factor": _factor(back[0] if back else None, out.gradient),
        "exact": out.exact,
        "repeat": op.repeat,
        "keeps": _keeps(model, op, read),
    }


def _largest(found: FlowSignal, op: Op) -> float | None:
    """What a sum is compared with: the stronger of its inputs, the skip as a rule."""
    seconds = [second for i in op.inputs if (second := found.ops[i].second) is not None]
    return max(seconds) if len(seconds) == len(op.inputs) > 0 else None


def _number(value: float | None) -> float | None:
    """JSON has no infinity: what overflows is as good as the largest number."""
    return None if value is None or math.isnan(value) else min(value, 1e300)


def _factor(after: float | None, before: float | None) -> float | None:
    return None if after is None or not before else _number(after / before)


def _keeps(model: Model, op: Op, read: Mapping[str, Reading]) -> dict[str, Any] | None:
    """The initializer whose gain suits what reads the layer, so that the second moment stays near 1."""
    found = keeping(model, op.parameters[0], read) if op.parameters and op.kind is OpKind.WEIGHT else None
    if found is None:
        return None
    std = found.std
    told = (str(std) if isinstance(std, SizeExpr) else known(std)) if std is not None else None
    return {"init": found.init, "std": told, "why": found.why}
