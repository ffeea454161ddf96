"""The true fans of the tables against what the layers do.

With weights and inputs of one, an output of a layer without bias counts the products that meet in it, which is
Var(out) / Var(w) for white inputs of unit variance; the gradient of their sum counts those that leave an input.
Borders are cut away, and strides divide the sizes, so that the counts are exact.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from winit_lint.knowledge.layers import LAYERS
from winit_lint.knowledge.spec import ParameterSpec

CONVOLUTIONS = [
    ("Conv1d", (32, 64, 5), {}),
    ("Conv1d", (32, 64, 5), {"stride": 2}),
    ("Conv2d", (32, 64, 3), {}),
    ("Conv2d", (32, 64, 3), {"dilation": 2}),
    ("Conv2d", (32, 64, (3, 1)), {"groups": 4}),
    ("Conv2d", (16, 32, 3), {"groups": 16}),
    ("Conv2d", (16, 16, 3), {"groups": 16, "stride": 2}),
    ("Conv2d", (3, 96, 4), {"stride": 4}),
    ("Conv2d", (8, 8, 4), {"stride": (2, 1)}),
    ("Conv3d", (4, 8, 2), {"stride": 2}),
    ("ConvTranspose1d", (32, 16, 4), {"stride": 2}),
    ("ConvTranspose2d", (64, 32, 3), {}),
    ("ConvTranspose2d", (64, 32, 3), {"stride": 2}),
    ("ConvTranspose2d", (64, 3, 4), {"stride": 2}),
    ("ConvTranspose2d", (16, 16, 4), {"stride": 2, "groups": 16}),
    ("ConvTranspose2d", (16, 32, 4), {"stride": (4, 2), "groups": 4}),
    ("ConvTranspose3d", (8, 4, 2), {"stride": 2}),
]


def bound(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[dict[str, ParameterSpec], Any]:
    spec = LAYERS[f"torch.nn.{name}"]
    names = [argument for argument, _ in spec.signature]
    filled = {**dict(spec.signature), **dict(zip(names, args, strict=False)), **kwargs}
    for argument in spec.broadcast:
        if isinstance(filled[argument], int):
            filled[argument] = (filled[argument],) * spec.spatial
    given = SimpleNamespace(**filled)
    return {parameter.name: parameter for parameter in spec.parameters(given)}, given


def fans(parameter: ParameterSpec, given: Any) -> tuple[Any, Any]:
    assert parameter.fan_in is not None
    assert parameter.fan_out is not None
    return parameter.fan_in(given), parameter.fan_out(given)


def inner(counts: torch.Tensor, margin: int, spatial: int) -> float:
    """The mean over positions at least ``margin`` from the border."""
    for axis in range(2, 2 + spatial):
        counts = counts.narrow(axis, margin, counts.shape[axis] - 2 * margin)
    return counts.double().mean().item()


@pytest.mark.parametrize(("name", "args", "kwargs"), CONVOLUTIONS)
def test_convolutions(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    parameters, given = bound(name, args, kwargs)
    spatial = len(given.kernel_size)
    layer = getattr(nn, name)(*args, bias=False, **kwargs)
    nn.init.ones_(layer.weight)
    length, margin = (16, 4) if spatial == 3 else (48, 12)  # both multiples of the strides
    x = torch.ones(1, args[0], *(length,) * spatial, requires_grad=True)
    y = layer(x)
    if "Transpose" in name:  # whole periods of the output's phases
        counts = y
        for axis, stride in enumerate(given.stride, start=2):
            counts = counts.narrow(axis, margin * stride, (length - 2 * margin) * stride)
        forward = counts.double().mean().item()
    else:
        forward = inner(y, 0, spatial)
    y.sum().backward()
    assert x.grad is not None
    assert fans(parameters["weight"], given) == pytest.approx((forward, inner(x.grad, margin, spatial)))


def test_linear() -> None:
    parameters, given = bound("Linear", (30, 20), {})
    layer = nn.Linear(30, 20, bias=False)
    nn.init.ones_(layer.weight)
    x = torch.ones(30, requires_grad=True)
    y = layer(x)
    y.sum().backward()
    assert x.grad is not None
    assert fans(parameters["weight"], given) == (y[0].item(), x.grad[0].item())


def test_bilinear() -> None:
    parameters, given = bound("Bilinear", (5, 6, 7), {})
    layer = nn.Bilinear(5, 6, 7, bias=False)
    nn.init.ones_(layer.weight)
    x = torch.ones(5, requires_grad=True)
    y = layer(x, torch.ones(6))
    y.sum().backward()
    assert x.grad is not None
    assert fans(parameters["weight"], given) == (y[0].item(), x.grad[0].item())


def test_a_lookup_has_fan_in_one() -> None:
    parameters, given = bound("Embedding", (50, 8), {})
    weight = torch.ones(50, 8)
    assert nn.functional.embedding(torch.tensor([3]), weight).unique().item() == 1
    assert fans(parameters["weight"], given) == (1, 8)


def test_the_bag_of_an_embedding_bag_is_not_known() -> None:
    parameters, _ = bound("EmbeddingBag", (50, 8), {})
    assert parameters["weight"].fan_in is None


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "expected"),
    [
        ("RNN", (32, 256), {}, {"weight_ih_l0": (32, 256), "weight_hh_l0": (256, 256)}),
        ("LSTM", (32, 256), {}, {"weight_ih_l0": (32, 256), "weight_hh_l0": (256, 256)}),
        ("LSTM", (512, 64), {"num_layers": 2, "bidirectional": True}, {"weight_ih_l1_reverse": (128, 64)}),
        ("LSTM", (32, 256), {"proj_size": 64}, {"weight_hh_l0": (64, 256), "weight_hr_l0": (256, 64)}),
        ("GRU", (128, 128), {}, {"weight_ih_l0": (128, 128), "weight_hh_l0": (128, 128)}),
        ("LSTMCell", (16, 128), {}, {"weight_ih": (16, 128), "weight_hh": (128, 128)}),
        ("MultiheadAttention", (256, 8), {}, {"in_proj_weight": (256, 256)}),
        ("MultiheadAttention", (256, 8), {"kdim": 128}, {"k_proj_weight": (128, 256), "q_proj_weight": (256, 256)}),
    ],
)
def test_stacked_matrices_count_one_block(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], expected: dict[str, tuple[int, int]]
) -> None:
    """Each block of a stacked matrix is a product of its own: in from its columns, out to its rows."""
    parameters, given = bound(name, args, kwargs)
    layer = dict(getattr(nn, name)(*args, **kwargs).named_parameters())
    for parameter, pair in expected.items():
        assert fans(parameters[parameter], given) == pair
        assert layer[parameter].shape[1] == pair[0]
        assert layer[parameter].shape[0] % pair[1] == 0


@pytest.mark.parametrize("name", ["LayerNorm", "BatchNorm1d", "PReLU"])
def test_vectors_have_no_fans(name: str) -> None:
    parameters, _ = bound(name, (8,), {})
    assert all(parameter.fan_in is None and parameter.fan_out is None for parameter in parameters.values())
