"""# WI304 orthogonal-gain-mismatch

## What it does
`orthogonal_` without the gain that the activation behind it needs, or on a grouped convolution.

Finds explicit `orthogonal_` calls whose gain is not that of the one activation behind the weight (left at 1 before
ReLU and its relatives it is always shown, anything else by what it does to the chain of layers), and those on grouped
and depthwise convolutions, where the matrix that is made orthogonal mixes the groups.

## Why is this bad
An orthogonal matrix keeps the length of its input, and ReLU then cuts off half of it: x0.50 of the second moment a
layer, x0.001 over ten. A depthwise convolution is flattened to (channels, 9): only the whole of it is orthogonal, so
that each channel gets 9/channels of the variance that it needs, x0.14 at 64 channels.

## Example
```python
nn.init.orthogonal_(self.fc1.weight)
```

## Use instead
```python
nn.init.orthogonal_(self.fc1.weight, gain=nn.init.calculate_gain("relu"))
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
Activations chosen at run time; weights whose output is read by different activations.

## References
Saxe, McClelland, Ganguli 2013 (arXiv:1312.6120); torch.nn.init.orthogonal_.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.analyses.chain_index import chain_links, effect_of, normalised_behind, verdicts
from winit_lint.analyses.chain_text import effect_text
from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.needed_gain import RECTIFYING, needed_gain, recommended_gain
from winit_lint.analyses.readers import Reader, readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import is_orthogonal, std_factor_severity
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.weight_use import weight_uses
from winit_lint.finding import Finding, Severity
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import known
from winit_lint.rule import Pass, Rule, Scope

_SAME = 1.1  # squared gains within 10 %


def check(run: Pass) -> Iterator[Finding]:
    """One finding a chain, and one a line for grouped convolutions."""
    suspects = [item for item in run.analysis(chosen_writes) if _is_judged(run, item)]
    grouped = {item.parameter.name: factor for item in suspects if (factor := _grouped_factor(run, item)) is not None}
    yield from _on_groups(run, suspects, grouped)
    wrong = (i for i in suspects if i.parameter.name not in grouped and _mismatch(run, i) is not None)
    for verdict in verdicts(run.analysis(chain_links), wrong):
        first = verdict.items[0]
        reader = _mismatch(run, first)
        severity = verdict.severity or _always(first, reader)
        if severity is None or reader is None:
            continue
        given = "" if "gain" in first.write.given else " (by default)"
        effect = effect_text(verdict)
        message = (
            f"`{verdict.symbols[0]}`{others(verdict.symbols)} is orthogonal with gain {_gain(first):.3g}{given} but "
            f"{reader.activation} follows{': ' if effect else ''}{effect}; write {_advice(reader)}"
        )
        related = history(first.parameter, first.write)
        yield run.report(first.span, severity, verdict.symbols[0], message, effect=verdict.effect, related=related)


def _is_judged(run: Pass, item: FinalWrite) -> bool:
    name = item.parameter.name
    return is_orthogonal(item.write) and name in run.analysis(weight_uses) and name not in run.analysis(scale_free)


def _mismatch(run: Pass, item: FinalWrite) -> Reader | None:
    """The activation whose gain it is not; None where it suits or is not known."""
    reading = run.analysis(readers).get(item.parameter.name)
    reader = None if reading is None else reading.activation
    if reader is None or reader.activation is None or normalised_behind(run.model, reader):
        return None
    needed, gain = needed_gain(reader.activation, reader.parameter), _gain(item)
    if needed is None or gain is None or needed[0] ** 2 / _SAME <= gain * gain <= needed[1] ** 2 * _SAME:
        return None
    return reader


def _always(item: FinalWrite, reader: Reader | None) -> Severity | None:
    forgotten = reader is not None and reader.activation in RECTIFYING and "gain" not in item.write.given
    return Severity.NOTE if forgotten else None


def _gain(item: FinalWrite) -> float | None:
    return known(item.write.args.get("gain", 1))


def _advice(reader: Reader) -> str:
    return f"gain={recommended_gain(reader.activation or '', reader.parameter)}"


def _grouped_factor(run: Pass, item: FinalWrite) -> float | None:
    """std drawn / the std of an orthogonal matrix for each group; None on an ordinary layer."""
    layer = run.model.by_path.get(item.parameter.layer)
    if layer is None or layer.kind is not LayerKind.CONV or item.parameter.role != "weight":
        return None
    groups, sizes = known(layer.args.get("groups", 1)), [known(size) for size in item.parameter.shape or ()]
    if groups is None or groups <= 1 or not sizes or any(size is None for size in sizes):
        return None
    rows, *rest = (size for size in sizes if size is not None)
    columns = math.prod(rest)
    return math.sqrt(max(rows / groups, columns) / max(rows, columns))


def _on_groups(run: Pass, suspects: list[FinalWrite], grouped: dict[str, float]) -> Iterator[Finding]:
    for group in by_span(item for item in suspects if item.parameter.name in grouped):
        first = min(group, key=lambda item: grouped[item.parameter.name])
        factor = grouped[first.parameter.name]
        severity = std_factor_severity(factor)
        if severity is None:
            continue
        symbols = [first.parameter.symbol, *(item.parameter.symbol for item in group)]
        message = (
            f"`{symbols[0]}`{others(symbols)} is a grouped convolution, but all groups together make one orthogonal "
            f"matrix: std x{factor:.3g}, variance x{factor * factor:.3g} of an orthogonal matrix for each group; draw "
            "it by kaiming_normal_, or group by group"
        )
        effect = effect_of(run.analysis(chain_links), first.parameter.name)
        related = history(first.parameter, first.write)
        yield run.report(first.span, severity, symbols[0], message, effect=effect, related=related)


RULE = Rule("WI304", "orthogonal-gain-mismatch", __doc__, check, Scope.SCALE, refutes=overwritten)
