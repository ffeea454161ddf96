"""Fans measured on each layer of the tables alone, against figures that were counted and measured apart from it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from winit_lint.ir.measured import Fan
from winit_lint.ir.size import known
from winit_lint.knowledge.layers import LAYERS
from winit_lint.probe.capture import table_fans
from winit_lint.probe.fans import bag, measured
from winit_lint.probe.live import measure

# (class, arguments, keywords, weight, true fan_in, true fan_out)
DENSE = [
    ("Linear", (300, 200), {}, "weight", 300, 200),
    ("modules.linear.NonDynamicallyQuantizableLinear", (256, 256), {}, "weight", 256, 256),
    ("Bilinear", (20, 30, 50), {}, "weight", 600, 1500),
    ("Embedding", (5000, 64), {}, "weight", 1, 64),
    ("Embedding", (5000, 64), {"padding_idx": 0}, "weight", 1, 64),
]
CONVOLUTIONS = [
    ("Conv1d", (32, 64, 5), {}, "weight", 160, 320),
    ("Conv1d", (32, 64, 5), {"stride": 2}, "weight", 160, 160),
    ("Conv2d", (32, 64, 3), {}, "weight", 288, 576),
    ("Conv2d", (32, 64, 3), {"stride": 2}, "weight", 288, 144),
    ("Conv2d", (32, 64, 3), {"dilation": 2}, "weight", 288, 576),
    ("Conv2d", (32, 64, 3), {"groups": 4}, "weight", 72, 144),
    ("Conv2d", (64, 64, 3), {"groups": 64}, "weight", 9, 9),
    ("Conv2d", (64, 64, 7), {"groups": 64}, "weight", 49, 49),
    ("Conv2d", (64, 128, 3), {"groups": 64}, "weight", 9, 18),
    ("Conv2d", (3, 64, 7), {"stride": 2, "padding": 3}, "weight", 147, 784),
    ("Conv2d", (3, 96, 16), {"stride": 16}, "weight", 768, 96),
    ("Conv2d", (64, 256, 1), {}, "weight", 64, 256),
    ("Conv2d", (64, 128, 1), {"stride": 2}, "weight", 64, 32),
    ("Conv3d", (8, 16, 3), {}, "weight", 216, 432),
    ("Conv3d", (8, 16, 3), {"stride": 2}, "weight", 216, 54),
    ("Conv2d", (64, 64, 3), {"stride": 2, "groups": 64}, "weight", 9, 2.25),
    ("ConvTranspose1d", (32, 16, 4), {"stride": 2}, "weight", 64, 64),
    ("ConvTranspose2d", (64, 32, 3), {}, "weight", 576, 288),
    ("ConvTranspose2d", (64, 32, 2), {"stride": 2}, "weight", 64, 128),
    ("ConvTranspose2d", (64, 32, 4), {"stride": 2}, "weight", 256, 512),
    ("ConvTranspose2d", (64, 32, 3), {"stride": 2}, "weight", 144, 288),
    ("ConvTranspose2d", (256, 3, 4), {"stride": 2}, "weight", 1024, 48),
    ("ConvTranspose2d", (100, 512, 4), {}, "weight", 1600, 8192),
    ("ConvTranspose2d", (64, 64, 4), {"stride": 2, "groups": 64}, "weight", 4, 16),
    ("ConvTranspose2d", (64, 32, 4), {"stride": 2, "groups": 4}, "weight", 64, 128),
    ("ConvTranspose3d", (16, 8, 2), {"stride": 2}, "weight", 16, 64),
    ("ConvTranspose2d", (64, 32, 4), {"stride": 4}, "weight", 64, 512),
]
STACKED = [
    ("RNN", (128, 128), {}, "weight_ih_l0", 128, 128),
    ("RNN", (128, 128), {}, "weight_hh_l0", 128, 128),
    ("LSTM", (128, 128), {}, "weight_hh_l0", 128, 128),
    ("LSTM", (32, 256), {}, "weight_ih_l0", 32, 256),
    ("LSTM", (512, 64), {}, "weight_ih_l0", 512, 64),
    ("GRU", (128, 128), {}, "weight_ih_l0", 128, 128),
    ("GRU", (128, 128), {}, "weight_hh_l0", 128, 128),
    ("LSTM", (128, 256), {"proj_size": 64}, "weight_hr_l0", 256, 64),
    ("LSTM", (128, 256), {"proj_size": 64}, "weight_hh_l0", 64, 256),
    ("RNNCell", (64, 128), {}, "weight_ih", 64, 128),
    ("LSTMCell", (128, 128), {}, "weight_hh", 128, 128),
    ("GRUCell", (64, 128), {}, "weight_hh", 128, 128),
    ("MultiheadAttention", (256, 8), {}, "in_proj_weight", 256, 256),
    ("MultiheadAttention", (256, 8), {"kdim": 128}, "q_proj_weight", 256, 256),
    ("MultiheadAttention", (256, 8), {"kdim": 128}, "k_proj_weight", 128, 256),
    ("MultiheadAttention", (256, 8), {"vdim": 128}, "v_proj_weight", 128, 256),
]
ROWS = [*DENSE, *CONVOLUTIONS, *STACKED]


def made(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> nn.Module:
    home, _, short = name.rpartition(".")
    torch.manual_seed(1)
    cls = getattr(nn.modules.linear if home else nn, short)
    layer: nn.Module = cls(*args, **kwargs)
    return layer


def near(fan: Fan | None, true: float) -> bool:
    """Within four standard errors, and within 2 % as well where that asks more than one of them."""
    assert fan is not None
    return abs(fan.value - true) <= 4 * fan.error + 1e-5 * true and abs(fan.value - true) <= max(
        0.02 * true, 3 * fan.error
    )


@pytest.mark.parametrize(("name", "args", "kwargs", "role", "fan_in", "fan_out"), ROWS)
def test_a_layer_alone(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], role: str, fan_in: float, fan_out: float
) -> None:
    layer = made(name, args, kwargs)
    torch.manual_seed(2)
    ahead, back = measured(layer, role)
    assert near(ahead, fan_in), (ahead, fan_in)
    assert near(back, fan_out), (back, fan_out)
    table = table_fans(layer, role, tuple(getattr(layer, role).shape))
    assert [known(fan) for fan in table] == [fan_in, fan_out]


class Eights:
    """Arguments of any name, each 8."""

    def __getattr__(self, name: str) -> int:
        return 8


def test_every_weight_of_the_tables_is_measured_here() -> None:
    """But those of layers that hold others, and Lazy ones, which become these at their first forward."""
    rows = {f"torch.nn.{name}" for name, *_ in ROWS} | {"torch.nn.EmbeddingBag"}
    left_out = {"torch.nn.RNNBase", "torch.nn.RNNCellBase", "torchvision.ops.DeformConv2d"}
    weights = set()
    for name, spec in LAYERS.items():
        try:
            parameters = spec.parameters(Eights())
        except (TypeError, KeyError, AttributeError):
            parameters = ()
            assert name in left_out | rows, name
        if any(parameter.fan_in is not None for parameter in parameters):
            weights.add(name)
    assert weights - rows - left_out == set()
    assert len(weights & rows) >= 12


def test_the_noise_is_not_the_stream_that_the_weights_came_from() -> None:
    """Inputs that begin like the weights are correlated with them: 79 was measured here for a fan of 64."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(64, 64)
            torch.manual_seed(0)
            nn.init.normal_(self.fc.weight)

    model = measure(Net, inputs=None, seeds=1, stage=lambda _: None)
    assert model.measured is not None
    assert near(model.measured.fans[0].fan_in, 64)
    assert near(model.measured.fans[0].fan_out, 64)


@pytest.mark.parametrize(("mode", "true"), [("sum", 16.0), ("mean", 1 / 16)])
def test_a_bag_by_its_size(mode: str, true: float) -> None:
    torch.manual_seed(0)
    layer = nn.EmbeddingBag(5000, 64, mode=mode)
    assert near(bag(layer, 16), true)
    assert measured(layer, "weight")[0] is None
    assert near(measured(layer, "weight")[1], 64)


def test_weights_that_are_zero_or_have_a_mean_do_not_matter() -> None:
    torch.manual_seed(0)
    for fill in (nn.init.zeros_, nn.init.orthogonal_, lambda w: nn.init.normal_(w, 1.0, 0.1)):
        layer = nn.Linear(300, 200)
        fill(layer.weight)
        ahead, back = measured(layer, "weight")
        assert near(ahead, 300)
        assert near(back, 200)
