"""Sweeps over widths and depths: what is said of the growth, against what it is by arithmetic."""

from __future__ import annotations

import dataclasses
import json
import math
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from probed_by_hand import HOSTILE, account

from winit_lint.cli.group import cli
from winit_lint.ir.sweep import Course, Place, Sweep
from winit_lint.probe.inputs import parse_inputs
from winit_lint.probe.launch import Options, Prober
from winit_lint.probing import Subject
from winit_lint.reports.html import page
from winit_lint.reports.plot import render
from winit_lint.reports.probe_text import render as table
from winit_lint.reports.sweep_words import as_document, conclusions, verdict
from winit_lint.source.target import parse_target
from winit_lint.sweeping import Asked, SweepFormError, parse_sweep, sized, sweeps
from winit_lint.theory.growth import exponential, power

FILE = Path(__file__).parent / "probe" / "sized.py"
SIZES = (16, 32, 64, 128)


def test_a_power_is_found() -> None:
    found = power(SIZES, [[3.0 * n**1.5 for n in SIZES], [5.0 * n**1.5 for n in SIZES]])
    assert found.rate == pytest.approx(1.5) and found.spread == pytest.approx(0.0, abs=1e-9)
    assert found.misfit == pytest.approx(0.0, abs=1e-9) and found.change == pytest.approx(8**1.5) and found.sure


def test_a_factor_is_found() -> None:
    found = exponential((2, 4, 8), [[0.5**n for n in (2, 4, 8)]])
    assert math.exp(found.rate) == pytest.approx(0.5) and found.spread is None and found.sure


def test_the_interval_holds_what_is_true_as_often_as_it_says() -> None:
    """In about 95 of 100 sweeps of three noisy draws; a change that is chance is no trend more seldom still."""
    generator = random.Random(0)
    held, sure = 0, 0
    for _ in range(2000):
        draws = [[n**0.5 * math.exp(generator.gauss(0, 0.3)) for n in SIZES] for _ in range(3)]
        found = power(SIZES, draws)
        assert found.spread is not None
        held += abs(found.rate - 0.5) <= found.spread
        sure += power(SIZES, [[math.exp(generator.gauss(0, 0.3)) for _ in SIZES] for _ in range(3)]).sure
    assert 0.93 < held / 2000 < 0.97
    assert sure / 2000 < 0.06


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("f.py::Net", "width", "(width=8)"),
        ("f.py::Net(3, width=5)", "width", "(3, width=8)"),
        ("f.py::Net(Config(width=5, heads=2))", "width", "(Config(width=8, heads=2))"),
        ("f.py::Net(Config(width=5), width=6)", "width", "(Config(width=5), width=8)"),
        ("f.py::Net(Config(depth=2))", "width", "(Config(depth=2), width=8)"),
    ],
)
def test_the_argument_is_set_where_it_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, name: str, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.py").write_text("")
    assert sized(parse_target(text), name, 8).call == expected


def test_mistakes_are_told() -> None:
    for text in ("width", "width=8", "width=8,8", "=8,9", "width=a,b", "width=0,4"):
        with pytest.raises(SweepFormError, match="write NAME="):
            parse_sweep("width", text)
    assert parse_sweep("depth", "n = 4, 2,8") == Asked("depth", "n", (2, 4, 8))
    with pytest.raises(SweepFormError, match="several calls"):
        sized(parse_target(f"{FILE}::Net(A(width=1), B(width=2))"), "width", 3)


def found(prober: Prober, target: str, *wanted: str, seeds: int = 3) -> Sweep:
    kind, text = wanted
    subject = Subject(target, parse_target(f"{FILE}::{target}"), None)
    (only,) = sweeps(subject, [parse_sweep(kind, text)], Options(seeds=seeds), lambda done, total: None)
    return only


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober() as made:
        yield made


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch, prober: Prober) -> None:
    class Shared:
        def __enter__(self) -> Prober:
            return prober

        def __exit__(self, *error: object) -> None:
            pass

    monkeypatch.setattr("winit_lint.sweeping.Prober", Shared)


def places(sweep: Sweep) -> dict[str, Place]:
    return {place.path: place for place in sweep.places}


