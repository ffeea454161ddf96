"""Constant layers on models built by hand."""

from __future__ import annotations

import pytest
from nets_by_hand import RANDOM, ZERO, Net, mlp

from winit_lint.analyses.dead_path import dead_paths
from winit_lint.ir.distribution import Distribution, constant
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind, Model

SAME = constant(0.05)


def locked(model: Model) -> set[str]:
    return set(dead_paths(model).locked)


def constants(first: Distribution, second: Distribution, bias: Distribution | None, between: OpKind | None) -> Model:
    net = Net()
    h = net.act("relu", net.linear("a", net.x, first, bias))
    h = h if between is None else net.op(between, between.value, h)
    return net.build(net.linear("b", h, second, bias))


@pytest.mark.parametrize(
    ("first", "second", "bias", "between", "expected"),
    [
        (SAME, SAME, None, None, {"a.weight"}),
        (SAME, SAME, ZERO, None, {"a.weight"}),
        (SAME, ZERO, ZERO, None, {"a.weight"}),
        (SAME, SAME, constant(1.0), OpKind.RESHAPE, {"a.weight"}),
        (SAME, RANDOM, ZERO, None, set()),
        (RANDOM, SAME, ZERO, None, set()),
        (SAME, SAME, RANDOM, None, set()),
        (SAME, SAME, ZERO, OpKind.DROPOUT, set()),
        (SAME, SAME, ZERO, OpKind.UNKNOWN, set()),
        (SAME, SAME, ZERO, OpKind.SPLIT, set()),
    ],
)
def test_constant_layers(
    first: Distribution, second: Distribution, bias: Distribution | None, between: OpKind | None, expected: set[str]
) -> None:
    assert locked(constants(first, second, bias, between)) == expected


def test_sigmoid_zero_stack_is_locked_and_not_dead() -> None:
    found = dead_paths(mlp("sigmoid", "abc"))
    assert set(found.locked) == {"a.weight", "b.weight"}
    assert found.locked["a.weight"].following == ("b.weight",)
    assert found.locked["a.weight"].value == 0.0


def test_two_constant_layers_before_a_random_head() -> None:
    net = Net()
    h = net.act("relu", net.linear("a", net.x, SAME, ZERO))
    h = net.act("relu", net.linear("b", h, SAME, ZERO))
    assert locked(net.build(net.linear("head", h, RANDOM, ZERO))) == {"a.weight"}


def test_constants_that_are_fine() -> None:
    net = Net()
    assert locked(net.build(net.linear("a", net.x, SAME, ZERO))) == set()  # a single layer
    net = Net()
    a = net.act("relu", net.linear("a", net.x, SAME, ZERO))
    assert locked(net.build(net.linear("b", net.add(a, net.x), SAME))) == set()  # the skip breaks the tie
    net = Net()
    a = net.act("relu", net.linear("a", net.x, SAME, ZERO))
    assert locked(net.build(a, net.linear("b", a, SAME))) == set()  # its units are also returned


def test_depthwise_constant_is_not_locked() -> None:
    net = Net()
    net.layer("a", "torch.nn.Conv2d", LayerKind.CONV, {"groups": 64})
    h = net.act("relu", net.linear("a", net.x, SAME))
    assert locked(net.build(net.linear("b", h, SAME))) == set()


def test_random_norm_scale_breaks_the_tie() -> None:
    net = Net()
    gamma = net.parameter("n.weight", RANDOM, fans=(1, 1))
    h = net.op(OpKind.NORM, "torch.nn.LayerNorm", net.linear("a", net.x, SAME), parameters=(gamma,))
    assert locked(net.build(net.linear("b", h, SAME))) == set()
    net = Net()
    assert locked(net.build(net.linear("b", net.norm("n", net.linear("a", net.x, SAME)), SAME))) == {"a.weight"}
