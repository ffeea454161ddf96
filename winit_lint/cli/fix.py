"""``--fix`` and ``--diff`` of ``winit-lint check``: safe fixes, written or shown."""

from __future__ import annotations

from collections.abc import Sequence

from winit_lint import fixer
from winit_lint.cli.terminal import note, write
from winit_lint.driver import Outcome
from winit_lint.finding import Finding
from winit_lint.reports.printable import printable


def write_fixes(outcome: Outcome, findings: Sequence[Finding], lint: fixer.Lint) -> int:
    """Write the files that the safe fixes change, and say how many fixes were applied; how many files were written."""
    plan = fixer.plan(outcome.texts, findings, lint)
    _tell(plan.refused)
    written = [change for change in plan.changes if _written(change, outcome.settings[change.before.path].root)]
    fixes = _count(sum(change.count for change in written), "fix", "fixes")
    note(f"winit-lint: {fixes} applied in {_count(len(written), 'file', 'files')}")
    return len(written)


def show_fixes(outcome: Outcome, findings: Sequence[Finding], lint: fixer.Lint) -> int:
    """Show what ``--fix`` would change as a diff; how many files that is."""
    plan = fixer.plan(outcome.texts, findings, lint)
    _tell(plan.refused)
    shown = "".join(fixer.diff(change) for change in plan.changes)
    write("".join("\t".join(map(printable, line.split("\t"))) + "\n" for line in shown.split("\n")[:-1]))
    return len(plan.changes)


def _written(change: fixer.Change, root: str) -> bool:
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
