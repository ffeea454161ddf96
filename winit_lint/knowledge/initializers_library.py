"""Initializers of timm (``timm/layers/weight_init.py``, 1.0) that no single function of torch equals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from winit_lint.ir.distribution import Distribution, Kind
from winit_lint.ir.size import Number, ratio, sqrt
from winit_lint.knowledge import draws
from winit_lint.knowledge.signature import sig
from winit_lint.knowledge.spec import Arguments, Fans, InitSpec

_CUT_STD = math.sqrt(0.7737413035760466)  # std of N(0, 1) truncated to [-2, 2]
_KINDS: Final[Mapping[str, Kind]] = {
    "truncated_normal": Kind.TRUNCATED_NORMAL,
    "normal": Kind.NORMAL,
    "uniform": Kind.UNIFORM,
}


def _relative_bounds(a: Arguments) -> Distribution:
    """The bounds count in units of std about the mean, as in TensorFlow and JAX."""
    mean, std, low, high = draws.number(a.mean), draws.number(a.std), draws.number(a.a), draws.number(a.b)
    if mean is None or std is None or low is None or high is None:
        return Distribution(Kind.TRUNCATED_NORMAL)
    return draws.truncated_normal(mean, std, mean + low * std, mean + high * std)


def _variance_scaling(scale: object, mode: object, form: object, fans: Fans | None) -> Distribution:
    """Variance ``scale / fan``; the truncated form is corrected, so that it has that variance too."""
    kind = _KINDS.get(form) if isinstance(form, str) else None
    factor = draws.number(scale)
    if kind is None or factor is None or (isinstance(factor, (int, float)) and factor < 0):
        return Distribution(Kind.UNKNOWN)
    if fans is None:
        return Distribution(kind, 0.0)
    fan = _fan(mode, fans)
    if fan is None or fan == 0:
        return Distribution(kind)
    std = sqrt(ratio(factor, fan))
    if kind is Kind.UNIFORM:
        return draws.uniform_with_std(std)
    if kind is Kind.NORMAL:
        return draws.normal(0.0, std)
    limit = std * (2.0 / _CUT_STD)
    return Distribution(kind, 0.0, std, limit * -1, limit)


def _fan(mode: object, fans: Fans) -> Number | None:
    match mode:
        case "fan_in":
            return fans.fan_in
        case "fan_out":
            return fans.fan_out
        case "fan_avg":
            return ratio(fans.fan_in + fans.fan_out, 2)
    return None


LIBRARY_INITIALIZERS: Final[Mapping[str, InitSpec]] = {
    "timm.layers.trunc_normal_tf_": InitSpec(
        "timm.layers.trunc_normal_tf_",
        sig(mean=0.0, std=1.0, a=-2.0, b=2.0),
        lambda a, fans, shape: _relative_bounds(a),
    ),
    "timm.layers.variance_scaling_": InitSpec(
        "timm.layers.variance_scaling_",
        sig(scale=1.0, mode="fan_in", distribution="normal"),
        lambda a, fans, shape: _variance_scaling(a.scale, a.mode, a.distribution, fans),
        min_dims=2,
        needs_fans=True,
    ),
    "timm.layers.lecun_normal_": InitSpec(
        "timm.layers.lecun_normal_",
        (),
        lambda a, fans, shape: _variance_scaling(1.0, "fan_in", "truncated_normal", fans),
        min_dims=2,
        needs_fans=True,
    ),
}
