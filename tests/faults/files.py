"""Rows 33 to 43: the file system."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from faults.bench import FOUND, GOOD, OTHER, Row, found, put, winit
from winit_lint import driver, reading
from winit_lint.cli.terminal import printable


def _no_regular_files() -> None:
    os.mkfifo("a.py")
    os.symlink("/dev/zero", "b.py")
    os.symlink("a.py", "c.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("d.py")
        os.symlink("/dev/tty", "e.py")
        os.mkdir("f.py")
        os.mkfifo(".gitignore")
        put("f.py/z.py")
        put("z.py")
        result = winit(".")
        assert result.exit_code == 0 and "2 files checked" in result.stdout
        assert result.stderr.count("not a regular file") == 5
        for name in ("a.py", "b.py", "c.py", "d.py", "e.py"):
            assert winit(name).exit_code == 0


def _links_in_circles() -> None:
    put("z.py")
    put("deep/y.py")
    os.symlink("..", "deep/up")
    os.symlink(".", "here")
    os.symlink(os.path.abspath("deep"), "again")
    for number in range(60):
        os.symlink(f"chain{number + 1}.py", f"chain{number}.py")
    assert found(".") == (0, [("deep/y.py", *FOUND), OTHER])
    os.link("z.py", "twin.py")
    assert len(found(".")[1]) == 2, "a file is visited once"


def _dangling() -> None:
    os.symlink("nowhere", "a.py")
    os.symlink("b.py", "b.py")
    put("z.py")
    assert found(".") == (0, [OTHER])
    assert found("a.py", "b.py", "z.py") == (2, [("a.py", "WI004", "error"), ("b.py", "WI004", "error"), OTHER])


def _unreadable() -> None:
    put("a.py")
    put("closed/b.py")
    put("z.py")
    real, listing = os.open, os.scandir

    def refuse(path: str, flags: int, *rest: int, **more: int) -> int:
        if str(path).endswith("a.py"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest, **more)

    def refuse_folder(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    with pytest.MonkeyPatch.context() as patch:  # root may read everything
        patch.setattr(os, "open", refuse)
        patch.setattr(os, "scandir", refuse_folder)
        code, findings = found(".")
        assert code == 1
        assert ("a.py", "WI004", "error") in findings and OTHER in findings
        assert any(path.startswith("closed") and each == "WI004" for path, each, _ in findings)
        assert found("a.py", "z.py")[0] == 2


def _vanished() -> None:
    put("a.py")
    put("z.py")
    discover = reading.discover

    def then_delete(*arguments: object, **options: object) -> object:
        result = discover(*arguments, **options)  # type: ignore[arg-type]
        os.unlink("a.py")
        return result

    def then_replace(*arguments: object, **options: object) -> object:
        result = discover(*arguments, **options)  # type: ignore[arg-type]
        os.unlink("z.py")
        os.mkfifo("z.py")
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "discover", then_delete)
        assert found(".") == (1, [("a.py", "WI004", "error"), OTHER])
        patch.setattr(reading, "discover", then_replace)
        assert found(".")[1] in ([], [("z.py", "WI004", "error")])


NAMES = [
    b"new\nline.py",
    b"esc\x1b[31m.py",
    b"a::b,c%0A.py",
    b"-dash.py",
    b"caf\xe9.py",
    b"a b'\"$(x)`.py",
    b"\xe2\x80\xae.py",
]


def _odd_names() -> None:
    assert printable("a\x1b[31m\udce9\u202eb\n") == "a\\x1b[31m\\udce9\\u202eb\n"
    for name in NAMES:
        put(os.fsdecode(name))
    for form in ("full", "concise", "json", "github", "sarif"):
        result = winit("--output-format", form, ".")
        assert result.exit_code == 0, form
        text = result.stdout_bytes.decode("utf-8")
        assert "\x1b" not in text and "\u202e" not in text
        if form == "json":
            assert {os.fsencode(finding["path"]) for finding in json.loads(text)["findings"]} == set(NAMES)
        elif form in {"concise", "github"}:
            assert len(text.strip().split("\n")) >= len(NAMES) and "new\nline" not in text
    assert found("--", "-dash.py") == (0, [("-dash.py", *FOUND)])


def _link_outside() -> None:
    put("outside/a.py")
    put("inside/pyproject.toml", b"[project]\nname = 'x'\n")
    os.mkdir("inside/.git")
    os.symlink("../outside/a.py", "inside/a.py")
    os.chdir("inside")
    try:
        assert found(".") == (0, [("a.py", *FOUND)])
        winit("--fix", ".")
        assert Path("../outside/a.py").read_bytes() == GOOD
    finally:
        os.chdir("..")


def _many_names() -> None:
    names = [f"f{number}.py" for number in range(300)]
    for name in names:
        put(name, b"")
    put("list", "\n".join(names).encode())
    put("zeros", "\0".join(names).encode())
    result = winit("--files-from", "list")
    assert result.exit_code == 0 and "300 files checked" in result.stdout
    long = "/".join(["d" * 200] * 30) + "/a.py"
    code, findings = found(long)
    assert (code == 2 and findings == []) or [each for _, each, _ in findings] == ["WI004"]


def _read_only() -> None:
    put("z.py")
    environment = {name: value for name, value in os.environ.items() if name not in {"HOME", "XDG_CACHE_HOME"}}
    command = [sys.executable, "-m", "winit_lint", "check", "--output-format", "concise", "."]
    environment["PYTHONPATH"] = str(Path(driver.__file__).parents[1])
    put("cache", b"a file where the folder would be")
    runs = []
    for options in ([], ["--cache-dir", "cache/below"], ["--cache-dir", "/proc/none"], ["--cache-dir", "/dev/null/x"]):
        run = subprocess.run([*command, *options], env=environment, capture_output=True, text=True)
        runs.append((run.returncode, run.stdout))
        assert run.stderr.count("the cache can't") <= 1 and "Traceback" not in run.stderr
    assert len(set(runs)) == 1 and runs[0][0] == 0


ROWS: dict[str, Row] = {
    "33-no-regular-files": _no_regular_files,
    "34-links-in-circles": _links_in_circles,
    "35-dangling": _dangling,
    "37-unreadable": _unreadable,
    "38-vanished": _vanished,
    "39-odd-names": _odd_names,
    "41-link-outside": _link_outside,
    "42-many-names": _many_names,
    "43-read-only": _read_only,
}
