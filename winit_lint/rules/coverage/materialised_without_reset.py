"""A parameter left empty by `to_empty` or `skip_init`, where others are filled again.

What it does:
    Finds models whose parameters `to_empty` (or `skip_init`) gave new memory, and of which a part is initialised or
    loaded afterwards and a part is not.

Why is this bad:
    `to_empty` allocates and fills nothing: what the constructor had drawn is gone. The usual loop over modules with a
    `reset_parameters` passes by every module that has none, so its parameters hold whatever the memory held before:
    zeros, old data or NaN.

Example:
    self.up = skip_init(nn.Linear, rank, dim)

Use instead:
    self.up = nn.Linear(rank, dim)

Fix safety:
    The suggestion is only shown: which values are right is for the author to say.

Known misses:
    A model that is emptied and filled nowhere: its caller may load a checkpoint. Buffers.

References:
    torch.nn.Module.to_empty: "without copying storage". mosaicml/llm-foundry#1745;
    Lightning-AI/pytorch-lightning#17627.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import others
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.distribution import Kind
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each place that creates such parameters."""
    if not run.model.complete:
        return
    for span, parameters in _left_empty(run.model).items():
        first = parameters[0]
        emptied = _emptied(first)
        assert emptied is not None and emptied.span is not None
        symbols = [parameter.symbol for parameter in parameters]
        message = (
            f"`{symbols[0]}`{others(symbols)} {'is' if len(symbols) == 1 else 'are'} not filled again after `to_empty` "
            f"or `skip_init`, as other parameters are: what the memory held before is what training starts from"
        )
        related = () if emptied.span == span else (Related(emptied.span, "emptied here"),)
        cls = first.layer_cls.rpartition(".")[2]
        fix = Fix(f"give `{cls}` a reset_parameters() that fills `{first.role}`, or initialise it here")
        yield run.report(span, Severity.ERROR, symbols[0], message, related=related, fix=fix)


def _left_empty(model: Model) -> dict[Span, list[Parameter]]:
    """Trainable parameters that stay empty, by the place that creates them, where one beside them does not."""
    found: dict[Span, list[Parameter]] = {}
    refilled = [parameter for parameter in model.parameters if _refilled(parameter)]
    for parameter in model.parameters:
        write = _emptied(parameter)
        if write is None or parameter.last is not write or not parameter.certain or parameter.created is None:
            continue
        if parameter.trainable and any(_together(model, parameter, other) for other in refilled):
            found.setdefault(parameter.created, []).append(parameter)
    return found


def _emptied(parameter: Parameter) -> Write | None:
    """The last write that took what the parameter held; a creation as raw memory is none."""
    later = parameter.applied[1:]
    return next((w for w in reversed(later) if w.distribution.kind is Kind.UNINITIALISED and w.span is not None), None)


def _refilled(parameter: Parameter) -> bool:
    emptied = _emptied(parameter)
    return (
        emptied is not None
        and parameter.last is not None
        and parameter.last is not emptied
        and parameter.last.origin in {Origin.EXPLICIT, Origin.DEFAULT, Origin.FRAMEWORK}
    )


def _together(model: Model, one: Parameter, other: Parameter) -> bool:
    """They were emptied by one call, or by calls in the constructor of one class."""
    first, second = _emptied(one), _emptied(other)
    if first is None or second is None:
        return False
    return first.span == second.span or (_owner(one) == _owner(other) and first.stack[:-1] == second.stack[:-1])


def _owner(parameter: Parameter) -> str:
    return parameter.symbol.partition(".")[0]


RULE = Rule("WI509", "materialised-without-reset", __doc__, check)
