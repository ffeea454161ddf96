"""A layer whose `reset_parameters()` gives another distribution than its constructor.

What it does:
    The probe builds the model on the meta device, gives it memory by `to_empty` and calls every module's
    `reset_parameters`, as sharded training does, and compares with what each layer held when its own constructor was
    done. Judged are classes of the project, not torch's.

Why is this bad:
    Code that materialises the model, or resets a layer, trains from other weights than code that constructs it. An
    initialisation in `__init__` behind the call of `reset_parameters` is lost.

Example:
    nn.init.normal_(self.weight, std=0.02)

Use instead:
    nn.init.normal_(self.weight, std=0.05)

Fix safety:
    No fix is offered.

Known misses:
    Fewer than 32 entries, and constructors that need real numbers and do not run on the meta device.

References:
    torch.nn.Module.to_empty; PyTorch's tutorial on FSDP and the meta device.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.blamed import blamed
from winit_lint.analyses.final_writes import history
from winit_lint.finding import Finding, Severity
from winit_lint.ir.measured import Reset
from winit_lint.rule import Pass, Rule, Scope


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each parameter whose class draws it otherwise when it is reset."""
    for found in run.model.measured.resets if run.model.measured is not None else ():
        parameter = run.model.by_name.get(found.name)
        if parameter is None or found.buffer or not found.differs or found.by is None:
            continue
        if found.by.startswith("torch.") or found.share:
            continue
        built, again = _moments(found, reset=False), _moments(found, reset=True)
        name = found.by.rpartition(".")[2]
        message = f"`{name}.reset_parameters` gives `{parameter.symbol}` {again}, its constructor {built}"
        related = history(parameter, parameter.last)
        yield run.report(blamed(run.model, parameter), Severity.WARNING, parameter.symbol, message, related=related)


def _moments(found: Reset, *, reset: bool) -> str:
    mean, std = (found.reset_mean, found.reset_std) if reset else (found.built_mean, found.built_std)
    if std is None or mean is None:
        return "other values"
    if std == 0.0:
        return f"the constant {mean:.3g}"
    return f"a std of {std:.3g}" + (f" about {mean:.3g}" if abs(mean) > 0.1 * std else "")


RULE = Rule("WI519", "reset-differs-from-constructor", __doc__, check, Scope.STRUCTURE, measured=True)
