"""``winit-lint inspect --signal``: the section of the document, the table, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from winit_lint.cli.group import cli
from winit_lint.reports.signal import render

NET = """import torch
import torch.nn as nn
import torch.nn.functional as F


class Deep(nn.Module):
    def __init__(self, dim=64, depth=10):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim)
        self.out = nn.Linear(dim, 4)
        for layer in self.layers:
            nn.init.xavier_normal_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.out(self.norm(x))


class Conv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")

    def forward(self, image):
        return F.relu(self.conv(image)).mean((2, 3))


class Silent(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))
"""


@pytest.fixture
def net(tmp_path: Path) -> str:
    file = tmp_path / "net.py"
    file.write_text(NET, encoding="utf-8")
    return str(file)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["inspect", "--isolated", "--color", "never", *arguments])


def section(*arguments: str) -> dict[str, Any]:
    found = run(*arguments, "--signal", "--output-format", "json")
    assert found.exit_code == 0, found.output
    signal: dict[str, Any] = json.loads(found.stdout)["signal"]
    return signal


def test_the_document_holds_the_signal_only_where_it_is_asked_for(net: str) -> None:
    without = json.loads(run(f"{net}::Deep", "--output-format", "json").stdout)
    assert "signal" not in without
    asked = json.loads(run(f"{net}::Deep", "--signal", "--output-format", "json").stdout)
    assert {key: value for key, value in asked.items() if key != "signal"} == without


def test_every_operation_has_its_moments_and_factors(net: str) -> None:
    signal = section(f"{net}::Deep")
    assert signal["assumed"] == {"input_size": None, "positions": 64}
    (flow,) = signal["flows"]
    assert (flow["method"], flow["complete"], flow["layers"]) == ("forward", True, 11)
    by_layer = {row["layer"]: row for row in flow["operations"] if row["layer"]}
    last = by_layer["layers.9"]
    assert last["kind"] == "weight"
    assert last["parameter"] == "layers.9.weight"
    assert last["forward"] == pytest.approx(0.5**9)
    assert last["factor"] == pytest.approx(1.0)
    assert last["exact"] is True
    assert last["keeps"]["std"] == pytest.approx((2 / 64) ** 0.5)
    assert last["keeps"]["init"] == 'kaiming_normal_(nonlinearity="relu")'
    assert by_layer["norm"]["forward"] == pytest.approx(1.0, rel=0.02)
    assert by_layer["norm"]["backward_factor"] == pytest.approx(1 / (0.5**10 * (1 - 1 / 3.14159265)), rel=0.05)
    assert by_layer["out"]["backward"] == 1.0
    relu = [row for row in flow["operations"] if row["kind"] == "activation"]
    assert all(row["factor"] == pytest.approx(0.5) for row in relu)
    assert relu[0]["keeps"] is None
    assert flow["backward"] == by_layer["layers.0"]["backward"]


def test_the_size_of_the_input_counts_padding_and_positions(net: str) -> None:
    assumed = section(f"{net}::Conv")["flows"][0]["operations"]
    sized = section(f"{net}::Conv", "--input-size", "2,3,8,8")
    assert sized["assumed"]["input_size"] == [2, 3, 8, 8]
    rows = sized["flows"][0]["operations"]
    assert [row["op"].rpartition(".")[2] for row in rows] == ["image", "Conv2d", "relu", "mean"]
    assert assumed[1]["forward"] == pytest.approx(2.0)
    assert rows[1]["forward"] == pytest.approx(2.0 * (11 / 12) ** 2)
    assert rows[3]["forward"] == pytest.approx(rows[2]["forward"] * (1 / 3.14159265 + (1 - 1 / 3.14159265) / 16))
    assert not rows[3]["exact"]


def test_the_table(net: str) -> None:
    found = run(f"{net}::Deep", "--signal")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[2].split() == ["layer", "operation", "forward", "x", "backward", "x", "varies", "suits"]
    row = next(line for line in lines if line.startswith("layers.1 "))
    assert row.split()[:4] == ["layers.1", "Linear", "0.5", "1"]
    assert 'std 0.177: kaiming_normal_(nonlinearity="relu")' in row
    forward = next(line for line in lines if line.startswith("forward   "))
    assert forward.split()[1][0] == "█"
    assert "over 11 layers" in found.stdout


def test_a_narrow_terminal_is_kept_to(net: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = run(f"{net}::Deep", "--signal").stdout.splitlines()
    assert max(cell_len(line) for line in lines) <= 60


def test_a_whole_file_and_a_model_without_a_flow(net: str) -> None:
    found = run(net, "--signal")
    assert found.exit_code == 0
    assert f"{net}::Deep" in found.stdout
    assert "no flow through layers is known" in found.stdout
    documents = json.loads(run(net, "--signal", "--output-format", "json").stdout)
    assert [len(document["signal"]["flows"]) for document in documents] == [1, 1, 0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--input-size", "4,3"), "--input-size: goes with --signal"),
        (("--signal", "--input-size", "4,x"), "--input-size: `4,x` is no shape"),
        (("--signal", "--input-size", "4,0"), "is no shape"),
        (("--signal", "--input-size", ""), "is no shape"),
        (("--signal", "--filter", "out*"), "--filter: picks parameters"),
    ],
)
def test_what_does_not_go_together_is_refused(net: str, options: tuple[str, ...], message: str) -> None:
    found = run(f"{net}::Deep", *options)
    assert found.exit_code == 2
    assert message in found.stderr


def row(**changes: Any) -> dict[str, Any]:
    plain = {"layer": "fc", "op": "torch.nn.Linear", "kind": "weight", "parameter": "fc.weight", "forward": 1.0}
    rest = {"factor": 1.0, "share": 1.0, "backward": None, "backward_factor": None, "exact": True, "repeat": 1}
    return {**plain, **rest, "keeps": None, **changes}


def document(*rows: dict[str, Any]) -> dict[str, Any]:
    flow = {"method": "forward", "complete": True, "layers": 1, "forward": 1.0, "backward": None}
    signal = {"assumed": {"input_size": None, "positions": 64}, "flows": [{**flow, "operations": list(rows)}]}
    return {"target": "net.py::Net", "signal": signal}


def test_hostile_names_are_escaped() -> None:
    shown = render(document(row(layer="a\x1b[31m\u202eb", op="x.\u0430bs")), width=None, colour=False)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "a\\x1b[31m\\u202eb" in shown


def test_what_is_unknown_and_what_is_out_of_range() -> None:
    rows = [row(forward=None, share=None, exact=False), row(forward=1e300), row(forward=0.25, exact=False, repeat=3)]
    shown = render(document(*rows), width=None, colour=False).splitlines()
    assert shown[3].split() == ["fc", "Linear", "-", "1", "-", "-", "-"]
    assert shown[4].split()[2] == "inf"
    assert shown[5].split()[1:4] == ["Linear", "x3", "~0.25"]
    assert "·█▁" in "".join(shown)
    assert not any(line.startswith("backward") for line in shown)
