"""Elementwise activations on floats with their derivatives, kinks and values at zero.

Derivatives are those of torch's autograd, also at kinks. Canonical names are those of ``knowledge.activations``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772
_RRELU_SLOPE = (1 / 8 + 1 / 3) / 2
_TANH_GELU = math.sqrt(2 / math.pi)
_TANH_GELU_CUBIC = 0.044715


@final
@dataclass(frozen=True, slots=True)
class Activation:
    """An activation f(x, p) with a shape parameter p.

    ``argument`` names p as torch does (None where there is none) and ``default`` is its value. ``kinks`` are the
    points where f or f' is not smooth, ``homogeneous`` says that f(c x) = c f(x) for c > 0.
    """

    value: Callable[[float, float], float]
    slope: Callable[[float, float], float]
    argument: str | None = None
    default: float = 0.0
    kinks: Callable[[float], tuple[float, ...]] = lambda _: ()
    homogeneous: bool = False


def _exp(x: float) -> float:
    return math.exp(x) if x < 700.0 else math.inf


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    e = math.exp(x) if x > -700.0 else 0.0
    return e / (1 + e)


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _sech2(x: float) -> float:
    return 1 - math.tanh(x) ** 2


def _cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _at_zero(_: float) -> tuple[float, ...]:
    return (0.0,)


def _leaky(x: float, a: float) -> float:
    return x if x > 0 else a * x


def _leaky_slope(x: float, a: float) -> float:
    return 1.0 if x > 0 else a


def _elu(x: float, a: float) -> float:
    return x if x > 0 else a * math.expm1(x)


def _elu_slope(x: float, a: float) -> float:
    return 1.0 if x > 0 else a * math.exp(x)


def _celu(x: float, a: float) -> float:
    return x if x > 0 else a * math.expm1(x / a)


def _celu_slope(x: float, a: float) -> float:
    return 1.0 if x > 0 else math.exp(x / a)


def _gelu_slope(x: float, _: float) -> float:
    return _cdf(x) + x * _density(x)


def _gelu_tanh(x: float, _: float) -> float:
    return 0.5 * x * (1 + math.tanh(_TANH_GELU * (x + _TANH_GELU_CUBIC * x**3)))


def _gelu_tanh_slope(x: float, _: float) -> float:
    u = _TANH_GELU * (x + _TANH_GELU_CUBIC * x**3)
    return 0.5 * (1 + math.tanh(u)) + 0.5 * x * _sech2(u) * _TANH_GELU * (1 + 3 * _TANH_GELU_CUBIC * x * x)


def _swish_slope(x: float, beta: float) -> float:
    s = _sigmoid(beta * x)
    return s + beta * x * s * (1 - s)


def _mish_slope(x: float, _: float) -> float:
    t = math.tanh(_softplus(x))
    return t + x * (1 - t * t) * _sigmoid(x)


def _hardsigmoid(x: float, _: float) -> float:
    return min(max(x / 6 + 0.5, 0.0), 1.0)


def _hardswish_slope(x: float, _: float) -> float:
    if x <= -3:
        return 0.0
    return 1.0 if x >= 3 else x / 3 + 0.5


def _within(x: float, bound: float) -> float:
    return 1.0 if -bound < x < bound else 0.0


def _beyond(x: float, bound: float) -> float:
    return 1.0 if abs(x) > bound else 0.0


def _softshrink(x: float, bound: float) -> float:
    return math.copysign(abs(x) - bound, x) if abs(x) > bound else 0.0


def _sign(x: float, _: float) -> float:
    return math.copysign(1.0, x) if x else 0.0


def _gaussian(x: float, _: float) -> float:
    return math.exp(-x * x / 2)


def _edges(bound: float) -> tuple[float, ...]:
    return (-bound, bound)


def _three(_: float) -> tuple[float, ...]:
    return (-3.0, 3.0)


_RELU = Activation(lambda x, _: max(x, 0.0), lambda x, _: 1.0 if x > 0 else 0.0, kinks=_at_zero, homogeneous=True)
_LOGISTIC = Activation(lambda x, _: _sigmoid(x), lambda x, _: _sigmoid(x) * _sigmoid(-x))
_SWISH = Activation(lambda x, b: x * _sigmoid(b * x), _swish_slope)

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "identity": Activation(lambda x, _: x, lambda *_: 1.0, homogeneous=True),
        "relu": _RELU,
        "leaky_relu": Activation(_leaky, _leaky_slope, "negative_slope", 0.01, _at_zero, True),
        "prelu": Activation(_leaky, _leaky_slope, "init", 0.25, _at_zero, True),
        "rrelu": Activation(_leaky, _leaky_slope, None, _RRELU_SLOPE, _at_zero, True),
        "elu": Activation(_elu, _elu_slope, "alpha", 1.0, _at_zero),
        "celu": Activation(_celu, _celu_slope, "alpha", 1.0, _at_zero),
        "selu": Activation(
            lambda x, _: _SELU_SCALE * _elu(x, _SELU_ALPHA),
            lambda x, _: _SELU_SCALE * _elu_slope(x, _SELU_ALPHA),
            kinks=_at_zero,
        ),
        "gelu": Activation(lambda x, _: x * _cdf(x), _gelu_slope),
        "gelu_tanh": Activation(_gelu_tanh, _gelu_tanh_slope),
        "quick_gelu": Activation(_SWISH.value, _SWISH.slope, None, 1.702),
        "silu": Activation(_SWISH.value, _SWISH.slope, None, 1.0),
        "mish": Activation(lambda x, _: x * math.tanh(_softplus(x)), _mish_slope),
        "softplus": Activation(
            lambda x, b: _softplus(b * x) / b, lambda x, b: _sigmoid(b * x), argument="beta", default=1.0
        ),
        "softsign": Activation(lambda x, _: x / (1 + abs(x)), lambda x, _: (1 + abs(x)) ** -2, kinks=_at_zero),
        "tanh": Activation(lambda x, _: math.tanh(x), lambda x, _: _sech2(x)),
        "hardtanh": Activation(lambda x, b: min(max(x, -b), b), _within, argument="max_val", default=1.0, kinks=_edges),
        "sigmoid": _LOGISTIC,
        "hardsigmoid": Activation(_hardsigmoid, lambda x, _: _within(x, 3.0) / 6, kinks=_three),
        "logsigmoid": Activation(lambda x, _: -_softplus(-x), lambda x, _: _sigmoid(-x)),
        "hardswish": Activation(lambda x, _: x * _hardsigmoid(x, 0.0), _hardswish_slope, kinks=_three),
        "relu6": Activation(
            lambda x, _: min(max(x, 0.0), 6.0), lambda x, _: 1.0 if 0 < x < 6 else 0.0, kinks=lambda _: (0.0, 6.0)
        ),
        "relu_squared": Activation(lambda x, _: max(x, 0.0) ** 2, lambda x, _: 2 * max(x, 0.0), kinks=_at_zero),
        "star_relu": Activation(
            lambda x, _: 0.8944 * max(x, 0.0) ** 2 - 0.4472, lambda x, _: 1.7888 * max(x, 0.0), kinks=_at_zero
        ),
        "square": Activation(lambda x, _: x * x, lambda x, _: 2 * x),
        "abs": Activation(lambda x, _: abs(x), _sign, kinks=_at_zero, homogeneous=True),
        "exp": Activation(lambda x, _: _exp(x), lambda x, _: _exp(x)),
        "sin": Activation(lambda x, w: math.sin(w * x), lambda x, w: w * math.cos(w * x), "w0", 1.0),
        "cos": Activation(lambda x, w: math.cos(w * x), lambda x, w: -w * math.sin(w * x), "w0", 1.0),
        "snake": Activation(lambda x, _: x + math.sin(x) ** 2, lambda x, _: 1 + math.sin(2 * x)),
        "gaussian": Activation(_gaussian, lambda x, _: -x * _gaussian(x, 0.0)),
        "erf": Activation(lambda x, _: math.erf(x), lambda x, _: 2 / math.sqrt(math.pi) * math.exp(-x * x)),
        "arctan": Activation(lambda x, _: math.atan(x), lambda x, _: 1 / (1 + x * x)),
        "tanhshrink": Activation(lambda x, _: x - math.tanh(x), lambda x, _: math.tanh(x) ** 2),
        "softshrink": Activation(_softshrink, _beyond, argument="lambd", default=0.5, kinks=_edges),
        "hardshrink": Activation(
            lambda x, b: x if abs(x) > b else 0.0, _beyond, argument="lambd", default=0.5, kinks=_edges
        ),
        "sign": Activation(_sign, lambda *_: 0.0, kinks=_at_zero),
        "lecun_tanh": Activation(
            lambda x, _: 1.7159 * math.tanh(2 * x / 3), lambda x, _: 1.7159 * 2 / 3 * _sech2(2 * x / 3)
        ),
    }
)
"""Every activation whose moments are known, by canonical name."""
