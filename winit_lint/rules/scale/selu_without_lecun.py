"""# WI104 selu-without-lecun

## What it does
SELU without the LeCun scale, or without the dropout, that it is made for.

Finds weights before SELU whose gain is outside 0.9 to 1.05, torch's default (gain 0.58) included, and plain Dropout
behind SELU.

## Why is this bad
Self-normalisation holds for weights of variance 1/fan_in: only then zero mean and unit variance are the attracting
fixed point. With the gain sqrt(2) the gradient grows by 2.1 a layer, with torch's default the signal shrinks by 3.
Plain Dropout sets units to 0 instead of SELU's lower limit and multiplies the second moment by 1/(1-p).

## Example
```python
nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="relu")
```

## Use instead
```python
nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="linear")
```

## Fix safety
Unsafe: the values drawn change. torch's own gain for "selu" is 0.75; torch's documentation advises "linear". A weight
at torch's default has no call to change, and `F.dropout` is left to you.

## Known misses
Activations chosen at run time; weights whose output is read by different activations.

## References
Klambauer, Unterthiner, Mayr, Hochreiter 2017 (arXiv:1706.02515); pytorch/pytorch#24991; cchallu/nbeatsx#1.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.chain_index import Verdict, chain_links, effect_of, verdicts
from winit_lint.analyses.final_writes import FinalWrite, chosen_writes, history, others
from winit_lint.analyses.last_write import gain_of, is_default
from winit_lint.analyses.readers import readers
from winit_lint.analyses.scheme import is_orthogonal, named_scheme
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.weight_use import weight_uses
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.size import SizeExpr, known
from winit_lint.proposal import Rewrite
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.call_fix import kaiming_fix, only_for, rewrite

_ALLOWED = (0.9, 1.05)
_TORCH_SELU = 0.75


def check(run: Pass) -> Iterator[Finding]:
    """One finding a chain for written gains, one a model for defaults, one for each plain Dropout."""
    index = run.analysis(chain_links)
    for verdict in verdicts(index, _written(run)):
        gain = _gain(verdict.items[0])
        mild = gain is not None and abs(gain - _TORCH_SELU) < 1e-6
        yield _finding(run, verdict, Severity.NOTE if mild else verdict.severity or Severity.NOTE)
    defaults = tuple(_defaults(run))
    if defaults:
        effect = effect_of(index, defaults[0].parameter.name)
        yield _finding(run, Verdict(defaults, Severity.NOTE, None, effect), Severity.NOTE)
    for flow in run.model.flows:
        for op in flow.ops:
            if op.kind is OpKind.DROPOUT and _is_plain(op) and _follows_selu(flow, op):
                finding = _dropout(run, op)
                if finding is not None:
                    yield finding


def _before_selu(run: Pass, name: str) -> bool:
    reading = run.analysis(readers).get(name)
    if reading is None or name not in run.analysis(weight_uses):
        return False
    return reading.activation is not None and reading.activation.activation == "selu"


def _written(run: Pass) -> Iterator[FinalWrite]:
    for item in run.analysis(chosen_writes):
        gain = _gain(item)
        if gain is not None and not _ALLOWED[0] <= gain <= _ALLOWED[1] and _before_selu(run, item.parameter.name):
            yield item


def _defaults(run: Pass) -> Iterator[FinalWrite]:
    for parameter in run.model.parameters:
        write = parameter.last
        if write is not None and parameter.created is not None and is_default(parameter):
            gain = gain_of(parameter)
            far = gain is not None and not _ALLOWED[0] <= gain <= _ALLOWED[1]
            if far and parameter.trainable and _before_selu(run, parameter.name):
                yield FinalWrite(parameter, write, parameter.created)


def _gain(item: FinalWrite) -> float | None:
    """The gain that the call asks for by name, else the one that results."""
    scheme = named_scheme(item.write)
    if scheme is not None:
        return scheme.gain
    if is_orthogonal(item.write):
        return known(item.write.args.get("gain", 1.0))
    return gain_of(item.parameter)


def _finding(run: Pass, verdict: Verdict, severity: Severity) -> Finding:
    first = verdict.items[0]
    default = is_default(first.parameter)
    gain = gain_of(first.parameter) if default else _gain(first)
    effect = verdict.effect
    numbers = f": second moment x{effect.forward:.2g} here" if effect is not None and effect.forward else ""
    if numbers and effect is not None and (effect.layers or 0) > 1 and effect.path_forward is not None:
        numbers += f", x{effect.path_forward:.2g} over {effect.layers} layers"
    who = "keeps torch's default, gain" if default else "has gain"
    message = (
        f"`{verdict.symbols[0]}`{others(verdict.symbols)} {who} {gain:.3g} before SELU, which normalises itself only "
        f'at gain 1 (LeCun){numbers}; write kaiming_normal_(w, nonlinearity="linear")'
    )
    related = history(first.parameter, first.write)
    fix = None if default else _fix(run, verdict)
    return run.report(first.span, severity, verdict.symbols[0], message, effect=effect, related=related, fix=fix)


def _fix(run: Pass, verdict: Verdict) -> Fix:
    if not all(is_orthogonal(item.write) for item in verdict.items):
        return kaiming_fix(run, verdict.items, (("nonlinearity", '"linear"'),))
    calls = {item.span: item.write for item in verdict.items}
    changes = tuple(change for write in calls.values() for change in rewrite(write, arguments=(("gain", None),)))
    fits = only_for(run, calls, {item.parameter.name for item in verdict.items})
    return Fix("leave the gain at 1", "unsafe", (), changes if fits else ())


def _is_plain(op: Op) -> bool:
    return "alpha" not in op.name.rpartition(".")[2].lower() and known(op.args.get("p", 0.5)) != 0


def _follows_selu(flow: Flow, op: Op) -> bool:
    current = op
    while current.inputs:
        current = flow.ops[current.inputs[0]]
        if current.kind is not OpKind.RESHAPE:
            return current.kind is OpKind.ACTIVATION and current.activation == "selu"
    return False


def _dropout(run: Pass, op: Op) -> Finding | None:
    layer = run.model.by_path.get(op.layer) if op.layer else None
    rate = op.args.get("p", None if layer is None else layer.args.get("p"))
    span = layer.created if layer is not None and layer.created is not None else op.span
    number = known(rate)
    if span is None or not (isinstance(rate, SizeExpr) or (number is not None and 0 < number < 1)):
        return None
    factor = f"1 / (1 - {rate})" if number is None else format(1 / (1 - number), ".3g")
    symbol = f"{run.model.name}.{op.layer}" if op.layer else run.model.name
    message = (
        f"`{symbol}` is plain dropout behind SELU: it multiplies the second moment by {factor} and moves "
        "the mean; nn.AlphaDropout keeps both"
    )
    changes = (Rewrite(span, "torch.nn.Dropout", rename="AlphaDropout"),)
    fits = layer is not None and layer.cls == "torch.nn.Dropout" and span == layer.created
    fix = Fix("use nn.AlphaDropout", "unsafe", (), changes if fits else ())
    return run.report(span, Severity.NOTE, symbol, message, fix=fix)


RULE = Rule("WI104", "selu-without-lecun", __doc__, check, Scope.SCALE, refutes=overwritten)
