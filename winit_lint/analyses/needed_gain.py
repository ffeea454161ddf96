"""The gain that the activation behind a weight needs, as a range that training does not tell apart."""

from __future__ import annotations

import math
from typing import Final

from winit_lint.theory import moments

RECTIFYING: Final = frozenset(
    {
        "relu", "relu6", "leaky_relu", "prelu", "rrelu",
        "gelu", "gelu_tanh", "quick_gelu", "silu", "mish", "hardswish",
    }
)  # fmt: skip
"""ReLU and its relatives: about half of the signal is cut off."""

SMOOTH: Final = frozenset({"gelu", "gelu_tanh", "quick_gelu", "silu", "mish", "hardswish"})
"""Rectifiers whose exact gains are unstable fixed points (theory: chi_par > 1): sqrt(2) is right for them."""

SATURATING: Final = frozenset({"tanh", "hardtanh", "softsign", "arctan", "erf", "lecun_tanh", "sin"})
"""Odd and bounded: any gain from 1 (critical) to torch's 5/3 trains."""

SIGMOID: Final = frozenset({"sigmoid", "hardsigmoid"})
"""No gain keeps the signal."""


def needed_gain(activation: str, parameter: float | None = None) -> tuple[float, float] | None:
    """(lowest, highest) gain that suits; None where the table has no such activation or no gain suits."""
    if activation in SMOOTH or activation in {"relu", "relu6"}:
        return math.sqrt(2), math.sqrt(2)
    if activation in SATURATING:
        return 1.0, 5 / 3
    if activation in SIGMOID or not moments.is_known(activation):
        return None
    gain = moments.gain(activation, parameter)
    return gain, gain


def recommended(activation: str, parameter: float | None = None) -> str:
    """The arguments of a Kaiming call that give the gain this activation needs."""
    return ", ".join(f"{name}={text}" for name, text in kaiming_arguments(activation, parameter))


def kaiming_arguments(activation: str, parameter: float | None = None) -> tuple[tuple[str, str], ...]:
    """The same as (parameter of the call, source text)."""
    if activation in {"leaky_relu", "prelu", "rrelu"}:
        slope = moments.default_parameter(activation) if parameter is None else parameter
        return ("a", f"{slope:.3g}"), ("nonlinearity", '"leaky_relu"')
    if activation in RECTIFYING:
        return (("nonlinearity", '"relu"'),)
    return (("nonlinearity", '"linear"'),)


def recommended_gain(activation: str, parameter: float | None = None) -> str:
    """The source text of that gain."""
    if activation in {"leaky_relu", "prelu", "rrelu"}:
        slope = moments.default_parameter(activation) if parameter is None else parameter
        return f'nn.init.calculate_gain("leaky_relu", {slope:.3g})'
    if activation in RECTIFYING:
        return 'nn.init.calculate_gain("relu")'
    gain = needed_gain(activation, parameter)
    return "1" if gain is None else f"{gain[0]:.3g}"
