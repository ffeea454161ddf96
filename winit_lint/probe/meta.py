"""The meta device for constructors, without what torch loads to fill a tensor that holds nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, final

import torch

from winit_lint.probe.dispatch import LightMode

FILLS = frozenset(
    {
        "normal_", "uniform_", "fill_", "zero_", "copy_", "mul_", "div_", "add_", "sub_", "clamp_", "clamp_min_",
        "clamp_max_", "erfinv_", "bernoulli_", "exponential_", "log_normal_", "cauchy_", "geometric_", "random_",
    }
)  # fmt: skip
"""Methods that change entries and no shape."""

_MADE = frozenset({"rand", "randn", "eye"})
"""Factories that are given a shape (``eye`` one size or two), for which torch loads sympy on the meta device."""


@contextlib.contextmanager
def on_meta() -> Iterator[None]:
    """New tensors have shapes and no memory inside, and filling one does nothing."""
    with torch.device("meta"), _Still():  # type: ignore[no-untyped-call]
        yield


@final
class _Still(LightMode):  # type: ignore[no-untyped-call]
    """Leaves out the operations that change the entries of a meta tensor in place, and draws of new ones.

    For some of them (``normal_``) torch has its own in Python only, and loads its compiler for it: seconds a child.
    """

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name, given = func.overloadpacket.__name__, kwargs or {}
        if name in FILLS and isinstance(args[0], torch.Tensor) and args[0].is_meta:
            return args[0]
        if name in _MADE and "out" in given and given["out"].is_meta:
            return given["out"]
        if name in _MADE and str(given.get("device")) == "meta":
            sizes = args[0] if isinstance(args[0], (list, tuple)) else (args * 2)[:2]
            return torch.empty(sizes, dtype=given.get("dtype"), device="meta")
        return func(*args, **given)
