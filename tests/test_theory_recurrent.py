"""Second moments of recurrent states against torch."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from winit_lint.theory.recurrent import Cell, settle

INPUTS, HIDDEN, STEPS = 96, 384, 40


def measured(cls: str, **options: Any) -> tuple[float, float]:
    """E[h^2] and E[h h'] of two samples, over the later half of the steps."""
    torch.manual_seed(0)
    layer = getattr(torch.nn, cls)(INPUTS, HIDDEN, batch_first=True, **options)
    with torch.no_grad():
        states = layer(torch.randn(32, STEPS, INPUTS))[0][:, STEPS // 2 :]
    return states.square().mean().item(), (states[:16] * states[16:]).mean().item()


# torch's default is U(+-1/sqrt(hidden)) for everything, two biases added
DEFAULT = {"s_input": INPUTS / (3 * HIDDEN), "s_state": 1 / 3, "bias": 2 / (3 * HIDDEN)}


@pytest.mark.parametrize(
    ("kind", "cls", "options"),
    [
        ("tanh", "RNN", {}),
        ("relu", "RNN", {"nonlinearity": "relu"}),
        ("lstm", "LSTM", {}),
        ("gru", "GRU", {}),
    ],
)
def test_the_default_settles_where_torch_does(kind: str, cls: str, options: dict[str, Any]) -> None:
    second, common = settle(Cell(kind, **DEFAULT), (1.0, 0.0), STEPS)
    real_second, real_common = measured(cls, **options)
    assert math.log10(second / real_second) == pytest.approx(0, abs=0.03)
    assert common == pytest.approx(real_common, abs=0.12 * real_second)


def test_a_projection_follows_the_state() -> None:
    s_state = 64 / (3 * HIDDEN)  # the state that comes back has 64 entries
    cell = Cell("lstm", DEFAULT["s_input"], s_state, DEFAULT["bias"], s_output=1 / 3)
    second, _ = settle(cell, (1.0, 0.0), STEPS)
    assert second == pytest.approx(measured("LSTM", proj_size=64)[0], rel=0.06)


def test_an_explosion_is_infinite() -> None:
    assert settle(Cell("relu", 1.0, 1e9, 0.0), (1.0, 0.0), 100)[0] == math.inf
