"""Calls as the probe traces them: which parameters take part, the weight before its bias."""

from __future__ import annotations

import functools

import pytest
import torch
from torch import nn

from winit_lint.analyses.dead_path import dead_paths
from winit_lint.ir.flow import OpKind
from winit_lint.probe.inputs import parse_inputs
from winit_lint.probe.live import measure


class Product(nn.Module):
    def __init__(self, call: str) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(8, 4))
        self.bias = nn.Parameter(torch.zeros(4))
        self.call = call

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        match self.call:
            case "addmm":
                return torch.addmm(self.bias, x, self.weight)
            case "method":
                return self.bias.addmm(x, self.weight)
            case "linear":
                return nn.functional.linear(x, self.weight.t(), self.bias)
            case _:
                return x @ self.weight + self.bias


class Gained(nn.Module):
    """A weight times a gain of zeros, as in normaliser-free networks, in front of a ReLU."""

    def __init__(self, bias: float, *, beside: bool) -> None:
        super().__init__()
        self.stem, self.out = nn.Linear(8, 8), nn.Linear(8, 4)
        self.weight = nn.Parameter(torch.randn(8, 8))
        self.gain = nn.Parameter(torch.zeros(8, 1))
        self.bias = nn.Parameter(torch.full((8,), bias))
        self.beside = beside

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = nn.functional.linear(self.stem(x), self.weight * (self.gain * 0.5), self.bias)
        out: torch.Tensor = self.out((x + y if self.beside else y).relu())
        return out


@pytest.mark.parametrize(
    ("bias", "beside", "dead"), [(0.0, False, {"gain"}), (0.1, False, set()), (0.0, True, set()), (0.1, True, set())]
)
def test_the_bias_of_a_computed_weight_is_added(bias: float, beside: bool, dead: set[str]) -> None:
    """As a factor it would make the output zero: then the gain would be called dead beside a shortcut."""
    build = functools.partial(Gained, bias, beside=beside)
    model = measure(build, inputs=parse_inputs(["3,8"]), seeds=1, stage=lambda name: None)
    assert dead_paths(model).dead.keys() == dead
    torch.manual_seed(0)
    module = build()
    module(torch.randn(64, 8)).square().sum().backward()
    assert module.gain.grad is not None
    assert bool(module.gain.grad.any()) == (not dead), "autograd says the same"


@pytest.mark.parametrize("call", ["addmm", "method", "linear"])
def test_the_weight_comes_before_the_bias(call: str) -> None:
    model = measure(lambda: Product(call), inputs=parse_inputs(["3,8"]), seeds=1, stage=lambda name: None)
    (product,) = (op for op in model.flows[0].ops if op.kind is OpKind.WEIGHT)
    assert product.parameters == ("weight", "bias")
