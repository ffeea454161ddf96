"""Gated units: the product of one half with an activation of the other, the halves being independent.

GLU (Dauphin et al. 2017, arXiv 1612.08083), its relatives (Shazeer 2020, arXiv 2002.05202) and the tanh gate of WaveNet
(van den Oord et al. 2016, arXiv 1609.03499, eq. 2).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from winit_lint.theory.moments import Moments, moments

GATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "glu": ("identity", "sigmoid"),
        "bilinear_gate": ("identity", "identity"),
        "reglu": ("identity", "relu"),
        "geglu": ("identity", "gelu"),
        "swiglu": ("identity", "silu"),
        "mishglu": ("identity", "mish"),
        "tanh_gate": ("tanh", "sigmoid"),
    }
)
"""What is applied to the value and what to the gate, by name."""


@final
@dataclass(frozen=True, slots=True)
class GateMoments:
    """E[y], E[y^2], and the second moments of dy with respect to the value and the gate half."""

    mean: float
    second: float
    value_slope: float
    gate_slope: float

    @property
    def slope_second(self) -> float:
        """E|grad|^2 over both halves, which is what a stacked projection gets back."""
        return self.value_slope + self.gate_slope


def gate(value: str, gate_: str, q_value: float = 1.0, q_gate: float = 1.0) -> GateMoments:
    """The moments of ``f(a) g(b)`` for independent a ~ N(0, q_value) and b ~ N(0, q_gate).

    Independence factors every moment: E[y^2] = E[f^2] E[g^2], E[(dy/da)^2] = E[f'^2] E[g^2], and the same for b.

    Raises:
        KeyError: an activation is not in the table.
    """
    return product(moments(value, None, q_value), moments(gate_, None, q_gate))


def product(left: Moments, right: Moments) -> GateMoments:
    """The moments of the product of two independent values."""
    return GateMoments(
        left.mean * right.mean,
        left.second * right.second,
        left.slope_second * right.second,
        left.second * right.slope_second,
    )


def gate_gain(name: str) -> float:
    """The gain of the stacked projection that keeps the second moment at q = 1.

    Raises:
        KeyError: there is no such gate.
    """
    return 1 / math.sqrt(gate(*GATES[name]).second)
