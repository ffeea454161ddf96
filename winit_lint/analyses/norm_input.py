"""What stands before each normalisation: the variance that it divides by, and how much of it is the layer's bias."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.signal import OpSignal, forward_signal
from winit_lint.analyses.signal_layer import bias_of, hides_scale, norm_kind
from winit_lint.ir.flow import SAME_ENTRIES, Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import known

_HANDED_ON = SAME_ENTRIES | {OpKind.SPLIT, OpKind.CONCAT}
_CANCELLING = frozenset({"batch", "instance"})  # what is equal at all positions of a channel is subtracted


@final
@dataclass(frozen=True, slots=True)
class NormInput:
    """A normalisation layer and the variance ``v`` that it predictably meets.

    ``weight`` is the full name of the weight that comes right before it (None where something else does), and
    ``bias_share`` the share of that layer's output that is its bias; 0 where the normalisation cancels it or there is
    none.
    """

    layer: str
    kind: str
    variance: float
    eps: float
    weight: str | None
    bias_share: float

    @property
    def kept(self) -> float:
        """The share of the second moment that the epsilon leaves: v / (v + eps)."""
        return self.variance / (self.variance + self.eps)


def norm_inputs(model: Model) -> tuple[NormInput, ...]:
    """Every normalisation layer of torch whose input is predicted exactly and is not zero, worst use first."""
    found: dict[str, NormInput] = {}
    for flow in model.flows:
        rescaled = _from_rescaled_inputs(model, flow)
        judged = [op for op in flow.ops if _may_be_judged(model, op) and not rescaled.intersection(op.inputs)]
        told = forward_signal(model, flow) if judged else ()
        for op in judged:
            for item in _judge(model, flow, told, op):
                earlier = found.get(item.layer)
                if earlier is None or item.kept < earlier.kept:
                    found[item.layer] = item
    return tuple(sorted(found.values(), key=lambda item: item.kept))


def _from_rescaled_inputs(model: Model, flow: Flow) -> frozenset[int]:
    """The operations whose scale goes back to an input that is not taken as it comes.

    An input is assumed standardised where a layer reads it; one that is divided by 255 first certainly is not, nor what
    ``F.normalize`` leaves.
    """
    untouched: set[int] = set()
    rescaled: set[int] = set()
    for op in flow.ops:
        if op.kind is OpKind.INPUT or (op.kind in _HANDED_ON and untouched.issuperset(op.inputs)):
            untouched.add(op.id)
        elif op.kind is OpKind.NORM:
            if "normalize" in op.name or (rescaled.intersection(op.inputs) and not hides_scale(model, op)):
                rescaled.add(op.id)
        elif rescaled.intersection(op.inputs) or (op.kind is not OpKind.WEIGHT and untouched.intersection(op.inputs)):
            rescaled.add(op.id)
    return frozenset(rescaled)


def _may_be_judged(model: Model, op: Op) -> bool:
    layer = model.by_path.get(op.layer) if op.kind is OpKind.NORM and op.layer else None
    return layer is not None and layer.cls.startswith("torch.nn.")


def _judge(model: Model, flow: Flow, told: tuple[OpSignal, ...], op: Op) -> Iterator[NormInput]:
    layer = model.by_path[op.layer]
    kind, eps = norm_kind(model, op), known(layer.args.get("eps"))
    x = told[op.inputs[0]] if op.inputs else OpSignal()
    variance = _variance(x, kind)
    if variance is None or variance <= 0 or not x.exact:
        return
    if eps is None:
        eps = 1.2e-7 if kind == "rms" else None  # RMSNorm's default in single precision
    if eps is None or eps <= 0:
        return
    weight = _weight_before(flow, op)
    bias = 0.0
    if weight is not None and kind not in _CANCELLING:
        second, offset = told[weight.id].second, bias_of(model, weight.parameters[1:])
        if second is None or offset is None or second <= offset.second:
            return
        bias = offset.second / second
    yield NormInput(op.layer, kind, variance, eps, None if weight is None else weight.parameters[0], bias)


def _variance(x: OpSignal, kind: str) -> float | None:
    if x.second is None or kind in {"frozen", "other"}:
        return None
    if kind in _CANCELLING:
        return None if x.common is None else x.second - x.common
    if kind == "rms":
        return x.second
    return None if x.mean is None else x.second - x.mean**2


def _weight_before(flow: Flow, op: Op) -> Op | None:
    current = flow.ops[op.inputs[0]]
    while current.kind in SAME_ENTRIES and len(current.inputs) == 1:
        current = flow.ops[current.inputs[0]]
    return current if current.kind is OpKind.WEIGHT and current.parameters else None
