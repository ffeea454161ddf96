"""A file that cannot be read as Python.

What it does:
    Reports a file that cannot be read as Python: invalid syntax, an encoding that is neither UTF-8 nor the
    declared one, NUL bytes, a Python 2 file, a truncated notebook. The other files are still linted.

Why is this bad:
    Nothing in the file was checked, so silence about it means nothing.

Example:
    def forward(self, x:
        return self.fc(x

Use instead:
    def forward(self, x):
        return self.fc(x)

Fix safety:
    None: there is no text to reason about.

Known misses:
    Code that parses but cannot be compiled (a `return` outside a function) is linted as it stands.

References:
    Python Language Reference, section 2.1.4 (encoding declarations) and section 10 (full grammar).
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding
from winit_lint.rule import Pass, Rule, Scope


def check(run: Pass) -> Iterator[Finding]:
    """Yield nothing: the driver reports it."""
    yield from ()


RULE = Rule("WI001", "syntax-error", __doc__, check, Scope.PROJECT)
