"""``check --probe``: findings confirmed, contradicted, or not reached, by the numbers of a measured model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from handmade import DEFAULT, SMALL, ZERO, at, by_default, layer, model, weight, wrote
from shared_prober import SharedProber

from winit_lint import probing
from winit_lint.agreement.joining import Built, joined
from winit_lint.agreement.rejudging import as_measured
from winit_lint.cli.group import cli
from winit_lint.finding import Evidence, Finding, Severity, SignalEffect
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.measured import Copies, Interval, Measured, OpSignal, Reset, Signal, Statistics, Unfilled
from winit_lint.ir.model import Model, Parameter
from winit_lint.probe.launch import Prober
from winit_lint.rules.catalogue import RULES

FLOW = Flow(
    "forward",
    (
        Op(0, OpKind.INPUT, "x"),
        Op(1, OpKind.WEIGHT, "torch.nn.Linear", (0,), "fc", ("fc.weight", "fc.bias")),
        Op(2, OpKind.RESHAPE, "torch.Tensor.view", (1,)),
        Op(3, OpKind.ACTIVATION, "torch.relu", (2,), activation="relu"),
    ),
    (3,),
)


def live(*parameters: Parameter, forward: float = 0.5, **more: Any) -> Model:
    signal = Signal(
        (
            OpSignal(1, "fc", "torch.nn.Linear", 8, forward=2 * forward, forward_zeroed=2 * forward),
            OpSignal(3, "", "torch.relu", 8, forward=forward, forward_zeroed=forward),
        ),
        "4,8",
        "a projection",
        1,
        input=1.0,
    )
    return model(
        [layer("fc")],
        parameters or (weight("fc", wrote(SMALL, 3)),),
        flows=(FLOW,),
        measured=Measured("2", 1, signal=signal, **more),
    )


def statistics(std: float, *, flat: bool = False, name: str = "fc.weight") -> Statistics:
    low, high = (0.0, 0.0) if flat else (-3 * std, 3 * std)
    return Statistics(name, 64, 1, 0.0, std, low, high)


def finding(code: str, line: int = 3, **more: Any) -> Finding:
    more.setdefault("severity", Severity.WARNING)
    return Finding(code, "a-name", more.pop("severity"), at(line), more.pop("symbol", "Net.fc.weight"), "text", **more)


def evidence(found: Finding, *built: Model | Built) -> Evidence:
    targets = [each if isinstance(each, Built) else Built("net.py::Net", each) for each in built]
    (proved,) = joined([found], targets, RULES)
    assert proved.evidence is not None
    assert replace(proved, evidence=None) == found
    return proved.evidence


EFFECT = SignalEffect(0.5, 0.5, 0.5, 0.5, 1)


@pytest.mark.parametrize(("measured", "status"), [(0.47, "confirmed"), (1.1, "contradicted"), (0.05, "contradicted")])
def test_an_effect_is_held_against_the_signal(measured: float, status: str) -> None:
    found = evidence(finding("WI101", effect=EFFECT), live(forward=measured))
    assert found.status == status
    assert dict(found.values)["forward"] == measured and dict(found.values)["predicted"] == 0.5


def test_an_effect_on_a_single_layer_ends_in_front_of_the_activation() -> None:
    found = evidence(finding("WI107", effect=SignalEffect(1.0)), live(forward=0.5))
    assert found.status == "confirmed" and dict(found.values)["forward"] == 1.0


@pytest.mark.parametrize(
    ("code", "good", "bad"),
    [
        ("WI401", live(statistics=(statistics(0.0, flat=True),)), live(statistics=(statistics(0.1),))),
        ("WI501", live(unfilled=(Unfilled("fc.weight", 1.0),)), live()),
        ("WI403", live(copies=(Copies("equal", ("fc.weight", "b.weight")),)), live()),
        ("WI702", live(statistics=(statistics(0.1),)), live(statistics=(Statistics("fc.weight", 8, 1, 1, 0, 1, 1),))),
        ("WI503", live(weight("fc", by_default())), live(weight("fc", by_default(), wrote(SMALL, 7)))),
        ("WI505", live(weight("fc", wrote(SMALL, 9))), live(weight("fc", wrote(SMALL, 3)))),
        ("WI508", live(weight("fc", wrote(SMALL, 3), wrote(ZERO, 4))), live(weight("fc", wrote(SMALL, 3)))),
    ],
)
def test_claims_about_content_and_history(code: str, good: Model, bad: Model) -> None:
    assert evidence(finding(code), good).status == "confirmed"
    assert evidence(finding(code), bad).status == "contradicted"
    assert evidence(finding(code), bad, good).status == "confirmed", "one target that shows it is enough"


def test_memory_that_no_reset_fills_is_looked_for_after_to_empty() -> None:
    after = Reset("fc.weight", False, True, None, 1.0, 0.0, 0.1, None, None, False)
    found = evidence(finding("WI509"), live(resets=(after,)))
    assert found.status == "confirmed" and dict(found.values)["unfilled after to_empty"] == 1.0
    assert evidence(finding("WI509"), live(unfilled=(Unfilled("fc.weight", 1.0),))).status == "confirmed"
    filled = replace(after, share=0.0)
    assert evidence(finding("WI509"), live(resets=(filled,))).status == "not reached"


def test_a_constructor_that_should_raise() -> None:
    raising = finding("WI703", severity=Severity.ERROR)
    assert evidence(raising, Built("net.py::Net", None, "net.py:3")).status == "confirmed"
    assert evidence(raising, live()).status == "contradicted"
    assert evidence(raising, Built("net.py::Net", None, "net.py:4")).status == "not reached"


def test_what_the_targets_do_not_reach() -> None:
    elsewhere = replace(finding("WI401"), span=replace(at(3), path="other.py"))
    assert evidence(elsewhere, live()).why == "the target uses nothing of this file"
    assert evidence(finding("WI401", symbol="Other.fc.weight", line=40), live()).why is not None
    assert evidence(finding("WI401")).why == "nothing was probed"
    assert evidence(finding("WI803"), live()).why == "no measurement tells"
    broken, foreign = Built("net.py::Net", None), Built("away.py::Net", None)
    assert evidence(finding("WI803"), foreign).why == "the target uses nothing of this file"
    assert evidence(finding("WI803"), foreign, broken).why == "the target could not be built"
    assert evidence(finding("WI803"), foreign, broken, live()).why == "no measurement tells", "the nearest one says why"


def test_what_was_measured_goes_where_it_differs_from_the_promise() -> None:
    def stds(std: float) -> float:
        found = Statistics(
            "fc.weight", 64, 1, 1e-3, std, -1, 1, mean_interval=Interval(-0.01, 0.01), std_interval=Interval(0.09, 0.11)
        )
        (parameter,) = as_measured(live(weight("fc", wrote(DEFAULT, 3)), statistics=(found,))).parameters
        assert parameter.last is not None and parameter.last.distribution.mean == 0.0
        written = parameter.last.distribution.std
        assert isinstance(written, float)
        return written

    assert stds(0.105) == 0.1, "the promise of 0.1 lies within the interval"
    found = Statistics("fc.weight", 64, 1, 0.0, 0.5, -1, 1, std_interval=Interval(0.4, 0.6))
    (parameter,) = as_measured(live(weight("fc", wrote(DEFAULT, 3)), statistics=(found,))).parameters
    assert parameter.last is not None and parameter.last.distribution.std == 0.5


NET = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, linear=False):
        super().__init__()
        self.linear = linear
        self.layers = nn.ModuleList([nn.Linear(64, 64) for _ in range(8)])
        self.head = nn.Linear(64, 10)
        for layer in self.layers:
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
            x = x if self.linear else torch.relu(x)
        return self.head(x)


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        nn.init.zeros_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)
        self.out = nn.Linear(8, 8)

    def forward(self, x):
        return self.out(torch.relu(self.fc(x)))
"""


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober() as made:
        yield made


