"""True fans, torch's, and the std factors between them, for every kind of layer."""

from __future__ import annotations

import pytest
import torch

from winit_lint.ir.size import Number, SizeExpr
from winit_lint.theory import fans

Pair = tuple[Number, Number]

# (what, true fans, shape of the weight, true in and out, torch's in and out, std factors of Kaiming fan_in and fan_out
# and of Xavier). The true fans were measured: products of N(0, 1) weights with white inputs, and their gradients.
LAYERS: list[tuple[str, Pair, tuple[int, ...], Pair, Pair, tuple[float, float, float]]] = [
    ("linear", fans.dense(300, 200), (200, 300), (300, 200), (300, 200), (1, 1, 1)),
    ("x @ W", fans.dense(300, 200), (300, 200), (300, 200), (200, 300), (1.22474, 0.816497, 1)),
    ("x @ W, wide", fans.dense(64, 1024), (64, 1024), (64, 1024), (1024, 64), (0.25, 4, 1)),
    ("bilinear", fans.bilinear(20, 30, 50), (50, 20, 30), (600, 1500), (600, 1500), (1, 1, 1)),
    ("conv1d", fans.convolution(32, 64, (5,), (1,)), (64, 32, 5), (160, 320), (160, 320), (1, 1, 1)),
    ("conv1d s2", fans.convolution(32, 64, (5,), (2,)), (64, 32, 5), (160, 160), (160, 320), (1, 0.707107, 0.816497)),
    ("conv2d", fans.convolution(32, 64, (3, 3)), (64, 32, 3, 3), (288, 576), (288, 576), (1, 1, 1)),
    (
        "conv2d s2",
        fans.convolution(32, 64, (3, 3), (2, 2)),
        (64, 32, 3, 3),
        (288, 144),
        (288, 576),
        (1, 0.5, 0.707107),
    ),
    (
        "conv2d g4",
        fans.convolution(32, 64, (3, 3), (1, 1), 4),
        (64, 8, 3, 3),
        (72, 144),
        (72, 576),
        (1, 0.5, 0.57735),
    ),
    ("depthwise", fans.convolution(64, 64, (3, 3), (), 64), (64, 1, 3, 3), (9, 9), (9, 576), (1, 0.125, 0.175412)),
    (
        "depthwise 7",
        fans.convolution(64, 64, (7, 7), (), 64),
        (64, 1, 7, 7),
        (49, 49),
        (49, 3136),
        (1, 0.125, 0.175412),
    ),
    (
        "depthwise x2",
        fans.convolution(64, 128, (3, 3), (), 64),
        (128, 1, 3, 3),
        (9, 18),
        (9, 1152),
        (1, 0.125, 0.152499),
    ),
    (
        "depthwise s2",
        fans.convolution(64, 64, (3, 3), (2, 2), 64),
        (64, 1, 3, 3),
        (9, 2.25),
        (9, 576),
        (1, 0.0625, 0.138675),
    ),
    ("stem", fans.convolution(3, 64, (7, 7), (2, 2)), (64, 3, 7, 7), (147, 784), (147, 3136), (1, 0.5, 0.532524)),
    (
        "patches",
        fans.convolution(3, 96, (16, 16), (16, 16)),
        (96, 3, 16, 16),
        (768, 96),
        (768, 24576),
        (1, 0.0625, 0.184637),
    ),
    ("conv3d", fans.convolution(8, 16, (3, 3, 3)), (16, 8, 3, 3, 3), (216, 432), (216, 432), (1, 1, 1)),
    (
        "conv3d s2",
        fans.convolution(8, 16, (3, 3, 3), (2, 2, 2)),
        (16, 8, 3, 3, 3),
        (216, 54),
        (216, 432),
        (1, 0.353553, 0.645497),
    ),
    (
        "transposed 1d",
        fans.transposed_convolution(32, 16, (4,), (2,)),
        (32, 16, 4),
        (64, 64),
        (64, 128),
        (1, 0.707107, 0.816497),
    ),
    (
        "transposed",
        fans.transposed_convolution(64, 32, (3, 3)),
        (64, 32, 3, 3),
        (576, 288),
        (288, 576),
        (1.41421, 0.707107, 1),
    ),
    (
        "transposed k4 s2",
        fans.transposed_convolution(64, 32, (4, 4), (2, 2)),
        (64, 32, 4, 4),
        (256, 512),
        (512, 1024),
        (0.707107, 0.707107, 0.707107),
    ),
    (
        "to an image",
        fans.transposed_convolution(256, 3, (4, 4), (2, 2)),
        (256, 3, 4, 4),
        (1024, 48),
        (48, 4096),
        (4.6188, 0.108253, 0.508613),
    ),
    (
        "from noise",
        fans.transposed_convolution(100, 512, (4, 4), (1, 1)),
        (100, 512, 4, 4),
        (1600, 8192),
        (8192, 1600),
        (0.441942, 2.26274, 1),
    ),
    (
        "transposed depthwise",
        fans.transposed_convolution(64, 64, (4, 4), (2, 2), 64),
        (64, 1, 4, 4),
        (4, 16),
        (16, 1024),
        (0.5, 0.125, 0.138675),
    ),
    (
        "transposed g4",
        fans.transposed_convolution(64, 32, (4, 4), (2, 2), 4),
        (64, 8, 4, 4),
        (64, 128),
        (128, 1024),
        (0.707107, 0.353553, 0.408248),
    ),
    (
        "transposed 3d",
        fans.transposed_convolution(16, 8, (2, 2, 2), (2, 2, 2)),
        (16, 8, 2, 2, 2),
        (16, 64),
        (64, 128),
        (0.5, 0.707107, 0.645497),
    ),
    (
        "transposed s4",
        fans.transposed_convolution(64, 32, (4, 4), (4, 4)),
        (64, 32, 4, 4),
        (64, 512),
        (512, 1024),
        (0.353553, 0.707107, 0.612372),
    ),
    ("embedding", fans.lookup(64), (5000, 64), (1, 64), (64, 5000), (0.125, 0.113137, 0.113295)),
    ("bag, sum", fans.bag(16, 64), (5000, 64), (16, 64), (64, 5000), (0.5, 0.113137, 0.125689)),
    ("bag, mean", fans.bag(16, 64, mean=True), (5000, 64), (0.0625, 64), (64, 5000), (0.03125, 0.113137, 0.112475)),
    ("RNN", fans.dense(128, 128), (128, 128), (128, 128), (128, 128), (1, 1, 1)),
    ("LSTM gates", fans.dense(128, 128), (512, 128), (128, 128), (128, 512), (1, 0.5, 0.632456)),
    ("LSTM gates, wide", fans.dense(32, 256), (1024, 32), (32, 256), (32, 1024), (1, 0.5, 0.522233)),
    ("LSTM gates, slim", fans.dense(512, 64), (256, 512), (512, 64), (512, 256), (1, 0.5, 0.866025)),
    ("LSTM projected", fans.dense(64, 256), (1024, 64), (64, 256), (64, 1024), (1, 0.5, 0.542326)),
    ("GRU gates", fans.dense(128, 128), (384, 128), (128, 128), (128, 384), (1, 0.57735, 0.707107)),
    ("query, key, value", fans.dense(256, 256), (768, 256), (256, 256), (256, 768), (1, 0.57735, 0.707107)),
    ("grouped query", fans.dense(256, 256), (384, 256), (256, 256), (256, 384), (1, 0.816497, 0.894427)),
    ("grouped key", fans.dense(256, 64), (384, 256), (256, 64), (256, 384), (1, 0.408248, 0.707107)),
    ("SwiGLU", fans.dense(256, 688), (1376, 256), (256, 688), (256, 1376), (1, 0.707107, 0.760547)),
    ("experts x @ W", fans.dense(64, 128), (8, 64, 128), (64, 128), (8192, 1024), (0.0883883, 0.353553, 0.144338)),
    ("experts W x", fans.dense(64, 128), (8, 128, 64), (64, 128), (8192, 512), (0.0883883, 0.5, 0.148522)),
    ("heads", fans.dense(64, 16), (8, 64, 16), (64, 16), (1024, 128), (0.25, 0.353553, 0.263523)),
    ("LoRA A", fans.dense(256, 8), (8, 256), (256, 8), (256, 8), (1, 1, 1)),
    ("places", fans.lookup(192), (1, 197, 192), (1, 192), (37824, 192), (0.00514181, 1, 0.0712517)),
    ("class token", fans.lookup(192), (1, 1, 192), (1, 192), (192, 192), (0.0721688, 1, 0.708946)),
    ("language head", fans.dense(768, 50257), (50257, 768), (768, 50257), (768, 50257), (1, 1, 1)),
]


