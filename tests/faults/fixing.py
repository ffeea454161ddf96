"""Rows 51 to 55: fixes, the cache, and several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_fixer import fixed as fixed_by
from test_fixer import rename

from faults.bench import GOOD, Row, fixed, put, winit
from winit_lint import fixer

_DONE = GOOD.replace(b"xavier_uniform", b"xavier_uniform_")
_MARK = b"\xef\xbb\xbf"


def _full_disk() -> None:
    put("a.py")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixer.os, "fsync", full)
        result = winit("--fix", "a.py")
    assert Path("a.py").read_bytes() == GOOD and "Traceback" not in result.output
    assert os.listdir(".") == ["a.py"], "nothing is left beside it"
    winit("--fix", "a.py")
    assert Path("a.py").read_bytes() == _DONE


def _fixes_that_fight() -> None:
    path = Path(put("a.py", b"one\n"))
    assert not fixed_by(path, rename("one|two", "two")).refused
    for pattern, new in (("one", "one one"), ("o(.)e", r"on\1")):
        path = Path(put("b.py", b"one\n"))
        plan = fixed_by(path, rename(pattern, new))
        assert path.read_bytes() == b"one\n" or plan.changes
    path = Path(put("c.py", b"a = 1\n"))
    assert fixed_by(path, rename("1", "(")).changes == () and path.read_bytes() == b"a = 1\n"


def _kinds_of_target() -> None:
    put("real/a.py", _MARK + GOOD.replace(b"\n", b"\r\n"))
    os.chmod("real/a.py", 0o755)
    os.symlink("real/a.py", "b.py")
    winit("--fix", "b.py")
    assert os.path.islink("b.py") and os.stat("real/a.py").st_mode & 0o777 == 0o755
    assert Path("real/a.py").read_bytes() == _MARK + _DONE.replace(b"\n", b"\r\n")
    put("c.py")
    os.link("c.py", "d.py")
    winit("--fix", "c.py")
    assert Path("c.py").read_bytes() == Path("d.py").read_bytes(), "both names see the same text"
    os.chmod("c.py", 0o444)
    assert fixed(GOOD) == _DONE


def _one_cache() -> None:
    for number in range(4):
        put(f"m{number}.py")
    command = [sys.executable, "-m", "winit_lint", "check", "--output-format", "concise", "--cache-dir", "cache", "."]
    environment = {**os.environ, "PYTHONPATH": str(Path(fixer.__file__).parents[1])}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    texts = {(*process.communicate(timeout=300), process.returncode) for process in running}
    assert len({(text, code) for text, _, code in texts}) == 1
    assert all("Traceback" not in errors for _, errors, _ in texts)
    expected = next(iter(texts))[0]
    for path in [each for each in Path("cache").rglob("*") if each.is_file()]:
        path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2] or b"foreign")
    os.utime("m0.py", (0, 0))
    for _ in range(2):
        run = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert run.stdout == expected and "Traceback" not in run.stderr


ROWS: dict[str, Row] = {
    "51-full-disk": _full_disk,
    "53-fixes-that-fight": _fixes_that_fight,
    "54-kinds-of-target": _kinds_of_target,
    "55-one-cache": _one_cache,
}
