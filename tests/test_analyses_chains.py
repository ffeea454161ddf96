"""Chains on models built by hand."""

from __future__ import annotations

import itertools
import math

import pytest
from nets_by_hand import SPAN, ZERO, Net, normal

from winit_lint.analyses.chains import Chain, chains
from winit_lint.analyses.readers import readers
from winit_lint.finding import Severity
from winit_lint.ir.distribution import LOADED, Distribution
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind, Model
from winit_lint.ir.size import Number, SizeExpr, sqrt
from winit_lint.ir.write import Origin


def stack(
    depth: int,
    activation: str,
    std: Number,
    *,
    bias: Distribution | None = None,
    fans: tuple[Number, Number] = (64, 64),
    origin: Origin = Origin.EXPLICIT,
    init: str = "torch.nn.init.normal_",
) -> Model:
    """``depth`` hidden layers and a head."""
    net = Net()
    h = net.x
    for index in range(depth):
        z = net.linear(f"l{index}", h, normal(std), bias, fans=fans, origin=origin, init=init)
        h = net.act(activation, z)
    return net.build(net.linear("head", h))


def only(model: Model) -> Chain:
    (chain,) = chains(model)
    return chain


def test_xavier_before_relu_loses_half_a_layer() -> None:
    chain = only(stack(14, "relu", 1 / 8, bias=ZERO))
    assert chain.length == len(chain.links) == 14
    assert chain.forward == pytest.approx(0.5**14)
    assert chain.backward == pytest.approx(0.5**13)
    assert chain.ratio == chain.forward
    assert chain.severity is Severity.WARNING
    assert chain.links[3].forward == pytest.approx(0.5)
    assert chain.effect(chain.links[0]).layers == 14
    assert (chain.start, chain.end) == (OpKind.INPUT, OpKind.WEIGHT)


def test_severity_of_the_default_before_relu() -> None:
    bias = normal(1 / math.sqrt(3 * 64))
    std = 1 / math.sqrt(3 * 64)
    at = {d: only(stack(d, "relu", std, bias=bias, origin=Origin.DEFAULT)) for d in range(1, 10)}
    bands = [None if (b := at[d].band) is None else b.value for d in range(1, 10)]
    assert bands == [None, None, "note", "note", "note", "warning", "warning", "error", "error"]
    assert at[3].severity is None  # three layers under a standard scheme train as well as any
    assert at[4].severity is Severity.NOTE


def test_short_chains_speak_for_sigmoid_and_for_fixed_scales() -> None:
    xavier = "torch.nn.init.xavier_normal_"
    assert only(stack(3, "gelu", 0.05, init=xavier)).severity is None
    assert only(stack(3, "sigmoid", 1 / 8, init=xavier)).severity is Severity.NOTE
    assert only(stack(3, "relu", 0.02)).severity is not None


def test_kaiming_relu_is_silent_at_any_depth() -> None:
    chain = only(stack(60, "relu", math.sqrt(2 / 64)))
    assert chain.forward == pytest.approx(1.0)
    assert chain.backward == pytest.approx(1.0)
    assert chain.severity is None


def test_symbolic_sizes_cancel() -> None:
    dim = SizeExpr.atom("dim")
    symbolic = only(stack(8, "relu", sqrt(1 / (3 * dim)), bias=normal(sqrt(1 / (3 * dim))), fans=(dim, dim)))
    assert symbolic.forward == pytest.approx((1 / 6) ** 8)
    assert symbolic.backward == pytest.approx((1 / 6) ** 7)
    fixed = only(stack(8, "relu", 0.02, fans=(dim, dim)))
    assert not fixed.known
    assert len(fixed.links) == 8
    assert (fixed.forward, fixed.backward, fixed.severity) == (None, None, None)


def test_fan_out_mode_is_judged_end_to_end() -> None:
    net = Net()
    h = net.x
    widths = [64, 128, 256, 512, 1024]
    for index, (fan_in, fan_out) in enumerate(itertools.pairwise(widths)):
        z = net.linear(f"l{index}", h, normal(math.sqrt(2 / fan_out)), fans=(fan_in, fan_out))
        h = net.act("relu", z)
    chain = only(net.build(net.linear("head", h, fans=(1024, 10))))
    assert chain.forward == pytest.approx(64 / 1024)
    assert chain.backward == pytest.approx(1.0)
    assert chain.severity is None


def test_norm_ends_a_chain_and_frees_the_layer_before_it() -> None:
    net = Net()
    h = net.x
    for index in range(12):
        h = net.act("relu", net.norm(f"n{index}", net.linear(f"l{index}", h, normal(1e-3))))
    assert chains(net.build(net.linear("head", h))) == ()


def test_relu_before_norm_is_free_and_tanh_is_not() -> None:
    def model(activation: str) -> Model:
        net = Net()
        h = net.norm("n", net.act(activation, net.linear("a", net.x, normal(1e-4))))
        return net.build(net.linear("head", h))

    assert chains(model("relu")) == ()
    chain = only(model("tanh"))
    assert chain.end is OpKind.NORM
    assert chain.band is Severity.ERROR
    assert chain.severity is Severity.WARNING


