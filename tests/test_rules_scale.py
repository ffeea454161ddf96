"""WI101 to WI104 on models built by hand: what fires, how severe, and each reason for silence."""

from __future__ import annotations

import math

import pytest
from models_by_hand import at, findings
from models_in_a_row import (
    ERROR,
    NOTE,
    WARNING,
    Net,
    call,
    kaiming,
    normal,
    stack,
    xavier,
)

from winit_lint.analyses.chain_index import chain_links, verdicts
from winit_lint.analyses.final_writes import chosen_writes
from winit_lint.finding import Severity
from winit_lint.ir.distribution import Distribution, Kind
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Layer, LayerKind
from winit_lint.ir.size import Number, SizeExpr
from winit_lint.ir.write import ArgValue, Write
from winit_lint.rules.scale import (
    kaiming_gain_mismatch,
    kaiming_slope_misused,
    selu_without_lecun,
    xavier_before_relu,
)

# --- WI101


def test_xavier_before_relu_is_a_note_with_its_numbers() -> None:
    found = stack(1, xavier(64, 64), "relu").one(xavier_before_relu.RULE)
    assert found.severity is NOTE
    assert found.symbol == "Net.fc0.weight"
    assert found.span == at(20)
    assert "x0.5 here" in found.message
    assert found.effect is not None
    assert found.effect.forward == pytest.approx(0.5)


@pytest.mark.parametrize(("depth", "severity"), [(6, NOTE), (13, NOTE), (14, WARNING), (20, ERROR)])
def test_xavier_before_relu_grows_with_the_chain(depth: int, severity: Severity) -> None:
    found = stack(depth, xavier(64, 64), "relu").one(xavier_before_relu.RULE)
    assert found.severity is severity
    assert found.effect is not None
    assert found.effect.layers == depth
    assert found.effect.path_forward == pytest.approx(0.5**depth)


@pytest.mark.parametrize("activation", ["tanh", "selu", "elu", "sigmoid"])
def test_xavier_suits_other_activations(activation: str) -> None:
    assert stack(1, xavier(64, 64), activation).findings(xavier_before_relu.RULE) == []


def test_xavier_is_judged_by_gain_not_by_name() -> None:
    assert stack(1, xavier(64, 64, 2**0.5), "relu").findings(xavier_before_relu.RULE) == []
    lecun = kaiming(64, 1.0, a=1)
    assert "LeCun" in stack(1, lecun, "relu").one(xavier_before_relu.RULE).message
    assert stack(1, kaiming(64), "relu").findings(xavier_before_relu.RULE) == []


def test_xavier_is_silent_at_norms_and_on_narrowing_layers() -> None:
    before = Net().layer("a", xavier(64, 64)).norm().act("relu").layer("head")
    behind = Net().layer("a", xavier(64, 64)).act("relu").norm().layer("head")
    narrowing = Net().layer("a", xavier(1024, 16), shape=(16, 1024), fans=(1024, 16)).act("relu").layer("head")
    for net in (before, behind, narrowing):
        assert net.findings(xavier_before_relu.RULE) == []


def test_a_chain_that_others_spoil_is_not_laid_on_one_xavier_layer() -> None:
    net = Net().layer("a", xavier(64, 64)).act("relu")
    for i in range(8):
        net.layer(f"n{i}", call("normal_", normal(0.01), 30, std=0.01)).act("relu")
    model = net.layer("head").model()
    (chain, _), *_ = chain_links(model).values()
    assert chain.severity is ERROR
    assert findings(xavier_before_relu.RULE, model)[0].severity is NOTE


def test_one_line_gives_one_finding_for_several_chains() -> None:
    net = Net().layer("a", xavier(64, 64)).act("relu").layer("b", kaiming(64, line=30)).act("gelu").norm()
    net.layer("c", xavier(64, 64)).act("relu").layer("head")
    found = net.one(xavier_before_relu.RULE)
    assert "(and `Net.c.weight`)" in found.message
    (verdict,) = verdicts(chain_links(net.model()), [f for f in chosen_writes(net.model()) if f.span == at(20)])
    assert len(verdict.items) == 2


# --- WI102


def test_the_forgotten_default_before_tanh_is_a_note() -> None:
    found = stack(6, kaiming(64), "tanh").one(kaiming_gain_mismatch.RULE)
    assert found.severity is NOTE
    assert "gain 1.41 (by default)" in found.message
    assert "tanh follows" in found.message


@pytest.mark.parametrize(
    ("write", "activation", "args"),
    [
        (kaiming(64, 5 / 3, nonlinearity="tanh"), "tanh", {}),
        (kaiming(64, 1.0, nonlinearity="linear"), "tanh", {}),
        (kaiming(64), "gelu", {}),
        (kaiming(64), "silu", {}),
        (kaiming(64), "leaky_relu", {"negative_slope": 0.2}),
        (kaiming(64, 1.0, nonlinearity="linear"), "selu", {}),
        (kaiming(64, 0.577, a=math.sqrt(5)), "tanh", {}),
        (kaiming(64, 0.0, nonlinearity="?"), "tanh", {}),
    ],
)
def test_gains_that_suit(write: Write, activation: str, args: dict[str, ArgValue]) -> None:
    assert stack(2, write, activation, **args).findings(kaiming_gain_mismatch.RULE) == []


