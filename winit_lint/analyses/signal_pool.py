"""Averages, maxima and dropout, forward."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from winit_lint.analyses.grid import through_window, window_of
from winit_lint.analyses.signal_value import Assumptions, Value, plain
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import known

_THROUGH = frozenset({OpKind.RESHAPE, OpKind.DROPOUT, OpKind.SPLIT})
_RESAMPLED = ("interpolate", "upsample", "grid_sample", "roi_align", "roi_pool")


def averaged_by(flow: Flow, op: Op, values: Mapping[int, Value | None], assumed: Assumptions) -> Value | None:
    """A product of a softmax with values: their average, as if all weights were alike."""
    value = averaged(flow, op)
    x = None if value is None else values.get(value)
    if x is None:
        return None
    count, _ = x.count(assumed.positions)
    found = x.joint
    second = found.common + (found.second - found.common) / count
    return plain(op.id, found.mean, second, second, x, exact=False, gaussian=True)  # the same at all positions


def averaged(flow: Flow, op: Op) -> int | None:
    """The input of a MATMUL that a softmax averages."""
    if len(op.inputs) != 2:
        return None
    weights = [i for i in op.inputs if _is_softmax(flow, i)]
    return next(i for i in op.inputs if i != weights[0]) if len(weights) == 1 else None


def _is_softmax(flow: Flow, start: int) -> bool:
    op = flow.ops[start]
    while op.kind in _THROUGH and len(op.inputs) == 1:
        op = flow.ops[op.inputs[0]]
    return op.kind is OpKind.SOFTMAX


def pooled(model: Model, op: Op, x: Value, assumed: Assumptions) -> Value | None:
    """A maximum or average over a window, or over all positions."""
    name = op.name.rpartition(".")[2].rpartition(" ")[2].lower()
    if any(each in name for each in _RESAMPLED):
        return replace(x, source=op.id, base=x.function, grid=None, exact=x.exact and op.args.get("mode") == "nearest")
    counted = pool_count(model, op, x, assumed)
    if counted is None:
        return None
    count, certain, grid = counted
    if not count:
        return None
    if "max" in name:
        law = replace(x.law, count=x.law.count * count)
        plainly = x.gaussian and x.function.increasing and certain
        return replace(x, law=law, source=op.id, base=x.function, exact=x.exact and plainly, grid=grid)
    if "avg" not in name and name not in {"mean", "sum"}:
        return None
    found = x.joint
    second = found.common + (found.second - found.common) / count
    mean, common = found.mean, found.common
    if name == "sum":
        mean, second, common = mean * count, second * count**2, common * count**2
    # that positions differ by chance only is a matter of the data
    return plain(op.id, mean, second, common, replace(x, grid=grid), exact=count == 1, gaussian=count >= 8)


def pool_count(model: Model, op: Op, x: Value, assumed: Assumptions) -> tuple[int, bool, tuple[int, ...] | None] | None:
    """(how many positions go into one, whether that is known, the positions left)."""
    name = op.name.rpartition(".")[2].lower()
    if "adaptive" in name:
        return _adaptive(model, op, x, assumed)
    if "pool" in name:
        window = window_of(model, op)
        if window is None or not window.size or not all(window.stride):  # sizes that torch refuses
            return None
        grid = None if x.grid is None else through_window(x.grid, window)[0]
        return window.size, True, grid
    if _over_channels(op, x):
        return None
    count, certain = x.count(assumed.positions)
    return count, certain and op.args.get("dim") is not None, ()


def _adaptive(model: Model, op: Op, x: Value, assumed: Assumptions) -> tuple[int, bool, tuple[int, ...] | None] | None:
    layer = model.by_path.get(op.layer) if op.layer else None
    size = op.args.get("output_size", None if layer is None else layer.args.get("output_size"))
    parts = [part.strip() for part in str(size).strip("()").split(",") if part.strip()]
    if not parts or not all(part.isdigit() for part in parts):
        return None
    target = [int(part) for part in parts]
    dimensions = next((int(c) for c, d in zip(op.name[-2:], "d", strict=False) if c.isdigit()), len(target))
    target = target * dimensions if len(target) == 1 else target
    if x.grid is not None and len(x.grid) == len(target):
        count = math.prod(max(1, round(n / t)) for n, t in zip(x.grid, target, strict=True))
        return count, all(n % t == 0 for n, t in zip(x.grid, target, strict=True)), tuple(target)
    return max(1, assumed.positions // math.prod(target)), False, tuple(target)


def _over_channels(op: Op, x: Value) -> bool:
    """A mean over the last dimension where that holds the channels."""
    return x.channels_last and str(op.args.get("dim")).strip("(),[]") in {"-1", "None", "?"}


def dropped(model: Model, op: Op, x: Value) -> Value | None:
    """Dropout in training: E[x^2] / (1 - p); alpha dropout keeps the moments of what SELU leaves."""
    p = drop_chance(model, op)
    if p is None:
        return replace(x, exact=False)
    if p == 0 or "alpha" in op.name.lower() or p >= 1:
        return x
    found = x.joint
    second = found.second / (1 - p)
    return plain(op.id, found.mean, second, found.common, x, exact=True, gaussian=False)


def drop_chance(model: Model, op: Op) -> float | None:
    """The probability to drop; None where not known."""
    layer = model.by_path.get(op.layer) if op.layer else None
    if op.args.get("training") is False:
        return 0.0
    for name in ("p", "drop_prob"):
        if name in op.args or (layer is not None and name in layer.args):
            return known(op.args.get(name, None if layer is None else layer.args.get(name)))
    return 0.5 if op.name.startswith("torch.") else None
