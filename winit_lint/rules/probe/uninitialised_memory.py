"""A tensor that still holds uninitialised memory.

What it does:
    The probe builds the model while torch fills all new memory with NaN; a parameter or buffer of which entries are
    NaN at the end was never written there.

Why is this bad:
    It starts with whatever the memory held before: zeros today, old activations, NaN or 1e38 tomorrow. No seed
    reproduces it.

Example:
    self.token = nn.Parameter(torch.empty(1, 1, 64))

Use instead:
    self.token = nn.Parameter(torch.zeros(1, 1, 64))

Fix safety:
    No fix is offered: the right values are the author's choice.

Known misses:
    Memory that comes from outside of torch, and integers. With `check --probe` a part that some enclosing model of the
    run fills is not judged by itself.

References:
    torch.utils.deterministic.fill_uninitialized_memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.blamed import blamed, blamed_layer
from winit_lint.analyses.unfilled import filled_by_owner
from winit_lint.finding import Finding, Severity
from winit_lint.rule import Pass, Rule, Scope


def check(run: Pass) -> Iterator[Finding]:
    """An error for each parameter, a warning for each buffer."""
    for found in run.model.measured.unfilled if run.model.measured is not None else ():
        parameter = run.model.by_name.get(found.name)
        part = "all of" if found.share == 1.0 else f"{found.share:.3g} of"
        if found.buffer:
            span = blamed_layer(run.model, found.name.rpartition(".")[0])
            symbol, severity = f"{run.model.name}.{found.name}", Severity.WARNING
        else:
            span = blamed(run.model, parameter)
            symbol, severity = parameter.symbol if parameter is not None else found.name, Severity.ERROR
        message = f"{part} `{symbol}` is uninitialised memory: NaN after a build in which all new memory was NaN"
        yield run.report(span, severity, symbol, message)


RULE = Rule("WI903", "uninitialised-memory", __doc__, check, Scope.STRUCTURE, refutes=filled_by_owner, measured=True)