def test_a_fixed_std_grows_with_the_width(prober: Prober) -> None:
    """Second moment of layer k: (n std^2 / 2)^k, so n^1 behind the first and n^3 behind the third."""
    at = places(found(prober, "Plain(depth=3, std=0.05)", "width", "width=32,64,128,256"))
    assert list(at) == ["first", "layers.0", "layers.-1", "last"]
    for path, exponent in (("layers.0", 1.0), ("layers.-1", 3.0)):
        course = at[path].forward
        assert course.law == "n^a" and course.rate is not None and course.spread is not None
        assert course.rate == pytest.approx(exponent, abs=max(course.spread, 0.2)), path
    assert at["first"].forward.law == "constant"
    back = at["first"].backward
    assert back.law == "n^a" and back.rate == pytest.approx(3.0, abs=max(back.spread or 0.0, 0.3))


def test_he_keeps_the_signal_at_all_widths_and_depths(prober: Prober) -> None:
    wide = found(prober, "Plain(depth=2)", "width", "width=128,256,512", seeds=4)
    for place in wide.places:
        assert place.forward.law in {"constant", "unclear"}, place
        assert place.backward.law in {"constant", "unclear"}, place


def test_a_loss_by_depth_has_its_factor(prober: Prober) -> None:
    """64 * 0.125^2 / 2 is a half."""
    sweep = found(prober, "Plain(64, std=0.125)", "depth", "depth=2,4,8,16")
    at = places(sweep)
    for course in (at["layers.-1"].forward, at["first"].backward):
        assert course.law == "factor" and course.rate is not None and course.spread is not None
        assert course.rate == pytest.approx(0.5, abs=max(course.spread, 0.03))
    assert at["layers.0"].forward.law == "constant"
    told = dict(conclusions(sweep))
    assert "vanishes by a factor of" in told["forward"] and "`layers.-1`" in told["forward"]
    assert "vanishes by a factor" in told["backward"]


def test_a_residual_stream_grows_like_its_depth(prober: Prober) -> None:
    at = places(found(prober, "Residual(64)", "depth", "depth=4,8,16,32"))
    stream = at["blocks.-1"]
    assert stream.main and stream.forward.law == "n^a"
    assert stream.forward.rate == pytest.approx(0.9, abs=0.15), "1 + depth"
    assert not at["blocks.-1.inner"].main and at["blocks.-1.inner"].forward.law == "constant"


def test_an_argument_of_a_configuration_is_swept(prober: Prober) -> None:
    sweep = found(prober, "Configured(Config(width=8))", "width", "width=16,18,32")
    assert sweep.sizes == (16, 32) and len(sweep.places) == 4
    ((size, why),) = sweep.failures
    assert size == 18 and "no multiple of heads" in why


def test_a_dead_network_has_no_growth(prober: Prober) -> None:
    sweep = found(prober, "Dead", "width", "width=8,16", seeds=1)
    assert places(sweep)["last"].forward.law == "zero"
    assert "0 at all sizes" in dict(conclusions(sweep))["forward"]


def test_an_argument_that_there_is_not_is_refused(prober: Prober) -> None:
    with pytest.raises(SweepFormError, match="takes no argument `breadth`"):
        found(prober, "Plain", "width", "breadth=8,16")


def test_nothing_is_compared_where_nothing_can_be_measured(prober: Prober) -> None:
    sweep = found(prober, "Plain(std='no number')", "width", "width=8,16")
    assert sweep.places == () and [size for size, _ in sweep.failures] == [8, 16]
    shown = table(dataclasses.replace(account(), sweeps=(sweep,)), width=80, colour=False)
    assert "too few sizes could be measured" in shown


def by_hand(path: str = "layers.-1") -> Sweep:
    grows = Course(((1.0, 1.1), (2.0, 2.1), (4.0, 4.3)), "n^a", 1.0, 0.1, 4.0)
    still = Course(((1.0, 1.0), (1.0, 1.0), (1.0, 1.0)), "constant", 0.0, 0.0, 1.0)
    rows = (Place("first", "torch.nn.Linear", still, still), Place(path, "torch.nn.Linear", grows, still))
    return Sweep(
        "width", "width", (8, 16, 32), 2, "4,32", (*rows, Place("b.0", "torch.nn.Linear", grows, grows, False))
    )


