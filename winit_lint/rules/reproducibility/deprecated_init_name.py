"""An initializer under its deprecated name.

What it does:
    Finds calls of `torch.nn.init` functions by their names without the final underscore.

Why is this bad:
    torch 0.4 renamed all in-place initializers. The old names still draw the same numbers, but each call warns, and
    they may go in any release: the model then fails to build.

Example:
    nn.init.xavier_uniform(self.fc.weight)

Use instead:
    nn.init.xavier_uniform_(self.fc.weight)

Fix safety:
    Safe: only the name changes, and the old function calls the new one with the same arguments. Where the name is
    imported by itself (`from torch.nn.init import xavier_uniform`) the import and all its uses change. Only shown where
    the module goes by a name that is no import.

Known misses:
    Calls in code that no root reaches.

References:
    torch.nn.init._make_deprecate.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import others
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.write import Write
from winit_lint.knowledge.initializers import DEPRECATED
from winit_lint.rule import Pass, Rule
from winit_lint.rules.call_fix import rewrite
from winit_lint.source.span import Span


def check(run: Pass) -> Iterator[Finding]:
    """One note for each call."""
    calls: dict[Span, list[Write]] = {}
    for write in run.model.writes:
        if write.span is not None and write.init in DEPRECATED:
            calls.setdefault(write.span, []).append(write)
    for span, writes in calls.items():
        old = writes[0].name
        new = DEPRECATED[writes[0].init].rpartition(".")[2]
        symbols = [_symbol(run, write) for write in writes]
        message = (
            f"`{old}` is the deprecated name of `{new}`, used for `{symbols[0]}`{others(symbols)}: it draws "
            f"the same numbers (x1.00) with a FutureWarning at each call, until a release of torch drops the name"
        )
        yield run.report(span, Severity.NOTE, old, message, fix=_fix(writes[0], new))


def _symbol(run: Pass, write: Write) -> str:
    parameter = run.model.by_name.get(write.target) if write.target is not None else None
    return parameter.symbol if parameter is not None else run.model.name


def _fix(write: Write, new: str) -> Fix:
    return Fix(f"call `{new}`", "safe", (), rewrite(write, rename=new, everywhere=True))


RULE = Rule("WI801", "deprecated-init-name", __doc__, check)
