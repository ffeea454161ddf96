"""The commands: arguments, output, exit codes."""

from __future__ import annotations

import fcntl
import json
import os
import struct
import subprocess
import sys
import termios
from pathlib import Path

import fake_front_end
import pytest
from click.testing import CliRunner, Result
from fake_front_end import FRONT_END, RULES

from winit_lint import __version__, driver
from winit_lint.cli import check, config, rule
from winit_lint.cli.arguments import expanded
from winit_lint.cli.group import cli
from winit_lint.cli.terminal import columns
from winit_lint.source.target import TargetFormError, parse_target

NET = "import torch\n\nclass Net:\n    a = 1  # fault: xavier-before-relu\n"
NOTE = "import torch\nb = 1  # fault: trunc-normal-absolute-bounds\n"
ERROR = "import torch\nc = 1  # fault: parameter-never-filled\n"
CLEAN = "import torch\n"


@pytest.fixture(autouse=True)
def _fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(driver, "static_front_end", lambda: FRONT_END)
    for module in (check, config, rule):
        for table in {"RULES", "NAMES"} & vars(module).keys():
            monkeypatch.setattr(module, table, RULES)
    for name in ("GITHUB_ACTIONS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    fake_front_end.TEXTS.clear()


def put(path: str, text: str) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    return path


def winit(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), input=stdin, catch_exceptions=False)


def codes(*arguments: str, stdin: str | None = None) -> list[tuple[str, str, int]]:
    result = winit("check", "--output-format", "json", *arguments, stdin=stdin)
    return [(f["path"], f["code"], f["line"]) for f in json.loads(result.stdout)["findings"]]


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (CLEAN, (), 0),
        (NOTE, (), 0),
        (NOTE, ("--strict",), 1),
        (NOTE, ("--fail-on", "note"), 1),
        (NET, (), 1),
        (NET, ("--fail-on", "error"), 0),
        (NOTE, ("--strict", "--fail-on", "error"), 0),
        (ERROR, ("--fail-on", "error"), 1),
        (ERROR, ("--exit-zero",), 0),
        (ERROR, ("--ignore", "parameter-never-filled"), 0),
        (ERROR, ("--select", "WI1"), 0),
        (NET, ("--select", "WI5,WI501", "--extend-select", "WI101"), 1),
        (CLEAN, ("missing.py",), 2),
        (CLEAN, ("missing.py", "--exit-zero"), 2),
        (CLEAN, ("--select", "WI999"), 2),
        (CLEAN, ("--fail-on", "fatal"), 2),
        (CLEAN, ("--no-such-option",), 2),
        (CLEAN, ("--config", "absent.toml"), 2),
        (CLEAN, ("--config", "absent.toml", "--isolated"), 2),
        (CLEAN, ("--stdin-filename", "x.py"), 2),
    ],
)
def test_exit_codes(text: str, options: tuple[str, ...], code: int) -> None:
    put("net.py", text)
    assert winit("check", "net.py", *options).exit_code == code


def test_check_is_the_default_command() -> None:
    put("net.py", NET)
    for arguments in (["net.py"], ["--isolated", "net.py"], ["check", "net.py"], ["check"], ["check", "--", "net.py"]):
        result = winit(*arguments)
        assert result.exit_code == 1 and "WI101 xavier-before-relu" in result.stdout, arguments


def test_the_check_document() -> None:
    put("sub/net.py", NET)
    result = winit("check", "sub", "--output-format", "json", "--no-cache", "--cache-dir", "x")
    document = json.loads(result.stdout)
    assert document["schema"] == "winit-lint/check/1"
    assert document["summary"] == {"files": 1, "errors": 0, "warnings": 1, "notes": 0}
    (found,) = document["findings"]
    assert (found["path"], found["line"], found["column"], found["symbol"]) == ("sub/net.py", 4, 5, "Net.a")
    assert not Path("x").exists()


def test_findings_are_in_order() -> None:
    put("b.py", ERROR + NOTE + NET)
    put("a.py", NET)
    assert codes(".") == [("a.py", "WI101", 4), ("b.py", "WI501", 2), ("b.py", "WI108", 4), ("b.py", "WI101", 8)]


def test_conditions_of_paths() -> None:
    put("net.py", "import torch\na = 1  # fault: xavier-before-relu when bias\n")
    result = winit("net.py", "--output-format", "json")
    assert json.loads(result.stdout)["findings"][0]["when"] == "bias"


def test_no_files() -> None:
    put("notes.txt", "torch")
    result = winit(".")
    assert result.exit_code == 0 and "0 files checked" in result.stderr
    assert winit(".", "--fail-on-empty").exit_code == 2


