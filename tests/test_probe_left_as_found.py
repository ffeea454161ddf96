"""What the probe leaves of the caller's own module and inputs: a training step goes on as if it had not been there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from winit_lint.probe import probe

BUILDS: dict[str, Callable[[], nn.Module]] = {
    "batch norm": lambda: nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8)),
    "batch norm in evaluation": lambda: nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8)).eval(),
    "recurrent": lambda: nn.GRU(8, 8),
    "layer norm": lambda: nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 2)),
}


def total(output: torch.Tensor | tuple[torch.Tensor, ...]) -> torch.Tensor:
    return (output[0] if isinstance(output, tuple) else output).square().sum()


@pytest.mark.parametrize("name", BUILDS)
def test_a_backward_pass_that_waits_still_works(name: str) -> None:
    torch.manual_seed(0)
    model, x = BUILDS[name](), torch.randn(4, 8)
    for parameter in model.parameters():
        nn.init.normal_(parameter)
    loss = total(model(x))
    expected = torch.autograd.grad(loss, list(model.parameters()), retain_graph=True)
    counts = [tensor._version for tensor in (*model.parameters(), *model.buffers())]
    assert probe(model, x).measured.signal is not None
    assert [tensor._version for tensor in (*model.parameters(), *model.buffers())] == counts
    loss.backward()  # type: ignore[no-untyped-call]
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        assert parameter.grad is not None
        assert torch.equal(parameter.grad, gradient)


def test_tensors_and_their_sharing_stay_the_same() -> None:
    class Tied(nn.Module):
        steps: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 8)
            nn.init.ones_(self.a.bias)
            self.b.bias = self.a.bias
            self.register_buffer("steps", torch.zeros(()))
            self.register_buffer("again", self.steps)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.steps = self.steps + 1
            found: torch.Tensor = self.b(self.a(x))
            return found

    model = Tied()
    before = [*model.parameters(), model.steps]
    found = probe(model, torch.randn(4, 8))
    assert found.measured.signal is not None
    assert all(one is other for one, other in zip([*model.parameters(), model.steps], before, strict=True))
    assert model.steps is model.again and float(model.steps) == 0.0
    assert model.a.bias is model.b.bias and bool((model.a.bias == 1).all())


def test_hooks_that_wait_for_gradients_are_not_called() -> None:
    called: list[str] = []
    model = nn.Linear(8, 2)
    model.weight.register_post_accumulate_grad_hook(lambda _: called.append("accumulated"))  # type: ignore[no-untyped-call]
    model.bias.register_hook(lambda _: called.append("hook"))  # type: ignore[no-untyped-call]
    x = torch.randn(4, 8)
    probe(model, x)
    assert called == []
    total(model(x)).backward()  # type: ignore[no-untyped-call]
    assert sorted(called) == ["accumulated", "hook"]


def test_the_input_is_not_written_to_and_gets_no_gradient() -> None:
    x = torch.randn(4, 8, requires_grad=True)
    given = {"x": torch.randn(4, 8), "others": [x, (x.exp(),)]}
    held = given["x"].clone()  # type: ignore[attr-defined]

    class Takes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 2)

        def forward(self, x: torch.Tensor, others: list[torch.Tensor | tuple[torch.Tensor]]) -> torch.Tensor:
            assert isinstance(others, list) and isinstance(others[0], torch.Tensor) and isinstance(others[1], tuple)
            found: torch.Tensor = self.fc(x.relu_() + others[0] + others[1][0])
            return found

    signal = probe(Takes(), given).measured.signal
    assert signal is not None
    assert x.grad is None and x.requires_grad
    assert torch.equal(given["x"], held)  # type: ignore[arg-type]
    inputs = [op for op in signal.ops if not op.layer and op.name == "others"]
    assert [op.backward is not None for op in inputs] == [True, True], "its gradient is measured still"
    x.exp().sum().backward()  # type: ignore[no-untyped-call]
