"""``--fix`` and ``--diff`` of ``winit-lint check``: fixes written or shown, and what is said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from winit_lint.cli.terminal import note, write
from winit_lint.finding import Finding, applies
from winit_lint.job import Outcome
from winit_lint.reports.printable import plain, printable

if TYPE_CHECKING:
    from winit_lint import fixer


def write_fixes(outcome: Outcome, findings: Sequence[Finding], lint: fixer.Lint, *, unsafe: bool) -> list[fixer.Change]:
    """Write the files that the fixes change, and say how many fixes were applied; what was written."""
    from winit_lint import fixer  # most runs fix nothing

    plan = fixer.plan(outcome.texts, findings, lint, unsafe=unsafe)
    _tell(plan.refused)
    written = [change for change in plan.changes if _written(change, outcome.settings[change.before.path].root)]
    fixes = _count(sum(len(change.fixed) for change in written), "fix", "fixes")
    note(f"winit-lint: {fixes} applied in {_count(len(written), 'file', 'files')}")
    return written


def show_diff(outcome: Outcome, findings: Sequence[Finding], lint: fixer.Lint, *, unsafe: bool) -> list[fixer.Change]:
    """Show what ``--fix`` would change as a diff; what would be written."""
    from winit_lint import fixer

    plan = fixer.plan(outcome.texts, findings, lint, unsafe=unsafe)
    _tell(plan.refused)
    shown = "".join(fixer.diff(change) for change in plan.changes)
    write("".join("\t".join(map(printable, line.split("\t"))) + "\n" for line in shown.split("\n")[:-1]))
    return list(plan.changes)


def list_fixes(changes: Iterable[fixer.Change]) -> None:
    """Say which rules were fixed how often, a file at a time."""
    for change in changes:
        note(f"  {plain(change.before.path)}:")
        for (code, name), count in sorted(Counter((f.code, f.name) for f in change.fixed).items()):
            note(f"    {count} x {code} ({name})")


def tell_fixable(findings: Sequence[Finding], *, unsafe: bool) -> None:
    """Say how many fixes there are to apply, and with which option; nothing where there are none."""
    line = "; ".join(_fixable(findings, unsafe))
    if line:
        note(f"winit-lint: {line}")


def _fixable(findings: Sequence[Finding], unsafe: bool) -> Iterator[str]:
    ready = sum(applies(finding, unsafe=unsafe) for finding in findings)
    hidden = sum(applies(finding, unsafe=True) for finding in findings) - ready
    if ready:
        yield f"{ready} fixable with --fix" + (" --unsafe-fixes" if unsafe else "")
    if hidden:
        yield f"{hidden} {'more ' if ready else ''}fixable with --fix --unsafe-fixes"


def _written(change: fixer.Change, root: str) -> bool:
    from winit_lint import fixer

    try:
        fixer.write(change, root)
    except (fixer.FixError, OSError) as error:
        _tell(((change.before.path, str(error)),))
        return False
    return True


def _tell(refused: Sequence[tuple[str, str]]) -> None:
    for path, reason in refused:
        note(f"winit-lint: {path}: not fixed: {reason}")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
