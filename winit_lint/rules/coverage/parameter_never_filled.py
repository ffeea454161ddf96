"""A parameter made of uninitialised memory that nothing fills.

What it does:
    Finds parameters created by `torch.empty`, `torch.Tensor(shape)`, `torch.FloatTensor(shape)`, `new_empty` or
    `empty_like` that no initializer, assignment or load ever writes, on some path through the constructor.

Why is this bad:
    The parameter starts as whatever that memory held before: zeros in a fresh process, old activations, NaN or 1e38
    later. Training then depends on the allocator, and one NaN entry makes the first loss NaN.

Example:
    self.bank = nn.Parameter(torch.empty(8, 32))

Use instead:
    self.bank = nn.Parameter(torch.empty(8, 32))
    nn.init.xavier_uniform_(self.bank)

Fix safety:
    The suggestion is only shown: which initializer is right depends on what reads the parameter.

Known misses:
    Parameters that are filled in part; those that something not understood receives; a path that the constructor's
    defaults do not take, where the default path fills the parameter. A class whose parameter is filled by the
    enclosing model or a subclass somewhere in the run is not judged by itself. `torch.Tensor(x)` where nothing shows
    that `x` is a size and no list of values.

References:
    torch.empty: "uninitialized data". pytorch/pytorch#45115; LeiBAI/AGCRN#12; kmkurn/pytorch-crf#1.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.hugging_face import dispatch
from winit_lint.analyses.unfilled import abandoned, filled_places
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import Dropped
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.write import Effect
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each place that creates such parameters."""
    if not run.model.complete or run.model.root in run.project.parts:
        return  # a part's owner may fill it, so only a model that nothing encloses is evidence
    if dispatch(run.model) is not None:
        return  # init-weights-misses-parameter says it
    severity = Severity.ERROR if run.model.defaults else Severity.WARNING
    for span, parameters, text in abandoned(run.project, run.model):
        first = parameters[0]
        message = f"{text}, which no initializer, load or assignment replaces"
        yield run.report(span, severity, first.symbol, message, related=_related(run.model, first), fix=_fix(first))


def _related(model: Model, parameter: Parameter) -> tuple[Related, ...]:
    lost = [
        Related(write.span, f"this `{write.name}` does not reach `{parameter.symbol}`")
        for write in parameter.writes
        if write.effect is Effect.LOST and write.span is not None
    ]
    dropped = [
        Related(event.span, "this value was meant for it, but is thrown away")
        for event in model.events_of(Dropped)
        if event.intended == parameter.name
    ]
    return (*lost, *dropped)


def _fix(parameter: Parameter) -> Fix | None:
    if parameter.shape is None or not parameter.role.isidentifier():
        return None
    initializer = "xavier_uniform_" if len(parameter.shape) > 1 else "zeros_"
    return Fix(f"nn.init.{initializer}(self.{parameter.role})")


RULE = Rule("WI501", "parameter-never-filled", __doc__, check, refutes=filled_places)
