"""A suppression that is malformed or names no rule.

What it does:
    Reports a suppression comment that is malformed or names no rule, with the nearest rule's name.

Why is this bad:
    It suppresses nothing, although its author believes that it does.

Example:
    nn.init.xavier_uniform_(self.fc.weight)  # winit: ignore[xavier-befor-relu]

Use instead:
    nn.init.xavier_uniform_(self.fc.weight)  # winit: ignore[xavier-before-relu] measured, see notes

Fix safety:
    None: which rule was meant is a guess.

Known misses:
    A `# noqa` with codes of other tools only is theirs and is not judged.

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


RULE = Rule("WI003", "invalid-suppression", __doc__, check, Scope.PROJECT)
