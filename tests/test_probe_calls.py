"""Calls as the probe traces them: which parameters take part, the weight before its bias."""

from __future__ import annotations

import pytest
import torch
from torch import nn

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


@pytest.mark.parametrize("call", ["addmm", "method", "linear"])
def test_the_weight_comes_before_the_bias(call: str) -> None:
    model = measure(lambda: Product(call), inputs=parse_inputs(["3,8"]), seeds=1, stage=lambda name: None)
    (product,) = (op for op in model.flows[0].ops if op.kind is OpKind.WEIGHT)
    assert product.parameters == ("weight", "bias")
