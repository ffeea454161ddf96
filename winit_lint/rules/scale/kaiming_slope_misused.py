"""# WI103 kaiming-slope-misused

## What it does
Kaiming's `a` used for something else than the slope of the LeakyReLU that follows.

Finds `a=` given a gain or a scale, by its value or its name (`a=config.init_std`), `a=` beside a `nonlinearity` that
ignores it, and a slope whose gain is not that of the activation that follows. `a=math.sqrt(5)` (torch's default), `a=1`
(gain 1) and `a=0` are known idioms.

## Why is this bad
`a` enters as gain = sqrt(2 / (1 + a**2)): a larger value makes the weights smaller. The gain of LeakyReLU(0.2), 1.387,
passed as `a` gives gain 0.83 instead, x0.36 of the variance in every layer; `a=math.sqrt(5) * scale` falls where scale
grows.

## Example
```python
nn.init.kaiming_normal_(self.conv.weight, a=nn.init.calculate_gain("leaky_relu", 0.2))
```

## Use instead
```python
nn.init.kaiming_normal_(self.conv.weight, a=0.2, nonlinearity="leaky_relu")
```

## Fix safety
Unsafe: the values drawn change. Safe where a slope that is ignored anyway is all that goes. Only shown where the
activation that follows is not known, where the call also writes weights that are not named, and where the slope
mentions a variable.

## Known misses
Slopes that are worked out at run time; a std with a small default, which looks like a slope.

## References
torch.nn.init.kaiming_uniform_; Blealtan/efficient-kan#72; gapeng000/PyTorch-progressive_growing_of_gans#29.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from winit_lint.analyses.chain_index import chain_links, effect_of
from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.needed_gain import needed_gain
from winit_lint.analyses.readers import readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import DEFAULT_SLOPE, is_kaiming, nominal_gain
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.size import SizeExpr, known
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.call_fix import kaiming_fix, wanted_arguments

_GAINS = (1.2, 1.5)  # calculate_gain of ReLU and of LeakyReLU up to slope 0.6; no slope is larger than 1
_TANH = 5 / 3
_NO_SLOPES = frozenset({"std", "stdev", "stddev", "gain"})  # a word of the name says what it is
_RANGES = frozenset({"initializer_range", "init_range"})  # transformers' name for a std
_STEEP = 0.35  # from here on the gain differs from ReLU's by more than 6 %


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call, about its worst target."""
    for group in by_span(f for f in run.analysis(chosen_writes) if is_kaiming(f.write) and "a" in f.write.given):
        judged = [(item, *fault) for item in group if (fault := _judge(run, item)) is not None]
        if not judged:
            continue
        first, severity, text = max(judged, key=lambda entry: entry[1].rank)
        symbols = [first.parameter.symbol, *(item.parameter.symbol for item, _, _ in judged)]
        message = f"`a` of `{first.write.name}` is the slope of a LeakyReLU, in `{symbols[0]}`{others(symbols)}: {text}"
        effect = effect_of(run.analysis(chain_links), first.parameter.name)
        related = history(first.parameter, first.write)
        fix = _fix(run, group)
        yield run.report(first.span, severity, symbols[0], message, effect=effect, related=related, fix=fix)


def _fix(run: Pass, group: tuple[FinalWrite, ...]) -> Fix | None:
    """The slope and name that the activation behind needs; safe where an ignored slope is all that goes."""
    wanted = wanted_arguments(run, group)
    if not wanted:
        return None
    fix = kaiming_fix(run, group, wanted)
    same = ("nonlinearity", f'"{group[0].write.args.get("nonlinearity")}"')
    return replace(fix, safety="safe") if fix.proposals and wanted == (same,) else fix


def _judge(run: Pass, item: FinalWrite) -> tuple[Severity, str] | None:
    name, slope = item.write.args.get("nonlinearity", "leaky_relu"), item.write.args.get("a")
    if name == "?" or slope is None or isinstance(slope, (str, bool)):
        return None
    if name != "leaky_relu":
        fault = _ignored(name, known(slope))
    elif isinstance(slope, SizeExpr):
        fault = _symbolic(slope) or _named(run, item, slope)
    else:
        fault = _number(run, item, float(slope))
    if fault is None:
        return None
    return (Severity.NOTE, fault[1]) if item.parameter.name in run.analysis(scale_free) else fault


