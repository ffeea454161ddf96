"""# WI105 unsupported-nonlinearity

## What it does
A nonlinearity's name that torch's gain table does not know.

Finds `kaiming_uniform_`, `kaiming_normal_` and `calculate_gain` called with a name that
`torch.nn.init.calculate_gain` rejects: "gelu", "silu", "swish", "elu", "ReLU" and the like.

## Why is this bad
The call raises ValueError, so the model cannot be built on that path.

## Example
```python
nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="gelu")
```

## Use instead
```python
nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="relu")
```

## Fix safety
Unsafe: the model can be built then, with the gain of "relu" (sqrt(2), which suits GELU, SiLU, Mish and Hardswish) or of
"linear" (for ELU and SELU). Only shown where the name comes from a variable.

## Known misses
A name that is worked out at run time.

## References
torch.nn.init.calculate_gain.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import others, symbol_of
from winit_lint.analyses.scheme import is_kaiming
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.write import Write
from winit_lint.knowledge.initializers import NONLINEARITIES
from winit_lint.proposal import Rewrite
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.call_fix import rewrite
from winit_lint.source.span import Span

_LINEAR = frozenset({"elu", "celu", "selu", "identity", "none", "softplus", "softsign", "hardtanh"})


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call, whatever it would have written to."""
    calls: dict[Span, list[Write]] = {}
    for write in run.model.writes:
        if write.span is not None and _is_rejected(write):
            calls.setdefault(write.span, []).append(write)
    for span, writes in calls.items():
        name = writes[0].args["nonlinearity"]
        shown = f'"{name}"' if isinstance(name, str) else str(name)
        symbols = [symbol_of(run.model, write) for write in writes]
        message = (
            f"`{writes[0].name}` raises ValueError for `{symbols[0]}`{others(symbols)}: {shown} is no nonlinearity "
            f"that torch.nn.init.calculate_gain knows; {_advice(str(name))}"
        )
        yield run.report(span, Severity.ERROR, symbols[0], message, fix=_fix(writes[0], str(name)))


def _fix(write: Write, name: str) -> Fix:
    supported = _supported(name)
    arguments = (("nonlinearity", f'"{supported}"'),)
    changes = rewrite(write, arguments=arguments)
    if write.name == "calculate_gain" and write.span is not None:
        changes = (Rewrite(write.span, write.init, ("nonlinearity", "param"), arguments=arguments),)
    return Fix(f'write "{supported}"', "unsafe", (), changes)


def _is_rejected(write: Write) -> bool:
    if not (is_kaiming(write) or write.name == "calculate_gain") or "nonlinearity" not in write.args:
        return False
    if write.shape is not None and 0 in write.shape:  # kaiming_* returns before it looks at the name
        return False
    name = write.args["nonlinearity"]
    if name is None:
        return "nonlinearity" in write.given
    return isinstance(name, str) and name != "?" and name not in NONLINEARITIES


def _supported(name: str) -> str:
    """The name that torch knows for what is meant."""
    lowered = name.lower().replace("-", "_")
    return lowered if lowered in NONLINEARITIES else "linear" if lowered in _LINEAR else "relu"


def _advice(name: str) -> str:
    lowered, supported = name.lower().replace("-", "_"), _supported(name)
    if lowered == supported:
        return f'write "{supported}"'
    if supported == "linear":
        return 'use "linear" (gain 1)'
    return 'use "relu" (gain 1.414), which suits GELU, SiLU, Mish and Hardswish too'


RULE = Rule("WI105", "unsupported-nonlinearity", __doc__, check, Scope.SCALE)
