"""``winit-lint probe``: documents, tables, what could not be probed, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from shared_prober import SharedProber

from winit_lint import probing
from winit_lint.cli.group import cli
from winit_lint.probe.launch import Prober

HOSTILE = "hostile.py"


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober() as made:
        yield made


@pytest.fixture(autouse=True)
def _shared(prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "Prober", lambda: SharedProber(prober))
    monkeypatch.chdir(Path(__file__).parent / "probe")


def probe(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["probe", "--seeds", "1", "--isolated", *arguments], catch_exceptions=False)


def documents(*arguments: str) -> Any:
    result = probe("--output-format", "json", *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_document_is_that_of_inspect() -> None:
    target = f"{HOSTILE}::Net(width=4)"
    measured = documents(target, "--input-size", "2,4")
    static = CliRunner().invoke(cli, ["inspect", "--isolated", "--output-format", "json", target])
    said = json.loads(static.stdout)
    assert measured["schema"] == said["schema"] and measured["target"] == target
    assert measured["source"] == "probe" and said["source"] == "static"
    for live, read in zip(measured["parameters"], said["parameters"], strict=True):
        assert list(live) == list(read)
        for key in ("name", "layer", "shape", "fan_in", "fan_out", "initializers", "trainable"):
            assert live[key] == read[key], key


def test_several_targets_are_a_list_with_one_failure_in_it() -> None:
    result = probe("--output-format", "json", f"{HOSTILE}::Net", f"{HOSTILE}::NeedsWidth")
    good, bad = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [p["name"] for p in good["parameters"]] == ["fc.weight", "fc.bias"] and good["unknown"] == []
    assert bad["parameters"] == [] and bad["unknown"][0]["name"] == f"{HOSTILE}::NeedsWidth"
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{HOSTILE}:") and " note WI008 probe-failed: " in line
    assert "it needs `width`: write the target with arguments, or let --supply-arguments make it up" in line


def test_a_failure_counts_where_the_probe_is_required() -> None:
    assert probe(f"{HOSTILE}::NeedsWidth").exit_code == 0
    assert probe("--require-probe", f"{HOSTILE}::NeedsWidth").exit_code == 2
    assert probe("--require-probe", f"{HOSTILE}::Net").exit_code == 0


def test_the_table_tells_what_held_and_what_was_given() -> None:
    text = probe(f"{HOSTILE}::Net", f"{HOSTILE}::NeedsWidth(3)", "--input-size", "2,4", "--color", "never").stdout
    assert "kaiming_uniform_" in text
    assert "input 2,4 (given)" in text
    assert text.count("no core dump") == 1, "the same is said once"
    assert "torch " in text.splitlines()[-2]


def test_hostile_text_is_escaped() -> None:
    text = probe(f"{HOSTILE}::RaisesTerminalCodes").stdout
    assert "\x1b" not in text and "\\x1b[31m" in text
    assert text.count("WI008") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no target"),
        ((HOSTILE,), "names a whole file"),
        (("missing.py::Net",), "no such file"),
        ((f"{HOSTILE}::Net(open('x'))", "--input-size", "a"), "--input-size: `a` is no shape"),
        ((f"{HOSTILE}::Net(1 + x)",), "only literals"),
        ((f"{HOSTILE}::Net", "--input-size", "x=1,2", "--input-size", "x=1,2"), "given twice"),
    ],
)
def test_mistakes_are_refused(arguments: tuple[str, ...], said: str) -> None:
    result = probe(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_the_settings_list_targets_and_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net.py").write_text(
        "from torch import nn\n\nclass Net(nn.Sequential):\n"
        "    def __init__(self):\n        super().__init__(nn.Linear(7, 2))\n",
        encoding="utf-8",
    )
    (tmp_path / "winit-lint.toml").write_text(
        '[probe]\ntargets = ["net.py::Net"]\n[probe.inputs]\n"net.py::Net" = ["3,7"]\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["probe", "--seeds", "1"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "input 3,7 (configuration)" in result.stdout


def test_help_and_check_do_not_import_torch(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("from torch import nn\nnet = nn.Linear(2, 2)\n", encoding="utf-8")
    for arguments in (["probe", "--help"], ["check", "net.py"]):
        code = (
            "import sys\nfrom winit_lint.cli.group import cli\n"
            f"cli.main({arguments!r}, standalone_mode=False)\n"
            "assert 'torch' not in sys.modules and 'winit_lint.probe.child' not in sys.modules\n"
        )
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
