"""# WI707 recipe-init-missing

## What it does
A layer whose published recipe starts it in a special way, which is missing.

Finds four things, each only where the code itself shows the recipe: a network of sines whose hidden layers have SIREN's
bound sqrt(6 / n) / w0 and whose first layer was given the same, not 1 / n; hidden layers before `sin(w0 * z)` without
that bound; a LoRA branch beside a base layer, neither of whose factors is zero; a convolution whose scores go into a
focal loss and whose bias is set to zero, not to the prior.

## Why is this bad
SIREN's first layer carries the frequencies: at 2 inputs and w0 30 the hidden bound makes them 8.7 times too low.
Without any bound a hidden layer multiplies the gradient's second moment by 150. A LoRA that starts at a random product
changes what the loaded model computes before the first step. A zero bias makes every location of a dense head start at
probability 0.5, and the focal loss of the background drowns the rest: 0.17 a location against 0.000001 at a prior of
0.01.

## Example
```python
nn.init.kaiming_uniform_(self.lora_b, a=math.sqrt(5))
```

## Use instead
```python
nn.init.zeros_(self.lora_b)
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
adaLN modulations and residual projections scaled by depth (what is missing there cannot be told from a choice); a focal
loss in another class; branches that are called LoRA nowhere.

## References
Sitzmann et al. 2020 (arXiv:2006.09661), Hu et al. 2021 (arXiv:2106.09685), Lin et al. 2017 (arXiv:1708.02002),
lucidrains/siren-pytorch#1, hao-ai-lab/FastVideo#781, JIA-Lab-research/PanopticFCN#6.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from winit_lint.analyses.final_writes import FinalWrite, history, others
from winit_lint.analyses.focal_head import focal_biases
from winit_lint.analyses.last_write import constant_of, is_default, last_write, variance_of
from winit_lint.analyses.low_rank import low_rank_branches
from winit_lint.analyses.sine_net import SineLayer, sine_layers, slope_factor
from winit_lint.analyses.superseded import superseded
from winit_lint.finding import Finding, Severity
from winit_lint.ir.model import Parameter
from winit_lint.ir.size import Number, known
from winit_lint.ir.write import Origin
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.source.span import Span

_STEEP = 10.0  # a hidden layer that multiplies the gradient's second moment by more has no bound for its w0
_CHOSEN = frozenset({Origin.EXPLICIT, Origin.CREATION})


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each line and recipe."""
    for layers in run.analysis(sine_layers):
        yield from _first_sines(run, layers)
        yield from _hidden_sines(run, layers)
    yield from _low_rank(run)
    yield from _focal(run)


def _first_sines(run: Pass, layers: Sequence[SineLayer]) -> Iterator[Finding]:
    if not any(layer.hidden and _has_bound(run, layer) for layer in layers):
        return
    for layer in layers:
        item = _chosen(run.model.by_name.get(layer.parameter))
        if not layer.first or item is None or not _has_bound(run, layer):
            continue
        fan_in = item.parameter.fan_in
        size = None if fan_in is None else known(fan_in)
        factor = "sqrt(6 * fan_in) / w0" if size is None else f"{math.sqrt(6 * size) / layer.w0:.3g}"
        message = (
            f"`{item.parameter.symbol}` is the first layer of a network of sines, but has the bound of its hidden "
            f"layers, sqrt(6 / n) / {layer.w0:g}, where SIREN draws it within 1 / n: the frequencies are x{factor} of "
            "the recipe's"
        )
        related = history(item.parameter, item.write)
        yield run.report(item.span, Severity.WARNING, item.parameter.symbol, message, related=related)


def _has_bound(run: Pass, layer: SineLayer) -> bool:
    """Var(w) = 2 / (n w0**2) exactly, which is U(+-sqrt(6 / n) / w0)."""
    share = _share(run.model.by_name.get(layer.parameter))
    return share is not None and math.isclose(share * layer.w0**2, 2.0, rel_tol=1e-4)


