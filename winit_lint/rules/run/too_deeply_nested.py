"""A file nested too deeply to be parsed safely.

What it does:
    Reports a file whose brackets, calls or operator chains nest deeper than a parser can follow safely; it is
    skipped.

Why is this bad:
    Nothing in it was checked. A recursive-descent parser overflows its stack on such a file and kills the
    process, so the depth is measured before parsing.

Example:
    x = ((((((((((...))))))))))   # 3000 levels

Use instead:
    x = 0

Fix safety:
    None.

Known misses:
    Long `elif` chains and attribute chains are linted.

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


RULE = Rule("WI006", "too-deeply-nested", __doc__, check, Scope.PROJECT)
