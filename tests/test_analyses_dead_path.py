"""Dead and live zero tensors on models built by hand."""

from __future__ import annotations

import pytest
from nets_by_hand import RANDOM, SPAN, ZERO, Net, mlp

from winit_lint.analyses.dead_path import Cause, dead_paths
from winit_lint.ir.distribution import Distribution
from winit_lint.ir.flow import Flow, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.write import Origin, Write


@pytest.mark.parametrize(
    ("activation", "zero", "bias", "dead"),
    [
        ("relu", "c", ZERO, ""),
        ("tanh", "c", ZERO, ""),
        ("sigmoid", "c", ZERO, ""),
        ("relu", "b", ZERO, "b"),
        ("relu6", "b", ZERO, "b"),
        ("abs", "b", ZERO, "b"),
        ("tanh", "b", ZERO, ""),
        ("gelu", "b", ZERO, ""),
        ("leaky_relu", "b", ZERO, ""),
        ("sigmoid", "b", ZERO, ""),
        ("unheard_of", "b", ZERO, ""),
        ("relu", "b", RANDOM, ""),
        ("relu", "ab", ZERO, "ab"),
        ("tanh", "ab", ZERO, "ab"),
        ("leaky_relu", "ab", ZERO, "ab"),
        ("sigmoid", "ab", ZERO, ""),
        ("relu", "abc", ZERO, "abc"),
        ("tanh", "abc", ZERO, "abc"),
        ("sigmoid", "abc", ZERO, ""),
        ("relu", "abc", RANDOM, ""),
        ("tanh", "abc", RANDOM, ""),
        ("relu", "bc", None, "bc"),
    ],
)
def test_plain_stacks(activation: str, zero: str, bias: Distribution | None, dead: str) -> None:
    assert set(dead_paths(mlp(activation, zero, bias)).dead) == {f"{name}.weight" for name in dead}


def test_evidence_of_a_flat_activation() -> None:
    found = dead_paths(mlp("relu", "b")).dead["b.weight"]
    assert found.cause is Cause.FLAT_ACTIVATION
    assert found.partners == ()
    assert found.ops == (3, 4)


def test_evidence_of_two_factors() -> None:
    found = dead_paths(mlp("tanh", "bc")).dead
    assert found["b.weight"].cause is Cause.ZERO_FACTORS
    assert found["b.weight"].partners == ("c.weight",)
    assert found["c.weight"].partners == ("b.weight",)


def test_live_zero_tensors_are_listed() -> None:
    assert dead_paths(mlp("relu", "c")).live == {"c.weight"}


@pytest.mark.parametrize(("zero", "dead"), [("2", ""), ("1", "1"), ("12", "12")])
def test_residual_branch(zero: str, dead: str) -> None:
    net = Net()
    h = net.linear("stem", net.x)
    z = net.act("relu", net.linear("1", h, ZERO if "1" in zero else None, ZERO))
    h = net.add(h, net.linear("2", z, ZERO if "2" in zero else None, ZERO))
    model = net.build(net.linear("head", h))
    assert set(dead_paths(model).dead) == {f"{name}.weight" for name in dead}


@pytest.mark.parametrize(("last_zero", "dead"), [(False, set()), (True, {"gate", "last.weight"})])
def test_rezero_gate(last_zero: bool, dead: set[str]) -> None:
    net = Net()
    branch = net.linear("last", net.act("relu", net.linear("first", net.x)), ZERO if last_zero else None)
    gate = net.parameter("gate", ZERO, fans=(1, 1))
    h = net.op(OpKind.SCALE, "operator.mul", branch, parameters=(gate,))
    model = net.build(net.linear("head", net.add(net.x, h)))
    found = dead_paths(model)
    assert set(found.dead) == dead
    if last_zero:
        assert found.dead["gate"].partners == ("last.weight",)
        assert found.dead["last.weight"].partners == ("gate",)
    else:
        assert found.live == {"gate"}


def test_gate_as_a_parameter_in_a_product() -> None:
    net = Net()
    gate = net.op(OpKind.PARAMETER, "torch.nn.Parameter", parameters=(net.parameter("gate", ZERO),))
    branch = net.linear("last", net.x, ZERO)
    found = dead_paths(net.build(net.add(net.x, net.mul(branch, gate))))
    assert set(found.dead) == {"gate", "last.weight"}
    assert found.dead["gate"].partners == ("last.weight",)
    assert found.dead["last.weight"].partners == ("gate",)


