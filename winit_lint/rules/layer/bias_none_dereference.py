"""An initializer or attribute access on a bias or scale that the layer was built without.

What it does:
    Finds writes to the bias of a layer built with `bias=False`, and to the scale or shift of a normalisation built
    with `affine=False` or `elementwise_affine=False`, without a test for None.

Why is this bad:
    The slot holds None: the line raises AttributeError, so the model cannot be built on that path.

Example:
    m.bias.data.zero_()

Use instead:
    if m.bias is not None:

Fix safety:
    Unsafe: the model can be built then. Either the guard is missing, or the layer was meant to have a bias. Only shown
    where the line binds a name.

Known misses:
    Layers whose class comes from a constructor argument that is not known.

References:
    torch.nn.Linear, torch.nn.Conv2d (`bias`), torch.nn.BatchNorm2d (`affine`), torch.nn.InstanceNorm2d (no scale by
    default).
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import others
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import NoneAccess
from winit_lint.proposal import Rewrite
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span


def check(run: Pass) -> Iterator[Finding]:
    """One error for each line; a warning where it takes an argument that nothing seen passes."""
    severity = Severity.ERROR if run.model.defaults else Severity.WARNING
    lines: dict[Span, list[NoneAccess]] = {}
    for access in run.model.events_of(NoneAccess):
        if not _guarded_by_unknown(run, access):
            lines.setdefault(access.span, []).append(access)
    for span, accesses in lines.items():
        symbols = [_symbol(run, access) for access in accesses]
        count = len(dict.fromkeys(access.slot for access in accesses))
        layers = "1 layer" if count == 1 else f"{count} layers"
        message = (
            f"`{symbols[0]}`{others(symbols)} is None, so this line raises AttributeError ({layers} here without it); "
            f"test it with `is not None` first"
        )
        roles = {access.slot.rpartition(".")[2] for access in accesses}
        guard = Rewrite(span, before="if {slot} is not None:\n    ", slot=next(iter(roles)))
        fix = Fix("test it first", "unsafe", (), (guard,) if len(roles) == 1 else ())
        yield run.report(span, severity, symbols[0], message, related=_created(accesses), fix=fix)


def _guarded_by_unknown(run: Pass, access: NoneAccess) -> bool:
    """True where the path rests on a test of this slot that could not be worked out: it may be the missing guard."""
    role = access.slot.rpartition(".")[2]
    return any(not assumption.free and role in assumption.text for assumption in run.model.assumptions)


def _symbol(run: Pass, access: NoneAccess) -> str:
    owner, _, role = access.slot.rpartition(".")
    siblings = run.model.of_layer(owner)
    if siblings:
        return f"{siblings[0].symbol.rpartition('.')[0]}.{role}"
    layer = run.model.by_path.get(owner)
    return f"{layer.cls.rpartition('.')[2]}.{role}" if layer is not None else access.slot


def _created(accesses: list[NoneAccess]) -> tuple[Related, ...]:
    spans = dict.fromkeys(access.created for access in accesses)
    return tuple(Related(span, "the layer is built without it here") for span in spans if span is not None)


RULE = Rule("WI703", "bias-none-dereference", __doc__, check)
