"""# WI109 unscaled-random-parameter

## What it does
A bare parameter made from `torch.rand` or an unscaled `torch.randn` and used as a weight.

Finds `nn.Parameter(torch.rand(...))`, all of whose entries are positive with mean 0.5, and
`nn.Parameter(torch.randn(...))` with two or more dimensions and std 1, where the parameter multiplies the signal as a
matrix or a convolution kernel and no normalisation follows. Two such matrices whose product is the weight
(`F.linear(x, a @ b)`) are found, too.

## Why is this bad
A weight needs a std of about 1/sqrt(fan_in) and mean 0. With `torch.randn` each layer multiplies the second moment by
fan_in, with `torch.rand` by fan_in / 3, and the mean makes all outputs nearly the same number: 0.5 times the sum of
the inputs.

## Example
```python
self.weight = nn.Parameter(torch.rand(256, 64))
```

## Use instead
```python
self.weight = nn.Parameter(torch.randn(256, 64) / math.sqrt(256))
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
Weights made of random parameters in any other way than by one product; parameters whose use is not followed.

## References
AdaptInfer/Contextualized#33.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from winit_lint.analyses.composed_weight import ComposedWeight, composed_weights
from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.readers import Reader, ReaderKind, readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.weight_use import WeightUse, weight_uses
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.distribution import Kind
from winit_lint.ir.size import known
from winit_lint.rule import Pass, Rule, Scope

_SOURCES = frozenset({"rand", "randn", "rand_like", "randn_like", "Parameter", "normal"})
_COMMON_MODE = 2.0  # fan_in * mean: from here on the shared part of the outputs outweighs their differences
_LARGE = 16.0  # fan_in from which std 1 is no matter of taste
_WAVES = frozenset({"sin", "cos"})  # random Fourier features: the entries are frequencies
_SETTLED = frozenset({ReaderKind.NORM, ReaderKind.SOFTMAX, ReaderKind.UNKNOWN})


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each line that makes such parameters."""
    for group in by_span(run.analysis(chosen_writes)):
        judged = [(item, *fault) for item in group if (fault := _judge(run, item)) is not None]
        if not judged:
            continue
        first, severity, text = max(judged, key=lambda entry: entry[1].rank)
        symbols = [first.parameter.symbol, *(item.parameter.symbol for item, _, _ in judged)]
        message = f"`{symbols[0]}`{others(symbols)} is a weight, but {text}"
        use = run.analysis(weight_uses)[first.parameter.name]
        related = (*history(first.parameter, first.write), *_read_here(use))
        yield run.report(first.span, severity, symbols[0], message, related=related)
    for weight in run.analysis(composed_weights):
        yield from _composed(run, weight)


def _judge(run: Pass, item: FinalWrite) -> tuple[Severity, str] | None:
    use = run.analysis(weight_uses).get(item.parameter.name)
    reading = run.analysis(readers).get(item.parameter.name)
    shape = item.parameter.shape
    if use is None or not use.ops or reading is None or shape is None or len(shape) < 2:
        return None
    if item.write.name not in _SOURCES or item.parameter.parametrized is not None:
        return None
    if _is_settled(reading.direct) or item.parameter.name in run.analysis(scale_free):
        return None
    held = item.write.distribution
    mean, std, low = known(held.mean), known(held.std), known(held.low)
    if mean is None or std is None:
        return None
    fan_in = None if use.fan_in is None else known(use.fan_in)
    if fan_in is not None and fan_in <= 1:
        return None
    if held.kind is Kind.UNIFORM and low is not None and low >= 0 and mean > 0:
        return _positive(fan_in, mean, std)
    if held.kind is Kind.NORMAL and mean == 0 and std == 1:
        return _unscaled(fan_in)
    return None


def _is_settled(direct: Sequence[Reader]) -> bool:
    """What reads the product makes up for its scale, or cannot be told."""
    return not direct or any(r.kind in _SETTLED or r.scaled or r.activation in _WAVES for r in direct)


def _composed(run: Pass, weight: ComposedWeight) -> Iterator[Finding]:
    """A weight whose two factors both have std 1: its entries have a std of sqrt(rank)."""
    items = {item.parameter.name: item for item in run.analysis(chosen_writes)}
    left, right = items.get(weight.left.name), items.get(weight.right.name)
    if left is None or right is None or not (_is_standard(left) and _is_standard(right)):
        return
    if _is_settled([reader for reader in weight.readers if not reader.behind_norm]):
        return
    rank = None if weight.rank is None else known(weight.rank)
    fan_in = None if weight.fan_in is None else known(weight.fan_in)
    severity, size = Severity.WARNING, "std sqrt(rank)" if rank is None else f"std {math.sqrt(rank):.3g}"
    if rank is not None and fan_in is not None:
        size += f": at fan_in {fan_in:g} it multiplies the second moment by {fan_in * rank:g}"
        severity = Severity.WARNING if fan_in * rank >= _LARGE else Severity.NOTE
    message = (
        f"`{weight.left.symbol}` and `{weight.right.symbol}` are both drawn with std 1, and their product is a weight "
        f"with {size}; scale it by 1/sqrt(rank * fan_in)"
    )
    related = (*history(weight.left, left.write), *history(weight.right, right.write))
    here = () if weight.use.span is None else (Related(weight.use.span, "multiplies the signal here"),)
    yield run.report(left.span, severity, weight.left.symbol, message, related=(*related, *here))


def _is_standard(item: FinalWrite) -> bool:
    held = item.write.distribution
    drawn = held.kind is Kind.NORMAL and known(held.mean) == 0 and known(held.std) == 1
    return drawn and item.write.name in _SOURCES and item.parameter.parametrized is None


def _positive(fan_in: float | None, mean: float, std: float) -> tuple[Severity, str] | None:
    if fan_in is None:
        return (Severity.WARNING, _positive_text(mean, "")) if mean >= 0.25 else None
    if fan_in * mean < _COMMON_MODE:
        return None
    moment = fan_in * (mean * mean + std * std)
    numbers = f": at fan_in {fan_in:g} it multiplies the second moment by {moment:.3g}"
    return Severity.WARNING, _positive_text(mean, numbers)


def _positive_text(mean: float, numbers: str) -> str:
    return (
        f"is drawn with mean {mean:g} and no negative entries{numbers}, and its outputs share one large common part; "
        "centre it and scale it by 1/sqrt(fan_in)"
    )


def _unscaled(fan_in: float | None) -> tuple[Severity, str]:
    if fan_in is None:
        return Severity.WARNING, "is drawn with std 1 whatever its fan_in is; divide it by sqrt(fan_in)"
    text = f"is drawn with std 1: at fan_in {fan_in:g} it multiplies the second moment by {fan_in:g}"
    return (Severity.WARNING if fan_in >= _LARGE else Severity.NOTE), f"{text}; divide it by sqrt(fan_in)"


def _read_here(use: WeightUse) -> tuple[Related, ...]:
    return tuple(Related(op.span, "multiplies the signal here") for op in use.ops[:1] if op.span is not None)


RULE = Rule("WI109", "unscaled-random-parameter", __doc__, check, Scope.SCALE, refutes=overwritten)
