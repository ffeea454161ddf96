"""# WI106 default-init-in-deep-plain-stack

## What it does
Torch's default initialisation along many layers with no normalisation and no skip between them.

Finds chains of Linear and convolution layers that keep what their constructor drew, U(-1/sqrt(fan_in),
1/sqrt(fan_in)), and are long enough for the loss of each layer to add up.

## Why is this bad
The default has gain 1/sqrt(3): a layer with ReLU passes on 1/6 of the second moment, eight of them 6e-7. What is left
at the end are the biases, which do not depend on the input, and the first layers get next to no gradient. Measured on
plain ReLU nets: no loss up to 4 layers, slower from 6, and from 8 on SGD does not leave its starting loss. Three layers
and fewer are never reported (but for sigmoid, which no gain helps).

## Example
```python
layers += [nn.Linear(width, width), nn.ReLU()]
```

## Use instead
```python
nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
Chains whose layers are followed by an activation chosen at run time; chains with a pooling whose window is not known.

## References
He, Zhang, Ren, Sun 2015 (arXiv:1502.01852); Schoenholz et al. 2017 (arXiv:1611.01232).
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.chain_index import Verdict, chain_links, is_invented, verdicts
from winit_lint.analyses.chain_text import layers_text, path_text
from winit_lint.analyses.final_writes import FinalWrite, others
from winit_lint.analyses.last_write import is_default, last_write
from winit_lint.analyses.needed_gain import SIGMOID, recommended
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.superseded import superseded
from winit_lint.finding import Finding, Related, Severity
from winit_lint.rule import Pass, Rule, Scope

_MEASURED_HARMLESS = 4


def check(run: Pass) -> Iterator[Finding]:
    """One finding a chain, at the first of its layers that keeps the default."""
    if is_invented(run.model):
        return
    for verdict in verdicts(run.analysis(chain_links), _defaults(run)):
        severity, chain = _severity(verdict), verdict.chain
        if severity is None or chain is None:
            continue
        message = (
            f"`{verdict.symbols[0]}`{others(verdict.symbols)} keeps torch's default, gain 0.577, in a chain of "
            f"{layers_text(chain)} and no normalisation or skip: {path_text(chain)} over it; {_advice(verdict)}"
        )
        related = _last_of(run, verdict)
        first = verdict.items[0]
        yield run.report(first.span, severity, first.parameter.symbol, message, effect=verdict.effect, related=related)


def _severity(verdict: Verdict) -> Severity | None:
    """Up to four layers a note: there the default trained as well as Kaiming, but for sigmoids."""
    if verdict.severity is None or verdict.chain is None:
        return None
    short = verdict.chain.length <= _MEASURED_HARMLESS
    saturating = any(link.activation in SIGMOID for link in verdict.chain.links)
    return Severity.NOTE if short and not saturating else verdict.severity


def _defaults(run: Pass) -> Iterator[FinalWrite]:
    free = run.analysis(scale_free)
    for name, (_, link) in run.analysis(chain_links).items():
        parameter = run.model.by_name[name]
        write = last_write(parameter)
        if write is None or parameter.created is None or not is_default(parameter) or not parameter.trainable:
            continue
        if name not in free and link.activation != "selu":  # selu-without-lecun speaks of that
            yield FinalWrite(parameter, write, parameter.created)


def _advice(verdict: Verdict) -> str:
    links = () if verdict.chain is None else verdict.chain.links
    if any(link.activation in SIGMOID for link in links):
        return "no gain keeps the signal through hidden sigmoids: use tanh, a rectifier or a normalisation"
    link = next(link for link in links if link.parameter == verdict.items[0].parameter.name)
    arguments = recommended(link.activation, link.activation_parameter)
    return f"use a Kaiming initializer with {arguments}, or a normalisation"


def _last_of(run: Pass, verdict: Verdict) -> tuple[Related, ...]:
    """Where the chain ends: with the first layer the two places between which the signal is lost."""
    if verdict.chain is None:
        return ()
    last = run.model.by_name[verdict.chain.links[-1].parameter]
    if last.created is None or last.created == verdict.items[0].span:
        return ()
    return (Related(last.created, f"`{last.symbol}`, the last layer of the chain"),)


RULE = Rule("WI106", "default-init-in-deep-plain-stack", __doc__, check, Scope.SCALE, refutes=superseded)
