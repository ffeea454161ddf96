"""What ``winit-lint probe`` shows on a terminal: the table, its bars and widths, and the remarks."""

from __future__ import annotations

import dataclasses
import math

import pytest
from probed_by_hand import FINDING, HOSTILE, account, failed, hostile, model
from rich.cells import cell_len

from winit_lint.analyses.draw_noise import noise
from winit_lint.analyses.readers import readers
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.measured import Unmeasured
from winit_lint.reports.bars import Scale, scale_of
from winit_lint.reports.probe_rows import Spread, needed_std, number, spread
from winit_lint.reports.probe_steps import steps
from winit_lint.reports.probe_text import render


def shown(width: int | None = 120, **options: bool) -> list[str]:
    return render(account(), width=width, colour=False, **options).splitlines()


def test_alike_modules_are_one_line_with_their_signal() -> None:
    (line,) = (line for line in shown() if line.startswith("layers.*"))
    assert line.split()[:3] == ["layers.*", "Linear", "x4"]
    assert "forward 1 to 0.12 " in line and "backward 0.062 to 0.5 " in line
    assert "▋░" in line, "a bar to the lowest, and a light one to the highest"
    (row,) = (line for line in shown() if "xavier_normal_" in line and "125" in line and "177" in line)
    assert row.split() == ["weight", "64x64", "64", "64", "xavier_normal_()", "line", "3", "0.125", "0.125", "0.177"]
    unfolded = [line.split()[0] for line in shown(fold=False) if "Linear" in line]
    assert unfolded == ["layers.0", "layers.1", "layers.2", "layers.3", "head"]


@pytest.mark.parametrize("width", [200, 120, 110, 109, 80, 60, 40])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = shown(width)
    assert max(map(cell_len, lines)) <= width
    said = " ".join(" ".join(lines).split())
    for part in ("xavier_normal_()", "0.125", "0.177", "forward 0.0625", "ln 10 = 2.3"):
        assert part in said, part


def test_the_bars_share_a_scale() -> None:
    assert scale_of([3.0, None, 0.0, 0.02, math.inf]) == Scale(-2, 1)
    assert scale_of([1.0, 1.0]) == Scale(-1, 1), "two decades at least"
    assert scale_of([None, 0.0]) is None
    scale = Scale(-2, 2)
    assert scale.bar(1.0, 1.0, 8) == "████"
    assert scale.bar(1.0, 100.0, 8) == "████░░░░"
    assert scale.bar(0.01, 0.01, 8) == "" and scale.bar(1e9, 1e9, 8) == "████████"
    assert scale.bar(0.0, 1.0, 8) == "░░░░"


def test_numbers_are_short() -> None:
    assert [number(each) for each in (None, 0.0, 2.5e-8, 1234.0, 1e5, 1e300)] == [
        "-",
        "0",
        "2.5e-8",
        "1.23e3",
        "1e5",
        "inf",
    ]
    assert str(spread([1.0, 2.0, 0.5])) == "1 to 0.5"
    assert str(spread([1.0, 2.0, 1.0])) == "1..2"
    assert str(spread([0.031, 0.0329, 0.0312])) == "0.031"
    assert spread([None]) is None
    assert str(Spread(3.0, 3.0, 3.0, 3.0)) == "3"


def test_a_broken_promise_is_not_folded_away() -> None:
    lines = render(account(model({"layers.2.weight": 0.5})), width=120, colour=False).splitlines()
    (row,) = (line for line in lines if "xavier" in line and "0.12..0.5" in line)
    assert row.split()[-3:] == ["0.12..0.5", "0.125", "0.177"]