@pytest.fixture
def project(tmp_path: Path, prober: Prober, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(probing, "Prober", lambda: SharedProber(prober))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NET, encoding="utf-8")
    return tmp_path


def check(project: Path, targets: str, *arguments: str) -> Result:
    (project / "winit-lint.toml").write_text(f"[probe]\ntargets = {targets}\n", encoding="utf-8")
    options = ["check", "--probe", "--seeds", "1", "--no-cache", "--output-format", "json", *arguments]
    return CliRunner().invoke(cli, [*options, "net.py"], catch_exceptions=False)


def statuses(result: Result) -> dict[tuple[str, str], str]:
    found = json.loads(result.stdout)["findings"]
    return {(each["code"], each["symbol"]): each["evidence"]["status"] for each in found if each["evidence"]}


def test_check_with_a_probe(project: Path) -> None:
    found = statuses(check(project, '["net.py::Net"]'))
    assert found["WI101", "Net.layers.0.weight"] == "confirmed"
    assert found["WI401", "Other.fc.weight"] == "not reached"
    both = statuses(check(project, '["net.py::Net", "net.py::Other"]'))
    assert both == {**found, ("WI401", "Other.fc.weight"): "confirmed"}


def test_arguments_that_take_the_ground_away(project: Path) -> None:
    result = check(project, '["net.py::Net(linear=True)"]', "--strict")
    assert statuses(result)["WI101", "Net.layers.0.weight"] == "contradicted"
    assert result.exit_code == 1, "a finding is a finding: a target is one configuration of many"