def test_residual_add_bounds_chains() -> None:
    net = Net()
    h = net.linear("stem", net.x)
    for index in range(10):
        z = net.act("relu", net.linear(f"b{index}.1", h))
        h = net.add(h, net.linear(f"b{index}.2", z))
    found = chains(net.build(net.linear("head", h)))
    assert all(chain.length == 1 for chain in found)
    assert all(chain.severity is None for chain in found)
    names = {link.parameter for chain in found for link in chain.links}
    assert names == {f"b{index}.1.weight" for index in range(10)}


@pytest.mark.parametrize("kind", [OpKind.UNKNOWN, OpKind.CONCAT, OpKind.SPLIT, OpKind.SCALE, OpKind.MUL, OpKind.POOL])
def test_other_operations_end_a_chain(kind: OpKind) -> None:
    net = Net()
    h = net.act("relu", net.linear("b", net.act("relu", net.linear("a", net.x))))
    h = net.op(kind, "torch.thing", h)
    h = net.act("relu", net.linear("d", net.act("relu", net.linear("c", h))))
    found = chains(net.build(net.linear("head", h)))
    lengths = [chain.length for chain in found]
    assert lengths == ([1, 2] if kind is OpKind.MUL else [2, 2])
    assert found[-1].start is kind


def test_a_bias_added_by_hand_stays_in_the_chain() -> None:
    net = Net()
    h = net.x
    for index in range(5):
        weight = net.parameter(f"w{index}", normal(1 / 8))
        z = net.op(OpKind.WEIGHT, "torch.matmul", h, parameters=(weight,))
        bias = net.op(OpKind.PARAMETER, "parameter", parameters=(net.parameter(f"b{index}", normal(0.5), fans=(1, 1)),))
        z = net.op(OpKind.SCALE, "torch.Tensor +", z, bias, parameters=(f"b{index}",))
        h = net.act("relu", z)
    model = net.build(net.linear("head", h))
    chain = only(model)
    assert chain.length == 5
    assert [link.bias for link in chain.links] == [0.25] * 5
    assert chain.forward == pytest.approx(0.5**5)  # the signal, not the floor that the biases make
    found = readers(model)["w0"].activation
    assert found is not None
    assert found.activation == "relu"


def test_several_readers_end_a_chain() -> None:
    net = Net()
    h = net.act("relu", net.linear("a", net.x))
    left, right = net.linear("l", h), net.linear("r", h)
    found = chains(net.build(left, right))
    assert [chain.length for chain in found] == [1]
    assert found[0].end is OpKind.SPLIT


def test_repeats_multiply() -> None:
    net = Net()
    h = net.act("relu", net.linear("a", net.x, normal(1 / 8)))
    h = net.act("relu", net.linear("body.*.fc1", h, normal(1 / 8), repeat=6), repeat=6)
    h = net.act("relu", net.linear("body.*.fc2", h, normal(1 / 8), repeat=6), repeat=6)
    chain = only(net.build(net.linear("head", h)))
    assert chain.length == 13
    assert len(chain.links) == 3
    assert chain.forward == pytest.approx(0.5**13)
    assert chain.backward == pytest.approx(0.5**12)


def test_output_layer_with_activation_is_left_out() -> None:
    net = Net()
    h = net.act("relu", net.linear("a", net.x))
    assert [link.parameter for link in only(net.build(net.act("sigmoid", net.linear("b", h)))).links] == ["a.weight"]


def test_loaded_and_uncentred_weights_leave_the_chain_unknown() -> None:
    for held in (LOADED, normal(0.1, mean=0.5), ZERO):
        net = Net()
        h = net.x
        for index in range(8):
            h = net.act("relu", net.linear(f"l{index}", h, held if index == 4 else normal(1 / 8)))
        chain = only(net.build(net.linear("head", h)))
        assert chain.length == 8
        assert chain.severity is None
        assert not chain.known


def test_unknown_activation_leaves_the_chain_unknown() -> None:
    assert not only(stack(9, "glu", 0.01)).known


def test_pooling_takes_the_milder_side() -> None:
    def model(name: str) -> Model:
        net = Net()
        h = net.x
        for index in range(8):
            h = net.act("relu", net.linear(f"l{index}", h, normal(1 / 8)))
            if index % 2:
                net.layer(f"p{index}", name, LayerKind.OTHER, {"kernel_size": 2})
                h = net.op(OpKind.POOL, name, h, layer=f"p{index}")
        return net.build(net.linear("head", h))

    plain = 0.5**8
    largest = only(model("torch.nn.MaxPool2d"))
    assert largest.forward is not None
    assert plain * 3.1**4 < largest.forward <= 1.0
    assert largest.backward == pytest.approx(0.5**7)
    mean = only(model("torch.nn.AvgPool2d"))
    assert mean.forward == pytest.approx(plain)


def test_the_same_chain_in_two_flows_is_one() -> None:
    model = stack(5, "relu", 0.1)
    twice = Model("m.Net", "Net", "m.py", SPAN, model.layers, model.parameters, model.flows * 2)
    assert len(chains(twice)) == 1
