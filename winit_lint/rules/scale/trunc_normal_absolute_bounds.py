"""# WI108 trunc-normal-absolute-bounds

## What it does
A truncated normal whose bounds are too far away to truncate anything.

Finds `trunc_normal_` where both bounds `a` and `b` lie 5 standard deviations or more from the mean. They are
absolute values (-2 and 2 by default), not multiples of `std`.

## Why is this bad
Nothing is truncated: at `std=0.02` the default bounds are 100 standard deviations away and the result is an
ordinary normal. Samplers of older torch releases moreover drew exact outliers at the bound (about 2 of 10**7
values in float32, 0.2 % in bfloat16); rejection sampling (torch 2.13) draws none.

## Example
```python
nn.init.trunc_normal_(self.fc.weight, std=0.02)
```

## Use instead
```python
nn.init.trunc_normal_(self.fc.weight, std=0.02, a=-0.04, b=0.04)
```

## Fix safety
Unsafe: bounds at 2 standard deviations lower the resulting std by the factor 0.880. Only shown for another mean than 0
and for bounds that mention a variable.

## Known misses
Bounds or a std that are worked out at run time.

## References
torch.nn.init.trunc_normal_; pytorch/pytorch#145498, #155588.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, drawn, history, others
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.size import known
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.call_fix import rewrite

_FAR = 5.0  # standard deviations: 6e-7 of a normal lies beyond


def check(run: Pass) -> Iterator[Finding]:
    """One note for each call."""
    draws = (draw for item in run.analysis(chosen_writes) if (draw := drawn(item)) is not None)
    for group in by_span(f for f in draws if _nearest_bound(f) is not None):
        first = group[0]
        distance = min(d for d in map(_nearest_bound, group) if d is not None)
        args = first.write.args
        low, high, std = (known(args[name]) for name in ("a", "b", "std"))
        symbols = [f.parameter.symbol for f in group]
        message = (
            f"nothing is truncated in `{symbols[0]}`{others(symbols)}: the bounds {low:.3g} and {high:.3g} are "
            f"absolute, {distance:.3g} standard deviations away at std {std:.3g}, so this is an ordinary normal; "
            f"for 2 standard deviations pass a=-2*std, b=2*std (and divide std by 0.880 to keep it)"
        )
        related = history(first.parameter, first.write)
        changes = rewrite(first.write, arguments=(("a", "{-2*std}"), ("b", "{2*std}"))) if args["mean"] == 0 else ()
        fix = Fix("put the bounds at 2 standard deviations", "unsafe", (), changes)
        yield run.report(first.span, Severity.NOTE, symbols[0], message, related=related, fix=fix)


def _nearest_bound(item: FinalWrite) -> float | None:
    write = item.write
    if write.init != "torch.nn.init.trunc_normal_":  # libraries have variants with bounds in units of std
        return None
    mean, std, low, high = (known(write.args.get(name)) for name in ("mean", "std", "a", "b"))
    if mean is None or std is None or low is None or high is None or std <= 0:
        return None
    distance = min(mean - low, high - mean) / std
    return distance if distance >= _FAR else None


RULE = Rule("WI108", "trunc-normal-absolute-bounds", __doc__, check, Scope.SCALE, refutes=overwritten)
