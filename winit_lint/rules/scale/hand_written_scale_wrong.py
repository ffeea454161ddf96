"""# WI111 hand-written-scale-wrong

## What it does
A hand-written std or bound that is a known scheme's formula but for a slip.

Finds the number outside of the root (`6.0 / sqrt(n)` for `sqrt(6 / n)`), the root forgotten (`2 / n` as a std), a
product for a quotient (`sqrt(2 * n)`), a sum outside of its brackets (`sqrt(2 / fan_in + fan_out)`), a fan that
divides twice, a convolution's fan without its kernel or, in 3D, without one of its sizes, the bound 1/sqrt(fan_in) made
of fan_out, and averaging weights of 1/fan_out whose rows don't sum to 1. The value is compared with the layer's sizes,
so only formulas that meet a slip exactly, and no usual scheme, are named. A std as the bound of a uniform draw
(`sqrt(2 / fan_in)`) is named where a chain of layers loses the signal by it.

## Why is this bad
`6.0 / sqrt(n)` is a bound 2.45 times too wide: 6 times the variance, whatever the size. A forgotten root at a fan of
512 makes the std 16 times too small.

## Example
```python
bound = 6.0 / math.sqrt(self.weight.size(1) + self.weight.size(0))
```

## Use instead
```python
bound = math.sqrt(6.0 / (self.weight.size(1) + self.weight.size(0)))
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
Formulas whose result is a round number; other factors beside a sum of symbolic sizes; 1/n as a std, which is right for
muP's output layer and SIREN's first.

## References
allenai/allennlp#198; udacity/deep-reinforcement-learning ddpg-pendulum/model.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from winit_lint.analyses.chain_index import chain_links, effect_of, is_invented, verdicts
from winit_lint.analyses.chain_text import effect_text
from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.hand_formula import Slip, averaging_slip, formula_slip, torch_bound_over_outputs
from winit_lint.analyses.misgrouped_formula import misgrouped_slip, std_as_bound
from winit_lint.analyses.readers import ReaderKind, readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import named_scheme, std_factor_severity
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.weight_use import weight_uses
from winit_lint.finding import Finding, Severity
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import known
from winit_lint.ir.write import Origin
from winit_lint.rule import Pass, Rule, Scope


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each line, about its worst target."""
    for group in by_span(run.analysis(chosen_writes)):
        slips = [(item, slip, severity) for item, slip in _slips(run, group) if (severity := _severity(slip))]
        if not slips:
            continue
        first, slip, severity = max(slips, key=lambda entry: entry[2].rank)
        symbols = [first.parameter.symbol, *(item.parameter.symbol for item, _, _ in slips)]
        named = f"`{symbols[0]}`{others(symbols)}"
        message = f"{named} is given {slip.written} where {slip.meant} seems to be meant: {_effect(slip)}"
        effect = effect_of(run.analysis(chain_links), first.parameter.name)
        related = history(first.parameter, first.write)
        yield run.report(first.span, severity, symbols[0], message, effect=effect, related=related)
    yield from _bounds(run)


def _bounds(run: Pass) -> Iterator[Finding]:
    """Stds in the place of bounds, where that loses the signal of a chain."""
    if not run.model.defaults or is_invented(run.model):
        return
    items = [i for i in run.analysis(chosen_writes) if named_scheme(i.write) is None and not _before_selu(run, i)]
    slips = {item.parameter.name: slip for item in items if (slip := std_as_bound(item)) is not None}
    for verdict in verdicts(run.analysis(chain_links), (i for i in items if i.parameter.name in slips)):
        first, chain = verdict.items[0], verdict.chain
        if verdict.severity is None or chain is None or chain.ratio is None or chain.ratio >= 1:
            continue
        slip, symbols = slips[first.parameter.name], verdict.symbols
        message = (
            f"`{symbols[0]}`{others(symbols)} is given {slip.written} where {slip.meant} seems to be meant: "
            f"{_effect(slip)}; {effect_text(verdict)}"
        )
        related = history(first.parameter, first.write)
        yield run.report(first.span, verdict.severity, symbols[0], message, effect=verdict.effect, related=related)


def _before_selu(run: Pass, item: FinalWrite) -> bool:
    """selu-without-lecun judges it."""
    reading = run.analysis(readers).get(item.parameter.name)
    return reading is not None and reading.activation is not None and reading.activation.activation == "selu"


def _severity(slip: Slip) -> Severity | None:
    severity = std_factor_severity(known(slip.factor))
    return severity and (Severity.NOTE if slip.harmless else severity)


def _effect(slip: Slip) -> str:
    factor = known(slip.factor)
    text = re.sub(r"\d+\.\d{4,}", lambda found: f"{float(found[0]):.3g}", str(slip.factor))
    if slip.harmless:
        return f"each row sums to {text if factor is None else format(factor, '.3g')}"
    return f"std x {text}" if factor is None else f"std x{factor:.3g}, variance x{factor * factor:.3g}"


def _slips(run: Pass, group: Sequence[FinalWrite]) -> Iterator[tuple[FinalWrite, Slip]]:
    weights, free = run.analysis(weight_vectors), run.analysis(scale_free)
    uses = run.analysis(weight_uses)
    suspects = [
        i for i in group if named_scheme(i.write) is None and i.write.origin in {Origin.EXPLICIT, Origin.CREATION}
    ]
    slips = {item.parameter.name: _formula(run.model, item) for item in suspects}
    for item in suspects:
        name = item.parameter.name
        if (name not in uses and name not in weights) or name in free or item.parameter.parametrized is not None:
            continue
        slip = slips[name]
        if slip is not None and any(_is_same_scale(item, other, slip, slips) for other in suspects):
            continue
        if slip is None and _own_scale(suspects) and not _is_output(run, name):
            slip = torch_bound_over_outputs(item, run.model.by_path.get(item.parameter.layer))
        if slip is not None:
            yield item, slip


def _formula(model: Model, item: FinalWrite) -> Slip | None:
    layer = model.by_path.get(item.parameter.layer)
    return formula_slip(item, layer) or misgrouped_slip(item) or averaging_slip(item, layer)


def _is_same_scale(item: FinalWrite, other: FinalWrite, slip: Slip, slips: Mapping[str, Slip | None]) -> bool:
    """The line draws another weight with the same scale, whose sizes don't spell the slip: they meet it by chance."""
    told = slips[other.parameter.name]
    return item.write.distribution == other.write.distribution and (told is None or told.written != slip.written)


def _own_scale(group: Sequence[FinalWrite]) -> bool:
    """The line gives each weight a bound of its own; one for all, biases too, is a recurrent cell's custom."""
    sizes = {item.parameter.shape[0] if item.parameter.shape else None for item in group}
    scales = {item.write.distribution.high for item in group}
    return all(item.parameter.role == "weight" for item in group) and len(scales) == len(sizes)


def _is_output(run: Pass, name: str) -> bool:
    """The last layer: TensorFlow's EfficientNets draw it within 1/sqrt(fan_out) on purpose."""
    reading = run.analysis(readers).get(name)
    return reading is None or ReaderKind.OUTPUT in reading.kinds


def weight_vectors(model: Model) -> frozenset[str]:
    """One-dimensional parameters that multiply the signal as a weight."""
    found = {op.parameters[0] for flow in model.flows for op in flow.ops if op.kind is OpKind.WEIGHT and op.parameters}
    return frozenset(p.name for p in model.parameters if p.name in found and p.shape is not None and len(p.shape) == 1)


RULE = Rule("WI111", "hand-written-scale-wrong", __doc__, check, Scope.STRUCTURE, refutes=overwritten)
