"""Findings that are kept between runs: when they count, and what happens to a cache that can't be used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner

from winit_lint import driver, reading
from winit_lint.cache import FOLDER, Store
from winit_lint.cli.group import cli

NET = """\
import torch.nn as nn

from part import Part

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()
        nn.init.zeros_(self.part.fc.bias)
"""
PART = """\
import torch.nn as nn

class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3, bias=False)
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("src").mkdir()
    Path("src/net.py").write_text(NET)
    Path("src/part.py").write_text(PART)


@pytest.fixture
def only_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From here on nothing can be worked out anew."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("the run was made again")

    yield monkeypatch.setattr(driver._Run, "lint", refuse)


def check(*arguments: str, code: int = 1) -> tuple[list[tuple[str, int]], str]:
    result = CliRunner().invoke(cli, ["check", "--isolated", "--output-format", "json", *arguments])
    assert result.exit_code == code, (result.output, result.exception)
    document: dict[str, Any] = json.loads(result.stdout)
    return [(found["code"], found["line"]) for found in document["findings"]], result.stderr


@pytest.mark.parametrize("output_format", ["full", "json", "sarif"])
def test_a_run_that_was_made_is_shown_again_as_it_was(output_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["check", "--isolated", "--output-format", output_format, "src"]
    first = CliRunner().invoke(cli, arguments)
    monkeypatch.setattr(driver._Run, "lint", None)
    second = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert (second.exit_code, second.stdout, second.stderr) == (1, first.stdout, first.stderr)
    assert "WI703" in first.stdout


def test_what_a_run_read_beside_what_it_was_asked_for_counts() -> None:
    assert check("src/net.py")[0] == [("WI703", 9)]
    Path("src/part.py").write_text(PART.replace(", bias=False", ""))
    assert check("src/net.py", code=0)[0] == []
    Path("src/part.py").unlink()
    assert check("src/net.py", code=0)[0] == []
    Path("src/part.py").write_text(PART)
    assert check("src/net.py")[0] == [("WI703", 9)]


def test_a_file_that_comes_to_where_an_import_looked_for_it_counts() -> None:
    Path("src/part.py").unlink()
    assert check("src/net.py", code=0)[0] == []
    Path("src/part.py").write_text(PART)
    assert check("src/net.py")[0] == [("WI703", 9)]


def test_settings_count() -> None:
    assert check("src")[0] == [("WI703", 9)]
    assert check("--ignore", "WI703", "src", code=0)[0] == []
    assert check("--max-steps", "5", "src", code=0)[0] == []


def test_no_cache_leaves_nothing_and_asks_nothing() -> None:
    check("--no-cache", "src")
    assert not Path(FOLDER).exists()
    check("--cache-dir", "kept", "src")
    assert not Path(FOLDER).exists()
    assert sorted(path.name for path in Path("kept").iterdir()) == [".gitignore", "0.1.0", "CACHEDIR.TAG"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"others": {}}', b"\xff\xfe", b"[" * 100_000])
def test_an_entry_that_is_none_is_told_and_made_again(content: bytes, request: pytest.FixtureRequest) -> None:
    check("src")
    (entry,) = Path(FOLDER).glob("*/*.json")
    entry.write_bytes(content)
    found, told = check("src")
    assert found == [("WI703", 9)]
    assert told.count("warning: ") == 1
    assert entry.name in told
    request.getfixturevalue("only_kept")
    assert check("src") == ([("WI703", 9)], "")


def test_a_folder_that_cannot_be_written_is_told_once() -> None:
    Path(FOLDER).write_text("a file")
    found, told = check("src")
    assert found == [("WI703", 9)]
    assert told.count("warning: ") == 1


def test_what_could_not_be_done_is_not_kept() -> None:
    assert check("src", "missing", code=2)[0] == [("WI703", 9)]
    assert not Path(FOLDER).exists()


def test_an_interruption_before_anything_is_read_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "files_of", interrupted)
    assert check("src", code=130)[0] == []
    assert not Path(FOLDER).exists()


def test_a_line_is_shown_again_from_a_file_that_only_the_settings_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("winit-lint.toml").write_text("[thresholds]\nfile-lines = 200000\n")
    Path("src/net.py").write_text(NET + "x = 1\n" * 100_001)
    arguments = ["check", "src/net.py"]
    first = CliRunner().invoke(cli, arguments)
    monkeypatch.setattr(driver._Run, "lint", None)
    second = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert second.stdout == first.stdout
    assert "nn.init.zeros_(self.part.fc.bias)" in first.stdout


HEAVY = ("libcst", "rich", "torch", "difflib", "multiprocessing")
OURS = ("analyses", "fixes", "interpreter", "ir", "knowledge", "probe", "rule", "rules.catalogue", "theory")
PROGRAM = """
import sys
sys.argv = ["winit-lint", "check", "--isolated", "--output-format", "concise", "src"]
from winit_lint.__main__ import main
try: main()
except SystemExit as end: print(end.code)
print(*sorted(sys.modules))
"""


def test_a_run_that_was_made_imports_nothing_that_lints() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(driver.__file__).parents[1])}
    runs = [
        subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    (first, before), (second, loaded) = ((out[:-1], out[-1].split()) for out in (r.stdout.splitlines() for r in runs))
    assert first == second and first[-1] == "1"
    heavy = (*HEAVY, *(f"winit_lint.{name}" for name in OURS))
    assert set(heavy) & set(before) >= {"libcst", "winit_lint.interpreter", "winit_lint.rules.catalogue"}
    assert not set(heavy) & set(loaded)
    assert not [name for name in loaded if name.startswith("winit_lint.rules.") and name.count(".") > 2]


def test_old_entries_go() -> None:
    store = Store(FOLDER)
    check("src")
    (entry,) = Path(FOLDER).glob("*/*.json")
    found = store.entry(entry.stem)
    assert found is not None
    for number in range(60):
        store.keep(f"{number:032x}", found)
    assert len(list(Path(FOLDER).glob("*/*.json"))) == 40


def test_six_runs_at_once() -> None:
    command = [sys.executable, "-m", "winit_lint", "check", "--isolated", "--output-format", "concise", "src"]
    environment = {**os.environ, "PYTHONPATH": str(Path(driver.__file__).parents[1])}
    runs = [subprocess.Popen(command, env=environment, stdout=-1, stderr=-1, text=True) for _ in range(6)]
    answers = {run.communicate() for run in runs}
    assert len(answers) == 1
    assert {run.returncode for run in runs} == {1}
    assert not list(Path(FOLDER).glob("*/.new-*"))
