"""The whole pipeline with the real interpreter and rules, from bytes to the documents."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from winit_lint.cli.group import cli
from winit_lint.interpreter import index

HEAD = """\
import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self, n=3):
        super().__init__()
        self.fc = nn.Linear(n, n, bias=False)
        nn.init.constant_(self.fc.bias, 0.0)
"""
LINE = 8  # of the fault: the layer has no bias

BASE = (
    "import torch.nn as nn\n\nclass Base(nn.Module):\n    def __init__(self, bias=False):\n        super().__init__()\n"
)
BASE += "        self.fc = nn.Linear(3, 3, bias=bias)\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def put(path: str, text: str | bytes) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def run(*arguments: str, code: int) -> dict[str, Any]:
    result = CliRunner().invoke(cli, [*arguments, "--isolated", "--output-format", "json"], catch_exceptions=False)
    assert result.exit_code == code, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def found(*paths: str, code: int = 1) -> list[tuple[str, str, int]]:
    return [(f["code"], f["path"], f["line"]) for f in run("check", *paths, code=code)["findings"]]


def test_a_fault_from_bytes_to_document() -> None:
    put("net.py", HEAD)
    assert found("net.py") == [("WI703", "net.py", LINE)]
    put("net.py", HEAD.replace("0.0)", "0.0)  # winit: ignore[bias-none-dereference] as upstream"))
    assert found("net.py", code=0) == []


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_and_mark(ends: str) -> None:
    put("net.py", b"\xef\xbb\xbf" + HEAD.replace("\n", ends).encode())
    assert found("net.py") == [("WI703", "net.py", LINE)]


@pytest.mark.parametrize(
    "long",
    [
        "k = " + " + ".join(["n"] * 1000),
        "k = n" + ".b" * 1000,
        "if n == -1:\n            pass\n" + "        elif n == 0:\n            pass\n" * 1000,
        "k = " + "(" * 150 + "n" + ")" * 150,
        "k = " + "9" * 10_000,
    ],
)
def test_long_files_are_linted(long: str) -> None:
    put("net.py", f"{HEAD}        {long}\n")
    assert found("net.py") == [("WI703", "net.py", LINE)]


def test_a_part_of_a_package_reads_the_rest_but_reports_only_itself() -> None:
    put("pkg/__init__.py", "")
    put("pkg/base.py", BASE + "        nn.init.zeros_(self.fc.bias)\n")
    leaf = "import torch.nn as nn\nfrom pkg.base import Base\n\nclass Leaf(Base):\n    pass\n"
    put("pkg/leaf.py", leaf)
    assert set(found("pkg")) == {("WI703", "pkg/base.py", 7)}  # once a class
    assert found("pkg/leaf.py", code=0) == []
    put("pkg/base.py", BASE)
    put(
        "pkg/leaf.py",
        leaf.replace("pass", "def __init__(self):\n        super().__init__()\n        self.fc.bias.data.zero_()"),
    )
    assert found("pkg/leaf.py") == [("WI703", "pkg/leaf.py", 7)]


def test_several_processes_give_the_same() -> None:
    for number in range(6):
        put(f"net{number}.py", HEAD)
    assert found(".", "--jobs", "3") == found(".", "--jobs", "1") == [("WI703", f"net{n}.py", LINE) for n in range(6)]


def test_the_inspect_document() -> None:
    put(
        "net.py",
        "import torch.nn as nn\n\nclass Net(nn.Module):\n    def __init__(self, n, deep):\n        super().__init__()\n"
        "        self.fc = nn.Linear(4, n)\n        if deep:\n"
        "            nn.init.xavier_normal_(self.fc.weight, gain=2)\n"
        "    def forward(self, x):\n        return self.fc(x).relu()\n",
    )
    document = run("inspect", "net.py::Net(16, deep=True)", code=0)
    assert (document["schema"], document["source"]) == ("winit-lint/inspect/1", "static")
    weight, bias = document["parameters"]
    assert (weight["name"], weight["layer"], weight["shape"]) == ("fc.weight", "torch.nn.Linear", [16, 4])
    assert (weight["fan_in"], weight["fan_out"], weight["overwritten"], weight["trainable"]) == (4, 16, 1, True)
    (entry,) = weight["initializers"]
    assert (entry["init"], entry["args"]) == ("torch.nn.init.xavier_normal_", {"gain": 2})
    assert entry["std"] == pytest.approx(2 * (2 / 20) ** 0.5) and entry["mean"] == 0
    assert (entry["path"], entry["line"], entry["when"]) == ("net.py", 8, None)
    (entry,) = bias["initializers"]
    assert (entry["init"], entry["path"], entry["line"]) == ("torch.nn.init.uniform_", None, 6)
    symbolic = run("inspect", "net.py::Net", code=0)["parameters"][0]
    assert symbolic["shape"] == ["n", 4]
    assert sorted((e["init"].rpartition(".")[2], e["when"]) for e in symbolic["initializers"]) == [
        ("kaiming_uniform_", "not deep"),
        ("xavier_normal_", "deep"),
    ]


def test_inspect_for_people_and_its_refusals() -> None:
    put("net.py", HEAD.replace("bias=False", ""))
    shown = CliRunner().invoke(cli, ["inspect", "net.py::Net"])
    assert shown.exit_code == 0 and "fc  Linear\n  weight" in shown.stdout and "net.py:8" in shown.stdout
    for target in ("net.py::Nothing", "absent.py::Net", "absent.py", "nets", "net.py::Net(x)"):
        refused = CliRunner().invoke(cli, ["inspect", target])
        assert refused.exit_code == 2 and refused.stderr.startswith("winit-lint: error: "), target
        assert refused.stderr.count("\n") == 1 and not refused.stdout
    put("broken.py", "def f(:\n")
    assert CliRunner().invoke(cli, ["inspect", "broken.py::Net"]).exit_code == 2


PART = """\
import torch.nn as nn
import torch.nn.functional as F