@pytest.mark.parametrize(("zero", "dead"), [("A", ""), ("B", ""), ("AB", "AB")])
def test_lora(zero: str, dead: str) -> None:
    net = Net()
    base = net.linear("base", net.x)
    h = net.x
    for name in "AB":
        weight = net.parameter(f"lora_{name}", ZERO if name in zero else RANDOM)
        h = net.op(OpKind.WEIGHT, "torch.matmul", h, parameters=(weight,))
    found = dead_paths(net.build(net.add(base, h)))
    assert set(found.dead) == {f"lora_{name}" for name in dead}


@pytest.mark.parametrize(
    ("symbol", "dead"), [("*", {"gate", "last.weight"}), ("/", set()), ("**", set()), ("+", set())]
)
def test_stored_operand_that_also_stands_among_the_inputs(symbol: str, dead: set[str]) -> None:
    net = Net()
    gate = net.op(OpKind.PARAMETER, "parameter", parameters=(net.parameter("gate", ZERO),))
    branch = net.linear("last", net.x, ZERO)
    h = net.op(OpKind.SCALE, f"torch.Tensor {symbol}", branch, gate, parameters=("gate",))
    assert set(dead_paths(net.build(net.add(net.x, h))).dead) == dead


def test_rezero_gate_among_the_inputs_is_alive() -> None:
    net = Net()
    gate = net.op(OpKind.PARAMETER, "parameter", parameters=(net.parameter("gate", ZERO),))
    h = net.op(OpKind.SCALE, "torch.Tensor *", net.linear("last", net.x), gate, parameters=("gate",))
    assert dead_paths(net.build(net.add(net.x, h))).live == {"gate"}


def test_division_by_a_zero_flow_is_no_zero_factor() -> None:
    net = Net()
    ratio = net.op(OpKind.MUL, "torch.Tensor /", net.linear("a", net.x, ZERO), net.linear("b", net.x, ZERO))
    assert dead_paths(net.build(ratio)).dead == {}


def test_lora_merged_into_the_weight() -> None:
    def model(zero: str) -> Model:
        net = Net()
        b, a, w = (
            net.op(OpKind.PARAMETER, "p", parameters=(net.parameter(n, ZERO if n in zero else RANDOM),)) for n in "BAW"
        )
        weight = net.add(w, net.op(OpKind.MATMUL, "torch.matmul", b, a))
        return net.build(net.op(OpKind.WEIGHT, "torch.nn.functional.linear", net.x, weight))

    assert set(dead_paths(model("B")).dead) == set()
    assert set(dead_paths(model("AB")).dead) == {"A", "B"}


def adaptive(*, last: bool, head: bool) -> Model:
    """A block gated by a zero modulation (adaLN-zero), its last layer and the head zero or not."""
    net = Net()
    context = net.op(OpKind.INPUT, "input")
    h = net.linear("stem", net.x)
    modulation = net.linear("mod", net.act("silu", context), ZERO, ZERO)
    gate = net.op(OpKind.SPLIT, "torch.chunk", modulation)
    branch = net.linear("last", net.act("gelu", net.linear("first", h)), ZERO if last else None, ZERO)
    h = net.add(h, net.mul(gate, branch))
    return net.build(net.linear("head", h, ZERO if head else None, ZERO))


@pytest.mark.parametrize(
    ("last", "head", "dead"),
    [(False, False, set()), (False, True, set()), (True, False, {"mod", "last"}), (True, True, {"mod", "last"})],
)
def test_adaln_zero(last: bool, head: bool, dead: set[str]) -> None:
    found = dead_paths(adaptive(last=last, head=head))
    assert set(found.dead) == {f"{name}.weight" for name in dead}


@pytest.mark.parametrize(("gammas", "skip", "dead"), [("2", True, ""), ("12", True, "12"), ("2", False, "2")])
def test_zero_norm_scales(gammas: str, skip: bool, dead: str) -> None:
    net = Net()
    h = net.linear("stem", net.x)
    z = net.act("relu", net.norm("1", net.linear("c1", h), 0.0 if "1" in gammas else 1.0))
    z = net.norm("2", net.linear("c2", z), 0.0 if "2" in gammas else 1.0)
    out = net.act("relu", net.add(h, z) if skip else z)
    found = dead_paths(net.build(net.linear("head", out)))
    assert set(found.dead) == {f"{name}.weight" for name in dead}