def test_only_what_feeds_a_nonlinearity_or_a_weight_has_a_needed_std() -> None:
    built = model()
    read = readers(built)
    assert needed_std(built, "layers.0.weight", read) == pytest.approx(math.sqrt(2 / 64))
    assert needed_std(built, "head.weight", read) is None, "an output"
    assert needed_std(built, "layers.0.bias", read) is None
    ops = tuple(dataclasses.replace(op, kind=OpKind.EMBEDDING) if op.id == 1 else op for op in built.flows[0].ops)
    table = dataclasses.replace(built, flows=(dataclasses.replace(built.flows[0], ops=ops),))
    assert needed_std(table, "layers.0.weight", readers(table)) is None, "a table is no product"
    linear = tuple(
        dataclasses.replace(op, kind=OpKind.RESHAPE, activation=None) if op.activation else op for op in ops[2:]
    )
    plain = dataclasses.replace(
        built, flows=(dataclasses.replace(built.flows[0], ops=(*built.flows[0].ops[:2], *linear)),)
    )
    assert needed_std(plain, "layers.1.weight", readers(plain)) == pytest.approx(math.sqrt(1 / 64))


def test_what_was_not_measured_is_said() -> None:
    text = render(account(model(skipped=[Unmeasured("resets", "no meta device")])), width=None, colour=False)
    assert "not measured: resets: no meta device\n" in text
    assert "loss at step 0: 2.4 ± 0.01 over 3 builds at `head`; ln 10 = 2.3\n" in text
    assert "backward from a random projection of 1 output" in text


def test_findings_stand_below_the_table_with_their_frame() -> None:
    text = render(account(model(), FINDING), width=100, colour=False)
    table, below = text.split("net.py:3:9: warning WI905 vanishing-signal", 1)
    assert "layers.*" in table and "xavier_normal_(self.layers[0].weight)" in below and "^^^" in below
    assert "WI008 probe-failed: import failed" in render(failed(), width=80, colour=False)


def test_hostile_text_is_escaped() -> None:
    for width in (60, 120):
        text = render(hostile(), width=width, colour=False)
        assert "\x1b" not in text and "\u202e" not in text
    assert HOSTILE not in text and "\\x1b[31m" in text


def test_a_model_without_a_pass_has_no_signal() -> None:
    built = model()
    assert built.measured is not None
    without = dataclasses.replace(built, flows=(), measured=dataclasses.replace(built.measured, signal=None))
    assert steps(without) == ()
    text = render(account(without), width=120, colour=False)
    assert "forward" not in text and "0.125" in text


def test_each_step_has_its_prediction() -> None:
    first, relu, second, *_ = steps(model(), (8, 64))
    assert first.place == "layers.0 Linear" and relu.place == "relu"
    assert first.forward.predicted == pytest.approx(1.0) and second.forward.predicted == pytest.approx(0.5)
    assert second.forward.measured == 0.5 and second.forward.zeroed == 0.25
    assert second.forward.low is not None and second.forward.high is not None
    assert second.forward.low < 0.5 < second.forward.high
    assert first.backward.predicted == pytest.approx(0.5**4)


def test_one_draw_varies_more_the_deeper_and_less_the_wider_a_net_is() -> None:
    found = noise(model(), 0)
    one, two = found.forward[1], found.forward[3]
    assert one == pytest.approx(2 * math.sqrt(5 / 64) / math.log(10) + 0.03)
    assert two == pytest.approx(2 * math.sqrt(10 / 64) / math.log(10) + 0.03)
    assert found.backward[0] > found.backward[2] > found.backward[9] == pytest.approx(0.03)


def test_a_normalisation_takes_the_noise_away_forward_and_hands_it_on_backward() -> None:
    built = model()
    ops = [
        Op(0, OpKind.INPUT, "x"),
        Op(1, OpKind.WEIGHT, "torch.nn.Linear", (0,), "head", ("head.weight",)),
        Op(2, OpKind.NORM, "torch.nn.LayerNorm", (1,)),
        Op(3, OpKind.ADD, "torch.Tensor +", (2, 1)),
    ]
    found = noise(dataclasses.replace(built, flows=(Flow("forward", tuple(ops), (3,)),)), 0)
    assert found.forward[1] == found.forward[3] > found.forward[2] == pytest.approx(0.03)
    assert found.backward[1] > found.backward[2] == found.backward[3]
