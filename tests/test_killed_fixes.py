"""Fix runs that are killed at random points: each file is as it was, or as the whole fix leaves it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from faults.bench import GOOD

from winit_lint import driver

FILES = 12
KILLS, KILLS_MANY = 15, 200
_DONE = GOOD.replace(b"xavier_uniform", b"xavier_uniform_")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="POSIX signals")
def test_a_file_is_old_or_new(tmp_path: Path, many: bool) -> None:
    """Run with ``-s`` to read how many files the runs had written; ``--many`` kills 200."""
    command = [sys.executable, "-m", "winit_lint", "check", "--isolated", "--no-cache", "--fix", "--jobs", "1", "."]
    environment = {**os.environ, "PYTHONPATH": str(Path(driver.__file__).parents[1])}
    draw = random.Random(1)
    whole = _seconds(tmp_path, command, environment)
    written: list[int] = []
    for number in range(KILLS_MANY if many else KILLS):
        _restore(tmp_path)
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        if number % 3:
            _until_one_is_written(tmp_path, 20 * whole)
            time.sleep(draw.uniform(0, 0.01))
        else:
            time.sleep(whole * draw.uniform(0.3, 1.05))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        texts = [path.read_bytes() for path in sorted(tmp_path.glob("*.py"))]
        assert len(texts) == FILES
        assert all(text in (GOOD, _DONE) for text in texts)
        written.append(texts.count(_DONE))
    amid = sum(0 < number < FILES for number in written)
    print(f"{len(written)} killed, {amid} amid the writing, {written.count(FILES)} after it")
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert all(path.read_bytes() == _DONE for path in tmp_path.glob("*.py"))


def _until_one_is_written(folder: Path, most: float) -> None:
    deadline = time.monotonic() + most
    sizes = {os.stat(path).st_size for path in folder.glob("m*.py")}
    while time.monotonic() < deadline and {os.stat(folder / f"m{n:02}.py").st_size for n in range(FILES)} == sizes:
        pass


def _restore(folder: Path) -> None:
    for number in range(FILES):
        (folder / f"m{number:02}.py").write_bytes(GOOD)


def _seconds(folder: Path, command: list[str], environment: dict[str, str]) -> float:
    _restore(folder)
    before = time.monotonic()
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    return time.monotonic() - before
