"""Second moments through recurrent cells, each step's products taken as independent of the state.

The mean-field recursion of gated cells (Chen, Pennington and Schoenholz 2018, arXiv 1806.05394, section 3; for the
LSTM Gilboa et al. 2019, arXiv 1901.08987): gates are functions of Gaussian pre-activations, products of independent
values multiply their moments, and the candidate has mean 0, so that cross terms vanish.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

from winit_lint.theory.elementwise import ARGUMENT, Elementwise, apply
from winit_lint.theory.law import Joint, Law, joint

_SETTLED = 1e-4

Pair = tuple[float, float]
"""E[x^2] and E[x x'] for two samples."""


@final
@dataclass(frozen=True, slots=True)
class Cell:
    """One layer of cells.

    ``s_input`` and ``s_state`` are fan_in Var(w) of one gate's block for the input and the state, ``bias`` is E[b^2] of
    the sum of its biases, ``s_output`` that of the projection behind the state (None without one).
    ``forget_bias`` is the mean of the forget gate's bias where that is filled by itself.
    """

    kind: str  # "tanh", "relu", "lstm", "gru"
    s_input: float
    s_state: float
    bias: float
    s_output: float | None = None
    forget_bias: float = 0.0


def settle(cell: Cell, x: Pair, steps: int) -> Pair:
    """The moments of the state after ``steps`` steps from zero, all inputs having the moments ``x``."""
    state: Pair = (0.0, 0.0)
    memory: Pair = (0.0, 0.0)
    for _ in range(steps):
        before = state
        state, memory = _step(cell, x, state, memory)
        if not math.isfinite(state[0]):
            return math.inf, math.nan
        if all(abs(now - then) <= _SETTLED * state[0] for now, then in zip(state, before, strict=True)):
            break
    return state


def _step(cell: Cell, x: Pair, state: Pair, memory: Pair) -> tuple[Pair, Pair]:
    q = cell.s_input * x[0] + cell.s_state * state[0] + cell.bias
    c = cell.s_input * x[1] + cell.s_state * state[1] + cell.bias
    match cell.kind:
        case "lstm":
            gate, forget = _of("sigmoid", Law(0.0, q, c)), _of("sigmoid", Law(cell.forget_bias, q, c))
            memory = _plus(_by(forget, memory), _by(gate, _pair(_of("tanh", Law(0.0, q, c)))))
            shown = _by(gate, _pair(_of("tanh", Law(0.0, memory[0], memory[1]))))
            if cell.s_output is not None:
                shown = (cell.s_output * shown[0], cell.s_output * shown[1])
            return shown, memory
        case "gru":
            # the candidate's recurrent part is multiplied by the reset gate
            reset = _of("sigmoid", Law(0.0, q, c))
            inner = _by(reset, (cell.s_state * state[0] + cell.bias / 2, cell.s_state * state[1] + cell.bias / 2))
            candidate = _of(
                "tanh",
                Law(
                    0.0,
                    cell.s_input * x[0] + cell.bias / 2 + inner[0],
                    cell.s_input * x[1] + cell.bias / 2 + inner[1],
                ),
            )
            update = _of("sigmoid", Law(0.0, q, c))  # 1 - z has the law of z
            return _plus(_by(update, _pair(candidate)), _by(update, state)), memory
        case _:
            return _pair(_of(cell.kind, Law(0.0, q, c))), memory


def _of(activation: str, law: Law) -> Joint:
    function: Elementwise | None = apply(activation, None, ARGUMENT)
    assert function is not None
    return joint(function, law)


def _pair(found: Joint) -> Pair:
    return found.second, found.common


def _by(gate: Joint, value: Pair) -> Pair:
    return gate.second * value[0], gate.common * value[1]


def _plus(left: Pair, right: Pair) -> Pair:
    return left[0] + right[0], left[1] + right[1]
