"""# WI102 kaiming-gain-mismatch

## What it does
A Kaiming gain that is not the one the following activation needs.

Finds explicit Kaiming calls whose gain differs from what the one activation behind the weight needs: the default
gain sqrt(2) before tanh, before sigmoid or before another linear layer, or the name of another activation. Gains are
compared, not names: sqrt(2) is right for ReLU, GELU, SiLU, Mish and Hardswish, and any written gain from 1 to 5/3 but
the forgotten default suits tanh.

## Why is this bad
Kaiming's default makes up for the half that ReLU cuts off. Without ReLU each layer doubles the second moment (x1000
after 10 layers); before tanh it drives the units into saturation, and no gain makes a stack of sigmoids keep its
signal.

## Example
```python
nn.init.kaiming_normal_(self.fc1.weight)
```

## Use instead
```python
nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="linear")
```

## Fix safety
Unsafe: the values drawn change. Only shown where the call also writes weights that are not named, where the
argument is a variable, and before a sigmoid, for which no gain is right.

## Known misses
Activations chosen at run time; weights whose output is read by different activations; a slope `a` that does not fit
(see kaiming-slope-misused).

## References
He, Zhang, Ren, Sun 2015 (arXiv:1502.01852); torch.nn.init.calculate_gain; Unity-Technologies/ml-agents#4649.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.chain_index import Verdict, chain_links, normalised_behind, verdicts
from winit_lint.analyses.final_writes import FinalWrite, chosen_writes, history, others
from winit_lint.analyses.needed_gain import SATURATING, SIGMOID, kaiming_arguments, needed_gain, recommended
from winit_lint.analyses.readers import ReaderKind, readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import is_kaiming, named_scheme, right_scale
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.weight_use import weight_uses
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.call_fix import kaiming_fix

_ROOT2 = math.sqrt(2)
_SAME = 1.1  # squared gains within 10 %


@final
@dataclass(frozen=True, slots=True)
class _Mismatch:
    follows: str  # what stands behind the weight, in words
    needs: str
    advice: str
    always: bool  # at least a note; else only where the chain leaves the silent band
    arguments: tuple[tuple[str, str], ...] = ()  # of the call that fits; none where no gain does


def check(run: Pass) -> Iterator[Finding]:
    """One finding a chain."""
    found = {item.parameter.name: (item, m) for item in _candidates(run) if (m := _mismatch(run, item)) is not None}
    for verdict in verdicts(run.analysis(chain_links), (item for item, _ in found.values())):
        first = verdict.items[0]
        mismatch = found[first.parameter.name][1]
        severity = verdict.severity or (Severity.NOTE if mismatch.always else None)
        scheme = named_scheme(first.write)
        if severity is None or scheme is None:
            continue
        effect = verdict.effect
        numbers = f": second moment x{effect.forward:.2g} here" if effect is not None and effect.forward else ""
        chain = verdict.chain
        if numbers and chain is not None and chain.length > 1 and chain.forward is not None:
            back = f", of the gradient x{chain.backward:.2g}," if chain.backward is not None else ""
            numbers += f", x{chain.forward:.2g}{back} over the {chain.length} layers of its chain"
        asked = "by default" if "nonlinearity" not in first.write.given else f'for "{first.write.args["nonlinearity"]}"'
        meant = ", the gain for ReLU," if math.isclose(scheme.gain, _ROOT2, rel_tol=0.01) else ""
        message = (
            f"`{verdict.symbols[0]}`{others(verdict.symbols)} has gain {scheme.gain:.3g} ({asked}){meant} but "
            f"{mismatch.follows}, {mismatch.needs}{numbers}; {mismatch.advice}"
        )
        related = history(first.parameter, first.write)
        fix = _fix(run, verdict, {found[item.parameter.name][1].arguments for item in verdict.items})
        yield run.report(first.span, severity, verdict.symbols[0], message, effect=effect, related=related, fix=fix)


def _fix(run: Pass, verdict: Verdict, wanted: set[tuple[tuple[str, str], ...]]) -> Fix | None:
    arguments = next(iter(wanted))
    return kaiming_fix(run, verdict.items, arguments) if len(wanted) == 1 and arguments else None


def _candidates(run: Pass) -> Iterator[FinalWrite]:
    uses = run.analysis(weight_uses)
    for item in run.analysis(chosen_writes):
        if not is_kaiming(item.write) or item.parameter.name not in uses:
            continue
        if item.parameter.name in run.analysis(scale_free):
            continue
        leaky = item.write.args.get("nonlinearity", "leaky_relu") == "leaky_relu"
        if leaky and item.write.args.get("a", 0) != 0:  # a slope of its own: kaiming-slope-misused judges it
            continue
        yield item


def _mismatch(run: Pass, item: FinalWrite) -> _Mismatch | None:
    scheme = named_scheme(item.write)
    reading = run.analysis(readers).get(item.parameter.name)
    if scheme is None or reading is None:
        return None
    rectifier = math.isclose(scheme.gain, _ROOT2, rel_tol=0.01)
    reader = reading.activation
    if reader is None or reader.activation is None:
        return _before_nothing(run, item) if rectifier else None
    name = reader.activation
    if name in {"selu", "identity"} or normalised_behind(run.model, reader):
        return None
    hidden = item.parameter.name in run.analysis(chain_links)
    if name in SIGMOID:
        # A gate or an output is no hidden layer; torch's own "sigmoid" is gain 1 and not worse than any other.
        text = f"{name} follows"
        advice = "no gain keeps the signal through hidden sigmoids: use tanh, a rectifier or a normalisation"
        return (
            _Mismatch(text, "which loses the signal at any gain that torch knows", advice, rectifier)
            if hidden
            else None
        )
    gain = needed_gain(name, reader.parameter)
    if gain is None or (_fits(scheme.gain, gain) and not (name in SATURATING and rectifier)):
        return None
    if scheme.gain <= 1.1 and name not in SATURATING:  # a unit gain before a rectifier is xavier-before-relu's
        return None
    fan_in = run.analysis(weight_uses)[item.parameter.name].fan_in
    if name not in SATURATING and right_scale(item.write, fan_in, gain):
        return None
    needs = (
        f"which needs {gain[0]:.3g}" if gain[0] == gain[1] else f"whose gain is {gain[0]:.3g} or torch's {gain[1]:.3g}"
    )
    far = (scheme.gain / gain[0]) ** 2
    always = (name in SATURATING and rectifier) or not 0.75 <= far <= 4 / 3
    arguments = kaiming_arguments(name, reader.parameter)
    return _Mismatch(f"{name} follows", needs, f"write {recommended(name, reader.parameter)}", always, arguments)


def _before_nothing(run: Pass, item: FinalWrite) -> _Mismatch | None:
    reading = run.analysis(readers)[item.parameter.name]
    if any(reader.scaled for reader in reading.direct):
        return None
    if reading.kinds == {ReaderKind.WEIGHT}:
        text = "no activation stands before the next weight"
    elif reading.kinds == {ReaderKind.SUM} and "nonlinearity" in item.write.given and _is_first(run, item):
        text = "no activation follows before a sum"
    else:
        return None
    linear = (("nonlinearity", '"linear"'),)
    if right_scale(item.write, run.analysis(weight_uses)[item.parameter.name].fan_in, (1.0, 1.0)):
        return None  # the fan is wrong by as much
    return _Mismatch(text, "which needs 1", 'write nonlinearity="linear"', True, linear)


def _is_first(run: Pass, item: FinalWrite) -> bool:
    """It reads data, not another weight: an embedding layer, which no residual branch ends in."""
    reading = run.analysis(readers)[item.parameter.name]
    for index, number in reading.uses:
        flow = run.model.flows[index]
        pending, seen = list(flow.ops[number].inputs), set[int]()
        while pending:
            op = flow.ops[pending.pop()]
            if op.parameters:
                return False
            if op.id not in seen:
                seen.add(op.id)
                pending.extend(op.inputs)
    return True


def _fits(gain: float, needed: tuple[float, float]) -> bool:
    low, high = needed
    return (low * low) / _SAME <= gain * gain <= (high * high) * _SAME


RULE = Rule("WI102", "kaiming-gain-mismatch", __doc__, check, Scope.SCALE, refutes=overwritten)