def test_a_target_that_fails_is_a_note(project: Path) -> None:
    result = check(project, '["net.py::Net(depth=3)"]')
    notes = [f for f in json.loads(result.stdout)["findings"] if f["code"] == "WI008"]
    assert [(note["severity"], note["line"], note["evidence"]) for note in notes] == [("note", 5, None)]
    assert check(project, '["net.py::Net(depth=3)"]', "--require-probe").exit_code == 2


def test_without_targets_there_is_nothing_to_probe(project: Path) -> None:
    result = check(project, "[]")
    assert result.exit_code == 2 and "probe.targets" in result.stderr


PARTS = """import torch
from torch import nn


class Gate(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, 64))

    def forward(self, x):
        return x @ self.weight.T


class Owner(nn.Module):
    def __init__(self, fill=True):
        super().__init__()
        self.gate = Gate()
        self.other = Gate(16)
        if fill:
            {gate}
        {other}

    def forward(self, x):
        return self.gate(x), self.other(x)


class Draws(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 16, 3, padding=1)
        nn.init.kaiming_normal_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return torch.relu(self.up(x))


class DrawsAgain(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Draws()
        {again}

    def forward(self, x):
        return self.part(x)
"""
OTHER = "nn.init.normal_(self.other.weight, std=0.1)"


GATE = "nn.init.normal_(self.gate.weight, std=0.1)"
AGAIN = "nn.init.normal_(self.part.up.weight, std=0.02)"


def measured(project: Path, target: str, *options: str, **lines: str) -> set[str]:
    """The symbols of measured findings."""
    text = PARTS.format(**{"gate": GATE, "other": OTHER, "again": AGAIN, **lines})
    (project / "net.py").write_text(text, encoding="utf-8")
    found = json.loads(check(project, json.dumps([f"net.py::{target}"]), *options).stdout)["findings"]
    return {each["symbol"] for each in found if each["code"] in {"WI901", "WI903"}}


def test_a_part_that_its_owner_fills_is_not_judged_by_itself(project: Path) -> None:
    assert measured(project, "Gate") == set()
    assert measured(project, "Gate", "--select", "WI903") == set(), "the static rule need not be switched on"
    assert measured(project, "Gate", gate="pass", other="pass") == {"Gate.weight"}
    assert measured(project, "Gate", other="pass") == {"Gate.weight"}, "one of two parts stays unfilled"
    assert measured(project, "Draws") == set()
    assert measured(project, "Draws", again="pass") == {"Draws.up.weight"}


def test_a_path_of_the_target_itself_disproves_nothing(project: Path) -> None:
    assert measured(project, "Owner(fill=False)") == {"Gate.weight"}
