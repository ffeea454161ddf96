"""Second moments along flows: against torch on whole models, against the formulas on small ones."""

from __future__ import annotations

import math

import pytest
from measured_signal import CASES, Case, errors, measured, predicted
from nets_by_hand import ZERO, Net, normal

from winit_lint.analyses.signal import Assumptions, OpSignal, propagate, signal
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import SizeExpr, sqrt

FAST = {
    # name: (median, worst) of |log10 predicted/measured| that two draws may show
    "MLP  5 relu, gain sqrt 2": (0.05, 0.1),
    "MLP 20 tanh, gain 1": (0.05, 0.1),
    "MLP  5 gelu, gain sqrt 2": (0.05, 0.1),
    "MLP 20 selu, gain 1": (0.05, 0.1),
    "MLP 20 relu, torch's default": (0.05, 0.2),
    "VGG-like with BatchNorm": (0.05, 0.2),
    "ResNet-like": (0.05, 0.2),
    "transformer, post-LN": (0.05, 0.4),
    "LSTM of 100 steps": (0.05, 0.1),
}


@pytest.mark.parametrize("case", [case for case in CASES if case.name in FAST], ids=lambda case: case.name)
def test_forward_moments_match_torch(case: Case) -> None:
    median, worst = FAST[case.name]
    expected, real = predicted(case)[0], measured(case, 2)[0]
    found = errors(expected, real)
    assert len(found.by_layer) >= len(real) // 2
    assert found.median < median
    assert found.worst[0] < worst, found.worst


@pytest.mark.parametrize("name", ["MLP  5 relu, gain sqrt 2", "MLP 20 tanh, gain 1", "transformer, post-LN"])
def test_gradients_match_torch(name: str) -> None:
    (case,) = [case for case in CASES if case.name == name]
    found = errors(predicted(case)[1], measured(case, 2)[1])
    assert found.median < 0.05
    assert found.worst[0] < 0.15, found.worst


def test_every_case_is_there() -> None:
    assert FAST.keys() <= {case.name for case in CASES}
    assert len(CASES) >= 12


def of(net: Net, out: int, assumed: Assumptions | None = None) -> tuple[OpSignal, ...]:
    return propagate(net.build(out), 0, assumed).ops


def test_the_q_map_and_its_gradient() -> None:
    net = Net()
    h = net.x
    for index in range(3):
        h = net.act("relu", net.linear(f"l{index}", h, normal(1 / 8), ZERO))
    found = of(net, h)
    assert [found[i].second for i in (0, 2, 4, 6)] == pytest.approx([1, 0.5, 0.25, 0.125])
    assert [found[i].gradient for i in (6, 5, 4, 2, 0)] == pytest.approx([1, 0.5, 0.5, 0.25, 0.125])
    assert all(each.exact for each in found)


def test_a_bias_floors_the_second_moment_but_is_common_to_all_inputs() -> None:
    net = Net()
    h = net.x
    for index in range(20):
        h = net.act("relu", net.linear(f"l{index}", h, normal(1 / math.sqrt(3 * 64)), normal(1 / math.sqrt(3 * 64))))
    last = of(net, h)[h]
    assert last.second == pytest.approx(0.2 / 64, rel=1e-3)
    assert last.share is not None
    assert last.share < 1e-6


def test_symbolic_sizes_cancel() -> None:
    dim = SizeExpr.atom("dim")
    net = Net()
    std = 1 / sqrt(3 * dim)
    z = net.linear("l", net.x, normal(std), normal(std), fans=(dim, 4 * dim))
    found = of(net, net.act("relu", z))
    assert found[z].second == pytest.approx(1 / 3)
    assert found[net.x].gradient == pytest.approx(4 / 3 / 2)
    other = Net()
    assert of(other, other.linear("l", other.x, normal(0.02), fans=(dim, dim)))[1].second is None


