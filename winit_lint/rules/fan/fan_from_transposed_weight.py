"""# WI201 fan-from-transposed-weight

## What it does
A fan taken from the wrong side of a weight that is stored transposed.

Finds Kaiming's fan_in mode, and formulas of that form, on the weight of a transposed convolution, stored as
(in, out/groups, kernel...), and on a bare (in, out) parameter used as `x @ W`. `torch.nn.init` takes dimension 1 for
the inputs; here it is the outputs.

## Why is this bad
The std is off by sqrt(in / (out * prod(stride))) for a transposed convolution and by sqrt(in / out) for `x @ W`: in
`nn.ConvTranspose2d(256, 3, 4, stride=2)` it is 4.6 times too large, the variance 21 times.

## Example
```python
nn.init.kaiming_normal_(self.up.weight, nonlinearity="relu")
```

## Use instead
```python
nn.init.kaiming_normal_(self.up.weight, mode="fan_out", nonlinearity="relu")
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
Weights read through a function that is not known; banks of matrices with three dimensions.

## References
torch.nn.init.kaiming_uniform_, the note on `x @ w`; pytorch/pytorch#30079, #130122; tkipf/pygcn#42.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.chain_index import chain_links, effect_of
from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.needed_gain import SATURATING, needed_gain
from winit_lint.analyses.readers import ReaderKind, Reading, readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import hand_gain, named_scheme, right_scale, shape_fans, share, std_factor_severity
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.weight_use import WeightUse, weight_uses
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import Number, known, sqrt
from winit_lint.rule import Pass, Rule, Scope


@final
@dataclass(frozen=True, slots=True)
class _Fault:
    item: FinalWrite
    severity: Severity
    used: Number
    true: Number
    how: str


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call, about its worst target."""
    uses = run.analysis(weight_uses)
    for group in by_span(run.analysis(chosen_writes)):
        faults = [
            fault for item in group if (use := uses.get(item.parameter.name)) and (fault := _judge(run, item, use))
        ]
        if not faults:
            continue
        worst = max(faults, key=lambda fault: fault.severity.rank)
        parameter = worst.item.parameter
        symbols = [parameter.symbol, *(fault.item.parameter.symbol for fault in faults)]
        ratio = share(worst.true, worst.used)
        factor = None if ratio is None else known(sqrt(ratio))
        shown = f"x{factor:.3g}" if factor is not None else f"x sqrt({_text(worst.true)} / ({_text(worst.used)}))"
        message = (
            f"`{symbols[0]}`{others(symbols)} is {worst.how}, so the fan that the std is made from, "
            f"{_text(worst.used)}, counts its outputs; its fan_in is {_text(worst.true)}: std {shown} of what is meant"
        )
        related = (*history(parameter, worst.item.write), *_read_here(uses[parameter.name]))
        effect = effect_of(run.analysis(chain_links), parameter.name)
        yield run.report(worst.item.span, worst.severity, symbols[0], message, effect=effect, related=related)


def _judge(run: Pass, item: FinalWrite, use: WeightUse) -> _Fault | None:
    layer = run.model.by_path.get(item.parameter.layer)
    transposed_layer = layer is not None and layer.kind is LayerKind.CONV_TRANSPOSE
    matrix = use.transposed is True and item.parameter.shape is not None and len(item.parameter.shape) == 2
    if not (transposed_layer or matrix) or use.fan_in is None:
        return None
    reading = run.analysis(readers).get(item.parameter.name)
    if item.parameter.name in run.analysis(scale_free):
        return None
    used = _fan_used(item, use.fan_in)
    if used is None:
        return None
    ratio = share(use.fan_in, used)
    factor = None if ratio is None else known(sqrt(ratio))
    severity = std_factor_severity(factor)
    if severity is None:
        return None
    scheme = named_scheme(item.write)
    if reading is None or (scheme is None and transposed_layer):
        # Over out * kernel a written formula may be meant for the gradient; an unread layer may be normalised.
        severity = Severity.NOTE
    if reading is not None and (needed := _needed(reading)) and right_scale(item.write, use.fan_in, needed):
        return None
    how = "the weight of a transposed convolution, (in, out, ...)" if transposed_layer else "used as `x @ W`, (in, out)"
    return _Fault(item, severity, used, use.fan_in, how)


def _needed(reading: Reading) -> tuple[float, float] | None:
    """The gain that what stands behind the weight needs: 1 before the next weight."""
    reader = reading.activation
    if reader is not None and reader.activation is not None:
        wide = reader.activation in SATURATING  # nearly any scale is within what suits
        return None if wide else needed_gain(reader.activation, reader.parameter)
    linear = reading.kinds == {ReaderKind.WEIGHT} and not any(each.scaled for each in reading.direct)
    return (1.0, 1.0) if linear else None


def _fan_used(item: FinalWrite, true: Number) -> Number | None:
    """The fan that the write divided by, where it is the one of dimension 1; None for any other scheme."""
    fans = shape_fans(item.write.shape or item.parameter.shape)
    if fans is None:
        return None
    scheme = named_scheme(item.write)
    if scheme is not None:
        return fans[0] if scheme.mode == "fan_in" else None
    std = item.write.distribution.std
    if hand_gain(std, fans[0]) is None or hand_gain(std, true) is not None:
        return None
    return fans[0]


def _text(value: Number) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _read_here(use: WeightUse) -> tuple[Related, ...]:
    return tuple(Related(op.span, "read here") for op in use.ops[:1] if op.span is not None)


RULE = Rule("WI201", "fan-from-transposed-weight", __doc__, check, Scope.STRUCTURE, refutes=overwritten)
