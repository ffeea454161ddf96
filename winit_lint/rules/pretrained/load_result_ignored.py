"""Weights loaded with `strict=False` while nobody looks at what was missing.

What it does:
    Finds `load_state_dict(..., strict=False)` whose result, the missing and the unexpected keys, is dropped.

Why is this bad:
    Keys that do not match (a prefix such as `module.` or `model.` is enough) are skipped in silence. The layers keep
    their random start, and training runs as if nothing had been loaded.

Example:
    net.load_state_dict(checkpoint, strict=False)

Use instead:
    missing, unexpected = net.load_state_dict(checkpoint, strict=False)

Fix safety:
    Unsafe: a warning with both lists is added, which changes no number. Which keys may be missing is your knowledge.

Known misses:
    Results that are stored and never read again.

References:
    torch.nn.Module.load_state_dict.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import Load
from winit_lint.proposal import Rewrite
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each call."""
    for load in run.model.events_of(Load):
        if load.strict is not False or load.result_used or "load_state_dict" not in load.how:
            continue
        layer = run.model.by_path.get(load.module) if load.module is not None else None
        count = _count(run, load)
        receiver = layer.cls.rpartition(".")[2] if layer is not None else None
        owner = f" of `{receiver}`" if receiver else ""
        message = (
            f"{_keeping(count, owner)} random start in silence: the missing and "
            f"unexpected keys of `strict=False` are dropped here; check them"
        )
        related = (Related(layer.created, "the module is built here"),) if layer and layer.created else ()
        symbol = receiver or "load_state_dict"
        yield run.report(load.span, Severity.WARNING, symbol, message, related=related, fix=_fix(load))


def _keeping(count: int | None, owner: str) -> str:
    unnamed = "that the checkpoint does not name"
    if count is not None and count > 1:
        return f"up to {count} parameters{owner} {unnamed} keep their"
    return f"every parameter{owner} {unnamed} keeps its"


def _fix(load: Load) -> Fix:
    told = 'f"missing keys: {{missing}}, unexpected keys: {{unexpected}}"'
    change = Rewrite(
        load.span,
        "torch.nn.Module.load_state_dict",
        before="{missing}, {unexpected} = ",
        after=f"if {{missing}} or {{unexpected}}:\n    {{warnings}}.warn({told})",
        fresh=("missing", "unexpected"),
        modules=("warnings",),
    )
    return Fix("look at the keys, and warn", "unsafe", (), (change,))


def _count(run: Pass, load: Load) -> int | None:
    """How many parameters the module has; None where one may stand for several, or not all show."""
    if load.module is None or not load.whole:
        return None
    prefix = f"{load.module}." if load.module else ""
    below = [parameter.name for parameter in run.model.parameters if parameter.name.startswith(prefix)]
    return None if any("*" in name.split(".") for name in below) else len(below)


RULE = Rule("WI602", "load-result-ignored", __doc__, check)
