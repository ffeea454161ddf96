"""What the document of a probe holds besides the parameters: findings, the signal, the loss, how it was run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from winit_lint.finding import Finding
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.measured import Coverage, Measured, OpSignal, Signal
from winit_lint.ir.model import Model
from winit_lint.probe.launch import Probed
from winit_lint.reports.json import entry

_NOTHING = Measured("", 0)
_SILENT = frozenset({OpKind.INPUT, OpKind.RESHAPE, OpKind.SPLIT, OpKind.CONSTANT, OpKind.PARAMETER})


def more(probed: Probed, findings: Sequence[Finding]) -> dict[str, Any]:
    """The keys of a probe's document that that of ``inspect`` lacks; its ``signal`` has the same form."""
    model = probed.model
    measured = model.measured if model is not None and model.measured is not None else _NOTHING
    return {
        "findings": [entry(finding) for finding in findings],
        "signal": None if model is None or measured.signal is None else _signal(model, measured.signal),
        "loss": None if measured.loss is None else asdict(measured.loss),
        "checkpoint": None if measured.coverage is None else _checkpoint(measured.coverage),
        "not_measured": [{"what": each.what, "why": str(each)} for each in measured.skipped],
        "run": _run(probed, measured),
    }


def finite(value: Any) -> Any:
    """A document with null for every number that JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: finite(each) for name, each in value.items()}
    return [finite(each) for each in value] if isinstance(value, (list, tuple)) else value


def _run(probed: Probed, measured: Measured) -> dict[str, Any]:
    """How it was run, but for times and memory: the same target gives the same document."""
    given = probed.inputs
    failure = {"stage": probed.stage, "layer": probed.layer, "why": probed.failure}
    return {
        "torch": probed.torch,
        "seeds": measured.seeds or None,
        "input": None if given is None else str(given),
        "input_origin": None if given is None else given.origin,
        "made_up": list(probed.supplied),
        "failure": None if probed.failure is None else failure,
        "replayed": None if measured.replay is None else asdict(measured.replay),
        "enforced": list(probed.enforced),
        "not_enforced": list(probed.missing),
    }


def _signal(model: Model, signal: Signal) -> dict[str, Any]:
    return {
        "inputs": signal.inputs,
        "input": signal.input,
        "differentiated": signal.target,
        "builds": signal.builds,
        "flows": [_flow(flow, signal.by_op) for flow in model.flows[:1]],
    }


def _flow(flow: Flow, found: Mapping[int, OpSignal]) -> dict[str, Any]:
    ops = [op for op in flow.ops if op.id in found and op.kind not in _SILENT]
    return {"method": flow.method, "complete": flow.complete, "operations": [_op(op, found[op.id]) for op in ops]}


def _op(op: Op, found: OpSignal) -> dict[str, Any]:
    """Second moments: of the output, of the gradient there, and of both with every bias zero."""
    return {
        "layer": op.layer or None,
        "op": op.name,
        "kind": op.kind.value,
        "parameter": op.parameters[0] if op.parameters else None,
        "forward": found.forward,
        "backward": found.backward,
        "forward_without_biases": found.forward_zeroed,
        "backward_without_biases": found.backward_zeroed,
        "zero": found.zero,
        "saturated": found.saturated,
        "dead": found.dead,
        "units": found.units or None,
        "entries": found.entries or None,
        "nonfinite": found.nonfinite,
    }


def _checkpoint(found: Coverage) -> dict[str, Any]:
    differing = [{"name": name, "model": list(own), "file": list(given)} for name, own, given in found.mismatched]
    return {
        "file": found.file,
        "prefix": found.prefix,
        "loaded": list(found.loaded),
        "missing": list(found.missing),
        "unexpected": list(found.unexpected),
        "mismatched": differing,
    }