def test_nothing_is_claimed_past_the_unknown_but_behind_a_norm() -> None:
    net = Net()
    lost = net.op(OpKind.UNKNOWN, "project.warp", net.linear("a", net.x))
    z = net.linear("b", lost)
    n = net.norm("n", z)
    h = net.act("relu", n)
    out = net.linear("c", h, normal(0.125))
    found = of(net, out)
    assert found[lost].second is None
    assert found[z].second is None
    assert (found[n].second, found[h].second) == (1.0, 0.5)
    assert found[out].second == pytest.approx(0.5)
    assert found[n].gradient == pytest.approx(0.5)
    assert found[z].gradient is None  # the variance that the norm divides by is not known
    assert found[net.x].gradient is None


def test_batch_normalisation_multiplies_the_gradient_by_pi_over_pi_less_1() -> None:
    net = Net()
    h = net.x
    for index in range(4):
        h = net.act("relu", net.norm(f"n{index}", net.linear(f"l{index}", h, normal(0.3))))
    found = of(net, h)
    assert found[3].gradient is not None
    assert found[6].gradient is not None
    assert found[3].gradient / found[6].gradient == pytest.approx(math.pi / (math.pi - 1), rel=1e-4)
    assert [found[i].second for i in (3, 6, 9, 12)] == pytest.approx([0.5] * 4, rel=1e-4)


def test_a_closed_branch_hands_the_skip_on_as_it_is() -> None:
    net = Net()
    kept = net.act("relu", net.linear("a", net.x, normal(0.2), ZERO))
    closed = net.norm("n", net.linear("b", kept, normal(0.2)), gamma=0.0)
    total = net.act("relu", net.add(kept, closed))
    found = of(net, total)
    assert found[closed].second == 0
    assert found[total].second == pytest.approx(found[kept].second)
    assert found[total].exact
    assert found[net.ops[closed].inputs[0]].gradient == 0
    assert found[kept].gradient == pytest.approx(1.0)


def test_sums_of_independent_flows_add_and_dependent_ones_are_not_exact() -> None:
    net = Net()
    first = net.linear("a", net.x, normal(0.125), ZERO)
    branch = net.linear("b", net.act("relu", first), normal(0.125), ZERO)
    total = net.add(first, branch)
    squashed = net.act("tanh", branch)
    mixed = net.add(total, squashed)
    found = of(net, mixed)
    assert found[total].second == pytest.approx(1 + 0.5)
    assert found[total].exact
    assert found[first].gradient is not None
    assert not found[mixed].exact


def test_functions_of_one_value_are_composed() -> None:
    net = Net()
    z = net.linear("a", net.x, normal(0.125), ZERO)
    by_hand = net.mul(z, net.act("sigmoid", z))
    scaled = net.op(OpKind.SCALE, "torch.Tensor *", by_hand, args={"value": 2.0, "operator": "*"})
    found = of(net, scaled)
    assert found[by_hand].second == pytest.approx(0.35577552)
    assert found[scaled].second == pytest.approx(4 * 0.35577552)
    assert found[z].gradient == pytest.approx(4 * 0.379482352)
    assert found[scaled].exact
    twice = Net()
    z = twice.linear("a", twice.x, normal(0.125), ZERO)
    assert of(twice, twice.add(z))[2].second == pytest.approx(4.0)  # z + z


def test_gates_on_the_halves_of_a_projection() -> None:
    net = Net()
    z = net.linear("up", net.x, normal(0.125), ZERO, fans=(64, 128))
    halves = net.op(OpKind.SPLIT, "torch.Tensor.chunk", z, args={"parts": 2})
    left = net.op(OpKind.SPLIT, "unpack", halves, args={"part": 0, "of": 2})
    right = net.op(OpKind.SPLIT, "unpack", halves, args={"part": 1, "of": 2})
    y = net.mul(left, net.act("silu", right))
    found = of(net, y)
    assert found[y].second == pytest.approx(0.35577552)
    assert found[z].gradient == pytest.approx(0.735257871 / 2)
    glu = Net()
    z = glu.linear("up", glu.x, normal(0.125), ZERO, fans=(64, 128))
    y = glu.act("glu", z)
    found = of(glu, y)
    assert found[y].second == pytest.approx(0.293379036)
    assert found[z].gradient == pytest.approx(0.338215277 / 2)


