"""WI105 to WI110 on models built by hand: what fires, how severe, and each reason for silence."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from models_in_a_row import (
    ERROR,
    NOTE,
    WARNING,
    Net,
    call,
    kaiming,
    normal,
    stack,
    uniform,
)

from winit_lint.analyses.argument_slip import Reach, slip_of
from winit_lint.finding import Severity
from winit_lint.ir.distribution import UNINITIALISED, UNKNOWN, Distribution, constant
from winit_lint.ir.flow import OpKind
from winit_lint.ir.size import SizeExpr
from winit_lint.ir.write import Origin, Write
from winit_lint.rules.scale import (
    init_argument_in_wrong_place,
    trunc_normal_absolute_bounds,
    unscaled_random_parameter,
    unsupported_nonlinearity,
)


@pytest.mark.parametrize(
    ("name", "advice"),
    [("gelu", 'use "relu"'), ("ReLU", 'write "relu"'), ("elu", 'use "linear"'), (None, "None is no")],
)
def test_names_that_raise(name: str | None, advice: str) -> None:
    found = Net().layer("a", kaiming(64, nonlinearity=name)).one(unsupported_nonlinearity.RULE)
    assert found.severity is ERROR
    assert advice in found.message


def test_a_raising_call_outside_of_any_parameter_is_found_and_known_names_are_not() -> None:
    net = Net()
    net.stray = (call("calculate_gain", UNKNOWN, nonlinearity="swish"),)
    assert net.one(unsupported_nonlinearity.RULE).symbol == "Net"
    for name in ("relu", "linear", "conv_transpose3d", "selu", "?"):
        assert Net().layer("a", kaiming(64, nonlinearity=name)).findings(unsupported_nonlinearity.RULE) == []


@pytest.mark.parametrize(
    ("args", "count"),
    [
        ({"std": 0.02}, 1),
        ({"std": 0.4}, 1),
        ({"std": 0.41}, 0),
        ({"std": 0.02, "a": -0.04, "b": 0.04}, 0),
        ({"std": 0.02, "a": -0.04, "b": 2.0}, 0),
        ({"std": SizeExpr.atom("std")}, 0),
        ({"std": 0.0}, 0),
    ],
)
def test_bounds_that_truncate_nothing(args: dict[str, Any], count: int) -> None:
    net = Net().layer("a", call("trunc_normal_", normal(0.02), **args))
    found = net.findings(trunc_normal_absolute_bounds.RULE)
    assert [f.severity for f in found] == [NOTE] * count


@pytest.mark.parametrize(
    ("held", "severity"),
    [
        (uniform(0, 1), WARNING),
        (uniform(-0.5, 0.5), None),
        (uniform(0, 0.001), None),
        (normal(1.0), WARNING),
        (normal(0.02), None),
        (UNINITIALISED, None),
    ],
)
def test_bare_weights_without_a_scale(held: Distribution, severity: Severity | None) -> None:
    drawn = replace(call("torch.rand", held), origin=Origin.CREATION)
    net = Net().bare("w", drawn, shape=(256, 64), op="torch.matmul", transposed=True)
    found = net.findings(unscaled_random_parameter.RULE)
    assert [f.severity for f in found] == ([] if severity is None else [severity])


def test_bare_parameters_that_are_no_weights_or_have_a_norm_behind() -> None:
    drawn = replace(call("torch.randn", normal(1.0)), origin=Origin.CREATION)
    token = Net().bare("token", drawn, shape=(1, 64))
    normed = Net().bare("w", drawn, shape=(64, 64), op="torch.matmul", transposed=True).norm()
    waves = Net().bare("w", drawn, shape=(2, 64), op="torch.matmul", transposed=True).act("cos")
    queries = Net().bare("w", drawn, shape=(8, 64), op="torch.nn.functional.linear").op(OpKind.SOFTMAX, "softmax")
    for net in (token, normed, waves, queries):
        assert net.findings(unscaled_random_parameter.RULE) == []


@pytest.mark.parametrize(
    ("write", "reach"),
    [
        (call("normal_", normal(1.0, 0.02), positional="mean", mean=0.02), Reach.ANY),
        (call("normal_", normal(1.0, 1.0), positional="mean", mean=1.0), Reach.WEIGHT),
        (call("normal_", normal(1.0, 0.02), mean=0.02), None),
        (call("normal_", normal(1.0)), Reach.HIDDEN),
        (call("normal_", normal(1.0), positional="mean std", mean=0.0, std=1.0), None),
        (call("normal_", constant(0.02), positional="mean std", mean=0.02, std=0.0), Reach.WEIGHT),
        (call("normal_", normal(1.0), positional="mean std", mean=0.0, std=-0.1), Reach.RAISES),
        (call("normal_", normal(0.02, 1.0), positional="mean std", mean=1.0, std=0.02), Reach.WEIGHT),
        (call("uniform_", uniform(0, 1)), Reach.WEIGHT),
        (call("uniform_", uniform(0.1, 1), positional="a", a=0.1), Reach.WEIGHT),
        (call("uniform_", uniform(-0.1, 1), a=-0.1), Reach.WEIGHT),
        (call("uniform_", uniform(-1, 1), positional="a", a=-1), None),
        (call("uniform_", uniform(0, 0.1), positional="a b", a=0.0, b=0.1), None),
        (call("uniform_", UNKNOWN, positional="a b", a=1.0, b=0.02), Reach.RAISES),
        (call("uniform_", uniform(-0.5, 0.5)), None),  # centred afterwards
        (call("uniform_", UNKNOWN, positional="a", a="?"), None),
        (call("xavier_normal_", normal(0.002), positional="gain", gain=0.02), Reach.WEIGHT),
        (call("xavier_normal_", normal(0.002), gain=0.02), None),
        (call("xavier_normal_", normal(0.1), positional="gain", gain=1.414), None),
        (call("xavier_normal_", UNKNOWN, positional="gain", gain="relu"), Reach.RAISES),
        (kaiming(64, positional="a", a=0.02), Reach.SLOPE),
        (kaiming(64, positional="a", a=0.2), None),
        (kaiming(64, positional="a", a=math.sqrt(5)), None),
        (kaiming(64, positional="a", a="fan_out"), Reach.RAISES),
        (kaiming(64, positional="a", a="fan_out", nonlinearity="relu"), Reach.ANY),
        (kaiming(64, positional="a mode", a=0, mode="relu"), Reach.RAISES),
        (kaiming(64, mode="FAN_OUT"), None),
        (call("trunc_normal_", normal(0.88, 0.0158), positional="mean", mean=0.02), Reach.ANY),
        (call("trunc_normal_", normal(1.0), positional="mean std", mean=-2, std=2), Reach.ANY),
        (call("trunc_normal_", normal(1.0), a=2.0, b=-2.0), Reach.RAISES),
    ],
)
def test_slips(write: Write, reach: Reach | None) -> None:
    found = slip_of(write)
    assert (None if found is None else found.reach) is reach


def test_the_severity_of_a_slip() -> None:
    std_as_mean = call("normal_", normal(1.0, 0.02), positional="mean", mean=0.02)
    assert Net().layer("a", std_as_mean).one(init_argument_in_wrong_place.RULE).severity is ERROR
    small = Net().layer("a", std_as_mean, shape=(8, 8), fans=(8, 8))
    assert small.one(init_argument_in_wrong_place.RULE).severity is WARNING
    token = Net().bare("token", std_as_mean, shape=(1, 1, 64))
    assert token.one(init_argument_in_wrong_place.RULE).severity is WARNING
    lost = Net().layer("a", std_as_mean, kaiming(64, line=30))
    assert lost.findings(init_argument_in_wrong_place.RULE) == []


def test_a_bare_normal_is_a_slip_on_hidden_layers_only() -> None:
    bare = call("normal_", normal(1.0))
    assert stack(1, bare, "relu").one(init_argument_in_wrong_place.RULE).severity is ERROR
    for net in (
        Net().layer("a", bare),
        Net().layer("a", bare).norm().act("relu").layer("head"),
        Net().layer("a", bare, cls="net.EqualLinear").act("relu").layer("head"),
        Net().layer("a", bare, shape=(8, 8), fans=(8, 8)).act("relu").layer("head"),
    ):
        assert net.findings(init_argument_in_wrong_place.RULE) == []


def test_a_std_as_slope_is_left_alone_before_a_leaky_relu() -> None:
    slope = kaiming(64, positional="a", a=0.02)
    assert stack(1, slope, "relu").one(init_argument_in_wrong_place.RULE).severity is WARNING
    assert stack(1, slope, "leaky_relu", negative_slope=0.02).findings(init_argument_in_wrong_place.RULE) == []


def test_a_small_positional_gain_matters_less_behind_a_norm_or_at_the_end() -> None:
    gain = call("xavier_normal_", normal(0.002), positional="gain", gain=0.02)
    assert stack(1, gain, "relu").one(init_argument_in_wrong_place.RULE).severity is ERROR
    assert Net().layer("a", gain).one(init_argument_in_wrong_place.RULE).severity is NOTE
    assert Net().layer("a", gain).norm().one(init_argument_in_wrong_place.RULE).severity is NOTE
