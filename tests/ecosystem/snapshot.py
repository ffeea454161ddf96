"""The findings in packages of the index, pinned, against a snapshot that was reviewed.

    python tests/ecosystem/snapshot.py [--update] [--only NAME]

downloads the wheels of ``packages.txt`` into a temporary folder (nothing of them is installed or run), checks their
Python files and compares each finding's code, severity, file, line and symbol with ``snapshot.txt``. What is new or
gone is printed and the exit code is 1; ``--update`` writes the snapshot anew: read the difference before you commit it.
``docs/ecosystem.md`` says what a review found. It takes about half an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
SNAPSHOT = HERE / "snapshot.txt"


def main() -> int:
    """Compare, or write anew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write the snapshot anew")
    parser.add_argument("--only", help="one package by its name")
    given = parser.parse_args()
    before = [line for line in SNAPSHOT.read_text(encoding="utf-8").split("\n") if line]
    pinned = [line for line in (HERE / "packages.txt").read_text(encoding="utf-8").split("\n") if line]
    if given.only:
        pinned = [line for line in pinned if line.partition("==")[0] == given.only]
        before = [line for line in before if line.partition(" ")[0] == given.only]
    now: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for line in pinned:
            now += found(line, Path(folder))
            print(f"{line}: {len(now)} findings so far", file=sys.stderr, flush=True)
    for line in sorted({*before, *now}):
        if (line in before) is not (line in now):
            print("+" if line in now else "-", line)
    if given.update and not given.only:
        SNAPSHOT.write_text("\n".join(sorted(now)) + "\n", encoding="utf-8")
    return int(sorted(before) != sorted(now))


def found(pinned: str, folder: Path) -> list[str]:
    """The findings in one package, a line each."""
    name = pinned.partition("==")[0]
    wheels, source = folder / f"{name}.wheels", folder / name
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(wheels), pinned], check=True)
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(source, [each for each in archive.namelist() if each.endswith(".py")])
    source.joinpath(".git").mkdir()  # where the folder lies in a repository, its .gitignore does not count
    check = [sys.executable, "-m", "winit_lint", "check", "--isolated", "--no-cache", "--output-format", "json", "."]
    run = subprocess.run(check, cwd=source, capture_output=True, text=True)
    return sorted({_line(name, finding) for finding in json.loads(run.stdout)["findings"]})


def _line(name: str, finding: dict[str, object]) -> str:
    return " ".join(str(finding[key]) for key in ("code", "severity", "path", "line", "symbol")).join((f"{name} ", ""))


if __name__ == "__main__":
    sys.exit(main())
