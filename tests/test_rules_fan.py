"""WI2 and WI3 on models built by hand: what fires, how severe, and each reason for silence."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from models_by_hand import at
from models_in_a_row import (
    ERROR,
    NOTE,
    WARNING,
    Net,
    call,
    kaiming,
    normal,
    xavier,
)

from winit_lint.finding import Severity
from winit_lint.ir.distribution import LOADED, UNKNOWN, Distribution, Kind, constant
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import Number, SizeExpr, sqrt
from winit_lint.ir.write import ArgValue, Effect, Origin, Region, Write
from winit_lint.rules.fan import fan_from_transposed_weight, fan_ignores_groups, fan_init_on_vector
from winit_lint.rules.recurrent import init_on_stacked_gates, recurrent_not_orthogonal

# --- WI201, WI202, WI205


def up(write: Write, shape: tuple[int, ...] = (256, 16, 3, 3), fans: tuple[int, int] = (2304, 144)) -> Net:
    return Net().layer(
        "up", write, shape=shape, fans=fans, kind=LayerKind.CONV_TRANSPOSE, cls="torch.nn.ConvTranspose2d"
    )


def test_fan_in_of_a_transposed_convolution() -> None:
    found = up(kaiming(144)).act("relu").layer("head").one(fan_from_transposed_weight.RULE)
    assert found.severity is WARNING
    assert "std x4 of what is meant" in found.message


def test_transposed_convolutions_that_are_right() -> None:
    for net in (
        up(kaiming(2304, mode="fan_out")),
        up(replace(kaiming(2304), shape=(16, 256, 3, 3))),
        up(xavier(2304, 144)),
        up(kaiming(144)).norm(),
        up(kaiming(576), (64, 64, 3, 3), (576, 576)),
        up(call("normal_", normal(0.02), std=0.02)),
    ):
        assert net.findings(fan_from_transposed_weight.RULE) == []


def test_a_formula_on_a_matrix_that_is_used_transposed() -> None:
    rows, columns = SizeExpr.atom("rows"), SizeExpr.atom("columns")
    wrong = call("torch.Tensor.uniform_", Distribution(Kind.UNIFORM, 0.0, (1 / 3) ** 0.5 / sqrt(columns)))
    right = call("torch.Tensor.uniform_", Distribution(Kind.UNIFORM, 0.0, (1 / 3) ** 0.5 / sqrt(rows)))
    net = Net().bare("w", wrong, shape=(rows, columns), op="torch.mm", transposed=True)
    found = net.one(fan_from_transposed_weight.RULE)
    assert found.severity is NOTE
    assert "sqrt(rows / (columns))" in found.message
    for write, transposed in ((right, True), (wrong, False)):
        net = Net().bare("w", write, shape=(rows, columns), op="torch.mm", transposed=transposed)
        assert net.findings(fan_from_transposed_weight.RULE) == []


@pytest.mark.parametrize(("shape", "severity"), [((512, 16), WARNING), ((32, 64), NOTE), ((64, 62), None)])
def test_the_bands_of_a_transposed_matrix(shape: tuple[int, int], severity: Severity | None) -> None:
    net = Net().bare("w", kaiming(shape[1]), shape=shape, op="torch.matmul", transposed=True)
    found = net.findings(fan_from_transposed_weight.RULE)
    assert [f.severity for f in found] == ([] if severity is None else [severity])


def grouped(write: Write, groups: ArgValue, channels: int = 64) -> Net:
    own = channels // groups if isinstance(groups, int) else 1
    shape, fans = (channels, own, 3, 3), (own * 9, own * 9)
    args = {"groups": groups}
    return Net().layer("dw", write, shape=shape, fans=fans, kind=LayerKind.CONV, cls="torch.nn.Conv2d", args=args)


@pytest.mark.parametrize(
    ("write", "groups", "severity"),
    [
        (kaiming(576, mode="fan_out"), 64, WARNING),
        (kaiming(576, mode="fan_out"), 2, NOTE),
        (kaiming(576, mode="fan_out"), 1, None),
        (kaiming(9, mode="fan_in"), 64, None),
        (xavier(9, 576), 64, WARNING),
        (call("torch.Tensor.normal_", normal(math.sqrt(2 / 576))), 64, WARNING),
        (call("torch.Tensor.normal_", normal(math.sqrt(2 / 9))), 64, None),
        (call("torch.Tensor.normal_", normal(0.02)), 64, None),
        (kaiming(576, mode="fan_out"), "?", None),
        (kaiming(576, mode="fan_out"), SizeExpr.atom("groups"), NOTE),
    ],
)
def test_fans_of_grouped_convolutions(write: Write, groups: ArgValue, severity: Severity | None) -> None:
    found = grouped(write, groups).act("relu").layer("head").findings(fan_ignores_groups.RULE)
    assert [f.severity for f in found] == ([] if severity is None else [severity])
    assert grouped(write, groups).norm().act("relu").findings(fan_ignores_groups.RULE) == []


def test_a_norm_behind_a_further_product_removes_the_scale() -> None:
    """Depthwise, pointwise, norm: the factor is handed on and lost; a tanh or an output on the way keeps it."""
    write = kaiming(576, mode="fan_out")
    assert grouped(write, 64).layer("pw").norm().findings(fan_ignores_groups.RULE) == []
    assert grouped(write, 64).act("relu").layer("pw").norm().findings(fan_ignores_groups.RULE) == []
    assert grouped(write, 64).act("tanh").layer("pw").norm().one(fan_ignores_groups.RULE).severity is WARNING
    assert grouped(write, 64).layer("pw").one(fan_ignores_groups.RULE).severity is WARNING


def test_a_bare_kernel_shows_its_groups_in_its_shape() -> None:
    channels, groups = SizeExpr.atom("channels"), SizeExpr.atom("groups")
    shape = (SizeExpr.atom("out"), channels // groups, 3, 3)
    over_all = call("torch.Tensor.uniform_", Distribution(Kind.UNIFORM, 0.0, (1 / 3) ** 0.5 / sqrt(channels * 9)))
    one_group = (1 / 3) ** 0.5 / sqrt(channels // groups * 9)
    found = Net().bare("weight", over_all, shape=shape).one(fan_ignores_groups.RULE)
    assert found.severity is NOTE
    assert "`groups` groups" in found.message
    divided = call("torch.Tensor.uniform_", Distribution(Kind.UNIFORM, 0.0, one_group))
    assert Net().bare("weight", divided, shape=shape).findings(fan_ignores_groups.RULE) == []


@pytest.mark.parametrize("name", ["xavier_uniform_", "kaiming_normal_", "orthogonal_", "eye_"])
def test_matrix_initializers_raise_on_vectors(name: str) -> None:
    raised = replace(call(name, UNKNOWN), shape=(8,), effect=Effect.RAISES, target="bias")
    found = Net().bare("bias", raised, shape=(8,)).one(fan_init_on_vector.RULE)
    assert (found.severity, found.symbol) == (ERROR, "Net.bias")


@pytest.mark.parametrize("shape", [None, (8, 8), (0,), (SizeExpr.atom("shape"),)])
def test_vectors_that_are_none_or_may_be_none(shape: tuple[Number, ...] | None) -> None:
    write = replace(call("xavier_uniform_", UNKNOWN), shape=shape, target="table")
    assert Net().bare("table", write, shape=shape or (None,)).findings(fan_init_on_vector.RULE) == []
    plain = replace(call("normal_", normal(0.1)), shape=(8,))
    assert Net().bare("bias", plain, shape=(8,)).findings(fan_init_on_vector.RULE) == []


# --- WI301, WI302


ORTHOGONAL = call("orthogonal_", Distribution(Kind.ORTHOGONAL, 0.0, 0.125))
GATE = replace(ORTHOGONAL, region=Region("chunk 1/4", (0, 16), 0.25, gate=True))


@pytest.mark.parametrize(
    ("cls", "write", "severity"),
    [
        ("LSTM", ORTHOGONAL, WARNING),
        ("GRUCell", ORTHOGONAL, WARNING),
        ("RNN", ORTHOGONAL, None),
        ("LSTM", GATE, None),
        ("LSTM", xavier(16, 64), NOTE),
        ("LSTM", kaiming(64, mode="fan_out"), NOTE),
        ("LSTM", kaiming(16), None),
        ("LSTM", call("normal_", normal(0.1), std=0.1), None),
    ],
)
def test_initializers_on_the_stack(cls: str, write: Write, severity: Severity | None) -> None:
    found = Net().recurrent(cls, write).findings(init_on_stacked_gates.RULE)
    assert [f.severity for f in found] == ([] if severity is None else [severity])


def test_a_stack_whose_blocks_were_rewritten_and_input_weights() -> None:
    assert Net().recurrent("LSTM", ORTHOGONAL, GATE).findings(init_on_stacked_gates.RULE) == []
    inputs = Net().recurrent("LSTM", ORTHOGONAL, part="weight_ih_l0").one(init_on_stacked_gates.RULE)
    assert inputs.severity is NOTE
    assert "x0.50" in inputs.message


@pytest.mark.parametrize(
    ("cls", "writes", "count"),
    [
        ("LSTM", (), 1),
        ("GRU", (call("normal_", normal(0.1), std=0.1),), 1),
        ("RNN", (ORTHOGONAL,), 0),
        ("LSTM", (GATE,), 0),
        ("RNN", (call("eye_", Distribution(Kind.EYE)),), 0),
        ("LSTM", (Write("load_state_dict", LOADED, Origin.LOAD, at(9)),), 0),
        ("LSTM", (Write("unknown", UNKNOWN, Origin.UNKNOWN, at(9)),), 0),
        ("LSTMCell", (), 0),
    ],
)
def test_recurrent_weights_with_independent_entries(cls: str, writes: tuple[Write, ...], count: int) -> None:
    found = Net().recurrent(cls, *writes).findings(recurrent_not_orthogonal.RULE)
    assert [f.severity for f in found] == [NOTE] * count


def test_a_forget_bias_outweighs_the_weights_and_a_cell_that_runs_again_counts() -> None:
    bias = replace(call("torch.Tensor.fill_", constant(1.0)), region=Region("[16:32]", (16, 32), 0.25, gate=True))
    assert Net().recurrent("LSTM", bias=(bias,)).findings(recurrent_not_orthogonal.RULE) == []
    net = Net().recurrent("GRUCell")
    net.op(OpKind.RECURRENT, "torch.nn.GRUCell", layer="rnn", parameters=("rnn.weight_hh_l0",))
    assert net.one(recurrent_not_orthogonal.RULE).span == at(6)