def test_standard_input() -> None:
    put("winit-lint.toml", "[per-file-ignores]\n'old/*' = ['WI101']\n")
    fake_front_end.TEXTS.update({"<stdin>": NET, "sub/net.py": NET, "old/net.py": NET})
    assert codes("-", stdin=NET) == [("<stdin>", "WI101", 4)]
    assert codes("-", "--stdin-filename", "sub/net.py", stdin=NET) == [("sub/net.py", "WI101", 4)]
    assert codes("-", "--stdin-filename", "old/net.py", stdin=NET) == []
    put("sub/net.py", CLEAN)  # the buffer stands for the file
    assert codes("-", "sub", "--stdin-filename", "sub/net.py", stdin=NET) == [("sub/net.py", "WI101", 4)]


def test_files_from_and_argument_files() -> None:
    put("a.py", NET)
    put("b.py", NET)
    put("list", "a.py\n\nb.py\r\n")
    put("nul", "a.py\0b.py\0")
    both = [("a.py", "WI101", 4), ("b.py", "WI101", 4)]
    assert codes("--files-from", "list") == codes("--files-from", "nul") == both
    assert codes("--files-from", "-", stdin="b.py\n") == both[1:]
    assert winit("--files-from", "absent").exit_code == 2
    assert expanded(["check", "@list", "--", "@list"]) == ["check", "a.py", "b.py", "--", "@list"]
    put("@odd.py", NET)
    assert expanded(["@odd.py"]) == ["@odd.py"]


def test_show_files() -> None:
    put("winit-lint.toml", "exclude = ['old']\n")
    for name in ("a.py", "old/b.py", "new/c.py"):
        put(name, NET)
    assert winit("--show-files").stdout == "a.py\nnew/c.py\n"
    assert winit("old/b.py", "--show-files").stdout == "old/b.py\n"
    assert winit("old/b.py", "--show-files", "--force-exclude").stdout == ""
    assert winit("--show-files", "absent").exit_code == 2


def test_settings_files() -> None:
    put("net.py", NET + NOTE)
    put("winit-lint.toml", "ignore = ['WI101']\nfail-on = 'note'\n[severity]\nWI108 = 'error'\n")
    result = winit("net.py", "--output-format", "json")
    assert [(f["code"], f["severity"]) for f in json.loads(result.stdout)["findings"]] == [("WI108", "error")]
    assert codes("net.py", "--isolated") == [("net.py", "WI101", 4), ("net.py", "WI108", 6)]
    put("winit-lint.toml", "selekt = []\n")
    result = winit("net.py")
    assert result.exit_code == 2 and "winit-lint.toml:1:1: unknown key `selekt`" in result.stderr
    assert winit("net.py", "--isolated").exit_code == 1


def test_settings_of_each_file() -> None:
    put("a/net.py", NET)
    put("b/net.py", NET)
    put("b/winit-lint.toml", "fail-on = 'error'\n")
    assert winit("b").exit_code == 0
    assert winit("a", "b").exit_code == 1


def test_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    put("net.py", NET)
    assert "::warning" in winit("net.py", "--output-format", "github").stdout
    assert json.loads(winit("net.py", "--output-format", "sarif").stdout)["runs"]
    assert winit("net.py", "--output-format", "concise").stdout.startswith("net.py:4:5:")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert "::warning" in winit("net.py").stdout
    assert "::warning" not in winit("net.py", "--output-format", "full").stdout


def test_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    put("net.py", NET)
    assert "\x1b[" not in winit("net.py").stdout
    assert "\x1b[" in winit("net.py", "--color", "always").output
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in winit("net.py").stdout_bytes.decode()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in winit("net.py").stdout_bytes.decode()


def test_statistics_and_unknowns() -> None:
    put("net.py", NET + "# unknown\n")
    assert "1 WI101 xavier-before-relu" in winit("net.py", "--statistics").stdout
    result = winit("net.py", "--show-unknown")
    assert "1  no such thing" in result.stderr and "no such thing" not in result.stdout


def test_baseline() -> None:
    put("net.py", NET + ERROR)
    written = winit("net.py", "--write-baseline", "base.json")
    assert written.exit_code == 0 and "2 findings" in written.stderr
    assert winit("net.py", "--baseline", "base.json").exit_code == 0
    put("net.py", "# a new line\n\n" + NET + ERROR)
    assert codes("net.py", "--baseline", "base.json") == []  # lines may move


def test_baseline_counts_equal_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    put("sub/net.py", NET)
    winit("sub/net.py", "--write-baseline", "sub/base.json")
    entry = json.loads(Path("sub/base.json").read_text(encoding="utf-8"))["findings"]
    assert entry == [
        {"path": "net.py", "code": "WI101", "symbol": "Net.a", "line": "a = 1  # fault: xavier-before-relu", "count": 1}
    ]
    monkeypatch.chdir("sub")  # paths count from the baseline's folder
    assert codes("net.py", "--baseline", "base.json") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{\n<<<<<<< ours\n", "base.json:2:1: not a baseline: an unresolved merge conflict"),
        ("{", "base.json:1:2: not a baseline"),
        ('{\n"schema": "winit-lint/baseline/0"}', "base.json:2: not a baseline of schema"),
        ("[]", "not a baseline"),
        ('{"schema": "winit-lint/baseline/1", "findings": 1}', "`findings` must be a list"),
        ('{"schema": "winit-lint/baseline/1", "findings": [{"path": 1}]}', "entry 1 of `findings`"),
    ],
)
def test_a_baseline_that_is_none(text: str, words: str) -> None:
    put("net.py", NET)
    put("base.json", text)
    result = winit("net.py", "--baseline", "base.json")
    assert result.exit_code == 2 and words in result.stderr and not result.stdout
    assert winit("net.py", "--baseline", "absent.json").exit_code == 2


