"""A module or parameter assigned before `super().__init__()` has run.

What it does:
    Finds constructors of modules that assign a layer or an `nn.Parameter` to `self` before `nn.Module.__init__` has
    run, or that never run it.

Why is this bad:
    The registries that `nn.Module.__init__` makes do not exist yet, so the assignment raises AttributeError: "cannot
    assign module before Module.__init__() call". The class can't be built at all.

Example:
    self.fc = nn.Linear(8, 8)
    super().__init__()

Use instead:
    super().__init__()
    self.fc = nn.Linear(8, 8)

Fix safety:
    The suggestion is only shown: what stands before the call may be its arguments.

Known misses:
    A constructor's argument that is assigned too early, where nothing in the project passes it a module. A class with
    a `__setattr__` or `__new__` of its own.

References:
    torch.nn.Module.__setattr__; pyg-team/pytorch_geometric#681.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.event import EarlyAssignment
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each class: the first assignment raises, and no other is reached."""
    seen: set[str] = set()
    for event in run.model.events_of(EarlyAssignment):
        if event.owner in seen:
            continue
        seen.add(event.owner)
        owner = event.owner.rpartition(".")[2]
        missing = "which runs only later" if event.late else "which this constructor never calls"
        message = (
            f"the {event.what} `{event.name}` is assigned before `super().__init__()`, {missing}: AttributeError, so "
            f"no `{owner}` can be built"
        )
        fix = Fix("call super().__init__() first")
        yield run.report(event.span, Severity.ERROR, f"{owner}.{event.name}", message, fix=fix)


RULE = Rule("WI515", "assigned-before-super-init", __doc__, check)
