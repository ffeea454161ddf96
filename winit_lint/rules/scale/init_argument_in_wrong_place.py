"""# WI110 init-argument-in-wrong-place

## What it does
An initializer's argument that landed in another argument's place.

Finds positional arguments that mean something else than they look like: a std passed where `normal_` and
`trunc_normal_` take the mean, `uniform_` with one bound or bounds in the wrong order, a std passed as Xavier's gain or
as Kaiming's slope, a mode passed as a slope, mean and std swapped, a negative std; and `normal_(w)`, whose std is 1.
A keyword such as `gain=0.02` is taken as deliberate.

## Why is this bad
`normal_(w, 0.02)` draws N(0.02, 1): in a layer with fan_in 784 the second moment of the signal grows by 784 instead of
shrinking by 0.31. `uniform_(w)` has the mean 0.5, `kaiming_normal_(w, 0.02)` leaves the std as it was,
`uniform_(w, 1.0, 0.02)` raises RuntimeError.

## Example
```python
nn.init.normal_(self.fc1.weight, 0.02)
```

## Use instead
```python
nn.init.normal_(self.fc1.weight, std=0.02)
```

## Fix safety
No fix is offered: the values drawn change, and which argument was meant is a guess.

## Known misses
Arguments that are worked out at run time; a bare `normal_(w)` where what reads the layer is not known.

## References
torch.nn.init.normal_, uniform_, xavier_uniform_, kaiming_uniform_.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.argument_slip import Reach, Slip, slip_of
from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others, symbol_of
from winit_lint.analyses.readers import ReaderKind, readers
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import is_kaiming
from winit_lint.analyses.weight_use import weight_uses
from winit_lint.finding import Finding, Severity
from winit_lint.ir.size import known
from winit_lint.ir.write import Write
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.source.span import Span

_CERTAIN_FAN = 64.0
_HIDDEN_READERS = frozenset(
    {ReaderKind.ACTIVATION, ReaderKind.WEIGHT, ReaderKind.RESIDUAL, ReaderKind.SUM, ReaderKind.PRODUCT}
)


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call: those that raise whatever they would write to, the others where they are in effect."""
    raising: dict[Span, list[tuple[Write, Slip]]] = {}
    for write in run.model.writes:
        slip = slip_of(write)
        if write.span is not None and slip is not None and slip.reach is Reach.RAISES:
            raising.setdefault(write.span, []).append((write, slip))
    for span, calls in raising.items():
        write, slip = calls[0]
        symbols = [symbol_of(run.model, w) for w, _ in calls]
        message = f"`{write.name}` {slip.text}, for `{symbols[0]}`{others(symbols)}; {slip.advice}"
        yield run.report(span, Severity.ERROR, symbols[0], message)
    for group in by_span(f for f in run.analysis(chosen_writes) if f.span not in raising):
        slips = [(item, slip) for item in group if (slip := slip_of(item.write)) is not None]
        judged = [(item, slip, severity) for item, slip in slips if (severity := _severity(run, item, slip))]
        if judged:
            yield _finding(run, judged)


def _finding(run: Pass, judged: list[tuple[FinalWrite, Slip, Severity]]) -> Finding:
    first, slip, severity = max(judged, key=lambda found: found[2].rank)
    symbols = [first.parameter.symbol, *(item.parameter.symbol for item, _, _ in judged)]
    message = f"`{first.write.name}` {slip.text} in `{symbols[0]}`{others(symbols)}{_effect(run, first)}; {slip.advice}"
    return run.report(first.span, severity, symbols[0], message, related=history(first.parameter, first.write))


def _severity(run: Pass, item: FinalWrite, slip: Slip) -> Severity | None:
    if slip.reach is Reach.RAISES:
        return None
    if slip.reach is Reach.SLOPE:
        return _slope_severity(run, item)
    fan_in = _fan_in(run, item)
    large = fan_in is not None and fan_in >= _CERTAIN_FAN
    if slip.reach is Reach.ANY:
        return Severity.ERROR if large and not is_kaiming(item.write) else Severity.WARNING
    if item.parameter.name not in run.analysis(weight_uses):
        return None
    if slip.reach is Reach.HIDDEN:
        return Severity.ERROR if large and _is_hidden(run, item) else None
    if _is_small_output(run, item):
        return Severity.NOTE
    return Severity.ERROR if large else Severity.WARNING


def _fan_in(run: Pass, item: FinalWrite) -> float | None:
    use = run.analysis(weight_uses).get(item.parameter.name)
    return None if use is None else known(use.fan_in)


def _is_hidden(run: Pass, item: FinalWrite) -> bool:
    """A layer of torch's own class (others may rescale the weight) whose output is read on without a norm."""
    layer = run.model.by_path.get(item.parameter.layer)
    reading = run.analysis(readers).get(item.parameter.name)
    if layer is None or not layer.cls.startswith("torch.nn.") or item.parameter.parametrized is not None:
        return False
    if reading is None or item.parameter.name in run.analysis(scale_free):
        return False
    return bool(reading.kinds) and reading.kinds <= _HIDDEN_READERS


def _is_small_output(run: Pass, item: FinalWrite) -> bool:
    """A small gain on the last layer, or before a norm, changes little."""
    reading = run.analysis(readers).get(item.parameter.name)
    if reading is None or "gain" not in item.write.args:
        return False
    return reading.kinds == {ReaderKind.OUTPUT} or item.parameter.name in run.analysis(scale_free)


def _slope_severity(run: Pass, item: FinalWrite) -> Severity | None:
    slope = known(item.write.args.get("a"))
    reading = run.analysis(readers).get(item.parameter.name)
    follows = reading.activation if reading is not None else None
    if follows is not None and follows.activation in {"leaky_relu", "rrelu", "prelu"}:
        return None
    if slope == 0.01:  # LeakyReLU's default as well as a usual std
        return None
    return Severity.WARNING


def _effect(run: Pass, item: FinalWrite) -> str:
    fan_in, moment = _fan_in(run, item), known(item.write.distribution.second_moment)
    if fan_in is None or moment is None:
        return ""
    return f": at fan_in {fan_in:g} the layer multiplies the signal's second moment by {fan_in * moment:.3g}"


RULE = Rule("WI110", "init-argument-in-wrong-place", __doc__, check, Scope.SCALE)
