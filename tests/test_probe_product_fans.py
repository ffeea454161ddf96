"""Fans of raw parameters, measured on the product that the forward pass does with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from test_probe_fans import near
from torch import nn
from torch.nn import functional

from winit_lint.ir.measured import MeasuredFans
from winit_lint.ir.model import Model
from winit_lint.probe.inputs import parse_inputs
from winit_lint.probe.live import measure

Call = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class Raw(nn.Module):
    """A weight of any shape and what is done with it."""

    def __init__(self, shape: tuple[int, ...], call: Call) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(shape))
        self.bias = nn.Parameter(torch.randn(shape[-1]))
        self.call = call

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.call(x, self.weight)


class Conv1D(nn.Module):
    """What GPT-2 is made of."""

    def __init__(self, nf: int, nx: int) -> None:
        super().__init__()
        self.nf = nf
        self.weight = nn.Parameter(torch.empty(nx, nf))
        self.bias = nn.Parameter(torch.zeros(nf))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.addmm(self.bias, x.view(-1, x.size(-1)), self.weight).view(*x.size()[:-1], self.nf)


def _twice(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return (x @ w).relu() @ w.T


def _each(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return torch.stack([x @ matrix for matrix in w])


# (shape of the weight, input, call, true fan_in, true fan_out)
USES: list[tuple[tuple[int, ...], str, Call, int, int]] = [
    ((300, 200), "4,300", lambda x, w: x @ w, 300, 200),
    ((300, 200), "4,300", torch.mm, 300, 200),
    ((300, 200), "4,5,300", torch.matmul, 300, 200),
    ((200, 300), "4,300", lambda x, w: x @ w.T, 300, 200),
    ((200, 300), "4,300", functional.linear, 300, 200),
    ((200, 300), "4,300", lambda x, w: functional.linear(input=x, weight=w), 300, 200),
    ((300, 200), "4,300", lambda x, w: functional.linear(x, w.t()), 300, 200),
    ((200, 300), "4,300,7", lambda x, w: w @ x, 300, 200),
    ((200, 300), "300", lambda x, w: w.mv(x), 300, 200),
    ((300, 200), "4,300", lambda x, w: torch.einsum("bi,io->bo", x, w), 300, 200),
    ((200, 300), "4,7,300", lambda x, w: torch.einsum("oi,...i->...o", w, x), 300, 200),
    ((300, 200), "4,7,300", lambda x, w: torch.einsum("bti,io->bo", x, w), 7 * 300, 200),
    ((8, 30, 20), "4,30", lambda x, w: torch.einsum("bi,hio->bho", x, w), 30, 160),
    ((8, 30, 20), "4,8,30", lambda x, w: torch.einsum("bhi,hio->bo", x, w), 240, 20),
    ((8, 30, 20), "8,4,30", lambda x, w: x @ w, 30, 20),
    ((8, 30, 20), "8,4,30", torch.bmm, 30, 20),
    ((8, 30, 20), "5,1,4,30", torch.matmul, 30, 160),
    ((1, 30, 20), "8,4,30", lambda x, w: torch.bmm(x, w.expand(8, 30, 20)), 30, 20),
    ((8, 30, 20), "4,30", _each, 30, 20),
    ((8, 20, 30), "4,30", lambda x, w: functional.linear(x, w.flatten(0, 1)), 30, 160),
]


def fans_of(model: Model, name: str = "weight") -> MeasuredFans | None:
    assert model.measured is not None
    return next((found for found in model.measured.fans if found.name == name), None)


def measured(shape: tuple[int, ...], sizes: str, call: Call) -> Model:
    return measure(lambda: Raw(shape, call), inputs=parse_inputs([sizes]), seeds=1, stage=lambda _: None)


@pytest.mark.parametrize(("shape", "sizes", "call", "fan_in", "fan_out"), USES)
def test_a_parameter_in_a_product(shape: tuple[int, ...], sizes: str, call: Call, fan_in: int, fan_out: int) -> None:
    model = measured(shape, sizes, call)
    found = fans_of(model)
    assert found is not None
    assert near(found.fan_in, fan_in), found
    assert near(found.fan_out, fan_out), found
    assert (found.table_in, found.table_out) == (fan_in, fan_out)
    parameter = model.by_name["weight"]
    assert (parameter.fan_in, parameter.fan_out) == (fan_in, fan_out)


SILENT: list[tuple[tuple[int, ...], str, Call]] = [
    ((64, 64), "4,64", _twice),  # the sides are equal, their roles are not
    ((64, 32), "4,64", _twice),
    ((64, 32), "4,32", lambda x, w: x @ w[:32] + x @ w[32:]),  # two halves of one sum
    ((64, 32), "4,64", lambda x, w: x + w.sum()),
    ((64, 32), "4,64", lambda x, w: x @ (2 * w)),  # another weight
]


@pytest.mark.parametrize(("shape", "sizes", "call"), SILENT)
def test_what_is_not_one_product_has_no_fans(shape: tuple[int, ...], sizes: str, call: Call) -> None:
    model = measured(shape, sizes, call)
    assert fans_of(model) is None
    assert model.by_name["weight"].fan_in is None


def test_a_square_matrix_has_its_side_in_the_flow() -> None:
    for call, transposed in ((torch.matmul, True), (functional.linear, False), (lambda x, w: x @ w.T, False)):
        (product,) = (op for op in measured((64, 64), "4,64", call).flows[0].ops if op.parameters)
        assert product.args["transposed"] is transposed


def test_each_conv1d_of_a_stack_is_measured() -> None:
    model = measure(
        lambda: nn.Sequential(Conv1D(256, 64), nn.GELU(), Conv1D(64, 256)),
        inputs=parse_inputs(["2,5,64"]),
        seeds=1,
        stage=lambda _: None,
    )
    for name, fan_in, fan_out in (("0.weight", 64, 256), ("2.weight", 256, 64)):
        found = fans_of(model, name)
        assert found is not None
        assert near(found.fan_in, fan_in)
        assert near(found.fan_out, fan_out)


def test_a_large_matrix_is_measured_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("winit_lint.probe.product_fans.WHOLE", 10_000)
    found = fans_of(measured((300, 200), "4,300", torch.matmul))
    assert found is not None
    assert near(found.fan_in, 300)
    assert near(found.fan_out, 200)
