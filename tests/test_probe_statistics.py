"""Moments with intervals that know the sample size, and what the entries look like."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from winit_lint.ir.distribution import Kind
from winit_lint.ir.measured import Statistics
from winit_lint.probe.family import family, orthonormal
from winit_lint.probe.live import measure
from winit_lint.theory.intervals import mean_interval, std_interval


@pytest.mark.parametrize("n", [32, 64, 1000, 100_000])
@pytest.mark.parametrize(("draw", "kurtosis"), [("normal", 3.0), ("uniform", 1.8)])
def test_an_interval_holds_the_true_value_and_not_much_more(n: int, draw: str, kurtosis: float) -> None:
    torch.manual_seed(n)
    samples = torch.randn(2000, n) if draw == "normal" else (torch.rand(2000, n) - 0.5) * 12**0.5
    if n == 100_000:
        samples = samples[:200]
    out = wide = 0
    for sample in samples.double():
        interval = std_interval(float(sample.std()), kurtosis, n)
        assert interval is not None
        out += not interval[0] <= 1.0 <= interval[1]
        between = mean_interval(float(sample.mean()), float(sample.std()), n)
        assert between is not None
        out += not between[0] <= 0.0 <= between[1]
        wide += interval[1] / interval[0] > (1 + 4 * ((kurtosis - 1) / (4 * n)) ** 0.5) ** 4
    assert out <= 1  # of 4,000; about 0.3 are expected
    assert wide == 0 or n == 32


def test_too_few_entries_give_no_interval() -> None:
    assert std_interval(1.0, 3.0, 31) is None
    assert std_interval(1.0, 30.0, 64) is None
    assert mean_interval(0.0, 1.0, 31) is None


def _truncated(w: torch.Tensor) -> torch.Tensor:
    return nn.init.trunc_normal_(w, std=1.0, a=-1.5, b=1.5)


@pytest.mark.parametrize(
    ("fill", "promised", "expected"),
    [
        (nn.init.normal_, Kind.NORMAL, ("normal", 1)),
        (nn.init.uniform_, Kind.UNIFORM, ("uniform", 1)),
        (nn.init.uniform_, Kind.UNKNOWN, ("uniform", 1)),
        (nn.init.normal_, Kind.UNKNOWN, ("normal", 1)),
        (nn.init.normal_, Kind.UNIFORM, ("normal", 1)),
        (_truncated, Kind.TRUNCATED_NORMAL, ("truncated_normal", 1)),
        (_truncated, Kind.NORMAL, ("truncated_normal", 1)),
        (nn.init.zeros_, Kind.NORMAL, ("constant", 1)),
        (nn.init.orthogonal_, Kind.ORTHOGONAL, ("orthogonal", 1)),
        (nn.init.eye_, Kind.EYE, ("two_valued", 1)),
        (lambda w: w.exponential_(), Kind.UNKNOWN, (None, 1)),
    ],
)
def test_families(
    fill: Callable[[torch.Tensor], torch.Tensor], promised: Kind, expected: tuple[str | None, int]
) -> None:
    torch.manual_seed(3)
    weight = torch.empty(96, 128)
    fill(weight)
    assert family(weight, promised) == expected


def test_blocks_of_rows_may_each_be_orthogonal() -> None:
    torch.manual_seed(0)
    weight = torch.cat([nn.init.orthogonal_(torch.empty(64, 64)) for _ in range(4)])
    assert orthonormal(weight) == 4
    assert orthonormal(nn.init.orthogonal_(torch.empty(256, 64))) == 1
    assert orthonormal(torch.randn(256, 64)) == 0
    assert orthonormal(torch.ones(4, 4)) == 0


class Claims(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(64, 128)
        nn.init.xavier_uniform_(self.fc.weight)
        self.table = nn.Embedding(100, 16, padding_idx=0)
        nn.init.normal_(self.table.weight, std=0.05)
        with torch.no_grad():
            self.table.weight[0].zero_()
        self.bias = nn.Parameter(torch.zeros(3))
        self.raw = nn.Parameter(torch.empty(2, 2).fill_(float("nan")))


def _statistics(seeds: int = 3) -> dict[str, Statistics]:
    model = measure(Claims, inputs=None, seeds=seeds, stage=lambda _: None)
    assert model.measured is not None
    return dict(model.measured.by_name)


def test_what_a_write_promises_is_measured_over_all_builds() -> None:
    found = _statistics()
    weight = found["fc.weight"]
    assert (weight.n, weight.builds, weight.family, weight.promised_family) == (8192, 3, "uniform", "uniform")
    assert weight.promised_std == pytest.approx((2 / 192) ** 0.5)
    assert weight.std_interval is not None
    assert weight.std_interval.holds((2 / 192) ** 0.5)
    assert weight.std_interval.high / weight.std_interval.low < 1.05
    assert sum(weight.histogram) == 8192
    assert (found["bias"].std, found["bias"].family, found["bias"].histogram) == (0.0, "constant", ())
    assert (found["raw"].nonfinite, found["raw"].std) == (4, None)


def test_a_row_that_is_zeroed_counts_in_what_is_promised() -> None:
    table = _statistics()["table.weight"]
    assert table.promised_std == pytest.approx(0.05 * 0.99**0.5)
    assert table.std_interval is not None
    assert table.std_interval.holds(table.promised_std or 0.0)


def test_a_constructor_that_seeds_itself_teaches_nothing_new() -> None:
    def build() -> nn.Module:
        torch.manual_seed(7)
        return nn.Linear(64, 64)

    model = measure(build, inputs=None, seeds=3, stage=lambda _: None)
    assert model.measured is not None
    assert {found.builds for found in model.measured.statistics} == {1}