def _hidden_sines(run: Pass, layers: Sequence[SineLayer]) -> Iterator[Finding]:
    found: dict[Span, list[tuple[Parameter, float, float]]] = {}
    for layer in layers:
        parameter = run.model.by_name.get(layer.parameter)
        share, span = _share(parameter), _place(parameter)
        if parameter is None or not layer.hidden or share is None or span is None or not parameter.trainable:
            continue
        factor = slope_factor(layer.w0, share)
        if factor > _STEEP:
            found.setdefault(span, []).append((parameter, layer.w0, factor))
    for span, steep in found.items():
        symbols = list(dict.fromkeys(parameter.symbol for parameter, _, _ in steep))
        parameter, w0, factor = steep[0]
        kept = "keeps torch's default" if is_default(parameter) else "is not drawn for it"
        message = (
            f"`{symbols[0]}`{others(symbols)} goes into sin({w0:g} * z) behind another sine, but {kept}: the "
            f"gradient's second moment x{factor:.3g} in each such layer; SIREN draws it within sqrt(6 / n) / {w0:g}"
        )
        related = history(parameter, last_write(parameter))
        yield run.report(span, Severity.WARNING, symbols[0], message, related=related)


def _low_rank(run: Pass) -> Iterator[Finding]:
    for branch in run.analysis(low_rank_branches):
        down, up = _share(branch.down), _share(branch.up)
        variances = variance_of(branch.down), variance_of(branch.up)
        span = _place(branch.up)
        if span is None or not (branch.down.trainable or branch.up.trainable) or not all(map(_is_random, variances)):
            continue
        size = ""
        if down is not None and up is not None and branch.scale is not None:
            size = f": its output has x{down * up * branch.scale**2:.2g} of its input's second moment"
        message = (
            f"neither factor of the low-rank branch is zero, `{branch.down.symbol}` and `{branch.up.symbol}`, so that "
            f"it changes what the base layer computes before the first step{size}; start one of them at zero"
        )
        related = history(branch.up, last_write(branch.up))
        yield run.report(span, Severity.WARNING, branch.up.symbol, message, related=related)


def _focal(run: Pass) -> Iterator[Finding]:
    for name in run.analysis(focal_biases):
        item = _chosen(run.model.by_name.get(name))
        if item is None or constant_of(item.parameter) != 0 or not item.parameter.trainable:
            continue
        message = (
            f"`{item.parameter.symbol}` is zero, but its scores go into a focal loss: every location starts at "
            "probability 0.5, a loss of 0.17 (gamma 2) where a prior of 0.01 gives 0.000001; fill it with "
            "-math.log((1 - prior) / prior)"
        )
        related = history(item.parameter, item.write)
        yield run.report(item.span, Severity.WARNING, item.parameter.symbol, message, related=related)


def _share(parameter: Parameter | None) -> float | None:
    """fan_in Var(w) where that is a number."""
    variance = None if parameter is None else variance_of(parameter)
    fan_in = None if parameter is None else parameter.fan_in
    return None if variance is None or fan_in is None else known(fan_in * variance)


def _is_random(variance: Number | None) -> bool:
    return variance is not None and variance != 0


def _chosen(parameter: Parameter | None) -> FinalWrite | None:
    write = None if parameter is None else last_write(parameter)
    if parameter is None or write is None or write.span is None or write.origin not in _CHOSEN:
        return None
    return FinalWrite(parameter, write, write.span)


def _place(parameter: Parameter | None) -> Span | None:
    """The line to change: what wrote it, or where torch's default came with the layer."""
    write = None if parameter is None else last_write(parameter)
    if parameter is None or write is None:
        return None
    return parameter.created if write.origin is Origin.DEFAULT else write.span


RULE = Rule("WI707", "recipe-init-missing", __doc__, check, Scope.SCALE, refutes=superseded)
