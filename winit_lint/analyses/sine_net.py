"""Networks of sines (SIREN): layers whose output is multiplied by a frequency and goes into sin."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.readers import is_additive, is_multiplicative
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import known

_SAME_ENTRIES = frozenset({OpKind.RESHAPE, OpKind.DROPOUT, OpKind.SPLIT})
_FREQUENCY = 5.0  # below this a sine is an activation like another


@final
@dataclass(frozen=True, slots=True)
class SineLayer:
    """A weight, the constant ``w0`` that its output is multiplied by, and what its input is.

    ``first`` says that it reads the model's input, ``hidden`` that it reads another sine.
    """

    parameter: str
    w0: float
    first: bool
    hidden: bool


def sine_layers(model: Model) -> tuple[tuple[SineLayer, ...], ...]:
    """The layers before sines with a frequency of 5 and more, flow by flow."""
    return tuple(tuple(_layers(flow)) for flow in model.flows)


def _layers(flow: Flow) -> Iterator[SineLayer]:
    for op in flow.ops:
        if op.kind is not OpKind.ACTIVATION or op.activation != "sin" or len(op.inputs) != 1:
            continue
        found = _weight_before(flow, op)
        if found is None:
            continue
        weight, w0 = found
        source = _source(flow, weight)
        sine = source.kind is OpKind.ACTIVATION and source.activation == "sin"
        yield SineLayer(weight.parameters[0], w0, source.kind is OpKind.INPUT, sine)


def _weight_before(flow: Flow, op: Op) -> tuple[Op, float] | None:
    """The product of one flow with a weight that the sine is taken of, and the constant between them."""
    w0, current = 1.0, op
    while len(current.inputs) == 1:
        current = flow.ops[current.inputs[0]]
        if current.kind is OpKind.WEIGHT:
            certain = bool(current.parameters) and len(current.inputs) == 1 and abs(w0) >= _FREQUENCY
            return (current, abs(w0)) if certain else None
        if current.kind is OpKind.SCALE and is_multiplicative(current) and not current.parameters:
            value = known(current.args.get("value"))
            if value is None:
                return None
            w0 *= value
        elif current.kind not in _SAME_ENTRIES and not (current.kind is OpKind.SCALE and is_additive(current)):
            return None
    return None


def _source(flow: Flow, op: Op) -> Op:
    current = flow.ops[op.inputs[0]]
    while current.kind in _SAME_ENTRIES and len(current.inputs) == 1:
        current = flow.ops[current.inputs[0]]
    return current


def slope_factor(w0: float, share: float) -> float:
    """What one hidden layer does to the gradient's second moment: w0**2 fan_in Var(w) E[cos**2] (1 for SIREN)."""
    q = w0 * w0 * share / 2  # the input, a sine itself, has second moment 1/2
    return w0 * w0 * share * (1 + math.exp(-2 * q)) / 2