def test_rule_pages() -> None:
    shown = winit("rule", "WI101").stdout
    assert shown.startswith("# WI101 xavier-before-relu\n\n*Family: scale and gain.*\n\nPage.\n")
    assert winit("rule", "WI101", "--output-dir", "pages").exit_code == 2
    assert winit("rule", "trunc-normal-absolute-bounds").stdout.startswith("# WI108 trunc-normal")
    everything = winit("rule", "--all").stdout
    assert all(f"{entry.code} {entry.name}" in everything for entry in RULES)
    unknown = winit("rule", "xavier-befor-relu")
    assert unknown.exit_code == 2 and "did you mean `xavier-before-relu`?" in unknown.stderr
    assert winit("rule").exit_code == 2


def test_settings_shown_with_their_source() -> None:
    put("winit-lint.toml", "fail-on = 'note'\n")
    assert winit("config", "fail-on").stdout == f'fail-on = "note"  # {os.path.abspath("winit-lint.toml")}\n'
    assert 'select = ["WI1"]  # --select' in winit("config", "--select", "WI1").stdout
    assert 'fail-on = "warning"  # default' in winit("config", "--isolated").stdout
    assert "did you mean `fail-on`?" in winit("config", "fail_on").stderr


def test_targets() -> None:
    put("a b/net.py", NET)
    put("pkg/__init__.py", "")
    put("pkg/net.py", NET)
    target = parse_target("a b/net.py::Net.Inner(10, act='a::b(c)', n=[1, -2])")
    assert (target.path, target.name) == ("a b/net.py", "Net.Inner")
    assert target.args == (10,) and target.kwargs == {"act": "a::b(c)", "n": [1, -2]}
    assert parse_target("pkg.net:Net").path == os.path.join("pkg", "net.py")
    assert parse_target("pkg:Net()").path == os.path.join("pkg", "__init__.py")
    for text in (
        "net.py",
        "absent.py::Net",
        "no.such.module:Net",
        "pkg.net:Net(x)",
        "pkg.net:Net(*[1])",
        "pkg.net:Net(1",
    ):
        with pytest.raises(TargetFormError):
            parse_target(text)


def test_the_width_is_that_of_the_terminal_or_what_columns_says(monkeypatch: pytest.MonkeyPatch) -> None:
    leader, terminal = os.openpty()
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 97, 0, 0))
        with open(terminal, "w", closefd=False) as stream:
            monkeypatch.setattr(sys, "stdout", stream)
            monkeypatch.delenv("COLUMNS", raising=False)
            assert columns() == 97
            monkeypatch.setenv("COLUMNS", "140")
            assert columns() == 140
    finally:
        os.close(leader)
        os.close(terminal)


def test_version_is_light() -> None:
    program = (
        "import sys; sys.argv = ['winit-lint', '--version']\n"
        "from winit_lint.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as end: code = end.code\n"
        "heavy = {'click', 'libcst', 'rich', 'msgspec', 'torch', 'pathspec', 'tomli'}.intersection(sys.modules)\n"
        "print(code, sorted(heavy))\n"
    )
    root = Path(driver.__file__).parents[1]
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=True)
    assert result.stdout == f"winit-lint {__version__}\n0 []\n"


def test_help_lists_the_commands() -> None:
    text = winit("--help").stdout
    assert all(name in text for name in ("check", "inspect", "rule", "config"))


CONFIGURED = """from dataclasses import dataclass, field
from torch import nn


@dataclass
class Head:
    classes: int = 2


@dataclass
class Config:
    width: int = 8
    head: Head = field(default_factory=Head)


class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc = nn.Linear(config.width, config.head.classes)
"""


def test_a_target_is_given_what_the_names_of_its_file_make() -> None:
    put("net.py", CONFIGURED)
    made = json.loads(
        winit("inspect", "--output-format", "json", "net.py::Net(Config(16, head=Head(classes=3)))").stdout
    )
    assert [parameter["shape"] for parameter in made["parameters"]] == [[3, 16], [3]]
    refused = winit("inspect", "net.py::Net(Config(head=Heads()))")
    assert refused.exit_code == 2 and refused.stderr == "winit-lint: error: net.py has no Heads to call\n"
