"""A file that could not be read.

What it does:
    Reports a file or directory that could not be read: no permission, a dangling link, a file that vanished
    between discovery and reading. Found while walking, the run goes on; named on the command line, the exit code
    is 2.

Why is this bad:
    Nothing in it was checked, so silence about it means nothing.

Example:
    $ chmod 000 models/vit.py && winit-lint models

Use instead:
    $ chmod 644 models/vit.py && winit-lint models

Fix safety:
    None.

Known misses:
    Devices, sockets and pipes are skipped with a notice on standard error.

References:
    None.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding
from winit_lint.rule import Pass, Rule, Scope


def check(run: Pass) -> Iterator[Finding]:
    """Yield nothing: the driver reports it."""
    yield from ()


RULE = Rule("WI004", "unreadable-file", __doc__, check, Scope.PROJECT)
