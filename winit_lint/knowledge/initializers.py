"""The functions of ``torch.nn.init`` (torch 2.13) and what each draws."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from winit_lint.ir.distribution import LOADED, Distribution, Kind
from winit_lint.ir.size import Number, SizeExpr, product, ratio, sqrt
from winit_lint.knowledge import draws
from winit_lint.knowledge.initializers_library import LIBRARY_INITIALIZERS
from winit_lint.knowledge.signature import sig
from winit_lint.knowledge.spec import Arguments, Fans, InitSpec, Shape

_LINEAR: Final[frozenset[str]] = frozenset(
    (
        "linear",
        "conv1d",
        "conv2d",
        "conv3d",
        "conv_transpose1d",
        "conv_transpose2d",
        "conv_transpose3d",
        "sigmoid",
    )
)
NONLINEARITIES: Final[frozenset[str]] = _LINEAR | {"tanh", "relu", "leaky_relu", "selu"}
"""The names that ``calculate_gain`` and ``kaiming_*_`` accept."""


def calculate_gain(nonlinearity: object, param: object = None) -> Number:
    """The gain that ``torch.nn.init.calculate_gain`` returns; symbolic where ``param`` is.

    Raises:
        ValueError: torch rejects the name or the slope.
    """
    if nonlinearity in _LINEAR:
        return 1
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        if param is None:
            param = 0.01
        if isinstance(param, bool) or not isinstance(param, (int, float, SizeExpr)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return sqrt(ratio(2.0, param * param + 1))
    if nonlinearity == "selu":
        return 3.0 / 4
    raise ValueError(f"Unsupported nonlinearity {nonlinearity}")


def fans_of(shape: Shape) -> Fans | None:
    """What ``torch.nn.init._calculate_fan_in_and_fan_out`` computes; None where it raises (under 2 dimensions)."""
    if len(shape) < 2:
        return None
    field = product(shape[2:])
    return Fans(shape[1] * field, shape[0] * field)


def _fan(mode: object, fans: Fans) -> Number | None:
    name = mode.lower() if isinstance(mode, str) else ""
    return {"fan_in": fans.fan_in, "fan_out": fans.fan_out}.get(name)


def _kaiming(a: Arguments, fans: Fans | None, kind: Kind) -> Distribution:
    try:
        gain = calculate_gain(a.nonlinearity, a.a)
    except ValueError:
        return Distribution(kind)
    if fans is None:
        return Distribution(kind, 0.0)
    fan = _fan(a.mode, fans)
    return Distribution(kind) if fan is None or fan == 0 else _zero_mean(kind, ratio(gain, sqrt(fan)))


def _xavier(a: Arguments, fans: Fans | None, kind: Kind) -> Distribution:
    gain = draws.number(a.gain)
    if gain is None:
        return Distribution(kind)
    if fans is None:
        return Distribution(kind, 0.0)
    total = fans.fan_in + fans.fan_out
    # A negative gain is an empty range for the uniform and a negative std for the normal: torch raises.
    if total == 0 or (isinstance(gain, (int, float)) and gain < 0):
        return Distribution(kind)
    return _zero_mean(kind, gain * sqrt(ratio(2.0, total)))


def _zero_mean(kind: Kind, std: Number) -> Distribution:
    return draws.uniform_with_std(std) if kind is Kind.UNIFORM else draws.normal(0.0, std)


def _eye_share(shape: Shape | None) -> Number | None:
    if shape is None or len(shape) != 2:
        return None
    longest = draws.larger(shape[0], shape[1])
    return None if longest is None or longest == 0 else ratio(1, longest)


def _dirac_share(groups: object, shape: Shape | None) -> Number | None:
    """Ones in a Dirac kernel: min(out / groups, in) for each group."""
    count = draws.number(groups)
    if shape is None or not 3 <= len(shape) <= 5 or count is None or count == 0:
        return None
    if isinstance(count, int) and isinstance(shape[0], int) and shape[0] % count:
        return None
    outputs = shape[0] // count
    longest = draws.larger(outputs, shape[1])
    if longest is None or longest == 0:
        return None
    return ratio(1, longest * product(shape[2:]))


_KAIMING: Final[Mapping[str, Any]] = {
    "a": 0,
    "mode": "fan_in",
    "nonlinearity": "leaky_relu",
    "generator": None,
}

_CURRENT: Final[Mapping[str, InitSpec]] = {
    "torch.nn.init.uniform_": InitSpec(
        "torch.nn.init.uniform_",
        sig(a=0.0, b=1.0, generator=None),
        lambda a, fans, shape: draws.uniform(a.a, a.b),
    ),
    "torch.nn.init.normal_": InitSpec(
        "torch.nn.init.normal_",
        sig(mean=0.0, std=1.0, generator=None),
        lambda a, fans, shape: draws.normal(a.mean, a.std),
    ),
    "torch.nn.init.trunc_normal_": InitSpec(
        "torch.nn.init.trunc_normal_",
        sig(mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None),
        lambda a, fans, shape: draws.truncated_normal(a.mean, a.std, a.a, a.b),
    ),
    "torch.nn.init.constant_": InitSpec(
        "torch.nn.init.constant_",
        sig("val"),
        lambda a, fans, shape: draws.constant(a.val),
        random=False,
    ),
    "torch.nn.init.ones_": InitSpec(
        "torch.nn.init.ones_", (), lambda a, fans, shape: draws.constant(1.0), random=False
    ),
    "torch.nn.init.zeros_": InitSpec(
        "torch.nn.init.zeros_", (), lambda a, fans, shape: draws.constant(0.0), random=False
    ),
    "torch.nn.init.eye_": InitSpec(
        "torch.nn.init.eye_",
        (),
        lambda a, fans, shape: draws.ones_among(_eye_share(shape)),
        min_dims=2,
        random=False,
    ),
    "torch.nn.init.dirac_": InitSpec(
        "torch.nn.init.dirac_",
        sig(groups=1),
        lambda a, fans, shape: draws.ones_among(_dirac_share(a.groups, shape)),
        min_dims=3,
        random=False,
    ),
    "torch.nn.init.xavier_uniform_": InitSpec(
        "torch.nn.init.xavier_uniform_",
        sig(gain=1.0, generator=None),
        lambda a, fans, shape: _xavier(a, fans, Kind.UNIFORM),
        min_dims=2,
        needs_fans=True,
    ),
    "torch.nn.init.xavier_normal_": InitSpec(
        "torch.nn.init.xavier_normal_",
        sig(gain=1.0, generator=None),
        lambda a, fans, shape: _xavier(a, fans, Kind.NORMAL),
        min_dims=2,
        needs_fans=True,
    ),
    "torch.nn.init.kaiming_uniform_": InitSpec(
        "torch.nn.init.kaiming_uniform_",
        sig(**_KAIMING),
        lambda a, fans, shape: _kaiming(a, fans, Kind.UNIFORM),
        min_dims=2,
        needs_fans=True,
    ),
    "torch.nn.init.kaiming_normal_": InitSpec(
        "torch.nn.init.kaiming_normal_",
        sig(**_KAIMING),
        lambda a, fans, shape: _kaiming(a, fans, Kind.NORMAL),
        min_dims=2,
        needs_fans=True,
    ),
    "torch.nn.init.orthogonal_": InitSpec(
        "torch.nn.init.orthogonal_",
        sig(gain=1, generator=None),
        lambda a, fans, shape: draws.orthogonal(a.gain, shape),
        min_dims=2,
    ),
    "torch.nn.init.sparse_": InitSpec(
        "torch.nn.init.sparse_",
        sig("sparsity", std=0.01, generator=None),
        lambda a, fans, shape: draws.sparse(a.sparsity, a.std, shape[0] if shape else None),
        min_dims=2,
    ),
}

DEPRECATED: Final[Mapping[str, str]] = {
    "torch.nn.init.uniform": "torch.nn.init.uniform_",
    "torch.nn.init.normal": "torch.nn.init.normal_",
    "torch.nn.init.constant": "torch.nn.init.constant_",
    "torch.nn.init.eye": "torch.nn.init.eye_",
    "torch.nn.init.dirac": "torch.nn.init.dirac_",
    "torch.nn.init.xavier_uniform": "torch.nn.init.xavier_uniform_",
    "torch.nn.init.xavier_normal": "torch.nn.init.xavier_normal_",
    "torch.nn.init.kaiming_uniform": "torch.nn.init.kaiming_uniform_",
    "torch.nn.init.kaiming_normal": "torch.nn.init.kaiming_normal_",
    "torch.nn.init.orthogonal": "torch.nn.init.orthogonal_",
    "torch.nn.init.sparse": "torch.nn.init.sparse_",
}
"""Names that torch keeps for compatibility, and what they call."""

# copy_ is here as well because it is the default of an Embedding that is given its table.
_COPY = InitSpec(
    "torch.Tensor.copy_",
    sig("src", non_blocking=False),
    lambda a, fans, shape: LOADED,
    random=False,
    copies=True,
)

INITIALIZERS: Final[Mapping[str, InitSpec]] = {
    **_CURRENT,
    **{old: replace(_CURRENT[new], name=old) for old, new in DEPRECATED.items()},
    "torch.Tensor.copy_": _COPY,
    **LIBRARY_INITIALIZERS,
}