def test_pooling_of_a_rectified_map() -> None:
    net = Net()
    net.layer("c", "torch.nn.Conv2d", LayerKind.CONV, {"kernel_size": 3})
    z = net.linear("c", net.x, normal(0.125), ZERO)
    h = net.act("relu", z)
    largest = net.op(OpKind.POOL, "torch.nn.MaxPool2d", h, args={"kernel_size": 2})
    average = net.op(OpKind.POOL, "torch.nn.AvgPool2d", h, args={"kernel_size": 2})
    everywhere = net.op(OpKind.POOL, "torch.nn.AdaptiveAvgPool2d", h, args={"output_size": 1})
    unknown = net.op(OpKind.POOL, "torch.nn.MaxPool2d", h, args={"kernel_size": "?"})
    found = of(net, largest)
    assert found[largest].second == pytest.approx(1.546, rel=5e-3)
    assert found[average].second == pytest.approx(0.244366, rel=1e-5)
    assert found[everywhere].second == pytest.approx(1 / (2 * math.pi) + (0.5 - 1 / (2 * math.pi)) / 64)
    assert not found[everywhere].exact  # how many positions there are is assumed
    assert found[unknown].second is None
    assert found[h].gradient == pytest.approx(1 / 4)
    assert of(net, average)[h].gradient == pytest.approx(1 / 16)


def test_positions_follow_from_the_size_of_the_input() -> None:
    net = Net()
    args = {"kernel_size": "(3, 3)", "stride": "(2, 2)", "padding": "(1, 1)", "dilation": "(1, 1)"}
    net.layer("c", "torch.nn.Conv2d", LayerKind.CONV, args)
    weight = net.parameter("c.weight", normal(0.125), fans=(64, 64))
    z = net.op(OpKind.WEIGHT, "torch.nn.Conv2d", net.x, layer="c", parameters=(weight,))
    mean = net.op(OpKind.POOL, "torch.Tensor.mean", net.act("relu", z), args={"dim": "(2, 3)"})
    found = of(net, mean, Assumptions((2, 64, 8, 8)))
    inside = (11 / 12) ** 2  # one tap in three of the first of four positions is padding
    assert found[z].second == pytest.approx(inside)
    assert found[mean].second == pytest.approx(inside * (1 / (2 * math.pi) + (0.5 - 1 / (2 * math.pi)) / 16))
    assert not found[mean].exact  # how alike the positions are is a matter of the data
    assert found[mean].gradient == 1.0


def test_positions_that_are_not_known_stay_so() -> None:
    net = Net()
    lost = net.norm("n", net.op(OpKind.UNKNOWN, "project.warp", net.x))
    pooled = net.op(OpKind.POOL, "torch.nn.AdaptiveAvgPool2d", lost, args={"output_size": 1})
    gated = net.mul(lost, net.act("sigmoid", net.linear("squeeze", pooled, normal(0.125), ZERO)))
    args = {"kernel_size": "(5, 5)", "padding": "(2, 2)"}
    net.layer("c", "torch.nn.Conv2d", LayerKind.CONV, args)
    weight = net.parameter("c.weight", normal(0.125), fans=(64, 64))
    z = net.op(OpKind.WEIGHT, "torch.nn.Conv2d", gated, layer="c", parameters=(weight,))
    found = of(net, z, Assumptions((2, 64, 8, 8)))
    assert found[z].second == found[gated].second  # no tap is taken for padding


def test_dropout_in_training() -> None:
    net = Net()
    h = net.op(OpKind.DROPOUT, "torch.nn.Dropout", net.x, args={"p": 0.5})
    off = net.op(OpKind.DROPOUT, "torch.nn.functional.dropout", net.x, args={"p": 0.5, "training": False})
    kept = net.op(OpKind.DROPOUT, "torch.nn.AlphaDropout", net.x, args={"p": 0.5})
    found = of(net, h)
    assert (found[h].second, found[off].second, found[kept].second) == (2.0, 1.0, 1.0)
    assert found[net.x].gradient == 2.0


