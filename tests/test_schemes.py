"""What a write asks for and how a parameter is used, on models built by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from models_by_hand import at
from models_in_a_row import (
    NOTE,
    WARNING,
    Net,
    call,
    kaiming,
    normal,
    xavier,
)

from winit_lint.analyses.final_writes import chosen_writes, others
from winit_lint.analyses.needed_gain import needed_gain
from winit_lint.analyses.scheme import cancelled, divisors, hand_gain, named_scheme, nominal_gain, std_factor_severity
from winit_lint.analyses.weight_use import weight_uses
from winit_lint.finding import Severity
from winit_lint.ir.distribution import LOADED, UNKNOWN
from winit_lint.ir.size import SizeExpr, sqrt
from winit_lint.ir.write import Origin, Write


@pytest.mark.parametrize(
    ("nonlinearity", "slope", "gain"),
    [("relu", 5, 2**0.5), ("leaky_relu", 1, 1.0), ("conv2d", 0, 1.0), ("gelu", 0, None), ("leaky_relu", "?", None)],
)
def test_the_gain_that_a_name_stands_for(nonlinearity: str, slope: object, gain: float | None) -> None:
    found = nominal_gain(nonlinearity, slope)
    assert found == (None if gain is None else pytest.approx(gain))


def test_a_formula_is_recognised_by_its_numbers_and_a_round_std_is_none() -> None:
    assert hand_gain(math.sqrt(2 / 432), 432) == pytest.approx(math.sqrt(2))
    assert hand_gain(0.02, 5000) is None  # 0.02**2 * 5000 = 2 by accident
    assert hand_gain(0.0371, 432) is None
    dim = SizeExpr.atom("dim")
    assert hand_gain(1 / sqrt(dim), dim) == 1.0
    assert hand_gain(1 / sqrt(dim), 4 * dim) is None


def test_channels_over_groups_cancel() -> None:
    channels, groups = SizeExpr.atom("channels"), SizeExpr.atom("groups")
    quotient = channels // groups
    assert divisors((8, quotient)) == {"groups"}
    assert cancelled(quotient * groups) == channels
    assert divisors((channels, 3)) == frozenset()


def test_named_schemes() -> None:
    assert named_scheme(kaiming(64, mode="fan_out")) is not None
    assert named_scheme(kaiming(64, nonlinearity="gelu")) is None
    assert named_scheme(kaiming(64, mode="?")) is None
    assert named_scheme(call("normal_", normal(0.02), std=0.02)) is None


@pytest.mark.parametrize(("factor", "severity"), [(1.09, None), (0.5, NOTE), (2.0, NOTE), (2.1, WARNING), (None, NOTE)])
def test_the_bands_of_a_std_factor(factor: float | None, severity: Severity | None) -> None:
    assert std_factor_severity(factor) is severity


def test_needed_gains() -> None:
    assert needed_gain("gelu") == needed_gain("relu") == (math.sqrt(2), math.sqrt(2))
    assert needed_gain("tanh") == (1.0, 5 / 3)
    assert needed_gain("sigmoid") is None
    found = needed_gain("leaky_relu", 0.2)
    assert found is not None
    assert found[0] == pytest.approx(math.sqrt(2 / 1.04))


def test_chosen_writes_leave_out_defaults_loads_frozen_and_unknown() -> None:
    chosen = xavier(64, 64)
    unknown = Write("unknown", UNKNOWN, Origin.UNKNOWN, at(30))
    load = Write("load_state_dict", LOADED, Origin.LOAD, at(30))
    net = Net().layer("a").layer("b", chosen).layer("c", chosen, unknown).layer("d", chosen, load)
    net.layer("e", replace(chosen), trainable=False)
    assert [item.parameter.name for item in chosen_writes(net.model())] == ["b.weight"]


def test_others_names_one_and_counts_the_rest() -> None:
    assert others(["a"]) == others(["a", "a"]) == ""
    assert others(["a", "b"]) == " (and `b`)"
    assert others(["a", "b", "c", "d"]) == " (and `b`, 2 more)"


@pytest.mark.parametrize(
    ("equation", "shape", "expected"),
    [
        ("bni,io->bno", (8, 3), (True, 8, 3)),
        ("b n i, o i -> b n o", (3, 8), (False, 8, 3)),
        ("bnhi,hio->bnho", (2, 8, 3), (None, 8, 3)),
        ("ij,jk->ik", (8, 3), (None, None, None)),  # which operand is the weight is not known
        ("...i,io->...o", (8, 3), (True, 8, 3)),
        ("?", (8, 3), (None, None, None)),
    ],
)
def test_fans_of_an_einsum(equation: str, shape: tuple[int, ...], expected: tuple[object, ...]) -> None:
    net = Net().bare("w", call("torch.randn", normal(1.0)), shape=shape, op="torch.einsum", equation=equation)
    use = weight_uses(net.model())["w"]
    assert (use.transposed, use.fan_in, use.fan_out) == expected
