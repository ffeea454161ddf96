"""Builds each target of a fixture in a process of its own, since what a file patches in torch stays patched.

    python tests/built_apart.py FILE::CALL ...

prints the moments of the parameters of each as one line of JSON. The processes are forks of this one, so that torch is
imported once. A fixture of ``interpreter/apart/`` says in comments what is expected of which of its targets::

    # right: Net(), Net(depth=2)
    # unknown: Other()
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
FOLDER = TESTS / "interpreter" / "apart"
_EXPECTED = re.compile(r"^# (right|unknown): (.*)$", re.MULTILINE)


def targets() -> Iterator[tuple[str, str]]:
    """Each target with the verdict that is expected of all its parameters."""
    for path in sorted(FOLDER.rglob("*.py")):
        for verdict, calls in _EXPECTED.findall(path.read_text(encoding="utf-8")):
            for call in re.split(r", (?=\w+\()", calls):
                yield f"{path}::{call}", verdict


def main() -> None:
    """Print the moments of each target."""
    sys.path[:0] = [str(TESTS / "benchmarks"), str(FOLDER)]
    import agreement
    import torch  # noqa: F401 - for the forks

    for target in sys.argv[1:]:
        sys.stdout.flush()
        process = os.fork()
        if process == 0:
            print(json.dumps(agreement.measured(target)), flush=True)
            os._exit(0)
        _, status = os.waitpid(process, 0)
        if status:
            sys.exit(f"{target} could not be built")


if __name__ == "__main__":
    main()
