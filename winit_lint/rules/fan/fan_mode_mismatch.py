"""# WI206 fan-mode-mismatch

## What it does
A fan mode whose loss does not cancel along a chain of layers.

Finds chains in which Xavier stands on widths that alternate (narrow, wide, narrow, ...), and chains of strided
transposed convolutions in Kaiming's fan_out mode, by what is left over the whole chain. fan_out on plain layers is
never reported: what one layer loses the next one gains, and over a chain only first width / last width is left.

## Why is this bad
Xavier divides by the mean of both fans, which is right for the forward pass on a square only. From d to 4 d and back
two layers keep 0.64 of the second moment, from d to 32 d and back 0.12, whichever of them comes first. A transposed
convolution's fan_out in torch counts all taps of its kernel, of which each output gets 1/stride**2: at stride 2 every
layer passes on a quarter.

## Example
```python
nn.init.xavier_uniform_(layer.weight)
```

## Use instead
```python
nn.init.kaiming_uniform_(layer.weight, nonlinearity="linear")
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
Layers that a normalisation or a skip stands between, where nothing adds up; sizes that are not known.

## References
He, Zhang, Ren, Sun 2015 (arXiv:1502.01852), section 2.2; Glorot, Bengio 2010.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.chain_text import layers_text, path_text
from winit_lint.analyses.chains import Chain, Link, chains
from winit_lint.analyses.final_writes import FinalWrite, chosen_writes, history, others
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import named_scheme
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Severity
from winit_lint.ir.model import LayerKind, Parameter
from winit_lint.ir.size import known
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.theory.severity import band

_MODES = {"average": "Xavier", "fan_out": "fan_out mode"}


@final
@dataclass(frozen=True, slots=True)
class _Fault:
    """The judged writes of one chain, and what their mode leaves of the second moment over all of it."""

    chain: Chain
    items: tuple[FinalWrite, ...]
    left: float
    severity: Severity


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each line, about the worst chain that it stands in."""
    worst: dict[object, _Fault] = {}
    for chain in run.analysis(chains):
        fault = _judge(run, chain)
        if fault is not None:
            span = fault.items[0].span
            if span not in worst or fault.left < worst[span].left:
                worst[span] = fault
    for fault in worst.values():
        first, chain = fault.items[0], fault.chain
        symbols = [item.parameter.symbol for item in fault.items]
        scheme = named_scheme(first.write)
        mode = _MODES[scheme.mode] if scheme is not None else ""
        what = "widths that alternate" if mode == "Xavier" else "strided transposed convolutions"
        advice = "use a Kaiming initializer (fan_in)" if mode == "Xavier" else "multiply the std by sqrt(prod(stride))"
        message = (
            f"`{symbols[0]}`{others(symbols)}: {mode} on {what} does not cancel: by itself it leaves x{fault.left:.2g} "
            f"over the chain of {layers_text(chain)} ({path_text(chain)} in all); {advice}"
        )
        effect = chain.effect(next(link for link in chain.links if link.parameter == first.parameter.name))
        related = history(first.parameter, first.write)
        yield run.report(first.span, fault.severity, symbols[0], message, effect=effect, related=related)


def _judge(run: Pass, chain: Chain) -> _Fault | None:
    if chain.severity is None or chain.forward is None:
        return None
    chosen = {item.parameter.name: item for item in run.analysis(chosen_writes)}
    free = run.analysis(scale_free)
    left, items = 1.0, []
    for link in chain.links:
        item = chosen.get(link.parameter)
        factor = None if item is None or link.parameter in free else _kept(run, item.parameter, item, link)
        if item is not None and factor is not None:
            left *= factor**link.repeat
            items.append(item)
    severity = band(left)
    if severity is None or not items:
        return None
    return _Fault(chain, tuple(items), left, min(severity, chain.severity, key=lambda found: found.rank))


def _kept(run: Pass, parameter: Parameter, item: FinalWrite, link: Link) -> float | None:
    """The share of the second moment that the mode itself keeps, with first width / last width taken out."""
    scheme, layer = named_scheme(item.write), run.model.by_path.get(parameter.layer)
    if scheme is None or layer is None or parameter.role != "weight" or known(layer.args.get("groups", 1)) != 1:
        return None
    if scheme.gain <= 0 or link.s_in is None or link.s_out is None:
        return None
    if scheme.mode == "average" and layer.kind in {LayerKind.LINEAR, LayerKind.CONV}:
        # The strides cancel against the number of positions: what is left is 2 sqrt(in out) / (in + out).
        fan_in, fan_out = known(parameter.torch_fan_in), known(parameter.torch_fan_out)
        return 2 * math.sqrt(fan_in * fan_out) / (fan_in + fan_out) if fan_in and fan_out else None
    if scheme.mode == "fan_out" and layer.kind is LayerKind.CONV_TRANSPOSE:
        return link.s_in / scheme.gain**2
    return None


RULE = Rule("WI206", "fan-mode-mismatch", __doc__, check, Scope.SCALE, refutes=overwritten)
