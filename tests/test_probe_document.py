"""The keys that a probe's document has and that of ``inspect`` has not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from winit_lint.cli.group import cli
from winit_lint.reports.probe_document import finite

FILE = "unwell.py"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parent / "probe")


def document(*arguments: str, code: int = 0) -> Any:
    command = ["probe", "--seeds", "2", "--isolated", "--output-format", "json", *arguments]
    result = CliRunner().invoke(cli, command, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_what_an_exit_code_comes_from_stands_in_the_document() -> None:
    made = document(f"{FILE}::DeadRelu", "--input-size", "64,32", "--fail-on", "error", code=1)
    (found,) = made["findings"]
    assert (found["code"], found["severity"], found["symbol"]) == ("WI906", "error", "DeadRelu.fc1.bias")
    (flow,) = made["signal"]["flows"]
    relu = next(op for op in flow["operations"] if op["kind"] == "activation")
    assert relu["dead"] == relu["zero"] == 1.0 and relu["units"] == 64
    assert flow["operations"][0]["parameter"] == "fc1.weight" and flow["operations"][0]["forward"] > 25
    assert made["signal"]["builds"] == 2 and made["run"]["input"] == "64,32" and made["run"]["input_origin"] == "given"


def test_a_failure_is_a_finding_and_its_parts_are_keys() -> None:
    made = document(f"{FILE}::DeadRelu", "--input-size", "4,7")
    assert [found["code"] for found in made["findings"]] == ["WI008"]
    failure = made["run"]["failure"]
    assert (failure["stage"], failure["layer"]) == ("forward", "fc1") and "RuntimeError" in failure["why"]
    assert made["signal"] is None and [each["what"] for each in made["not_measured"]] == ["signal"]


def test_numbers_that_json_lacks_are_null() -> None:
    assert finite({"a": [1.0, float("inf")], "b": (float("nan"), "x", 2, None)}) == {
        "a": [1.0, None],
        "b": [None, "x", 2, None],
    }