def _ignored(name: object, slope: float | None) -> tuple[Severity, str] | None:
    """Beside a name other than leaky_relu the slope changes nothing."""
    used = nominal_gain(name, slope)
    meant = nominal_gain("leaky_relu", slope)
    if slope is None or used is None or meant is None or slope == 0 or 0.9 <= (used / meant) ** 2 <= 1.1:
        return None
    factor = used / meant
    text = (
        f'nonlinearity="{name}" ignores a={slope:.4g}; the gain is {used:.3g}, not {meant:.3g}: '
        f"std x{factor:.3g}, variance x{factor * factor:.3g}"
    )
    return Severity.NOTE, text  # what it gives instead is kaiming-gain-mismatch's to judge


def _symbolic(slope: SizeExpr) -> tuple[Severity, str] | None:
    """``sqrt(5) * scale``: a factor above 1 makes it no slope. A plain argument may well be one."""
    coefficients = [abs(coefficient) for _, coefficient in slope.terms]
    if len(coefficients) != 1 or coefficients[0] <= 1:
        return None
    text = f"a={slope} is a scale: the gain sqrt(2 / (1 + a**2)) falls where it grows; multiply the weight instead"
    return Severity.WARNING, text


def _named(run: Pass, item: FinalWrite, slope: SizeExpr) -> tuple[Severity, str] | None:
    """``a=config.init_std``: an argument whose name says that it is no slope, and no LeakyReLU behind."""
    name = str(slope).rpartition(".")[2].lower()
    words = set(name.split("_"))
    if slope != SizeExpr.atom(str(slope)) or not (words & _NO_SLOPES or name in _RANGES) or "slope" in words:
        return None
    reading = run.analysis(readers).get(item.parameter.name)
    if reading is not None and any(reader.activation == "leaky_relu" for reader in reading.direct):
        return None
    kind, advice = "std", f"write normal_(w, std={slope})"
    if "gain" in words:
        kind, advice = "gain", "multiply the weight by it"
    text = (
        f"a={slope} is a {kind} by its name, but sets it nowhere: up to 0.3 the gain stays sqrt(2) within 5 %; {advice}"
    )
    return Severity.WARNING, text


def _number(run: Pass, item: FinalWrite, slope: float) -> tuple[Severity, str] | None:
    gain = nominal_gain("leaky_relu", slope)
    if gain is None or slope in {0.0, 1.0} or math.isclose(slope, DEFAULT_SLOPE, rel_tol=1e-3):
        return None
    if _GAINS[0] <= slope <= _GAINS[1] or math.isclose(slope, _TANH, rel_tol=1e-3):
        factor = (gain / slope) ** 2
        text = f"a={slope:.4g} is a gain, and gives the gain {gain:.3g} instead: variance x{factor:.2g} a layer"
        return Severity.WARNING, text
    if abs(slope) > 1:
        text = f"a={slope:.4g} is no slope but a scale: the gain becomes {gain:.3g}, smaller the larger it is"
        return Severity.WARNING, text
    return _other_slope(run, item, slope, gain)


def _other_slope(run: Pass, item: FinalWrite, slope: float, gain: float) -> tuple[Severity, str] | None:
    reading = run.analysis(readers).get(item.parameter.name)
    reader = None if reading is None else reading.activation
    scaled = slope / DEFAULT_SLOPE
    if reader is None or reader.activation is None:
        # sqrt(5) times a round number: a scale was put into torch's own idiom
        if math.isclose(scaled, round(scaled, 2), rel_tol=1e-9) and 0 < round(scaled, 2) < 1:
            text = f"a={slope:.4g} is sqrt(5) * {scaled:.2g}: a scale, but the gain {gain:.3g} falls where it grows"
            return Severity.WARNING, text
        return None
    needed = needed_gain(reader.activation, reader.parameter)
    if abs(slope) < _STEEP and reader.activation == "leaky_relu" and (reader.parameter or 0.01) < _STEEP:
        return None
    if needed is None or needed[0] != needed[1] or 0.9 <= (gain / needed[0]) ** 2 <= 1.1:
        return None
    factor = (gain / needed[0]) ** 2
    text = f"a={slope:.4g} gives gain {gain:.3g}, but {reader.activation} needs {needed[0]:.3g}: variance x{factor:.2g}"
    return Severity.NOTE, text


RULE = Rule("WI103", "kaiming-slope-misused", __doc__, check, Scope.SCALE, refutes=overwritten)