class Block(nn.Module):
    def __init__(self, d=64):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(d, d) for _ in range(12))
        for layer in self.layers:
            nn.init.xavier_uniform_(layer.weight)

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return x
"""
OWNER = """\
import torch.nn as nn

from block import Block

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.head = nn.Linear(64, 10)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.kaiming_normal_(m.weight)

    def forward(self, x):
        return self.head(self.block(x))
"""


def test_a_part_is_not_blamed_for_weights_that_its_owner_draws_again() -> None:
    put("block.py", PART)
    assert found("block.py", code=0) == [("WI101", "block.py", 9)]  # a note
    put("net.py", OWNER)
    assert found(".", code=0) == []
    put("net.py", OWNER.replace("self.apply(self._init)", "pass"))
    assert found(".") == [("WI101", "block.py", 9), ("WI502", "net.py", 12)]


TEMPLATE = """import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(3, 3)
"""


def test_a_file_that_another_one_is_generated_from_is_text_not_code() -> None:
    put("modular_net.py", TEMPLATE)
    put("modeling_net.py", "# automatically generated from modular_other.py\nx = 1\n")
    assert found(".") == [("WI515", "modular_net.py", 5)]
    put("modeling_net.py", "#   This file was automatically generated from src/net/modular_net.py.\nx = 1\n")
    assert found(".", code=0) == []
    assert found("modular_net.py", code=0) == []


def test_a_parser_that_dies_costs_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many files are parsed in other processes, and give what they give in one."""
    for number in range(70):
        put(f"models/net{number}.py", HEAD)
    here = [(code, path) for code, path, _ in found("models", "--jobs", "1")]
    assert [(code, path) for code, path, _ in found("models", "--jobs", "2", "--no-cache")] == here
    put("models/net7.py", HEAD + "# the parser dies here\n")
    in_one_piece = index.parsed

    def dying(text: str) -> index.Parsed:
        if "the parser dies here" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        return in_one_piece(text)

    monkeypatch.setattr(index, "parsed", dying)
    left = found("models", "--jobs", "2", "--no-cache", code=2)
    assert [(code, path) for code, path, _ in left] == [
        ("WI007" if path == "models/net7.py" else code, path) for code, path in here
    ]
