"""Logits, or embedded tokens, that start far too large.

What it does:
    Finds output layers whose logits start with a std above 3, where a normalisation or an embedding right before them
    makes that certain: a weight with std 1, a head tied to a N(0, 1) table. And embeddings multiplied by sqrt(d) whose
    table keeps std 1, where that scale was made for std 1/sqrt(d).

Why is this bad:
    The std of the logits is sqrt(fan_in) times that of the weight. Such logits are confidently wrong: over 50257
    classes the cross entropy starts at 118 with std 28 instead of at ln C = 10.8, and the first gradients only undo
    that. A table of std sqrt(d) drowns the positions and residual branches that are added to it: at d = 512 a position
    of std 1 has 0.2 % of the second moment.

Example:
    nn.init.normal_(self.head.weight, std=1.0)

Use instead:
    nn.init.normal_(self.head.weight, std=0.02)

Fix safety:
    No fix is offered: the values drawn change.

Known misses:
    Heads behind anything but a normalisation or a table; logits that a constant scales.

References:
    huggingface/transformers#26441; speechbrain/speechbrain#926; Vaswani et al. 2017 (arXiv:1706.03762), section 3.4.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.analyses.final_writes import history
from winit_lint.analyses.last_write import last_write
from winit_lint.analyses.output_scale import Scale, multiplied_tables, output_scales
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import Number, SizeExpr, known
from winit_lint.ir.write import Origin
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.source.span import Span
from winit_lint.theory.loss import HUGE_LOGITS, LARGE_LOGITS, initial_cross_entropy

_USUAL = 64  # stands for every width that is not known when the severity is chosen


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each output layer and each multiplied table."""
    for scale in run.analysis(output_scales).values():
        yield from _report(run, scale, _logits(run.model, scale))
    for scale in run.analysis(multiplied_tables).values():
        text = (
            f"multiplied in `forward` it starts with std {_shown(scale.std)}: positions and branches of std 1 are lost "
            f"against it; give the table std 1/sqrt(d), or leave the factor out"
        )
        yield from _report(run, scale, text, at_most=Severity.WARNING)


def refutes(model: Model) -> Iterator[tuple[Span, None]]:
    """The tables and heads of other classes that this model gives another scale, whatever they start with alone."""
    if not model.defaults:
        return
    faults = {**output_scales(model), **multiplied_tables(model)}
    for parameter in model.parameters:
        scale = faults.get(parameter.name)
        own = parameter.symbol.partition(".")[0] == model.name
        if own or (scale is not None and _severity(scale) is not None):
            continue
        lost = (write.span for write in parameter.applied if write is not parameter.last)
        for span in (parameter.created, *lost):
            if span is not None:
                yield span, None


def _report(run: Pass, scale: Scale, text: str, at_most: Severity = Severity.ERROR) -> Iterator[Finding]:
    parameter = run.model.by_name[scale.parameter]
    severity, span = _severity(scale), _line(parameter)
    if severity is None or span is None:
        return
    used = () if scale.op.span is None else (Related(scale.op.span, "used here"),)
    related = (*history(parameter, parameter.last), *used)
    severity = min(severity, at_most, key=lambda each: each.rank)
    yield run.report(span, severity, parameter.symbol, f"`{parameter.symbol}`: {text}", related=related)


def _line(parameter: Parameter) -> Span | None:
    """The line to change: the write in effect, or where the layer is made if torch filled it."""
    write = last_write(parameter)
    if write is None or write.origin not in {Origin.EXPLICIT, Origin.DEFAULT, Origin.CREATION}:
        return None
    return write.span if write.origin is not Origin.DEFAULT else parameter.created


def _logits(model: Model, scale: Scale) -> str:
    weight = model.by_name[scale.parameter].last
    held = weight.distribution.std if weight is not None else None
    tied = any(op.kind is OpKind.EMBEDDING and scale.parameter in op.parameters for op in scale.flow.ops)
    which = "the table that the head shares" if tied else "the head"
    text = f"{which} has std {_shown(held)}, so the logits start with std {_shown(scale.std)}"
    classes, std = known(scale.classes), known(scale.std)
    if classes is not None and std is not None and classes > 1:
        loss = initial_cross_entropy(classes, std)
        near = "at least" if tied else "at about"  # a token that still stands in the output meets its own row
        text += f" and the cross entropy {near} {loss:.3g} instead of ln {classes:g} = {math.log(classes):.3g}"
    return f"{text}; give it std 0.02 or 1/sqrt(fan_in)"


def _severity(scale: Scale) -> Severity | None:
    value = _usual(scale)
    if value is None or value <= LARGE_LOGITS:
        return None
    return Severity.ERROR if known(scale.std) is not None and value > HUGE_LOGITS else Severity.WARNING


def _usual(scale: Scale) -> float | None:
    """The std, an unknown width being taken for a small one; None where it depends on anything else."""
    std, width = scale.std, scale.width
    if not isinstance(std, SizeExpr):
        return known(std)
    if not isinstance(width, SizeExpr) or not std.atoms <= width.atoms:
        return None  # a std that the caller gives
    total = 0.0
    for monomial, factor in std.terms:
        total += factor * math.pow(_USUAL, sum(power for _, power in monomial))
    return total


def _shown(value: Number | None) -> str:
    if value is None:
        return "?"
    return f"{value}" if isinstance(value, SizeExpr) else f"{value:.3g}"


RULE = Rule("WI705", "embedding-or-head-scale", __doc__, check, Scope.SCALE, refutes)
