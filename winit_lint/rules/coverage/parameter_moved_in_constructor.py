"""A Parameter that is converted or computed with before it is assigned.

What it does:
    Finds attributes of a module that hold `nn.Parameter(...).to(...)`, `.cuda()`, `nn.Parameter(...) * 0.02` and the
    like, where the Parameter itself is registered nowhere.

Why is this bad:
    The result of an operation on a Parameter is an ordinary tensor: it is not in `parameters()`, no optimizer trains
    it, `state_dict()` leaves it out, and `.to()` of the model does not move it. A conversion that has nothing to
    convert returns the Parameter itself, so the fault shows on some devices only.

Example:
    self.weight = nn.Parameter(torch.randn(dim, dim)) * dim**-0.5

Use instead:
    self.weight = nn.Parameter(torch.randn(dim, dim) * dim**-0.5)

Fix safety:
    The suggestion is only shown: the model gains a parameter.

Known misses:
    A device that is an argument whose default is the CPU. Tensors that are kept in a list.

References:
    torch.nn.Parameter; Tensor.to returns self where nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.event_registration import DerivedAttribute
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each attribute that should have been a parameter."""
    for event in run.model.events_of(DerivedAttribute):
        if event.source is not None or event.detached:  # the Parameter is there as well; or a constant is meant
            continue
        owner = event.owner.rpartition(".")[2]
        step = event.steps[-1]
        made = "arithmetic on" if step == "arithmetic" else f"`{step}` of"
        if event.certain:
            fact = f"`{event.name}` holds the result of {made} a Parameter, which is no Parameter"
        else:
            fact = f"where `{step}` has something to convert, `{event.name}` holds a copy that is no Parameter"
        message = f"{fact}: it is in neither `parameters()` nor the state_dict, so no optimizer trains it"
        fix = Fix("wrap the finished tensor: nn.Parameter(tensor.to(...))")
        yield run.report(event.span, Severity.WARNING, f"{owner}.{event.name}", message, fix=fix)


RULE = Rule("WI513", "parameter-moved-in-constructor", __doc__, check)
