"""Last writes and readers on models built by hand."""

from __future__ import annotations

import math

import pytest
from handmade import at, by_default, weight
from nets_by_hand import ZERO, Net, normal

from winit_lint.analyses.final_writes import FinalWrite, drawn, history
from winit_lint.analyses.last_write import behind, constant_of, explicit_write, gain_of, is_default, variance_of
from winit_lint.analyses.readers import ReaderKind, read_by, readers
from winit_lint.ir.distribution import LOADED, UNKNOWN, Distribution, Kind
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Parameter
from winit_lint.ir.size import SizeExpr, sqrt
from winit_lint.ir.write import Origin, Region, Write


def one(held: Distribution, **options: object) -> Parameter:
    net = Net()
    net.parameter("w", held, **options)  # type: ignore[arg-type]
    return net.parameters[0]


def test_gains_are_numbers_even_with_symbolic_sizes() -> None:
    dim = SizeExpr.atom("dim")
    std = sqrt(2 / dim)
    assert gain_of(one(normal(std), fans=(dim, 4 * dim))) == pytest.approx(math.sqrt(2))
    assert gain_of(one(normal(0.02), fans=(dim, dim))) is None
    assert gain_of(one(normal(0.02), fans=(2500, 10))) == pytest.approx(1.0)


def test_gain_needs_something_random_and_known() -> None:
    assert gain_of(one(ZERO)) is None
    assert gain_of(one(LOADED, origin=Origin.LOAD)) is None
    unknown = (Write("torch.nn.init.normal_", normal(0.1), Origin.EXPLICIT), Write("f", UNKNOWN, Origin.UNKNOWN))
    assert gain_of(one(ZERO, writes=unknown)) is None
    assert gain_of(one(normal(0.1), parametrized="parametrizations.orthogonal")) is None
    assert gain_of(one(normal(0.125), parametrized="weight_norm")) == pytest.approx(1.0)


def test_explicit_and_default_writes() -> None:
    assert explicit_write(one(normal(0.1))) is not None
    assert explicit_write(one(normal(0.1), origin=Origin.DEFAULT)) is None
    assert is_default(one(normal(0.1), origin=Origin.DEFAULT))
    assert not is_default(one(normal(0.1)))


def test_variance_is_refused_for_a_common_mode() -> None:
    assert variance_of(one(normal(0.1))) == pytest.approx(0.01)
    assert variance_of(one(normal(0.1, mean=0.5))) is None
    assert variance_of(one(normal(0.1, mean=1e-4))) == pytest.approx(0.01)
    assert variance_of(one(Distribution(Kind.EYE, 1 / 64, 0.1))) is None


def test_constant_is_refused_after_a_partial_write() -> None:
    zero = Write("torch.nn.init.zeros_", ZERO, Origin.EXPLICIT)
    row = Write("torch.Tensor.normal_", normal(1.0), Origin.EXPLICIT, region=Region("[0]"))
    assert constant_of(one(ZERO, writes=(zero,))) == 0.0
    assert constant_of(one(ZERO, writes=(zero, row))) is None
    assert constant_of(one(ZERO, writes=(row, zero))) == 0.0


def test_a_factor_loses_nothing_and_leaves_the_draw_to_whoever_made_it() -> None:
    lost = Write("torch.nn.init.zeros_", ZERO, Origin.EXPLICIT, at(2))
    draw = Write("torch.nn.init.normal_", normal(0.1), Origin.EXPLICIT, at(3))
    scaled = Write("torch.nn.init.normal_", normal(0.05), Origin.EXPLICIT, at(4), updates=True)
    ours = weight("fc", by_default(), lost, draw, scaled)
    assert behind(ours) == (draw, scaled)
    assert drawn(FinalWrite(ours, scaled, at(4))) == FinalWrite(ours, draw, at(3))
    assert drawn(FinalWrite(ours, draw, at(3))) == FinalWrite(ours, draw, at(3))
    told = {related.message for related in history(ours, scaled)}
    assert told >= {"an earlier `zeros_`, lost", "`normal_`, which is changed since"}
    library = weight("fc", by_default(), scaled)
    assert drawn(FinalWrite(library, scaled, at(4))) is None


