"""Time of a start and of one file, against other linters, as ratios in one run.

    python tests/benchmarks/one_file.py FILE [--runs 7] [--peer "ruff check --isolated --no-cache" --peer "torchfix"]

Every command runs in turn, so that a slow moment of the machine meets all of them; printed are the medians of wall time
and of the ratios run by run. ``winit-lint --version`` is set against ``python -c pass``.
"""

from __future__ import annotations

import argparse
import shlex
import statistics
import subprocess
import sys
import time

WINIT = [sys.executable, "-m", "winit_lint"]


def wall(command: list[str]) -> float:
    """Seconds that a command takes; findings (exit 1) are no failure."""
    start = time.perf_counter()
    run = subprocess.run(command, capture_output=True)
    if run.returncode > 1:
        sys.exit(f"{shlex.join(command)}: exit {run.returncode}: {run.stderr.decode(errors='replace')[-300:]}")
    return time.perf_counter() - start


def compare(title: str, ours: list[str], peers: list[list[str]], runs: int) -> None:
    """Print the medians of our command and of each ratio."""
    for command in (ours, *peers):
        wall(command)
    rows = [[wall(command) for command in (ours, *peers)] for _ in range(runs)]
    print(f"{title}: {statistics.median(row[0] for row in rows):.3f} s")
    for index, peer in enumerate(peers, 1):
        ratios = sorted(row[0] / row[index] for row in rows)
        seconds = statistics.median(row[index] for row in rows)
        spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
        print(f"  against {shlex.join(peer)} ({seconds:.3f} s): x{statistics.median(ratios):.2f} ({spread})")


def main() -> None:
    """Read the arguments and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--peer", action="append", default=[])
    given = parser.parse_args()
    if subprocess.run([*WINIT, "--version"], capture_output=True).returncode:
        sys.exit("winit-lint is not installed in this environment")  # a missing module exits 1, as findings do
    compare("winit-lint --version", [*WINIT, "--version"], [[sys.executable, "-c", "pass"]], given.runs)
    ours = [*WINIT, "check", "--isolated", "--no-cache", "--output-format", "json", given.file]
    compare("one file", ours, [[*shlex.split(peer), given.file] for peer in given.peer], given.runs)


if __name__ == "__main__":
    main()
