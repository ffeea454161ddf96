"""How the tables write a signature and the parameters that many layers share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from winit_lint.ir.size import Number, ratio, sqrt
from winit_lint.knowledge.spec import REQUIRED, Arguments, ParameterSpec, Shape

DEVICE: Final[Mapping[str, None]] = {"device": None, "dtype": None}


def sig(*required: str, **optional: Any) -> tuple[tuple[str, Any], ...]:
    """A signature in positional order: the required arguments, then those with a default."""
    return (*((name, REQUIRED) for name in required), *optional.items())


def bound(size: Number) -> Number:
    """``1 / sqrt(size)``, 0 for an empty dimension as torch has it."""
    return 0.0 if size == 0 else ratio(1, sqrt(size))


def uniform_within(limit: Number) -> tuple[str, Mapping[str, Any]]:
    """The default ``uniform_(-limit, limit)``."""
    return "torch.nn.init.uniform_", {"a": limit * -1, "b": limit}


def kaiming_default(_: Arguments) -> tuple[str, Mapping[str, Any]]:
    """The default weight of ``torch.nn.Linear`` and the convolutions, which is U(+-1/sqrt(fan_in))."""
    return "torch.nn.init.kaiming_uniform_", {"a": math.sqrt(5)}


def vector(
    name: str,
    shape: Callable[[Arguments], Shape | None],
    init: str,
    **arguments: Any,
) -> ParameterSpec:
    """A parameter without fans whose default does not depend on sizes."""
    return ParameterSpec(name, shape, lambda _: (f"torch.nn.init.{init}", arguments))
