"""The same findings whatever does not belong to the code."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from winit_lint import linting
from winit_lint.cli.group import cli
from winit_lint.pool import spread

MODELS = Path(__file__).parent / "models"
Found = list[tuple[object, ...]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the models that are shipped as examples."""
    shutil.copytree(MODELS, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def found(*arguments: str, places: bool = True) -> Found:
    """Each finding, with or without its place, by file."""
    result = CliRunner().invoke(
        cli, ["check", "--isolated", "--output-format", "json", *arguments], catch_exceptions=False
    )
    assert result.exit_code in {0, 1}, result.output
    findings = json.loads(result.stdout)["findings"]
    keys = ("code", "symbol", "severity", "line", "column", "message") if places else ("code", "symbol", "severity")
    return sorted((Path(f["path"]).name, *(f[key] for key in keys)) for f in findings)


def test_the_order_of_the_files(project: Path) -> None:
    names = [path.name for path in project.glob("*.py")]
    random.Random(1).shuffle(names)
    assert (
        found("--no-cache", ".")
        == found("--no-cache", *names)
        == found("--no-cache", *sorted(names, reverse=True))
        != []
    )


def test_the_number_of_workers(project: Path) -> None:
    assert found("--no-cache", "--jobs", "1", ".") == found("--no-cache", "--jobs", "3", ".")


ROUTINE = """from torch import nn


def fill(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.001)
"""
MODEL = """from torch import nn

from routine import fill


class {name}(nn.Sequential):
    def __init__(self):
        super().__init__(*(layer for _ in range(6) for layer in (nn.Linear({width}, {width}), nn.ReLU())))
        self.apply(fill)
"""


def test_the_order_in_which_files_are_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models of several files meet in one line of a routine, and one of them is shown."""
    monkeypatch.chdir(tmp_path)
    Path("routine.py").write_text(ROUTINE)
    for number, name in enumerate(("First", "Second", "Third", "Fourth")):
        Path(f"{name.lower()}.py").write_text(MODEL.format(name=name, width=64 * (number + 1)))
    before = found("--no-cache", ".")
    monkeypatch.setattr(linting, "spread", lambda *given: (each for each in reversed([*spread(*given)])))
    assert before == found("--no-cache", ".") != []


def test_the_working_directory(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = found("--no-cache", ".")
    monkeypatch.chdir(project.parent)
    assert found("--no-cache", "project") == before == found("--no-cache", str(project))


def test_the_state_of_the_cache(project: Path) -> None:
    before = found("--no-cache", ".")
    assert found("--cache-dir", "../cache", ".") == before == found("--cache-dir", "../cache", ".")
    first = sorted(project.glob("*.py"))[0]
    first.write_text(first.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert found("--cache-dir", "../cache", ".") == before


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends(project: Path, end: bytes) -> None:
    before = found("--no-cache", ".")
    for path in project.glob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", end))
    assert found("--no-cache", ".") == before


def test_reformatting(project: Path) -> None:
    before = found("--no-cache", ".", places=False)
    for width in ("60", "160"):
        subprocess.run(["ruff", "format", "--isolated", "--line-length", width, "."], check=True, capture_output=True)
        assert found("--no-cache", ".", places=False) == before
