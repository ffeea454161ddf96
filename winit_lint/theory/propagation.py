"""Mean-field propagation of second moments: the q-map forward, its linearisation backward.

For layers z = W h + b, h' = f(z) with independent zero-mean weights (Poole et al. 2016, eq. 3; Schoenholz et al.
2017, eq. 7): q_l = s_in m_{l-1} + E[b^2], m_l = E[f(z)^2] with z ~ N(0, q_l), and backward
E|g_{l-1}|^2 = s_out E[f'(z)^2] E|g_l|^2 at the same q_l, where s_in = fan_in Var(w) and s_out = fan_out Var(w).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from winit_lint.theory.moments import is_homogeneous, moments

_TINY = 1e-280


@final
@dataclass(frozen=True, slots=True)
class Step:
    """One weight layer and the activation after it.

    ``s_in`` = fan_in Var(w), ``s_out`` = fan_out Var(w) (None = not known), ``bias`` = E[b^2] (None = not known).
    ``pool_forward`` and ``pool_backward`` multiply the second moments of value and gradient behind the activation.
    """

    s_in: float
    s_out: float | None
    bias: float | None = 0.0
    activation: str = "identity"
    parameter: float | None = None
    pool_forward: float = 1.0
    pool_backward: float = 1.0


@final
@dataclass(frozen=True, slots=True)
class State:
    """Behind one step: ``q`` = E[z^2], ``m`` = E[f(z)^2], ``slope`` = E[f'(z)^2]."""

    q: float
    m: float
    slope: float


def forward(steps: Sequence[Step], start: float = 1.0, *, biases: bool = True) -> tuple[State, ...]:
    """The q-map from input second moment ``start``; an unknown bias counts as 0, ``biases=False`` drops all.

    Raises:
        KeyError: an activation is not in the table of moments.
    """
    states = []
    m = start
    for step in steps:
        q = step.s_in * m + ((step.bias or 0.0) if biases else 0.0)
        if not math.isfinite(q) or q > 1e300:
            states.append(State(math.inf, math.inf, math.nan))
            m = math.inf
            continue
        found = moments(step.activation, step.parameter, q)
        m = found.second * step.pool_forward
        states.append(State(q, m, found.slope_second))
    return tuple(states)


def forward_ratio(steps: Sequence[Step], start: float = 1.0, *, biases: bool = False) -> float:
    """Second moment behind the last step / ``start``.

    Without biases this is what arrives of the *signal*: with them the second moment only floors at the level of the
    biases, which does not depend on the input.
    """
    states = forward(steps, start, biases=biases)
    return states[-1].m / start if states else 1.0


def backward_ratio(steps: Sequence[Step], start: float = 1.0) -> float | None:
    """Second moment of the gradient at the first step's activation / that at the last step's activation.

    1 for a single step; None where an s_out is not known, or a bias before an activation for which q matters.
    """
    if len(steps) > 1 and any(s.bias is None and not is_homogeneous(s.activation) for s in steps):
        return None
    total = 1.0
    for step, state in list(zip(steps, forward(steps, start), strict=True))[1:]:
        if step.s_out is None or math.isnan(state.slope):
            return None
        total *= step.s_out * state.slope
    for step in steps[:-1]:
        total *= step.pool_backward
    return total
