"""Layers with weights and normalisations, forward."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

from winit_lint.analyses.grid import through_window, window_of
from winit_lint.analyses.held import held
from winit_lint.analyses.last_write import constant_of, last_write, later_parts, second_moment_of, variance_of
from winit_lint.analyses.signal_value import Assumptions, Value, plain
from winit_lint.ir.distribution import Kind
from winit_lint.ir.event import Clone
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import SizeExpr, known
from winit_lint.theory.elementwise import ARGUMENT, Argument, affine
from winit_lint.theory.law import Law
from winit_lint.theory.recurrent import Cell, settle

_NEGLIGIBLE = 0.999
_USUAL_EPSILON = 1e-3
_ROUNDING = 1e-9


@final
@dataclass(frozen=True, slots=True)
class Offset:
    """Mean and variance of a bias, or of a parameter that scales."""

    mean: float
    variance: float

    @property
    def second(self) -> float:
        """E[b^2]."""
        return self.variance + self.mean**2


def spread(parameter: Parameter | None) -> Offset | None:
    """Mean and variance of what a parameter holds; None where not known or not a number."""
    if parameter is None or last_write(parameter) is None:
        return None
    constant = constant_of(parameter)
    if constant is not None:
        return Offset(constant, 0.0)
    found = held(parameter)
    mean, std = (None, None) if found is None else found[1:]
    if mean is None or std is None or isinstance(mean, SizeExpr) or isinstance(std, SizeExpr):
        return None
    return Offset(float(mean) if abs(mean) > _ROUNDING * std else 0.0, float(std) ** 2)


def bias_of(model: Model, names: Sequence[str]) -> Offset | None:
    """The sum of these biases; None where one is not known.

    One that is known up to a size that has no number (``1 / (3 dim)``) is as good as 0: it falls with the size.
    """
    mean = variance = 0.0
    for name in names:
        parameter = model.by_name.get(name)
        found = spread(parameter)
        if found is None and parameter is not None and isinstance(second_moment_of(parameter), SizeExpr):
            found = Offset(0.0, 0.0)
        if found is None:
            return None
        mean, variance = mean + found.mean, variance + found.variance
    return Offset(mean, variance)


def strength(parameter: Parameter | None, *, out: bool = False) -> float | None:
    """fan_in Var(w), or fan_out Var(w), where that is a number; 0 for weights that are all zero."""
    if parameter is None:
        return None
    if constant_of(parameter) == 0:
        return 0.0
    fan, variance = parameter.fan_out if out else parameter.fan_in, variance_of(parameter)
    if fan is None or variance is None:
        return None
    write = last_write(parameter)
    if write is not None and write.distribution.kind is Kind.ORTHOGONAL and later_parts(parameter):
        return None
    return known(fan * variance)


def weighted(model: Model, op: Op, inputs: Sequence[Value]) -> Value | None:
    """A product with weights: q = s E[x^2] + E[b^2]."""
    parameter = model.by_name.get(op.parameters[0]) if op.parameters else None
    s, bias = strength(parameter), bias_of(model, op.parameters[1:])
    if parameter is None or s is None or bias is None:
        return None
    second = common = 1.0
    for x in inputs:
        second, common = second * x.joint.second, common * x.joint.common
    if not math.isfinite(second):
        return None
    grid, kept = inputs[0].grid, 1.0
    window = window_of(model, op)
    if grid is not None and window is not None:
        grid, kept = through_window(grid, window)
    law = Law(bias.mean, s * second * kept + bias.variance, s * common * kept + bias.variance)
    return Value(
        law,
        ARGUMENT,
        op.id,
        exact=all(x.exact for x in inputs) and not _cloned(model, op.layer),
        grid=grid,
        width=_width(parameter, op),
        channels_last=window is None,
    )


def _width(parameter: Parameter, op: Op) -> int | None:
    shape = parameter.shape or ()
    if len(shape) < 2 or op.args.get("equation"):
        return None
    transposed = "Transpose" in op.name or bool(op.args.get("transposed"))
    size = shape[1 if transposed else 0]
    return size if isinstance(size, int) else None


def _cloned(model: Model, layer: str) -> bool:
    """The layer is one of several that start with the same weights."""
    return any(
        layer == path or layer.startswith(f"{path}.") for event in model.events_of(Clone) for path in event.copies
    )


def embedded(model: Model, op: Op, assumed: Assumptions) -> Value | None:
    """Rows of a table, those of different positions independent."""
    found = spread(model.by_name.get(op.parameters[0])) if op.parameters else None
    if found is None or "Bag" in op.name or "bag" in op.name:
        return None
    size = assumed.input_size
    grid = None if size is None else size[1:2]
    return Value(Law(found.mean, found.variance), ARGUMENT, op.id, gaussian=True, grid=grid)


def parameter_value(model: Model, op: Op) -> Value | None:
    """A parameter by itself: the same for all samples, and for all positions unless it has rows for them."""
    parameter = model.by_name.get(op.parameters[0]) if op.parameters else None
    found = spread(parameter)
    if parameter is None or found is None:
        return None
    rows = [size for size in (parameter.shape or ())[:-1] if size != 1]
    return Value(Law(found.mean, found.variance, 0.0 if rows else found.variance), ARGUMENT, op.id)


def normalised(model: Model, flow: Flow, op: Op, values: Mapping[int, Value | None]) -> Value | None:
    """A normalisation: variance v becomes gamma^2 v / (v + eps), whatever v was where it is not known."""
    scale, offset = affine_of(model, flow, op)
    if not op.inputs or scale is None or offset is None or "normalize" in op.name:
        return None
    x = values.get(op.inputs[0])
    keeps = left_by(model, op, x)
    kind = norm_kind(model, op)
    if x is None or keeps is None:
        exact = kind != "other" and _epsilon(model, op) <= _USUAL_EPSILON
        return Value(Law(offset.mean, scale.second + offset.variance), ARGUMENT, op.id, exact=exact)
    if kind == "frozen":
        return replace(x, source=op.id, base=x.function)
    exact = kind != "other" and (x.exact or keeps * spread_of(x, kind) > _NEGLIGIBLE)
    found = x.joint
    centred = 0.0 if kind == "rms" else found.mean if kind != "batch" else math.nan
    if scale.variance == 0 and kind in {"layer", "group", "rms"} and offset.variance == 0:
        factor = scale.mean * math.sqrt(keeps)
        function = affine(factor, offset.mean - factor * centred, x.function)
        if function is not None:
            return replace(x, function=function, base=function, source=op.id, exact=exact)
    if kind in {"batch", "instance"}:
        variance, covariance = scale.second * keeps * spread_of(x, kind), 0.0
    else:
        variance = scale.second * keeps * (found.second - centred**2)
        covariance = scale.second * keeps * max(found.common - centred**2, 0.0)
    law = Law(offset.mean, variance + offset.variance, covariance + offset.variance)
    linear = isinstance(x.function, Argument)
    return replace(x, law=law, function=ARGUMENT, base=ARGUMENT, source=op.id, exact=exact, gaussian=linear)


def norm_kind(model: Model, op: Op) -> str:
    """``batch``, ``instance``, ``layer``, ``group``, ``rms``, ``frozen`` (it starts as the identity) or ``other``."""
    name = op.name.rpartition(".")[2].replace("_", "").lower()
    kinds = ("frozen", "batch", "instance", "layer", "group", "rms")
    kind = next((kind for kind in kinds if f"{kind}norm" in name or (kind == "frozen" and kind in name)), "other")
    return "instance" if kind == "group" and _alone(model, op) else kind


def _alone(model: Model, op: Op) -> bool:
    """A GroupNorm with each channel in a group of its own: it subtracts the mean of each, as InstanceNorm does."""
    layer = model.by_path.get(op.layer) if op.layer else None
    groups = None if layer is None else layer.args.get("num_groups")
    return groups is not None and layer is not None and groups == layer.args.get("num_channels")


def spread_of(x: Value, kind: str) -> float:
    """The variance that a normalisation divides by."""
    found = x.joint
    if kind in {"batch", "instance"}:
        return max(found.second - found.common, 0.0)
    return found.second if kind == "rms" else max(found.second - found.mean**2, 0.0)


def left_by(model: Model, op: Op, x: Value | None) -> float | None:
    """1 / (v + eps), by which a normalisation multiplies second moments; None where v is not known or 0."""
    if x is None or not math.isfinite(x.joint.second):
        return None
    total = spread_of(x, norm_kind(model, op)) + _epsilon(model, op)
    return 1 / total if total > 0 else None


def _epsilon(model: Model, op: Op) -> float:
    layer = model.by_path.get(op.layer) if op.layer else None
    eps = known(op.args.get("eps", None if layer is None else layer.args.get("eps")))
    usual = 1.2e-7 if norm_kind(model, op) == "rms" else 1e-5
    return usual if eps is None else eps


def hides_scale(model: Model, op: Op) -> bool:
    """Whether what leaves a normalisation hardly depends on the scale of what enters: its eps is a usual one."""
    return _epsilon(model, op) <= _USUAL_EPSILON


def affine_of(model: Model, flow: Flow, op: Op) -> tuple[Offset | None, Offset | None]:
    """The scale and offset behind a normalisation, 1 and 0 where it has none; None where one is not known."""
    names = list(op.parameters)
    for source in op.inputs[1:]:
        names += flow.ops[source].parameters if flow.ops[source].kind is OpKind.PARAMETER else ()
    found: list[Offset | None] = [Offset(1.0, 0.0), Offset(0.0, 0.0)]
    for name in names:
        place = 1 if name.rpartition(".")[2] in {"bias", "beta"} or name != names[0] else 0
        found[place] = spread(model.by_name.get(name))
    return found[0], found[1]


def recurred(model: Model, op: Op, x: Value, assumed: Assumptions) -> Value | None:
    """A recurrent layer after as many steps as there are positions; a cell after its first."""
    layer = model.by_path.get(op.layer)
    name = op.name.rpartition(".")[2]
    if layer is None:
        return None
    kind = "lstm" if "LSTM" in name else "gru" if "GRU" in name else str(layer.args.get("nonlinearity", "tanh"))
    steps = 1 if name.endswith("Cell") else x.count(assumed.positions)[0]
    pair = (x.joint.second, x.joint.common)
    for suffix in _suffixes(op):
        cell = _cell(model, op, kind, suffix)
        if cell is None:
            return None
        pair = settle(cell, pair, steps)
    if not math.isfinite(pair[0]):
        return None
    return plain(op.id, 0.0, pair[0], pair[1], replace(x, width=None), exact=False, gaussian=False)


def _suffixes(op: Op) -> list[str]:
    """The layers of the stack, one direction standing for both."""
    found = [name.rpartition("weight_ih")[2] for name in op.parameters if "weight_ih" in name]
    return [suffix for suffix in found if not suffix.endswith("_reverse") and not re.search(r"\*", suffix)]


def _cell(model: Model, op: Op, kind: str, suffix: str) -> Cell | None:
    def parameter(role: str) -> Parameter | None:
        return model.by_name.get(f"{op.layer}.{role}{suffix}" if op.layer else f"{role}{suffix}")

    s_input, s_state = strength(parameter("weight_ih")), strength(parameter("weight_hh"))
    if s_input is None or s_state is None:
        return None
    bias = 0.0
    for role in ("bias_ih", "bias_hh"):
        added = parameter(role)
        moment = None if added is None or later_parts(added) else known(second_moment_of(added))
        if added is not None and moment is None:
            return None
        bias += moment or 0.0
    projection = parameter("weight_hr")
    s_output = None if projection is None else strength(projection)
    return Cell(kind, s_input, s_state, bias, s_output)
