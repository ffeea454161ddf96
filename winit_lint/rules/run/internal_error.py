"""A failure of winit-lint itself.

What it does:
    Reports that winit-lint itself failed in one file, with the rule or stage that failed. The other files and
    rules are still run, and the exit code is 2.

Why is this bad:
    The file's findings are incomplete. It is a fault of the tool: please report it with the text shown.

Example:
    models/vit.py:1:1: error WI007 internal-error: rule xavier-before-relu raised KeyError

Use instead:
    models/vit.py: no finding

Fix safety:
    None.

Known misses:
    A crash of the whole process (out of memory) costs the files of that worker.

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


RULE = Rule("WI007", "internal-error", __doc__, check, Scope.PROJECT)
