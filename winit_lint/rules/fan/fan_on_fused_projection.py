"""Xavier on a weight that stacks several projections.

What it does:
    Finds `xavier_uniform_` and `xavier_normal_` with the gain 1 on a weight whose output is taken apart: query, key and
    value of an attention, key and value, a gate and its value.

Why is this bad:
    Xavier divides by fan_in + fan_out, and fan_out counts all stacked projections as outputs of one. The std is
    sqrt((in + out) / (in + k * out)) of what each of k projections gets by itself: 0.71 times for square query, key and
    value, and the attention logits, a product of two of them, 0.5 times.

Example:
    nn.init.xavier_uniform_(self.qkv.weight)

Use instead:
    for block in self.qkv.weight.chunk(3, dim=0):
        nn.init.xavier_uniform_(block)

Fix safety:
    No fix is offered: the values drawn change.

Known misses:
    Stacks of unequal projections; a loop over all matrices of a model, which picks nothing by name; parts that are
    sliced by sizes.

References:
    phlippe/uvadlc_notebooks#92; torch.nn.MultiheadAttention draws its own stack in this way, which is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.projections import Meeting, Projection, stacked_projections
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import is_xavier, named_scheme, shape_fans, share, std_factor_severity
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.weight_use import weight_uses
from winit_lint.finding import Finding, Related
from winit_lint.ir.event import Traversal
from winit_lint.ir.size import Number, known
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.theory.fans import stacked_xavier_factor


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call and kind of stack."""
    stacked = run.analysis(stacked_projections)
    for group in by_span(run.analysis(chosen_writes)):
        found = [item for item in group if item.parameter.name in stacked and _counts_the_stack(run, item)]
        if _picks_nothing(run, group, found):
            continue
        kinds: dict[tuple[int, Meeting], list[FinalWrite]] = {}
        for item in found:
            projection = stacked[item.parameter.name]
            kinds.setdefault((projection.parts, projection.meeting), []).append(item)
        for items in kinds.values():
            yield from _report(run, items, stacked[items[0].parameter.name])


def _report(run: Pass, items: list[FinalWrite], projection: Projection) -> Iterator[Finding]:
    item = items[0]
    factor, dim = _factor(run, item, projection)
    severity = std_factor_severity(known(factor))
    if severity is None:
        return
    symbols = [each.parameter.symbol for each in items]
    message = (
        f"`{item.write.name}` counts the {projection.parts} projections stacked in `{symbols[0]}`{others(symbols)} "
        f"as outputs of one: std {_effect(factor, projection)}; initialise the blocks of "
        f"`chunk({projection.parts}, dim={dim})` one by one"
    )
    taken_apart = () if projection.split.span is None else (Related(projection.split.span, "taken apart here"),)
    related = (*history(item.parameter, item.write), *taken_apart)
    yield run.report(item.span, severity, symbols[0], message, related=related)


def _counts_the_stack(run: Pass, item: FinalWrite) -> bool:
    """Xavier with its plain gain over the whole weight, whose scale matters; another gain may make up for the stack."""
    scheme = named_scheme(item.write)
    whole = item.parameter.applied[-1] is item.write
    if not is_xavier(item.write) or scheme is None or scheme.gain != 1 or not whole:
        return False
    return item.parameter.name not in run.analysis(scale_free)


def _picks_nothing(run: Pass, group: tuple[FinalWrite, ...], found: list[FinalWrite]) -> bool:
    """A loop over parameters that takes every matrix: it knows of no stack, and of no other layer either."""
    if not found or len(group) == len(found):
        return not found
    name = found[0].parameter.name
    return any(name in loop.visited for loop in run.model.events_of(Traversal))


def _factor(run: Pass, item: FinalWrite, projection: Projection) -> tuple[Number, int]:
    """std drawn / std of one projection by itself, 1 where that is not known, and the dimension of the stack."""
    fans = shape_fans(item.parameter.shape)
    use = run.analysis(weight_uses).get(item.parameter.name)
    if fans is None or use is None or use.fan_in is None or use.fan_in not in fans:
        return 1.0, 0  # grouped, or not seen as a matrix
    outputs, dim = (fans[1], 0) if use.fan_in == fans[0] and use.transposed is not True else (fans[0], 1)
    block = share(outputs, projection.parts)
    factor = 1.0 if block is None else stacked_xavier_factor(use.fan_in, block, projection.parts)
    return factor, dim


def _effect(factor: Number, projection: Projection) -> str:
    number = known(factor)
    if number is None:
        return f"x {factor} of what each gets alone"
    text = f"x{number:.2f} of what each gets alone"
    if projection.meeting is Meeting.ATTENTION and projection.parts == 3:
        return f"{text}, attention logits x{number * number:.2f}"
    return text


RULE = Rule("WI203", "fan-on-fused-projection", __doc__, check, Scope.SCALE, refutes=overwritten)
