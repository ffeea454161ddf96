"""A file above the size limit.

What it does:
    Notes a file above the size limit, which is skipped. Such files are generated tables in practice. The limit is
    a setting.

Why is this bad:
    Nothing in it was checked.

Example:
    $ ls -lh generated/weights.py
    -rw-r--r-- 1 user user 50M generated/weights.py

Use instead:
    [tool.winit-lint]
    exclude = ["generated"]

Fix safety:
    None.

Known misses:
    A file just below the limit may still spend the budget of the interpreter; what was cut off is listed by
    `--show-unknown`.

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


RULE = Rule("WI005", "file-too-large", __doc__, check, Scope.PROJECT)
