"""Layers whose weights are measured to be equal, or matrices of rank one.

What it does:
    Finds drawn tensors of layers in one place (their names differ in numbers only) that hold the same numbers and
    share no memory, and drawn matrices whose rows are all equal or multiples of one.

Why is this bad:
    Equal layers start as one; equal rows are one unit many times over. Whatever treats them alike (a sum, an average,
    an ensemble) gives them the same gradient, and they never part.

Example:
    self.heads = nn.ModuleList(copy.deepcopy(head) for _ in range(4))

Use instead:
    self.heads = nn.ModuleList(nn.Linear(32, 10) for _ in range(4))

Fix safety:
    No fix is offered.

Known misses:
    Constants, which other rules judge, and copies under other names.

References:
    pytorch/pytorch#72253.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from winit_lint.analyses.blamed import blamed
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.measured import Copies
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.source.span import Span


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each line that made such tensors."""
    groups: dict[Span, list[Copies]] = {}
    for found in run.model.measured.copies if run.model.measured is not None else ():
        first = run.model.by_name.get(found.names[0])
        if first is not None:
            groups.setdefault(first.created or blamed(run.model, first), []).append(found)
    for span, group in groups.items():
        others = [run.model.by_name[name] for name in group[0].names[1:] if name in run.model.by_name]
        related = tuple(Related(blamed(run.model, other), f"`{other.name}` holds the same") for other in others)
        symbol = run.model.by_name[group[0].names[0]].symbol
        yield run.report(span, Severity.WARNING, symbol, _message(group), related=tuple(dict.fromkeys(related)))


def _message(group: Sequence[Copies]) -> str:
    found = group[0]
    more = f" (and {len(group) - 1} more tensors of these layers)" if len(group) > 1 else ""
    if found.how == "equal rows":
        return f"all rows of `{found.names[0]}` are equal{more}: they start as one"
    if found.how == "rank one":
        return f"`{found.names[0]}` has rank one{more}: its rows start as multiples of one"
    count = len(found.names)
    names = f"`{found.names[0]}` and `{found.names[1]}`" if count == 2 else f"`{found.names[0]}` and {count - 1} others"
    return f"{names} start with the same numbers{more}, though they share no memory"


RULE = Rule("WI907", "layers-start-identical", __doc__, check, Scope.STRUCTURE, measured=True)