@pytest.mark.parametrize(("what", "found", "shape", "true", "seen", "expected"), LAYERS, ids=[row[0] for row in LAYERS])
def test_fans_and_factors(
    what: str,
    found: Pair,
    shape: tuple[int, ...],
    true: Pair,
    seen: Pair,
    expected: tuple[float, float, float],
) -> None:
    assert found == true
    assert fans.torch_fans(shape) == seen
    assert torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape, device="meta")) == seen
    factors = fans.factors(found, shape)
    assert factors is not None
    assert factors.kaiming_fan_in == pytest.approx(expected[0], rel=1e-5)
    assert factors.kaiming_fan_out == pytest.approx(expected[1], rel=1e-5)
    assert factors.xavier == pytest.approx(expected[2], rel=1e-5)


def test_symbolic_sizes_cancel() -> None:
    dim, groups = SizeExpr.atom("dim"), SizeExpr.atom("groups")
    assert fans.factors(fans.dense(dim, dim), (3 * dim, dim)) == fans.Factors(
        1, pytest.approx(3**-0.5), pytest.approx(0.5**0.5)
    )
    depthwise = fans.factors(fans.convolution(dim, dim, (3, 3), (1, 1), dim), (dim, 1, 3, 3))
    assert depthwise is not None
    assert depthwise.kaiming_fan_in == 1
    assert depthwise.kaiming_fan_out == dim**-0.5
    assert fans.convolution(dim * groups, dim * groups, (1,), (1,), groups) == (dim, dim)


def test_vectors_have_no_fans() -> None:
    assert fans.factors(fans.lookup(192), (192,)) is None


@pytest.mark.parametrize("shape", [(64, 32, 4, 4), (8, 4, 2, 2)])
def test_default_of_a_transposed_convolution_against_monte_carlo(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    inputs, outputs, kernel = shape[0], shape[1], shape[2:]
    seen = []
    for _ in range(20):
        layer = torch.nn.ConvTranspose2d(inputs, outputs, kernel, stride=2, bias=False)
        torch.nn.init.normal_(layer.weight)
        y = layer(torch.randn(8, inputs, 12, 12))[:, :, 4:-4, 4:-4]
        seen.append(y.square().mean().item())
    assert sum(seen) / len(seen) == pytest.approx(
        fans.transposed_convolution(inputs, outputs, kernel, (2, 2))[0], rel=0.05
    )