@pytest.mark.parametrize("width", [30, 60, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    shown = table(dataclasses.replace(account(), sweeps=(by_hand(),)), width=width, colour=False)
    sweep = shown[shown.index("width sweep") :]
    if width > 50:  # numbers are not broken
        assert max(map(len, sweep.splitlines())) <= width
    assert "like width^a" in sweep.replace("\n    ", " ") and "constant" in sweep


def test_verdicts_have_their_numbers() -> None:
    still = Course(((1.0,), (1.0,)), "constant", 0.0, None, 1.0)
    assert verdict(still, "n") == "constant"
    assert verdict(Course(((1.0,), (4.0,)), "n^a", 1.0, 0.25, 4.0), "n") == "grows like n^a, a = 1 ± 0.25"
    assert (
        verdict(Course(((1.0,), (4.0,)), "factor", 0.5, 0.02, 0.1), "n") == "vanishes by a factor of 0.5 ± 0.02 a layer"
    )
    assert verdict(Course(((1.0,), (2.0,)), "unclear", 0.5, 3.0, 2.0), "n") == "no clear trend (x2)"
    told = dict(conclusions(by_hand()))
    assert told == {"forward": "grows like width^a, a = 1 ± 0.1 (at 1 of 2 places, most at `layers.-1`)",
                    "backward": "constant at all 2 places"}  # fmt: skip


def test_the_page_the_picture_and_the_document_have_it() -> None:
    shown = dataclasses.replace(account(), sweeps=(by_hand(HOSTILE),))
    html = page([shown])
    assert "Width sweep: width = 8, 16, 32" in html and "grows like width^a" in html
    assert "<img" not in html and "\x1b" not in html
    picture = render([shown], "svg")
    assert b"width sweep" in picture and len(picture) > len(render([account()], "svg"))
    assert render([shown], "png").startswith(b"\x89PNG")
    document = json.loads(json.dumps(as_document(by_hand())))
    assert document["verdicts"]["backward"] == "constant at all 2 places"
    assert document["places"][1]["forward"]["values"][2] == [4.0, 4.3]


def test_the_command_sweeps(monkeypatch: pytest.MonkeyPatch, prober: Prober) -> None:
    monkeypatch.setattr("winit_lint.probing.Prober", lambda: _Lent(prober))
    arguments = ["probe", f"{FILE}::Plain", "--isolated", "--seeds", "2", "--output-format", "json"]
    result = CliRunner().invoke(cli, [*arguments, "--width-sweep", "width=32,64", "--depth-sweep", "depth=2,3"])
    assert result.exit_code == 0, result.output
    wide, deep = json.loads(result.stdout)["sweeps"]
    assert (wide["kind"], wide["sizes"], deep["kind"], deep["sizes"]) == ("width", [32, 64], "depth", [2, 3])
    refused = CliRunner().invoke(cli, [*arguments, "--width-sweep", "width=32"])
    assert refused.exit_code == 2 and "--width-sweep: `width=32`: write NAME=64,128,256" in refused.output


def test_an_argument_that_the_target_lacks_is_refused() -> None:
    arguments = ["probe", f"{FILE}::Plain", "--isolated", "--seeds", "1", "--width-sweep", "nope=1,2"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2 and "takes no argument `nope`" in result.stderr


def test_without_a_sweep_the_document_has_none(monkeypatch: pytest.MonkeyPatch, prober: Prober) -> None:
    monkeypatch.setattr("winit_lint.probing.Prober", lambda: _Lent(prober))
    result = CliRunner().invoke(cli, ["probe", f"{FILE}::Plain", "--isolated", "--output-format", "json"])
    assert "sweeps" not in json.loads(result.stdout)


class _Lent:
    def __init__(self, prober: Prober) -> None:
        self.prober = prober

    def __enter__(self) -> Prober:
        return self.prober

    def __exit__(self, *error: object) -> None:
        pass


def test_inputs_that_are_given_are_used(prober: Prober) -> None:
    subject = Subject("Plain", parse_target(f"{FILE}::Plain"), parse_inputs(["6,32"]))
    (only,) = sweeps(subject, [Asked("width", "width", (8, 16))], Options(seeds=1), lambda done, total: None)
    assert only.inputs == "6,32" and only.builds == 1
    course = only.places[0].forward
    assert course.spread is None