@pytest.mark.parametrize(("zero", "dead"), [("g", ""), ("u", ""), ("d", ""), ("gu", "gu"), ("gd", "gd"), ("ud", "ud")])
def test_swiglu(zero: str, dead: str) -> None:
    net = Net()
    gate = net.act("silu", net.linear("g", net.x, ZERO if "g" in zero else None))
    up = net.linear("u", net.x, ZERO if "u" in zero else None)
    model = net.build(net.add(net.x, net.linear("d", net.mul(gate, up), ZERO if "d" in zero else None)))
    assert set(dead_paths(model).dead) == {f"{name}.weight" for name in dead}


def test_gate_through_tanh_multiplied_by_the_input() -> None:
    """``x + tanh(W2 relu(W1 r)) * r`` with both zero."""
    net = Net()
    residual = net.op(OpKind.INPUT, "input")
    h = net.act("tanh", net.linear("2", net.act("relu", net.linear("1", residual, ZERO)), ZERO))
    found = dead_paths(net.build(net.add(net.x, net.mul(h, residual))))
    assert set(found.dead) == {"1.weight", "2.weight"}


def test_zero_layer_before_norm_and_relu_is_dead() -> None:
    net = Net()
    h = net.act("relu", net.norm("n", net.linear("a", net.x, ZERO)))
    assert set(dead_paths(net.build(net.linear("head", h))).dead) == {"a.weight"}


def test_scale_of_one_plus_parameter_is_alive() -> None:
    """``norm(x) * (1 + w)`` with w zero is how some norms are written."""
    net = Net()
    w = net.op(OpKind.PARAMETER, "p", parameters=(net.parameter("w", ZERO),))
    h = net.mul(net.op(OpKind.NORM, "rms", net.x), net.op(OpKind.SCALE, "operator.add", w))
    found = dead_paths(net.build(net.linear("head", h, ZERO)))
    assert found.dead == {}
    assert found.live == {"w", "head.weight"}


def test_zero_recurrent_layer_and_head() -> None:
    def model(head: Distribution | None) -> Model:
        net = Net()
        names = tuple(
            net.parameter(f"rnn.{n}", ZERO) for n in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        )
        h = net.op(OpKind.RECURRENT, "torch.nn.LSTM", net.x, layer="rnn", parameters=names)
        return net.build(net.linear("head", h, head, ZERO))

    assert dead_paths(model(None)).dead == {}
    assert set(dead_paths(model(ZERO)).dead) == {"rnn.weight_ih_l0", "rnn.weight_hh_l0", "head.weight"}


def test_silence_where_the_flow_is_not_known() -> None:
    net = Net()
    net.linear("b", net.act("relu", net.linear("a", net.x, ZERO)), ZERO)
    assert dead_paths(net.build(complete=False)).dead == {}
    net = Net()
    h = net.op(OpKind.UNKNOWN, "f", net.linear("a", net.x, ZERO))
    assert dead_paths(net.build(net.linear("b", h, ZERO))).dead == {}
    net = Net()
    net.parameter("w", ZERO)
    assert dead_paths(net.build(net.x)).dead == {}
    assert dead_paths(net.build(net.x)).live == frozenset()


def test_use_in_another_flow_or_by_a_tied_name_revives() -> None:
    dead = mlp("tanh", "bc")
    net = Net()
    net.linear("c", net.x, ZERO, ZERO)
    second = Flow("encode", tuple(net.ops), (1,), True)
    model = Model("m.Net", "Net", "m.py", SPAN, dead.layers, dead.parameters, (*dead.flows, second))
    assert dead_paths(model).dead == {}

    net = Net()
    shared = (Write("torch.nn.init.zeros_", ZERO, Origin.EXPLICIT),)
    for name in ("emb.weight", "head.weight"):
        net.parameter(name, ZERO, writes=shared, storage=7)
    h = net.op(OpKind.EMBEDDING, "torch.nn.Embedding", net.x, layer="emb", parameters=("emb.weight",))
    model = net.build(net.op(OpKind.WEIGHT, "torch.nn.Linear", h, layer="head", parameters=("head.weight",)))
    # The embedding's zeros feed the head that is the same tensor: nothing ever moves.
    assert set(dead_paths(model).dead) == {"emb.weight", "head.weight"}


def test_frozen_zero_counts_as_non_zero() -> None:
    net = Net()
    net.parameter("a.weight", ZERO, trainable=False)
    h = net.linear("b", net.linear("a", net.x, ZERO), ZERO)
    assert dead_paths(net.build(h)).dead == {}
