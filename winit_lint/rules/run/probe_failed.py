"""A target that the probe could not build or run.

What it does:
    Notes that the runtime probe could not build or run a target: a missing package, constructor arguments that
    are not known, a forward pass that raises. The static findings stand.

Why is this bad:
    The target's findings are neither confirmed nor refuted by measurement. The exit code changes only with
    `--require-probe`.

Example:
    $ winit-lint probe models/vit.py::ViT

Use instead:
    $ winit-lint probe 'models/vit.py::ViT(num_classes=10)' --input-size 4,3,32,32

Fix safety:
    None.

Known misses:
    A model whose forward pass silently skips layers is measured only as far as it ran.

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


RULE = Rule("WI008", "probe-failed", __doc__, check, Scope.PROJECT)
