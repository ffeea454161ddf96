"""Repeated numbers count once, and the first loss is one of all builds."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from winit_lint.ir.measured import Measured  # noqa: E402
from winit_lint.probe.inputs import parse_inputs  # noqa: E402
from winit_lint.probe.live import measure  # noqa: E402
from winit_lint.probe.statistics import different  # noqa: E402


class Repeated(nn.Module):
    """One row for all: as many numbers as it has columns, whatever the number of entries."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(64, 64, bias=False)
        self.plain = nn.Linear(64, 64, bias=False)
        with torch.no_grad():
            self.fc.weight.copy_(torch.randn(1, 64).expand(64, 64) / 8)


def _measured(build: type[nn.Module], seeds: int, size: str | None = None) -> Measured:
    inputs = None if size is None else parse_inputs([size])
    model = measure(build, inputs=inputs, seeds=seeds, stage=lambda _: None)
    assert model.measured is not None
    return model.measured


def test_repeated_entries_make_no_interval_narrow() -> None:
    found = {each.name: each for each in _measured(Repeated, 3).statistics}
    repeated, plain = found["fc.weight"], found["plain.weight"]
    assert repeated.std_interval is not None
    assert plain.std_interval is not None
    width = math.log(repeated.std_interval.high / repeated.std_interval.low)
    assert width > 4 * math.log(plain.std_interval.high / plain.std_interval.low)


class Classifier(nn.Module):
    """Large logits: what they cost differs from build to build."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(16, 10)
        nn.init.normal_(self.head.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(x)


def test_the_first_loss_is_that_of_all_builds() -> None:
    one, four = (_measured(Classifier, seeds, "32,16").loss for seeds in (1, 4))
    assert one is not None
    assert four is not None
    assert (one.builds, one.error, four.builds) == (1, 0.0, 4)
    assert 0.05 < four.error < 1.0
    assert abs(four.value - one.value) < 6 * four.error
    torch.manual_seed(5)
    expected = []
    for _ in range(50):
        logits = Classifier()(torch.randn(32, 16)).detach()
        expected.append(float(nn.functional.cross_entropy(logits, torch.randint(10, (32,)))))
    assert four.value == pytest.approx(sum(expected) / 50, abs=4 * four.error + 0.3)


def test_different_numbers_of_many_are_told_by_a_sample() -> None:
    many = torch.randn(2**18, generator=torch.Generator().manual_seed(1))
    assert different(many) == pytest.approx(2**18, rel=0.01)
    assert different(many[:1000].repeat(400)) == 1000
    assert different(torch.zeros(2**18)) == 1
