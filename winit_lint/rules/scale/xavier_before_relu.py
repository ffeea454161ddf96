"""# WI101 xavier-before-relu

## What it does
A weight at Xavier's or LeCun's scale before ReLU or a relative of it.

Finds explicit Xavier and LeCun initialisation (gain about 1) of weights whose output goes into a ReLU-like activation
with no normalisation between. Gains are compared, not names: `kaiming_uniform_(w, a=1)` has gain 1 too.

## Why is this bad
ReLU keeps half of the second moment, so the weight needs gain sqrt(2). With gain 1 a square layer passes on x0.50 of
the second moment, ten of them x0.001: the deeper layers see next to nothing and the first layers get next to no
gradient. Up to a dozen layers this costs little, and it is a note; the severity grows with the chain's length.

## Example
```python
nn.init.xavier_uniform_(self.fc1.weight)
```

## Use instead
```python
nn.init.kaiming_uniform_(self.fc1.weight, nonlinearity="relu")
```

## Fix safety
Unsafe: the values drawn change. Xavier calls become Kaiming calls with the same distribution. The change is only
shown where a call also writes weights that are not named, where its gain is a variable, or where the scale is
spelled by hand.

## Known misses
Activations chosen at run time; weights whose output is read by different activations.

## References
He, Zhang, Ren, Sun 2015 (arXiv:1502.01852), section 2.2; Glorot, Bengio 2010; ray-project/ray#7938.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.chain_index import Verdict, chain_links, normalised_behind, verdicts
from winit_lint.analyses.final_writes import FinalWrite, chosen_writes, history, others
from winit_lint.analyses.needed_gain import RECTIFYING, needed_gain, recommended
from winit_lint.analyses.readers import Reader, readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import is_kaiming, is_xavier, named_scheme
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.weight_use import weight_uses
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.size import known, sqrt
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.call_fix import kaiming_fix, wanted_arguments
from winit_lint.theory.moments import moments

_ABOUT_ONE = (0.9, 1.1)
_KEPT = (0.9, 1.1)  # a layer that keeps its second moment after all (Xavier on a narrowing layer) is left alone


def check(run: Pass) -> Iterator[Finding]:
    """One finding a chain, always at least a note: the scheme was chosen by name."""
    for verdict in verdicts(run.analysis(chain_links), _suspects(run)):
        first = verdict.items[0]
        reader = _activation(run, first)
        if reader is None or reader.activation is None:
            continue
        related = (*history(first.parameter, first.write), *_read_here(run, reader))
        severity = verdict.severity or Severity.NOTE
        message = _message(run, verdict, reader)
        fix = kaiming_fix(run, verdict.items, wanted_arguments(run, verdict.items))
        symbol = first.parameter.symbol
        yield run.report(first.span, severity, symbol, message, effect=verdict.effect, related=related, fix=fix)


def _suspects(run: Pass) -> Iterator[FinalWrite]:
    uses = run.analysis(weight_uses)
    for item in run.analysis(chosen_writes):
        scheme = named_scheme(item.write)
        if item.parameter.name not in uses or scheme is None or not _ABOUT_ONE[0] <= scheme.gain <= _ABOUT_ONE[1]:
            continue
        reader = _activation(run, item)
        if reader is None or reader.activation not in RECTIFYING or item.parameter.name in run.analysis(scale_free):
            continue
        if normalised_behind(run.model, reader):
            continue
        gain = needed_gain(reader.activation or "", reader.parameter)
        if gain is None or gain[0] <= _ABOUT_ONE[1]:  # a LeakyReLU of slope near 1
            continue
        factor = _layer_factor(item, reader)
        if factor is None or not _KEPT[0] <= factor <= _KEPT[1]:
            yield item


def _activation(run: Pass, item: FinalWrite) -> Reader | None:
    reading = run.analysis(readers).get(item.parameter.name)
    return None if reading is None else reading.activation


def _layer_factor(item: FinalWrite, reader: Reader) -> float | None:
    """Second moment behind the activation / before the layer, for a unit input."""
    std, fan_in = item.write.distribution.std, item.parameter.fan_in
    share = None if std is None or fan_in is None else known(fan_in * std * std)
    if share is None or reader.activation is None:
        return None
    return moments(reader.activation, reader.parameter, share).second


def _message(run: Pass, verdict: Verdict, reader: Reader) -> str:
    first, activation = verdict.items[0], reader.activation or ""
    scale = "Xavier" if is_xavier(first.write) else "LeCun" if is_kaiming(first.write) else "unit"
    factor = verdict.effect.forward if verdict.effect is not None else None
    factor = _layer_factor(first, reader) if factor is None else factor
    here = "" if factor is None else f": forward second moment x{factor:.2g} here"
    chain = verdict.chain
    if here and chain is not None and chain.forward is not None and chain.length > 1:
        here += f", x{chain.forward:.2g} over the {chain.length} layers of its chain in `{run.model.name}`"
    fan_in = known(first.parameter.fan_in) if first.parameter.fan_in is not None else None
    std = known(first.write.distribution.std)
    gain = needed_gain(activation, reader.parameter)
    numbers = ""
    if std is not None and fan_in and gain is not None:
        numbers = f"; std {std:.3g}, {activation} needs {gain[0] / float(sqrt(fan_in)):.3g}"  # type: ignore[arg-type]
    return (
        f"`{verdict.symbols[0]}`{others(verdict.symbols)} is {scale}-scaled (gain 1) but {activation} follows"
        f"{here}{numbers}; use a Kaiming initializer with {recommended(activation, reader.parameter)}"
    )


def _read_here(run: Pass, reader: Reader) -> tuple[Related, ...]:
    span = None if reader.op is None else run.model.flows[reader.flow].ops[reader.op].span
    return () if span is None else (Related(span, f"{reader.activation} follows here"),)


RULE = Rule("WI101", "xavier-before-relu", __doc__, check, Scope.SCALE, refutes=overwritten)
