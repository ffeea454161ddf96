"""An identity start of a grouped convolution that reaches the first channels only.

What it does:
    Finds `dirac_` without the right `groups=` on a grouped or depthwise convolution.

Why is this bad:
    `dirac_` puts a 1 at (i, i) of the weight, which has in/groups columns: only that many output channels get one,
    16 of 64 in 4 groups and 1 of 64 in a depthwise convolution. The kernels of all the others are zero, so that their
    channels start as nothing but the bias instead of as the input.

Example:
    nn.init.dirac_(self.conv.weight)

Use instead:
    nn.init.dirac_(self.conv.weight, groups=4)

Fix safety:
    No fix is offered: the values change.

Known misses:
    Bare kernels whose groups are not seen; transposed convolutions.

References:
    torch.nn.init.dirac_.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.scheme import cancelled, share
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Severity
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import Number, SizeExpr, known, ratio
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each call."""
    for group in by_span(run.analysis(chosen_writes)):
        found = [(item, *grouped) for item in group if (grouped := _grouped(run, item)) is not None]
        if not found:
            continue
        item, groups, alive = found[0]
        parameter = item.parameter
        symbols = [other.parameter.symbol for other, _, _ in found]
        rows = known(parameter.shape[0]) if parameter.shape else None
        part = known(alive)
        count = f"1/{groups}" if part is None or rows is None else f"{round(part * rows)} of {rows:g}"
        message = (
            f"`{item.write.name}` without `groups={groups}` on `{symbols[0]}`{others(symbols)}: only {count} output "
            f"channels get a 1, the kernels of the others are zero"
        )
        related = history(parameter, item.write)
        yield run.report(item.span, Severity.WARNING, symbols[0], message, related=related)


def _grouped(run: Pass, item: FinalWrite) -> tuple[Number, Number] | None:
    """The groups of the convolution and the share of its output channels that get a 1."""
    layer = run.model.by_path.get(item.parameter.layer)
    shape, written = item.parameter.shape, known(item.write.args.get("groups", 1))
    if layer is None or layer.kind is not LayerKind.CONV or item.write.name.rstrip("_") != "dirac" or written is None:
        return None
    groups = layer.args.get("groups", 1)
    if shape is None or item.write.shape != shape or not isinstance(groups, (int, float, SizeExpr)):
        return None
    alive = share(shape[1], shape[0])
    if alive is None or groups in {1, written}:
        return None
    if written == 1 and cancelled(alive) == ratio(1, groups):
        return groups, alive
    part = known(alive)
    return (groups, part * written) if part is not None and part * written < 1 else None


RULE = Rule("WI207", "dirac-ignores-groups", __doc__, check, refutes=overwritten)
