"""# WI112 signal-below-norm-epsilon

## What it does
A normalisation whose input is predicted to be so small that its epsilon or the layer's bias outweighs it.

Finds normalisation layers that meet a variance v below 20 times their eps, by what the weights before them draw, and
LayerNorm, GroupNorm and RMSNorm behind a layer whose bias is more than a tenth of its output's second moment (more than
half of it where torch drew the layer).

## Why is this bad
A normalisation divides by sqrt(v + eps): at v = eps / 3 only a quarter of the second moment is left instead of all of
it, and what comes behind runs on a smaller signal than it is made for. A common cause is kaiming's fan_out on depthwise
convolutions, v = 2 / channels of what it should be, with eps 1e-3; another is `BatchNorm2d(64, 0.8)`, whose 0.8 was
meant for the momentum but is eps. A bias is the same for all inputs: normalised with a small signal, it is what is
passed on.

## Example
```python
nn.init.normal_(self.fc.weight, std=1e-4)
```

## Use instead
```python
nn.init.kaiming_normal_(self.fc.weight, nonlinearity="linear")
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
Values that the prediction does not state exactly: behind attention, sums of dependent values, averages over positions;
normalisations written by hand.

## References
torch.nn.BatchNorm2d, LayerNorm; torchvision's mobilenet_v3_large (0.246 measured and predicted).
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import history
from winit_lint.analyses.last_write import is_default, last_write
from winit_lint.analyses.norm_input import NormInput, norm_inputs
from winit_lint.analyses.superseded import superseded
from winit_lint.finding import Finding, Related, Severity, SignalEffect
from winit_lint.ir.model import Parameter
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.source.span import Span

_KEPT = 20 / 21  # v = 20 eps
_HALF = 0.5
_BIAS = 0.1
_NO_EPSILON = 0.05  # torch's defaults are 1e-5 and 1e-7, TensorFlow's 1e-3: what is larger was meant for something else


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each line that draws the weights, or creates the layer, about the worst of its normalisations."""
    places: dict[Span, list[NormInput]] = {}
    for item in run.analysis(norm_inputs):
        span = _place(run, item)
        if span is not None and _severity(item) is not None and not _is_default_bias(run, item):
            places.setdefault(span, []).append(item)
    for span, items in places.items():
        worst = max(items, key=lambda item: (_rank(item), -item.kept, item.bias_share))
        severity = _severity(worst)
        if severity is None:
            continue
        layer = run.model.by_path[worst.layer]
        weight = None if worst.weight is None else run.model.by_name.get(worst.weight)
        symbol = weight.symbol if weight is not None else f"{run.model.name}.{worst.layer}"
        more = f" (and {len(items) - 1} more)" if len(items) > 1 else ""
        message = f"`{run.model.name}.{worst.layer}`{more}, a {layer.cls.rpartition('.')[2]}, {_text(worst)}"
        here = () if layer.created in {None, span} else (Related(layer.created, "the normalisation"),)
        related = (*(() if weight is None else history(weight, last_write(weight))), *here)
        effect = SignalEffect(forward=worst.kept)
        yield run.report(span, severity, symbol, message, effect=effect, related=related)


def _severity(item: NormInput) -> Severity | None:
    if item.kept < _HALF or item.bias_share > _HALF:
        return Severity.WARNING
    return Severity.NOTE if item.kept < _KEPT or item.bias_share > _BIAS else None


def _is_default_bias(run: Pass, item: NormInput) -> bool:
    """Torch's own draw on a layer of few inputs, 1/(inputs + 1) of it the bias: nobody chose it, and it trains."""
    weight = None if item.weight is None else run.model.by_name.get(item.weight)
    return item.kept >= _KEPT and item.bias_share <= _HALF + 1e-9 and weight is not None and is_default(weight)


def _rank(item: NormInput) -> int:
    severity = _severity(item)
    return -1 if severity is None else severity.rank


def _text(item: NormInput) -> str:
    if item.kept < _KEPT:
        better = "use a larger std or a smaller eps"
        if item.eps >= _NO_EPSILON and item.kind in {"batch", "instance"}:
            better = f"{item.eps:g} is given for eps: write momentum={item.eps:g} if that is meant"
        return (
            f"meets a variance of {item.variance:.2g} with eps {item.eps:g}: x{item.kept:.2g} of the second moment "
            f"that it is to set is left; {better}"
        )
    return (
        f"meets a layer whose bias is {item.bias_share:.0%} of its second moment, the same for every input; zero the "
        "bias or leave it out"
    )


def _place(run: Pass, item: NormInput) -> Span | None:
    """The line that drew the weight before it; where nobody did, or eps is none, the one that creates the layer."""
    created = run.model.by_path[item.layer].created
    if item.kept < _KEPT and item.eps >= _NO_EPSILON:
        return created
    weight: Parameter | None = None if item.weight is None else run.model.by_name.get(item.weight)
    write = None if weight is None else last_write(weight)
    if write is not None and write.span is not None:
        return write.span
    return created


RULE = Rule("WI112", "signal-below-norm-epsilon", __doc__, check, Scope.SCALE, refutes=superseded)