@pytest.mark.parametrize(("depth", "severity"), [(2, NOTE), (4, NOTE), (7, WARNING), (10, ERROR)])
def test_kaiming_without_activation_doubles_the_signal(depth: int, severity: Severity) -> None:
    assert stack(depth, kaiming(64), "").one(kaiming_gain_mismatch.RULE).severity is severity


def test_kaiming_on_an_output_layer_or_before_a_norm_is_silent() -> None:
    net = Net().layer("a", kaiming(64)).norm().act("tanh").layer("head", kaiming(64, line=21))
    assert net.findings(kaiming_gain_mismatch.RULE) == []


def test_a_gate_is_no_hidden_sigmoid() -> None:
    gate = Net().layer("a", kaiming(64)).act("sigmoid").op(OpKind.MUL, "torch.mul", inputs=(2, 0)).layer("head")
    assert gate.findings(kaiming_gain_mismatch.RULE) == []
    assert stack(3, kaiming(64), "sigmoid").one(kaiming_gain_mismatch.RULE).severity is NOTE


# --- WI103


@pytest.mark.parametrize(
    ("slope", "severity", "text"),
    [
        (1.3867, WARNING, "is a gain"),
        (math.sqrt(2), WARNING, "is a gain"),
        (5 / 3, WARNING, "is a gain"),
        (10.0, WARNING, "no slope but a scale"),
        (math.sqrt(5) * SizeExpr.atom("scale"), WARNING, "is a scale"),
        (0.8, NOTE, "relu needs 1.41"),
    ],
)
def test_slopes_that_are_none(slope: Number, severity: Severity, text: str) -> None:
    found = stack(1, kaiming(64, a=slope), "relu").one(kaiming_slope_misused.RULE)
    assert found.severity is severity
    assert text in found.message


@pytest.mark.parametrize("slope", [0, 0.01, 0.2, 1, math.sqrt(5), "?", None, SizeExpr.atom("slope")])
def test_slopes_and_idioms(slope: ArgValue) -> None:
    for activation in ("relu", "tanh", "leaky_relu"):
        assert stack(1, kaiming(64, a=slope), activation).findings(kaiming_slope_misused.RULE) == []


def test_a_slope_that_is_ignored() -> None:
    found = stack(1, kaiming(64, a=math.sqrt(5), nonlinearity="relu"), "relu").one(kaiming_slope_misused.RULE)
    assert found.severity is NOTE
    assert "variance x6" in found.message
    assert stack(1, kaiming(64, a=0.2, nonlinearity="relu"), "relu").findings(kaiming_slope_misused.RULE) == []


def test_a_scale_put_into_the_idiom_with_nothing_behind() -> None:
    scaled = Net().layer("a", kaiming(64, a=math.sqrt(5) * 0.1))
    assert "sqrt(5) * 0.1" in scaled.one(kaiming_slope_misused.RULE).message
    assert Net().layer("a", kaiming(64, a=0.2)).findings(kaiming_slope_misused.RULE) == []


# --- WI104


@pytest.mark.parametrize(
    ("write", "severity"),
    [
        (kaiming(64, nonlinearity="relu"), NOTE),
        (kaiming(64, 0.75, nonlinearity="selu"), NOTE),
        (kaiming(64, 1.0, nonlinearity="linear"), None),
        (xavier(64, 64), None),
        (call("orthogonal_", Distribution(Kind.ORTHOGONAL, 0.0, 0.125), gain=1), None),
        (call("normal_", normal(0.125), std=0.125), None),
        (call("normal_", normal(0.02), std=0.02), NOTE),
    ],
)
def test_the_scale_before_selu(write: Write, severity: Severity | None) -> None:
    found = stack(1, write, "selu").findings(selu_without_lecun.RULE)
    assert [f.severity for f in found] == ([] if severity is None else [severity])


def test_defaults_before_selu_are_one_note_at_the_first_layer() -> None:
    net = Net().layer("a").act("selu").layer("b").act("selu").layer("head")
    found = net.one(selu_without_lecun.RULE)
    assert (found.severity, found.span) == (NOTE, at(6))
    assert "(and `Net.b.weight`)" in found.message
    assert Net().layer("a").norm().act("selu").layer("b").findings(selu_without_lecun.RULE) == []


@pytest.mark.parametrize(
    ("name", "rate", "count"), [("Dropout", 0.5, 1), ("Dropout", 0.0, 0), ("AlphaDropout", 0.5, 0)]
)
def test_dropout_behind_selu(name: str, rate: float, count: int) -> None:
    net = Net().layer("a", kaiming(64, 1.0, nonlinearity="linear")).act("selu")
    net.layers.append(Layer("drop", f"torch.nn.{name}", LayerKind.OTHER, at(9), (), {"p": rate}))
    net.op(OpKind.DROPOUT, f"torch.nn.{name}", layer="drop", args={"p": rate}).layer("head")
    assert len(net.findings(selu_without_lecun.RULE)) == count