def test_concatenation_averages_by_width() -> None:
    net = Net()
    wide = net.linear("a", net.x, normal(0.25), ZERO, fans=(64, 96))
    slim = net.linear("b", net.x, normal(0.125), ZERO, fans=(64, 32))
    joined = net.op(OpKind.CONCAT, "torch.cat", wide, slim, args={"dim": 1})
    assert of(net, joined)[joined].second == pytest.approx((4 * 96 + 32) / 128)


def test_attention_is_an_average() -> None:
    net = Net()
    q, k, v = (net.linear(name, net.x, normal(0.0625), normal(0.5)) for name in "qkv")
    scores = net.op(OpKind.MATMUL, "torch.matmul", q, k)
    weights = net.op(OpKind.DROPOUT, "torch.nn.Dropout", net.op(OpKind.SOFTMAX, "torch.softmax", scores))
    out = net.op(OpKind.MATMUL, "torch.matmul", weights, v)
    found = of(net, out, Assumptions(None, 16))
    assert found[scores].second is None
    assert found[out].second == pytest.approx(0.25 + 0.25 / 16)  # the bias is common to all positions
    assert not found[out].exact
    assert found[v].gradient == pytest.approx(1 / 16)
    fused = net.op(OpKind.ATTENTION, "torch.nn.functional.scaled_dot_product_attention", q, k, v)
    found = of(net, fused, Assumptions(None, 16))
    assert found[fused].second == pytest.approx(0.25 + 0.25 * math.exp(0.25) / 16)


def test_parameters_that_enter_a_flow() -> None:
    net = Net()
    scale = net.parameter("gamma", normal(0.0, 1e-3), fans=(1, 1))
    table = net.parameter("places", normal(0.5), fans=(1, 1))
    small = net.op(OpKind.SCALE, "torch.Tensor *", net.x, parameters=(scale,))
    moved = net.op(OpKind.SCALE, "torch.Tensor +", small, parameters=(table,))
    masked = net.op(OpKind.SCALE, "torch.Tensor *", moved)
    found = of(net, moved)
    assert found[small].second == pytest.approx(1e-6)
    assert found[moved].second == pytest.approx(1e-6 + 0.25)
    assert found[net.x].gradient == pytest.approx(1e-6)
    assert found[masked].second is None


def test_numbers_on_either_side() -> None:
    net = Net()
    below = net.op(OpKind.SCALE, "torch.Tensor /", net.x, args={"value": 2.0, "operator": "/", "reverse": False})
    above = net.op(OpKind.SCALE, "torch.Tensor /", net.x, args={"value": 2.0, "operator": "/", "reverse": True})
    less = net.op(OpKind.SCALE, "torch.Tensor -", net.x, args={"value": 1.0, "operator": "-", "reverse": True})
    found = of(net, below)
    assert found[below].second == 0.25
    assert found[above].second is None
    assert found[less].second == 2.0


def test_a_repeated_block_runs_as_often_as_it_says() -> None:
    net = Net()
    z = net.linear("a", net.x, normal(0.125), ZERO, repeat=5)
    h = net.act("relu", z, repeat=5)
    out = net.linear("b", h, normal(0.125), ZERO)
    assert of(net, out)[out].second == pytest.approx(1 / 32)


def test_what_is_not_random_has_no_q_map() -> None:
    net = Net()
    constant = net.linear("a", net.x, ZERO, ZERO)
    shifted = net.linear("b", net.x, normal(0.1, 0.5), ZERO)
    found = of(net, constant)
    assert found[constant].second == 0
    assert found[shifted].second is None


def test_the_analysis_covers_every_flow() -> None:
    net = Net()
    (found,) = signal(net.build(net.linear("a", net.x, normal(0.125))))
    assert found.flow == 0
    assert found.into((net.x,)) == 1.0
    assert found.into(()) is None