def test_activation_is_found_through_reshape_dropout_and_pool() -> None:
    net = Net()
    h = net.linear("fc", net.x)
    for kind in (OpKind.RESHAPE, OpKind.DROPOUT, OpKind.POOL):
        h = net.op(kind, kind.value, h)
    model = net.build(net.act("leaky_relu", h, {"negative_slope": 0.2}))
    found = readers(model)["fc.weight"].activation
    assert found is not None
    assert (found.activation, found.parameter) == ("leaky_relu", 0.2)
    assert read_by(model)["fc.weight"] == ("torch.nn.leaky_relu",)


def test_unknown_argument_is_no_activation() -> None:
    net = Net()
    model = net.build(net.act("leaky_relu", net.linear("fc", net.x), {"negative_slope": "?"}))
    assert readers(model)["fc.weight"].activation is None
    assert readers(model)["fc.weight"].kinds == {ReaderKind.ACTIVATION}


def test_norm_between_weight_and_activation() -> None:
    net = Net()
    model = net.build(net.act("relu", net.norm("bn", net.linear("fc", net.x))))
    reading = readers(model)["fc.weight"]
    assert reading.norm_between
    assert reading.activation is None
    assert [r.kind for r in reading.readers] == [ReaderKind.NORM, ReaderKind.ACTIVATION]
    assert read_by(model)["fc.weight"] == ("torch.nn.BatchNorm2d", "torch.nn.ReLU")
    assert read_by(model)["bn.weight"] == ("torch.nn.ReLU",)


def test_shared_layer_joins_its_readers() -> None:
    net = Net()
    first = net.act("relu", net.linear("fc", net.x))
    second = net.linear("fc", first)
    model = net.build(net.act("tanh", second))
    reading = readers(model)["fc.weight"]
    assert len(reading.uses) == 2
    assert {r.activation for r in reading.readers} == {"relu", "tanh"}
    assert reading.activation is None


def test_shared_layer_with_one_kind_of_activation() -> None:
    net = Net()
    model = net.build(net.act("relu", net.linear("fc", net.act("relu", net.linear("fc", net.x)))))
    found = readers(model)["fc.weight"].activation
    assert found is not None
    assert found.activation == "relu"


def test_residual_sum_gate_weight_and_output() -> None:
    net = Net()
    a = net.linear("a", net.x)
    b = net.linear("b", net.act("relu", a))
    c = net.linear("c", net.x)
    gated = net.mul(net.add(a, b), c)
    d = net.linear("d", gated)
    e = net.linear("e", d)
    model = net.build(e)
    found = readers(model)
    assert found["a.weight"].kinds == {ReaderKind.ACTIVATION, ReaderKind.RESIDUAL}
    assert found["b.weight"].kinds == {ReaderKind.RESIDUAL}
    assert found["c.weight"].kinds == {ReaderKind.PRODUCT}
    assert found["d.weight"].linear
    assert found["e.weight"].kinds == {ReaderKind.OUTPUT}
    assert read_by(model)["e.weight"] == ()


def test_two_branches_of_one_input_are_a_plain_sum() -> None:
    net = Net()
    model = net.build(net.act("tanh", net.add(net.linear("ih", net.x), net.linear("hh", net.x))))
    assert readers(model)["ih.weight"].kinds == {ReaderKind.SUM}


def test_missing_reader_proves_nothing_in_an_incomplete_flow() -> None:
    net = Net()
    net.linear("fc", net.x)
    assert readers(net.build(complete=False))["fc.weight"].kinds == {ReaderKind.UNKNOWN}


def test_scale_between_is_marked_and_an_added_bias_is_not() -> None:
    net = Net()
    added = net.op(OpKind.SCALE, "operator.add", net.linear("a", net.x))
    scaled = net.op(OpKind.SCALE, "operator.mul", net.linear("b", net.x))
    model = net.build(net.act("relu", added), net.act("relu", scaled))
    assert readers(model)["a.weight"].activation is not None
    assert readers(model)["b.weight"].activation is None
