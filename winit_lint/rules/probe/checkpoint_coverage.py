"""A checkpoint that does not reach all of the model, or holds what the model does not.

What it does:
    Compares the names and shapes in the file of `--checkpoint` with the model's: parameters that no tensor reaches,
    tensors that reach nothing, and shapes that differ. Only the names and shapes are read.

Why is this bad:
    A parameter that the checkpoint does not reach stays random, and with `strict=False` nothing says so. A new head is
    meant to; a backbone under another prefix is not.

Example:
    self.encoder = nn.Linear(32, 16)

Use instead:
    self.backbone = nn.Linear(32, 16)

Fix safety:
    No fix is offered.

Known misses:
    Values: a tensor of the right name and shape may still be that of another layer.

References:
    torch.nn.Module.load_state_dict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from winit_lint.analyses.blamed import blamed
from winit_lint.finding import Finding, Severity
from winit_lint.ir.measured import Coverage
from winit_lint.rule import Pass, Rule, Scope


def check(run: Pass) -> Iterator[Finding]:
    """One finding for what is missing and unexpected, one for the shapes that differ."""
    found = run.model.measured.coverage if run.model.measured is not None else None
    if found is None:
        return
    if found.mismatched:
        name, own, given = found.mismatched[0]
        more = f" (and {len(found.mismatched) - 1} more)" if len(found.mismatched) > 1 else ""
        message = f"`{name}` has shape {list(own)}, the checkpoint's {list(given)}{more}: load_state_dict raises"
        parameter = run.model.by_name.get(name)
        symbol = parameter.symbol if parameter is not None else name
        yield run.report(blamed(run.model, parameter), Severity.ERROR, symbol, message)
    missing = [name for name in found.missing if name in run.model.by_name]
    severity = _severity(found, missing)
    if severity is not None:
        parameter = run.model.by_name.get(missing[0]) if missing else None
        symbol = parameter.symbol if parameter is not None else run.model.name
        span = run.model.span if parameter is None else parameter.created or run.model.span
        yield run.report(span, severity, symbol, _message(found, missing, len(run.model.parameters)))


def _severity(found: Coverage, missing: Sequence[str]) -> Severity | None:
    """An error where nothing is reached; a note for one layer without counterpart in the file, which a new head is."""
    if not found.loaded and not found.mismatched:
        return Severity.ERROR
    if not missing:
        return Severity.NOTE if found.unexpected else None
    one_layer = len({name.rpartition(".")[0] for name in missing}) == 1
    return Severity.NOTE if one_layer else Severity.WARNING


def _message(found: Coverage, missing: Sequence[str], count: int) -> str:
    parts = []
    if missing:
        parts.append(f"{len(missing)} of {count} parameters ({_some(missing)}) are not in it and stay random")
    if found.unexpected:
        parts.append(f"{len(found.unexpected)} of its tensors ({_some(found.unexpected)}) reach nothing")
    return f"of the checkpoint, {len(found.loaded)} tensors fit; {'; '.join(parts)}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:2])
    return f"{shown}, ..." if len(names) > 2 else shown


RULE = Rule("WI908", "checkpoint-coverage", __doc__, check, Scope.STRUCTURE, measured=True)
