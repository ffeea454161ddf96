"""Time against other linters, as ratios in one run, and how it grows with the number of files.

    python tests/benchmarks/speed.py [TREE...] [--file NAME] [--only start,cold,warm,one,changed,growth] [--runs 5]
                                     [--tools FOLDER] [--without torchfix,...]

A TREE is a folder of sources, or the name of an installed package (by default timm, torchvision and transformers,
those that are installed). torchfix, torch-preflight and ruff are looked for in FOLDER and on PATH. Each tree is copied
to a folder of its own, where every command of a comparison runs in turn, so that a slow moment of the machine meets
all of them. Printed are the medians of wall and processor time, and of the ratios taken run by run, with the least and
the greatest. All Python tools run from compiled files, as they do once installed.

- start: ``--version`` against ``python -c pass``
- cold: the tree without any cache; warm: again, with nothing changed, against ruff with its cache
- one: the file whose name ends in NAME (the largest that mentions nn.Module where there is none), without any cache
- changed: the tree with a cache, after a line was added to that file; against cold and warm
- growth: packages of 100 to 10,000 files out of a generator (``synthetic.py``), cold and warm, with a fit
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthetic import write_package

CHECK = (sys.executable, "-m", "winit_lint", "check", "--isolated", "--output-format", "json")
TREES = ("timm", "torchvision", "transformers")
STAGES = ("start", "cold", "warm", "one", "changed", "growth")
SIZES = (100, 300, 1_000, 3_000, 10_000)


@dataclass(frozen=True)
class Spent:
    """What a command took: seconds of wall and of processor time, and the most memory of one process in MB."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Entrant:
    """A command to time in ``folder``; ``before`` is called ahead of each run and is not timed."""

    name: str
    command: Sequence[str]
    folder: Path
    before: Callable[[], None] = lambda: None

    def run(self) -> Spent:
        """Runs it. Findings (exit 1) are no failure."""
        self.before()
        start = time.perf_counter()
        process = subprocess.Popen(self.command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            raise RuntimeError(f"{self.name}: exit {process.returncode}: {shlex.join(self.command)}")
        return Spent(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def compare(title: str, entrants: Sequence[Entrant], runs: int) -> None:
    """Prints what each took, and the ratios of the first to the others."""
    rows: list[list[Spent]] = []
    able = list(entrants)
    for number in range(runs):
        row: list[Spent] = []
        for entrant in list(able):
            try:
                row.append(entrant.run())
            except RuntimeError as error:  # noqa: PERF203
                if number or entrant is able[0]:
                    sys.exit(str(error))
                print(f"  left out: {error}")
                able.remove(entrant)
        rows.append(row)
    print(f"{title} ({runs} runs)")
    for index, entrant in enumerate(able):
        spent = [row[index] for row in rows]
        wall, cpu = (statistics.median(values) for values in ([s.wall for s in spent], [s.cpu for s in spent]))
        line = f"  {entrant.name}: {wall:.2f} s, processor {cpu:.2f} s, {max(s.memory for s in spent):.0f} MB"
        if index:
            line += f"; ours is {_ratio([row[0].wall / row[index].wall for row in rows])}"
            line += f", processor {_ratio([row[0].cpu / row[index].cpu for row in rows])}"
        print(line, flush=True)


def _ratio(values: Sequence[float]) -> str:
    """The median with the spread: below 1 as a fraction of it."""
    low, middle, high = min(values), statistics.median(values), max(values)
    if middle < 0.5:
        return f"1/{1 / middle:.1f} (1/{1 / low:.1f} to 1/{1 / high:.1f})"
    return f"x{middle:.2f} (x{low:.2f} to x{high:.2f})"


class Tree:
    """A copy of a package's sources, with the caches of the tools beside it."""

    def __init__(self, source: Path, scratch: Path, file: str, tools: Callable[[str], str | None]) -> None:
        self.name, self.folder, self.tools = source.name, scratch / f"of-{source.name}", tools
        shutil.copytree(source, self.folder / self.name, ignore=_no_sources)
        sources = sorted((self.folder / self.name).rglob("*.py"), key=lambda path: -path.stat().st_size)
        named = [path for path in sources if str(path).endswith(file)]
        self.file = (named or [path for path in sources if b"nn.Module" in path.read_bytes()] or sources)[0]
        self.files = len(sources)

    def ours(self, *options: str, path: str = "", name: str = "winit-lint") -> Entrant:
        """winit-lint on a path of the copy."""
        return Entrant(name, (*CHECK, *options, path or self.name), self.folder)

    def peers(self, path: str, *names: str, ruff_cache: bool = False) -> Iterator[Entrant]:
        """Those of the others that there are."""
        cache = ("--cache-dir", "ruff") if ruff_cache else ("--no-cache",)
        commands: dict[str, tuple[str, ...]] = {
            "torchfix": ("--select=ALL",),
            "torch-preflight": ("check",),
            "ruff": ("check", "--isolated", *cache),
        }
        for name in names:
            program = self.tools(name)
            if program is not None:
                yield Entrant(name, (program, *commands[name], path), self.folder)

    def cold(self, runs: int) -> None:
        """All of it, with no cache."""
        peers = self.peers(self.name, "torchfix", "torch-preflight", "ruff")
        compare(f"{self.name}, cold, {self.files} files", [self.ours("--no-cache"), *peers], runs)

    def warm(self, runs: int) -> None:
        """All of it again, with nothing changed."""
        entrants = [self.ours("--cache-dir", "kept"), *self.peers(self.name, "ruff", ruff_cache=True)]
        for entrant in entrants:
            entrant.run()
        compare(f"{self.name}, warm, {self.files} files", entrants, runs)

    def one(self, runs: int) -> None:
        """The one file, with no cache."""
        path = str(self.file.relative_to(self.folder))
        peers = self.peers(path, "torchfix", "torch-preflight", "ruff")
        compare(f"{path}, cold", [self.ours("--no-cache", path=path), *peers], runs)

    def changed(self, runs: int) -> None:
        """All of it after the one file has changed."""
        path = str(self.file.relative_to(self.folder))
        after = self.ours("--cache-dir", "kept", name="after a change")
        after.run()
        numbers = iter(range(runs))

        def change() -> None:
            with self.file.open("a") as stream:
                stream.write(f"\n_CHANGED_{next(numbers)} = 1\n")

        edited = Entrant(after.name, after.command, after.folder, change)
        rest = [self.ours("--no-cache", name="cold"), self.ours("--cache-dir", "kept", name="warm")]
        compare(f"{self.name}, {path} changed", [edited, *rest], runs)


def growth(scratch: Path, sizes: Sequence[int], runs: int) -> None:
    """Prints the time for packages of growing size, and lines through it."""
    cold: list[tuple[int, float]] = []
    warm: list[tuple[int, float]] = []
    for size in sizes:
        folder = scratch / f"synthetic-{size}"
        write_package(folder / "zoo", size)
        kept = Entrant("kept", (*CHECK, "--cache-dir", "kept", "zoo"), folder)
        first = [Entrant("cold", (*CHECK, "--no-cache", "zoo"), folder).run() for _ in range(runs)]
        kept.run()
        again = [kept.run() for _ in range(runs)]
        cold.append((size, statistics.median(spent.cpu for spent in first)))
        warm.append((size, statistics.median(spent.cpu for spent in again)))
        memory = max(spent.memory for spent in first)
        print(f"  {size:>6} files: cold {cold[-1][1]:.2f} s, warm {warm[-1][1]:.2f} s of processor, {memory:.0f} MB")
        sys.stdout.flush()
        shutil.rmtree(folder)
    for name, points in (("cold", cold), ("warm", warm)):
        print(f"  {name}: {_fit(points)}")


def _fit(points: Sequence[tuple[int, float]]) -> str:
    """Least squares, on the seconds for a line and on logarithms for the exponent of what is above the first size."""
    sizes, seconds = [float(size) for size, _ in points], [second for _, second in points]
    line = statistics.linear_regression(sizes, seconds)
    spread = statistics.correlation(sizes, seconds) ** 2
    steps = [(n - sizes[0], s - seconds[0]) for n, s in zip(sizes[1:], seconds[1:], strict=True) if s > seconds[0]]
    power = "unknown"
    if len(steps) > 1:
        logs = [math.log(n) for n, _ in steps], [math.log(s) for _, s in steps]
        power = f"{statistics.linear_regression(*logs).slope:.2f}"
    each = f"{line.slope * 1000:.2f} ms a file + {line.intercept:.2f} s"
    return f"{each} (R2 {spread:.4f}); grows with the power {power} of the number of files (1 is linear)"


def _no_sources(_: str, names: list[str]) -> list[str]:
    return [name for name in names if "." in name and not name.endswith(".py")]


def _environment(scratch: Path) -> None:
    """All Python tools may keep compiled files; they are what an installed tool starts from."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(scratch / "compiled")


def _tree(name: str) -> Path | None:
    if os.path.isdir(name):
        return Path(name).resolve()
    found = importlib.util.find_spec(name)
    return Path(str(found.origin)).parent if found is not None and found.origin else None


def main() -> None:
    """Read the arguments and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="*", metavar="TREE")
    parser.add_argument("--file", default="models/vision_transformer.py", metavar="NAME")
    parser.add_argument("--only", default=",".join(STAGES), metavar="STAGES")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tools", default="", metavar="FOLDER")
    parser.add_argument("--without", default="", metavar="NAMES")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), metavar="NUMBERS")
    given = parser.parse_args()
    stages = given.only.split(",")
    if not set(stages) <= set(STAGES):
        parser.error(f"--only takes {', '.join(STAGES)}")
    programs: dict[str, str | None] = {}
    for name in ("torchfix", "torch-preflight", "ruff"):
        places = os.pathsep.join((given.tools, str(Path(sys.executable).parent), os.environ.get("PATH", "")))
        programs[name] = None if name in given.without.split(",") else shutil.which(name, path=places)
        if programs[name] is None:
            print(f"skipped: {name} is not installed" if name not in given.without.split(",") else f"without {name}")
    trees = {name: _tree(name) for name in given.trees or TREES}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        _environment(scratch)
        start = [Entrant("winit-lint --version", (*CHECK[:3], "--version"), scratch)]
        start.append(Entrant("python -c pass", (sys.executable, "-c", "pass"), scratch))
        start[0].run()
        if "start" in stages:
            compare("start", start, given.runs * 4)
        for tree, source in trees.items():
            if source is None:
                print(f"skipped: {tree} is not installed")
                continue
            copy = Tree(source, scratch, given.file, programs.get)
            for entrant in (copy.ours("--no-cache", path=str(copy.file)), *copy.peers(str(copy.file), *programs)):
                entrant.run()  # compiles the tools
            for stage in ("cold", "warm", "one", "changed"):
                if stage in stages:
                    getattr(copy, stage)(given.runs)
        if "growth" in stages:
            print("growth")
            growth(scratch, [int(size) for size in given.sizes.split(",")], 1)


if __name__ == "__main__":
    main()
