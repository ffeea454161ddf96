"""An initializer that writes to a copy, or whose result is thrown away.

What it does:
    Finds writes to `.clone()`, to a tensor indexed by a mask or by a list of indices, to the result of a conversion
    that certainly copies, and fresh tensors in an initialisation function that reach nothing.

Why is this bad:
    Only the temporary is written. The parameter keeps what it held, and nothing raises.

Example:
    nn.init.uniform_(self.emb.weight[[3, 7]], -0.1, 0.1)

Use instead:
    with torch.no_grad():
        self.emb.weight[[3, 7]] = torch.empty(2, 8).uniform_(-0.1, 0.1)

Fix safety:
    Unsafe: the values that were lost are kept then, and the same numbers are drawn. Only shown for values that are
    thrown away, for copies made on another line, and for an index that is worked out by a call.

Known misses:
    A copy that is written and later assigned by code that could not be followed. `.detach()`, `.data`, slices and a
    `.float()` that converts nothing share storage, so writing to them works and is not reported.

References:
    PyTorch, Tensor views (advanced indexing copies). pytorch/pytorch#2497; haofeixu/cs231n#1.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import contents, raw
from winit_lint.analyses.final_writes import others
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import Dropped
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.write import Effect, Origin, Write
from winit_lint.proposal import Rewrite
from winit_lint.rule import Pass, Rule
from winit_lint.rules.call_fix import rewrite
from winit_lint.source.span import Span

_TEMPORARY = {
    "clone": ("a copy made by `clone`", "write to the parameter, or copy_ the result back"),
    "advanced-indexing": ("the copy that indexing by a mask or a list makes", "assign: weight[index] = values"),
    "conversion": ("the copy that the conversion makes", "write to the parameter itself"),
    "dropped": ("a tensor that nothing keeps", "write to the parameter in place, or copy_ the result into it"),
}


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call that writes to a temporary, then for each value that is thrown away."""
    for span, losses in _lost(run.model).items():
        write, first = losses[0]
        where, advice = _TEMPORARY[write.reason or "dropped"]
        symbols = [parameter.symbol for _, parameter in losses]
        message = (
            f"`{write.name}` writes to {where}, not to `{symbols[0]}`{others(symbols)}, which keeps {contents(first)}"
        )
        if write.reason == "conversion" and write.dtype is not None:
            advice = f"draw in float32 and copy_ the result into the parameter, which is {write.dtype}"
        fix = Fix(advice, "unsafe", (), _changes(write))
        yield run.report(span, Severity.WARNING, symbols[0], message, related=_created(first), fix=fix)
    for span, events in _dropped(run.model).items():
        yield from _thrown_away(run, span, events)


def _changes(write: Write) -> tuple[Rewrite, ...]:
    """The tensor without the copy; for an index the assignment of what was drawn.

    None for a tensor of 16 bits: the conversion was there because drawing in it is coarse, or not possible.
    """
    if write.reason == "conversion" and write.dtype is not None:
        return ()
    if write.reason in {"clone", "conversion"}:
        return rewrite(write, target="{original}.data" if write.tracked else "{original}")
    if write.reason != "advanced-indexing":
        return ()
    if write.tracked or write.init.startswith("torch.nn.init."):
        return rewrite(write, before="with {torch}.no_grad():\n    {target} = ", modules=("torch",))
    return rewrite(write, before="{target} = ")


def _thrown_away(run: Pass, span: Span, events: list[Dropped]) -> Iterator[Finding]:
    meant = [found for event in events if (found := run.model.by_name.get(event.intended or ""))]
    if not meant:
        if all(event.intended is None for event in events):
            message = f"the tensor made here {_fate(events[0])}: no parameter receives it"
            yield run.report(span, Severity.NOTE, run.model.name, message)
        return
    left = [parameter for parameter in meant if not _written_on_purpose(parameter)]
    if not left:
        return
    first, symbols = left[0], [parameter.symbol for parameter in left]
    message = (
        f"the tensor made here for `{symbols[0]}`{others(symbols)} {_fate(events[0])}: the parameter "
        f"{'is' if raw(first) else 'keeps'} {contents(first)}"
    )
    fix = Fix(_TEMPORARY["dropped"][1])
    yield run.report(span, Severity.WARNING, symbols[0], message, related=_created(first), fix=fix)


def _fate(event: Dropped) -> str:
    return "is returned to `apply`, which throws it away" if "returned" in event.how else "is thrown away"


def _lost(model: Model) -> dict[Span, list[tuple[Write, Parameter]]]:
    """Writes to temporaries whose parameter nothing wrote later, by the call that made them."""
    found: dict[Span, list[tuple[Write, Parameter]]] = {}
    for parameter in model.parameters:
        if not parameter.certain:
            continue
        for index, write in enumerate(parameter.writes):
            later = parameter.writes[index + 1 :]
            if _is_lost(write) and write.span and not any(w.effect is Effect.APPLIED for w in later):
                found.setdefault(write.span, []).append((write, parameter))
    for write in model.stray:
        target = model.by_name.get(write.target or "")
        if _is_lost(write) and write.span and target is not None and not _written_on_purpose(target):
            found.setdefault(write.span, []).append((write, target))
    return found


def _is_lost(write: Write) -> bool:
    return write.effect is Effect.LOST and write.reason in _TEMPORARY


def _dropped(model: Model) -> dict[Span, list[Dropped]]:
    found: dict[Span, list[Dropped]] = {}
    for event in model.events_of(Dropped):
        found.setdefault(event.span, []).append(event)
    return found


def _written_on_purpose(parameter: Parameter) -> bool:
    """Project code, a framework, a load or something unknown gave it values after its creation."""
    return any(write.origin not in {Origin.DEFAULT, Origin.CREATION} for write in parameter.applied)


def _created(parameter: Parameter) -> tuple[Related, ...]:
    return (Related(parameter.created, f"`{parameter.symbol}` is created here"),) if parameter.created else ()


RULE = Rule("WI505", "init-on-temporary", __doc__, check)
