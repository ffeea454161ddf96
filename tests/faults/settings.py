"""Rows 45 to 50: configuration, the command line and signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faults.bench import FOUND, OTHER, Row, found, put, winit
from faults.depth import FAULT
from winit_lint import driver

TESTS = Path(__file__).parent.parent


def refused(*arguments: str) -> str:
    """The one line that says why a run is refused."""
    result = winit(*arguments)
    assert result.exit_code == 2, (arguments, result.output)
    assert result.stderr.count("error:") == 1, result.stderr
    return result.stderr


def _settings() -> None:
    put("z.py")
    put("winit-lint.toml", b"select = [\n")
    assert "winit-lint.toml:" in refused(".")
    put("winit-lint.toml", b"# x\nselekt = ['WI1']\n")
    said = refused(".")
    assert "winit-lint.toml:2:1" in said and "select" in said
    for raw in (
        b"select = 3",
        b"select = [1]",
        b"exclude = {}",
        b"fail-on = 'never'",
        b"[severity]\nWI101 = 'fatal'",
        b"[thresholds]\nfile-lines = 'many'",
        b"[thresholds]\nfile-lines = -1",
        b"[thresholds]\nfile-lines = true",
        b"[per-file-ignores]\n'a.py' = 'WI101'",
        b"extend = 'nowhere.toml'",
        b"extend = 'winit-lint.toml'",
        b"\xff\xfe",
        b"x = " + b"[" * 5000 + b"]" * 5000,
        b"a" + b".a" * 5000 + b" = 1",
        b"x = " + b"9" * 10_000,
        b"select = ['WI101']\nselect = ['WI102']",
    ):
        put("winit-lint.toml", raw)
        assert "winit-lint.toml" in refused("."), raw[:30]
    put("winit-lint.toml", b"\xef\xbb\xbfselect = ['WI801']\r\n")
    assert found(".")[0] in {0, 2}
    os.unlink("winit-lint.toml")
    os.mkdir("winit-lint.toml")
    assert winit(".").exit_code in {0, 2}
    os.rmdir("winit-lint.toml")
    os.mkfifo("winit-lint.toml")
    assert winit(".").exit_code in {0, 2}


def _unknown_rules() -> None:
    put("z.py")
    for option in ("--select", "--ignore", "--extend-select"):
        assert "xavier-before-relu" in refused(option, "xavier-before-rely", ".")
        refused(option, "WI999", ".")
    put("winit-lint.toml", b"ignore = ['xavier-before-rely']\n")
    assert "xavier-before-relu" in refused(".")
    os.unlink("winit-lint.toml")
    put("a.py", b"import torch  # winit: ignore[xavier-before-rely]\n# winit: ignore[\n# winit: ignroe[WI101]\n")
    code, findings = found("a.py")
    assert code == 1 and {each for _, each, _ in findings} <= {"WI002", "WI003"} and findings
    assert "xavier-before-relu" in winit("a.py").stdout


def _missing() -> None:
    assert "nowhere.py" in refused("nowhere.py")
    assert refused("nowhere")
    os.mkdir("empty")
    result = winit("empty")
    assert result.exit_code == 0 and "0 files checked" in result.stderr
    assert winit("--fail-on-empty", "empty").exit_code == 2
    put("z.py")
    assert "1 file checked" in winit(".").stdout
    for option in ("--config", "--baseline", "--files-from"):
        refused(option, "nowhere", ".")


def _baseline() -> None:
    put("z.py")
    assert winit("--write-baseline", "base.json", ".").exit_code == 0
    assert found("--baseline", "base.json", ".") == (0, [])
    whole = Path("base.json").read_bytes()
    for raw in (
        whole[:-10],
        b"",
        b"null",
        b"[]",
        b"<<<<<<< ours\n" + whole + b"=======\n" + whole + b">>>>>>> theirs\n",
        whole.replace(b"baseline/1", b"baseline/99"),
        b"\xff" + whole,
        b"[" * 100_000,
        b'{"schema": NaN}',
        whole.replace(b"WI801", b"\x00"),
    ):
        put("base.json", raw)
        assert "base.json" in refused("--baseline", "base.json", "."), raw[:40]
    os.unlink("base.json")
    os.mkfifo("base.json")
    refused("--baseline", "base.json", ".")
    os.unlink("base.json")
    os.mkdir("base.json")
    refused("--baseline", "base.json", ".")
    refused("--write-baseline", "base.json", ".")
    refused("--write-baseline", "nowhere/base.json", ".")


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


def _signals() -> None:
    for name in ("a.py", "b.py", "c.py", "d.py"):
        put(name, FAULT)
    put("e.py", FAULT + b"# sleep\n")
    program = PROGRAM.format(tests=str(TESTS), project=str(Path(driver.__file__).parents[1]))
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        for jobs in ("1", "2"):
            Path("asleep").unlink(missing_ok=True)
            arguments = [sys.executable, "-c", program, "check", "--output-format", "json", "--jobs", jobs, "."]
            process = subprocess.Popen(
                arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
            )
            _until_asleep()
            process.send_signal(number)
            output, errors = process.communicate(timeout=60)
            assert process.returncode == code and "Traceback" not in errors
            document = json.loads(output)
            assert document["summary"]["incomplete"] is True
            assert [finding["path"] for finding in document["findings"]] == ["a.py", "b.py", "c.py", "d.py"]
            with pytest.raises(ProcessLookupError):  # nobody is left in its session
                os.killpg(process.pid, 0)


def _until_asleep() -> None:
    """Wait until the run has come to the file that sleeps: that writes a mark."""
    deadline = time.monotonic() + 60
    while not Path("asleep").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _output() -> None:
    """Of the same kind: standard output that is closed, full, or read by nobody any more."""
    put("z.py")
    command = f"{sys.executable} -m winit_lint check --isolated --no-cache --output-format concise z.py"
    environment = {**os.environ, "PYTHONPATH": str(Path(driver.__file__).parents[1])}
    for shell, code in (
        (f"{command} > /dev/full", 2),
        (f"{command} >&-", 2),
        (f"{command} 2>&-", 0),
        (f"{command} < /dev/null", 0),
        (f"{sys.executable} -m winit_lint --help > /dev/full", 2),
        (f"{sys.executable} -m winit_lint --version > /dev/full", 2),
        (f"{command} | head -c 3; exit ${{PIPESTATUS[0]}}", 0),
    ):
        run = subprocess.run(["bash", "-c", shell], env=environment, capture_output=True, text=True)
        assert run.returncode == code and "Traceback" not in run.stderr, (shell, run.stderr)
        assert "Exception ignored" not in run.stderr, shell


ROWS: dict[str, Row] = {
    "45-settings": _settings,
    "46-unknown-rules": _unknown_rules,
    "47-missing": _missing,
    "49-baseline": _baseline,
    "50-signals": _signals,
    "50-output": _output,
}
assert OTHER[1:] == FOUND
