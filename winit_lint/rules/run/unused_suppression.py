"""A suppression that suppresses nothing.

What it does:
    Reports a `# winit: ignore[...]`, a `# winit: file-ignore[...]` or a `# noqa: WI...` that suppresses no
    finding.

Why is this bad:
    The fault that it excused is gone, or the comment stands on the wrong line. Left behind, it hides the next
    fault at that place.

Example:
    nn.init.zeros_(self.fc.bias)  # winit: ignore[xavier-before-relu] gain chosen on purpose

Use instead:
    nn.init.zeros_(self.fc.bias)

Fix safety:
    Safe: only the comment, or the one unused name in it, is removed.

Known misses:
    A suppression of a rule that this run did not select is not judged.

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


RULE = Rule("WI002", "unused-suppression", __doc__, check, Scope.PROJECT)
