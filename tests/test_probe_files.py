"""``winit-lint probe --html`` and ``--plot``, and the progress that is shown meanwhile."""

from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from winit_lint.cli.group import cli
from winit_lint.cli.terminal import ProgressBar

SOURCE = """from torch import nn


class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2))


class Broken(nn.Module):
    def __init__(self):
        raise ValueError("never built")
"""


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def probe(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["probe", "--isolated", "--seeds", "1", *arguments], catch_exceptions=False)


def test_both_files_are_written_beside_the_table(tmp_path: Path) -> None:
    result = probe("net.py::Net", "net.py::Broken", "--html", "out.html", "--plot", "out.svg", "--input-size", "4,8")
    assert result.exit_code == 0, result.output
    assert "0  Linear" in result.stdout and "never built" in result.stdout
    html = (tmp_path / "out.html").read_text(encoding="utf-8")
    for part in (
        "net.py::Net",
        "never built",
        "4,8 (given)",
        "no core dump",
        'data-name="0.weight"',
        "1 (0 to 0), a build each",
    ):
        assert part in html, part
    assert html.count('aria-label="Forward second moments by depth"') == 2, "for a window and for a phone"
    assert (tmp_path / "out.svg").read_bytes().startswith(b"<?xml")


def test_the_document_stays_as_it_is() -> None:
    alone = probe("net.py::Net", "--output-format", "json")
    beside = probe("net.py::Net", "--output-format", "json", "--html", "out.html")
    assert alone.stdout == beside.stdout != ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--plot", "out.pdf"), "--plot: `out.pdf` ends neither in .png nor in .svg"),
        (("--plot", "a.png", "--plot", "b.svg"), "it writes one file, and was given twice"),
        (("--checkpoint", "."), "--checkpoint: . is a folder; name a file in it"),
        (("--plot", "missing/out.png"), "--plot: no such folder: "),
        (("--html", "missing/out.html"), "--html: no such folder: "),
        (("--html", "."), "--html: . is a folder"),
    ],
)
def test_mistakes_are_refused_before_anything_runs(arguments: tuple[str, ...], said: str) -> None:
    result = probe("net.py::Net", *arguments)
    assert result.exit_code == 2 and said in result.stderr and not result.stdout


@pytest.mark.parametrize(
    ("option", "library", "extra"), [("--html", "jinja2", "probe"), ("--plot", "matplotlib", "plot")]
)
def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, option: str, library: str, extra: str) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == library else found(name))
    result = probe("net.py::Net", option, "out.png")
    assert result.exit_code == 2
    assert f"{option} needs {library}, which is not installed: pip install 'winit-lint[{extra}]'" in result.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_tells_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    now = 0.0
    with ProgressBar(lambda: now, "probing") as bar:
        bar(0, 2)
        bar.stage("build")
        assert sys.stderr.getvalue() == "", "nothing within the first second"  # type: ignore[attr-defined]
        now = 2.0
        bar.stage("forward [red]layers\x1b[0m\n.3")
        now = 2.01
        bar.stage("too soon")
        now = 3.0
        bar.stage("a:warning:b \\")
        shown = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "probing forward [red]layers\\x1b[0m .3" in shown
    assert "probing a:warning:b \\ " in shown
    assert "too soon" not in shown


def test_nothing_is_shown_where_no_terminal_reads(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    with ProgressBar(lambda: now, "probing") as bar:
        now = 5.0
        bar.stage("forward")
        bar(1, 2)
    assert capsys.readouterr() == ("", "")
