"""Bad inputs and faults: each costs one file at most, and gets its own answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_front_end
import pytest
from click.testing import CliRunner, Result
from fake_front_end import FRONT_END, RULES

from winit_lint import driver, reading
from winit_lint.cli import check
from winit_lint.cli.group import cli
from winit_lint.cli.terminal import printable

GOOD = b"import torch\na = 1  # fault: xavier-before-relu\n"


@pytest.fixture(autouse=True)
def _fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(driver, "static_front_end", lambda: FRONT_END)
    monkeypatch.setattr(check, "RULES", RULES)
    monkeypatch.setattr(check, "NAMES", RULES)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    fake_front_end.TEXTS.clear()


def put(name: str, raw: bytes = GOOD) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(raw)
    return name


def winit(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments], catch_exceptions=False)


def found(*arguments: str) -> tuple[int, list[tuple[str, str, str]]]:
    """The exit code and each finding as (path, code, severity)."""
    result = winit("--output-format", "json", *arguments)
    return result.exit_code, [(f["path"], f["code"], f["severity"]) for f in json.loads(result.stdout)["findings"]]


OTHER = ("z.py", "WI101", "warning")


@pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf", b"# torch", b"\n\n", b"import torch\x0c\n"])
def test_nothing_to_say(raw: bytes) -> None:
    put("a.py", raw)
    assert found("a.py") == (0, [])


def test_columns_ignore_the_byte_order_mark() -> None:
    put("a.py", b"\xef\xbb\xbfa = 1  # fault: xavier-before-relu torch\n")
    fake_front_end.TEXTS["a.py"] = Path("a.py").read_text(encoding="utf-8-sig")
    result = json.loads(winit("a.py", "--output-format", "json").stdout)
    assert [(f["line"], f["column"]) for f in result["findings"]] == [(1, 1)]


@pytest.mark.parametrize(
    "raw",
    [
        "import torch\n".encode("utf-16"),
        b"\x7fELF\x02\x01\x01\0\0torch",
        b"# coding: klingon\nimport torch\n",
        b"import torch\nx = '\xff'\n",
        b"import torch\nx = '\xed\xa0\x80'\n",
        b"import torch\nprint 'hello'\n",
        b"import torch\n%matplotlib inline\n",
        b"import torch\ndef f(:\n",
    ],
)
def test_what_is_no_python_is_one_finding_and_the_rest_is_linted(raw: bytes) -> None:
    put("a.py", raw)
    put("z.py")
    assert found(".") == (1, [("a.py", "WI001", "error"), OTHER])
    assert winit(".").stdout.isascii()


def test_python_2_is_recognised() -> None:
    put("a.py", b"import torch\nprint 'hello'\n")
    assert "looks like Python 2" in winit("a.py").stdout
    put("a.py", b"import torch\ndef f(:\n")
    assert "looks like Python 2" not in winit("a.py").stdout


def test_a_named_file_without_the_marker_is_parsed() -> None:
    put("a.py", b"def f(:\n")
    assert found("a.py") == (1, [("a.py", "WI001", "error")])
    assert found(".") == (0, [])


@pytest.mark.parametrize(
    "raw",
    [
        b"x = " + b"(" * 3000 + b")" * 3000,
        b"x = " + b"f(" * 1200 + b")" * 1200,
        b"x = " + b"a + " * 10000 + b"a",
        b"if a:\n  x\n" + b"elif b:\n  y\n" * 10000,
    ],
)
def test_too_deep(raw: bytes) -> None:
    put("a.py", b"import torch\n" + raw)
    put("z.py")
    assert found(".") == (1, [("a.py", "WI006", "warning"), OTHER])


@pytest.mark.parametrize(
    "raw",
    [
        b"x = " + b"a + " * 1000 + b"a",
        b"x = a" + b".b" * 1000,
        b"if a:\n  x\n" + b"elif b:\n  y\n" * 1000,
        b"x = " + b"9" * 10_000,
        b"x = '" + b"a" * 1_000_000 + b"'",
        b"x = [" + b"1, " * 100_000 + b"]",
    ],
)
def test_long_but_linted(raw: bytes) -> None:
    put("a.py", GOOD + raw)
    assert found("a.py") == (1, [("a.py", "WI101", "warning")])


def test_too_large_is_a_note_and_configurable() -> None:
    put("a.py", b"# torch\n" * 200_000)
    put("z.py")
    assert found(".") == (1, [("a.py", "WI005", "note"), OTHER])
    assert found("a.py")[0] == 0
    put("winit-lint.toml", b"[thresholds]\nfile-lines = 300000\n")
    assert found("a.py") == (0, [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_what_is_no_regular_file() -> None:
    os.mkfifo("a.py")
    os.symlink("/dev/zero", "b.py")
    put("z.py")
    result = winit(".")
    assert result.exit_code == 1 and "1 file checked" in result.stdout
    assert result.stderr.count("not a regular file") == 2
    assert winit("a.py").exit_code == 0


def test_dangling_links() -> None:
    os.symlink("nowhere", "a.py")
    os.symlink("b.py", "b.py")
    put("z.py")
    assert found(".") == (1, [OTHER])
    assert found("a.py", "b.py", "z.py") == (2, [("a.py", "WI004", "error"), ("b.py", "WI004", "error"), OTHER])


def test_unreadable_files(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.py")
    put("z.py")
    real = os.open

    def refuse(path: str, flags: int, *rest: int) -> int:
        if str(path).endswith("a.py"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", refuse)
    assert found(".") == (1, [("a.py", "WI004", "error"), OTHER])
    assert found("a.py", "z.py")[0] == 2


def test_a_file_that_vanishes_after_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.py")
    put("z.py")
    discover = reading.discover

    def then_delete(*arguments: object, **options: object) -> object:
        result = discover(*arguments, **options)  # type: ignore[arg-type]
        os.unlink("a.py")
        return result

    monkeypatch.setattr(reading, "discover", then_delete)
    assert found(".") == (1, [("a.py", "WI004", "error"), OTHER])


NAMES = [b"new\nline.py", b"esc\x1b[31m.py", b"a::b,c%0A.py", b"-dash.py", b"caf\xe9.py"]


@pytest.mark.parametrize("form", ["full", "concise", "json", "github", "sarif"])
def test_odd_names(form: str) -> None:
    for name in NAMES:
        put(os.fsdecode(name))
    result = winit("--output-format", form, ".")
    assert result.exit_code == 1
    text = result.stdout_bytes.decode("utf-8")
    assert "\x1b" not in text
    if form == "json":
        paths = {os.fsencode(finding["path"]) for finding in json.loads(text)["findings"]}
        assert paths == set(NAMES)
    elif form == "concise":
        assert len(text.strip().split("\n")) >= len(NAMES) and "new\nline" not in text
    assert found("--", "-dash.py") == (1, [("-dash.py", "WI101", "warning")])


def test_escaping_for_the_terminal() -> None:
    assert printable("a\x1b[31m\udce9\u202eb\n") == "a\\x1b[31m\\udce9\\u202eb\n"


def test_a_killed_worker_costs_its_file() -> None:
    for name in ("a.py", "b.py", "c.py", "z.py"):
        put(name)
    put("k.py", b"import torch\n# die\n")
    code, findings = found("--jobs", "2", ".")
    assert code == 2
    assert [path for path, finding, _ in findings if finding == "WI101"] == ["a.py", "b.py", "c.py", "z.py"]
    assert [path for path, finding, _ in findings if finding == "WI007"] == ["k.py"]


def test_a_fault_of_the_interpreter_or_a_rule_costs_its_file() -> None:
    put("a.py", GOOD + b"# crash\n")
    put("b.py", GOOD + b"# rule crash\n")
    put("z.py")
    code, findings = found(".")
    assert code == 2
    assert findings == [
        ("a.py", "WI007", "error"),
        ("a.py", "WI101", "warning"),  # what was found before it
        ("b.py", "WI007", "error"),
        ("b.py", "WI101", "warning"),  # by the other rules
        OTHER,
    ]
    text = winit(".").stdout
    assert "rule unscaled-random-parameter: ZeroDivisionError" in text and "Please report" in text
    assert winit(".", "--exit-zero").exit_code == 2
    assert found(".", "--ignore", "WI109")[1].count(("b.py", "WI007", "error")) == 0


def test_a_fault_of_the_index_costs_its_file() -> None:
    put("a.py", GOOD + b"# index crash\n")
    put("z.py")
    assert found(".") == (2, [("a.py", "WI007", "error"), OTHER])


def test_no_unused_suppression_where_the_run_was_not_whole() -> None:
    put("a.py", b"import torch  # winit: ignore[WI101]\n")
    assert found(".") == (1, [("a.py", "WI002", "warning")])
    put("b.py", GOOD + b"# crash\n")
    assert "WI002" not in [code for _, code, _ in found(".")[1]]
    os.unlink("b.py")
    put("__init__.py", b"")
    assert found("a.py") == (0, [])  # another file of its package may need the suppression
    assert found("--select", "WI5", "--extend-select", "WI002", ".") == (0, [])


def test_many_files_from_a_list() -> None:
    names = [f"f{n}.py" for n in range(300)]
    for name in names:
        put(name, b"")
    put("list", "\n".join(names).encode())
    result = winit("--files-from", "list")
    assert result.exit_code == 0 and "300 files checked" in result.stdout


PROGRAM = """
import sys
sys.path[:0] = [{tests!r}, {project!r}]
from fake_front_end import FRONT_END, RULES
from winit_lint import driver
from winit_lint.cli import check
driver.static_front_end = lambda: FRONT_END
check.RULES = check.NAMES = RULES
from winit_lint.__main__ import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interruption(number: signal.Signals, code: int, jobs: str) -> None:
    for name in ("a.py", "b.py", "c.py", "d.py"):
        put(name)
    put("e.py", GOOD + b"# sleep\n")
    program = PROGRAM.format(tests=os.path.dirname(__file__), project=str(Path(driver.__file__).parents[1]))
    arguments = [sys.executable, "-c", program, "check", "--output-format", "json", "--jobs", jobs, "."]
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 30
    while not _asleep(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == code and "Traceback" not in errors
    document = json.loads(output)
    assert document["summary"]["incomplete"] is True
    assert [finding["path"] for finding in document["findings"]] == ["a.py", "b.py", "c.py", "d.py"]
    with pytest.raises(ProcessLookupError):  # nobody is left in its session
        os.killpg(process.pid, 0)


def _asleep(pid: int) -> bool:
    """Whether the run has come to the file that sleeps: that writes a mark."""
    return Path("asleep").exists() and pid > 0
