"""# WI202 fan-ignores-groups

## What it does
A fan that counts all channels of a grouped convolution.

Finds Kaiming's fan_out mode, Xavier, and formulas over all channels, on a grouped or depthwise convolution. Each
output there is reached by 1/groups of the channels, but `torch.nn.init` takes fan_out = out * kernel from the shape.

## Why is this bad
The std is too small by sqrt(groups), for a depthwise convolution by sqrt(channels): with 64 channels by 8, and the
variance of its output by 64. Behind a normalisation that scale does not matter, and nothing is said.

## Example
```python
nn.init.kaiming_normal_(self.dw.weight, mode="fan_out", nonlinearity="relu")
```

## Use instead
```python
nn.init.kaiming_normal_(self.dw.weight, mode="fan_in", nonlinearity="relu")
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
Bare kernels whose number of groups is not seen in the shape or the call.

## References
pytorch/pytorch#24315; timm's `fan_out //= groups`; open-mmlab/mmdetection#5622.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.chain_index import chain_links, effect_of
from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.readers import readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import (
    cancelled,
    divisors,
    hand_gain,
    named_scheme,
    shape_fans,
    share,
    std_factor_severity,
)
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.weight_use import weight_uses
from winit_lint.finding import Finding, Severity
from winit_lint.ir.flow import Flow, OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import Number, SizeExpr, known, sqrt
from winit_lint.ir.write import Origin
from winit_lint.rule import Pass, Rule, Scope


@final
@dataclass(frozen=True, slots=True)
class _Fault:
    item: FinalWrite
    severity: Severity
    groups: Number
    factor: Number


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call, about its worst target."""
    for group in by_span(run.analysis(chosen_writes)):
        faults = [fault for item in group if (fault := _judge(run, item)) is not None]
        if not faults:
            continue
        worst = max(faults, key=lambda fault: fault.severity.rank)
        parameter, write = worst.item.parameter, worst.item.write
        symbols = [parameter.symbol, *(fault.item.parameter.symbol for fault in faults)]
        scheme = named_scheme(write)
        what = "the formula" if scheme is None else "Xavier" if scheme.mode == "average" else "fan_out"
        factor = known(worst.factor)
        shown = f"x{factor:.3g}, variance x{factor * factor:.3g}" if factor is not None else f"x {worst.factor}"
        groups = worst.groups if isinstance(worst.groups, (int, float)) else f"`{worst.groups}`"
        message = (
            f"{what} counts every channel of `{symbols[0]}`{others(symbols)}, a convolution in {groups} groups: "
            f"std {shown} of what one group needs"
        )
        effect = effect_of(run.analysis(chain_links), parameter.name)
        related = history(parameter, write)
        yield run.report(worst.item.span, worst.severity, symbols[0], message, effect=effect, related=related)


def _judge(run: Pass, item: FinalWrite) -> _Fault | None:
    if item.write.origin is not Origin.EXPLICIT:
        return None
    groups = _groups(run, item)
    if groups is None or known(groups) == 1:
        return None
    reading = run.analysis(readers).get(item.parameter.name)
    if item.parameter.name in run.analysis(scale_free):
        return None
    if reading is None and not all(map(_is_told, run.model.flows)):  # a normalisation may follow
        return None
    factor = _std_factor(item, groups)
    if factor is None:
        return None
    severity = std_factor_severity(known(factor))
    if severity is None:
        return None
    return _Fault(item, Severity.NOTE if reading is None else severity, groups, factor)


def _groups(run: Pass, item: FinalWrite) -> Number | None:
    """How many groups the convolution has; a symbol where the shape is divided by it; None where it is not one."""
    layer = run.model.by_path.get(item.parameter.layer)
    shape = item.parameter.shape
    if shape is None or len(shape) < 3:
        return None
    if layer is not None and layer.kind is LayerKind.CONV and item.parameter.role == "weight":
        groups = layer.args.get("groups", 1)
        return groups if isinstance(groups, SizeExpr) or known(groups) is not None else None  # type: ignore[return-value]
    use = run.analysis(weight_uses).get(item.parameter.name)
    if use is not None and not all("conv" in op.name for op in use.ops):
        return None
    written = {op.args.get("groups", 1) for op in use.ops} if use is not None else set()
    if len(written) == 1 and known(groups := written.pop()) is not None:
        return known(groups)
    symbols = divisors(shape[1:2])
    groups = SizeExpr.atom(min(symbols)) if len(symbols) == 1 else None
    return None if groups == shape[0] else groups  # (heads, width // heads, 1) is a bank: one matrix a head


def _is_told(flow: Flow) -> bool:
    return flow.complete and all(op.kind is not OpKind.UNKNOWN for op in flow.ops)


def _std_factor(item: FinalWrite, groups: Number) -> Number | None:
    """std drawn / std meant; None where the scheme does not count channels of other groups."""
    fans = shape_fans(item.write.shape or item.parameter.shape)
    if fans is None:
        return None
    fan_in, all_out = cancelled(fans[0]), cancelled(fans[1])
    scheme = named_scheme(item.write)
    if scheme is not None and scheme.mode == "fan_out":
        return sqrt(1 / groups)
    if scheme is not None and scheme.mode == "average":
        meant = share(all_out, groups)
        ratio = None if meant is None else share(fan_in + meant, fan_in + all_out)
        return None if ratio is None else sqrt(ratio)
    std = item.write.distribution.std
    if scheme is not None or hand_gain(std, fan_in) is not None:
        return None
    over_all = hand_gain(std, all_out) is not None or hand_gain(std, cancelled(fan_in * groups)) is not None
    return sqrt(1 / groups) if over_all else None


RULE = Rule("WI202", "fan-ignores-groups", __doc__, check, Scope.STRUCTURE, refutes=overwritten)
