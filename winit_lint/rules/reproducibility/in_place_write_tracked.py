"""A write into a parameter that autograd sees.

What it does:
    Finds subscript assignments, in-place methods and augmented assignments on a parameter, or on a part of one, while
    gradients are recorded.

Why is this bad:
    A parameter is a leaf that requires a gradient: torch raises RuntimeError ("a leaf Variable that requires grad is
    being used in an in-place operation") as soon as the line runs, so the model cannot be built.

Example:
    self.embed.weight[0] = 0

Use instead:
    with torch.no_grad():
        self.embed.weight[0] = 0

Fix safety:
    Unsafe: the block around the line makes code run that raised, and what it draws shifts the draws after it.

Known misses:
    Writes inside of a `with` block, a `try` or a decorated function that is not known to leave autograd alone.

References:
    PyTorch, Autograd mechanics (in-place operations on leaves); torch.nn.init runs under no_grad.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import others
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.model import Parameter
from winit_lint.ir.write import Effect, Origin, Write
from winit_lint.proposal import Rewrite
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span


def check(run: Pass) -> Iterator[Finding]:
    """One error for each line that writes so."""
    if not run.model.complete:
        return
    for span, found in _tracked(run.model.parameters).items():
        parameter, write = found[0]
        symbols = [item[0].symbol for item in found]
        what = "a part of it" if write.region is not None else "it"
        message = (
            f"`{symbols[0]}`{others(symbols)} requires a gradient and this writes {what} in place while gradients are "
            f"recorded: torch raises RuntimeError here; write under torch.no_grad()"
        )
        related = (Related(parameter.created, f"`{symbols[0]}` is created here"),) if parameter.created else ()
        block = Rewrite(span, before="with {torch}.no_grad():\n    ", modules=("torch",))
        fix = Fix("with torch.no_grad(): ...", "unsafe", (), (block,))
        yield run.report(span, Severity.ERROR, symbols[0], message, related=related, fix=fix)


def _tracked(parameters: tuple[Parameter, ...]) -> dict[Span, list[tuple[Parameter, Write]]]:
    """The writes that autograd sees, by line."""
    found: dict[Span, list[tuple[Parameter, Write]]] = {}
    for parameter in parameters:
        for write in parameter.writes if parameter.parametrized is None else ():
            ours = write.origin in {Origin.EXPLICIT, Origin.LOAD} and write.effect is Effect.APPLIED
            if ours and write.tracked and write.span is not None:
                found.setdefault(write.span, []).append((parameter, write))
    return found


RULE = Rule("WI802", "in-place-write-tracked", __doc__, check)
