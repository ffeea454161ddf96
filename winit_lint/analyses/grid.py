"""Positions through windows: how many a convolution or pooling leaves, and what share of its taps the padding takes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import final

from winit_lint.ir.flow import Op
from winit_lint.ir.model import Model


@final
@dataclass(frozen=True, slots=True)
class Window:
    """A sliding window, a number each dimension. ``transposed`` spreads its input out instead."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    transposed: bool = False
    zeros: bool = True

    @property
    def size(self) -> int:
        """The number of taps."""
        return math.prod(self.kernel)


def window_of(model: Model, op: Op) -> Window | None:
    """The window of a convolution or pooling; None where it has none or a number is not known."""
    dimensions = re.search(r"(\d)d", op.name)
    layer = model.by_path.get(op.layer) if op.layer else None
    args = {**(layer.args if layer is not None else {}), **op.args}
    if dimensions is None or "kernel_size" not in args:
        return None
    n = int(dimensions[1])
    kernel = _numbers(args["kernel_size"], n)
    default = args["kernel_size"] if "pool" in op.name.lower() else 1
    stride = _numbers(default if args.get("stride") is None else args["stride"], n)
    dilation = _numbers(args.get("dilation", 1), n)
    if kernel is None or stride is None or dilation is None:
        return None
    padding = _padding(args.get("padding", 0), kernel, dilation)
    if padding is None:
        return None
    zeros = args.get("padding_mode", "zeros") == "zeros"
    return Window(kernel, stride, padding, dilation, "Transpose" in op.name or "transpose" in op.name, zeros)


def through_window(grid: tuple[int, ...], window: Window) -> tuple[tuple[int, ...] | None, float]:
    """(the positions behind it, the share of its taps that fall inside); None for positions that don't fit."""
    if len(grid) != len(window.kernel):
        return None, 1.0
    sizes = []
    kept = 1.0
    for n, k, stride, pad, dilation in zip(
        grid, window.kernel, window.stride, window.padding, window.dilation, strict=True
    ):
        if window.transposed:
            sizes.append((n - 1) * stride - 2 * pad + dilation * (k - 1) + 1)
            continue
        size = (n + 2 * pad - dilation * (k - 1) - 1) // stride + 1
        if size < 1:
            return None, 1.0
        sizes.append(size)
        if window.zeros and pad:
            inside = sum(0 <= o * stride - pad + t * dilation < n for o in range(size) for t in range(k))
            kept *= inside / (size * k)
    return tuple(sizes), kept


def _numbers(value: object, n: int) -> tuple[int, ...] | None:
    """``3`` or ``(3, 1)`` as a number each dimension."""
    if isinstance(value, bool) or value is None:
        return None
    found = [int(each) for each in re.findall(r"(?<![\w.])-?\d+(?![\w.])", str(value))]
    if len(found) != len([part for part in str(value).strip("()").split(",") if part.strip()]):
        return None
    if len(found) == 1:
        return tuple(found * n)
    return tuple(found) if len(found) == n else None


def _padding(value: object, kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...] | None:
    if value == "valid":
        return (0,) * len(kernel)
    if value == "same":
        return tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    return _numbers(value, len(kernel))
