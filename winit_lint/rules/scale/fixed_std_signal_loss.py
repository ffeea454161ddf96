"""# WI107 fixed-std-signal-loss

## What it does
Weights drawn at a fixed std, or within a fixed bound, that is far off for their fan.

Finds `normal_`, `trunc_normal_`, `uniform_` and `torch.randn(...) * c` with a constant scale, along a chain of layers
with no normalisation and no skip that makes the signal vanish or explode; and layers outside of such chains (behind a
normalisation, on a residual stream, before a product) that multiply the second moment by more than 100.

## Why is this bad
What a std does depends on the fan: 0.02 keeps the signal of ReLU layers at fan_in 5000; at fan_in 256 each layer passes
on x0.051 of the second moment, four of them 7e-6. A std of 1 at fan_in 1152 multiplies it by 1152: the scores of an
attention are so large that its softmax picks one entry and passes on no gradient.

## Example
```python
nn.init.normal_(layer.weight, std=0.02)
```

## Use instead
```python
nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
A constant of three significant digits and more, which is taken as the result of a formula; sizes that are not known.

## References
He, Zhang, Ren, Sun 2015 (arXiv:1502.01852), section 2.2; Glorot, Bengio 2010.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.chain_index import chain_links, is_invented, verdicts
from winit_lint.analyses.chain_text import effect_text
from winit_lint.analyses.final_writes import FinalWrite, by_span, history, others
from winit_lint.analyses.fixed_scale import fixed_scales, written_scale
from winit_lint.analyses.needed_gain import needed_gain
from winit_lint.analyses.readers import ReaderKind, readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.side_branch import in_side_branch
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Severity, SignalEffect
from winit_lint.ir.distribution import Kind
from winit_lint.ir.flow import OpKind
from winit_lint.ir.size import known
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.theory.severity import band, milder

_SHORT = 3
_LARGE = 100.0
_HIDDEN = frozenset({ReaderKind.RESIDUAL, ReaderKind.SUM, ReaderKind.PRODUCT, ReaderKind.SOFTMAX, ReaderKind.WEIGHT})
_SAME_ENTRIES = frozenset({OpKind.RESHAPE, OpKind.DROPOUT, OpKind.SPLIT})


@final
@dataclass(frozen=True, slots=True)
class _Fault:
    items: tuple[FinalWrite, ...]
    severity: Severity
    text: str
    effect: SignalEffect | None


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each line that draws them, about the worst of what it does."""
    if is_invented(run.model):
        return
    worst: dict[object, _Fault] = {}
    for fault in (*_along_chains(run), *_single_layers(run)):
        span = fault.items[0].span
        if span not in worst or fault.severity.rank > worst[span].severity.rank:
            worst[span] = fault
    for fault in worst.values():
        first = fault.items[0]
        symbols = [item.parameter.symbol for item in fault.items]
        related = history(first.parameter, first.write)
        message = f"`{symbols[0]}`{others(symbols)} is drawn {_scale(first)} whatever its fan: {fault.text}"
        yield run.report(first.span, fault.severity, symbols[0], message, effect=fault.effect, related=related)


def _along_chains(run: Pass) -> Iterator[_Fault]:
    index, free = run.analysis(chain_links), run.analysis(scale_free)
    suspects = (i for i in run.analysis(fixed_scales) if i.parameter.name in index and i.parameter.name not in free)
    for verdict in verdicts(index, suspects):
        severity, chain = verdict.severity, verdict.chain
        if severity is None or chain is None or chain.ratio is None:
            continue
        if chain.ratio < 1 and in_side_branch(run.model, chain):
            if chain.length <= _SHORT or (lower := milder(severity)) is None:
                continue
            severity = lower
        yield _Fault(verdict.items, severity, effect_text(verdict) + _advice(run, verdict.items[0]), verdict.effect)


def _single_layers(run: Pass) -> Iterator[_Fault]:
    index = run.analysis(chain_links)
    for group in by_span(item for item in run.analysis(fixed_scales) if item.parameter.name not in index):
        judged = [(item, *found) for item in group if (found := _multiplies(run, item)) is not None]
        if judged:
            first, factor, severity = max(judged, key=lambda entry: (entry[2].rank, entry[1]))
            items = (first, *(item for item, _, _ in judged if item is not first))
            text = f"the layer multiplies the signal's second moment by {factor:.3g} (fan_in times std squared)"
            yield _Fault(items, severity, text, SignalEffect(forward=factor))


def _multiplies(run: Pass, item: FinalWrite) -> tuple[float, Severity] | None:
    """(factor, severity) of a layer outside of chains; an error only where its input is normalised."""
    parameter, std = item.parameter, known(item.write.distribution.std)
    fan_in = None if parameter.fan_in is None else known(parameter.fan_in)
    reading = run.analysis(readers).get(parameter.name)
    if std is None or fan_in is None or fan_in * std * std <= _LARGE or reading is None:
        return None
    if not parameter.layer_cls.startswith("torch.nn.") or parameter.parametrized is not None:
        return None  # other layers may rescale their weight
    if not reading.kinds or not reading.kinds <= _HIDDEN or any(reader.scaled for reader in reading.direct):
        return None
    if parameter.name in run.analysis(scale_free):
        return None
    factor = fan_in * std * std
    severity = band(factor)
    if severity is Severity.ERROR and not all(_behind_norm(run, flow, op) for flow, op in reading.uses):
        severity = Severity.WARNING
    return None if severity is None else (factor, severity)


def _behind_norm(run: Pass, index: int, number: int) -> bool:
    ops = run.model.flows[index].ops
    op = ops[number]
    while len(op.inputs) == 1:
        op = ops[op.inputs[0]]
        if op.kind not in _SAME_ENTRIES:
            return op.kind is OpKind.NORM
    return False


def _scale(item: FinalWrite) -> str:
    value = written_scale(item.write)
    return f"within a bound of {value:g}" if item.write.distribution.kind is Kind.UNIFORM else f"with std {value:g}"


def _advice(run: Pass, item: FinalWrite) -> str:
    """What the activation behind the first layer needs at its fan."""
    reading, fan_in = run.analysis(readers).get(item.parameter.name), item.parameter.fan_in
    size = None if fan_in is None else known(fan_in)
    if size is None or reading is None or reading.activation is None or reading.activation.activation is None:
        return ""
    gain = needed_gain(reading.activation.activation, reading.activation.parameter)
    if gain is None:
        return ""
    held = item.write.distribution
    std = gain[0] / size**0.5
    unit = f"a bound of {std * 3**0.5:.2g}" if held.kind is Kind.UNIFORM else f"a std of {std:.2g}"
    return f"; at fan_in {size:g} {reading.activation.activation} needs {unit}"


RULE = Rule("WI107", "fixed-std-signal-loss", __doc__, check, Scope.SCALE, refutes=overwritten)
