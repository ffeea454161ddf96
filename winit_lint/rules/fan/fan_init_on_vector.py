"""# WI205 fan-init-on-vector

## What it does
A matrix initializer on a tensor with fewer than two dimensions.

Finds Xavier, Kaiming, orthogonal and other matrix initializers on biases, normalisation scales and other tensors
of fewer than two dimensions.

## Why is this bad
A vector has no fan: the call raises ValueError, so the model cannot be built on that path.

## Example
```python
nn.init.xavier_uniform_(self.fc.bias)
```

## Use instead
```python
nn.init.zeros_(self.fc.bias)
```

## Fix safety
Unsafe: the model can be built then. A line that also writes matrices gets the usual guard (`p.dim() > 1`), one that
writes biases only gets `zeros_`; any other is left to you.

## Known misses
Tensors whose number of dimensions is not known; `torch.empty(n)` where the caller gives n, which may be a tuple.

## References
torch.nn.init._calculate_fan_in_and_fan_out.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import others, symbol_of
from winit_lint.analyses.scheme import is_kaiming, is_orthogonal, is_xavier
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.model import LayerKind
from winit_lint.ir.write import Write
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.call_fix import parameters_of, rewrite
from winit_lint.source.span import Span

_MATRIX_ONLY = frozenset({"torch.nn.init.eye_", "torch.nn.init.sparse_", "torch.nn.init.dirac_"})


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call."""
    calls: dict[Span, list[Write]] = {}
    for write in run.model.writes:
        if write.span is not None and _raises(write) and not _may_be_a_shape(run, write):
            calls.setdefault(write.span, []).append(write)
    for span, writes in calls.items():
        first = writes[0]
        symbols = [symbol_of(run.model, write) for write in writes]
        dims = len(first.shape or ())
        message = (
            f"`{first.name}` raises ValueError for `{symbols[0]}`{others(symbols)}: it needs 2 dimensions or more "
            f"and this tensor has {dims}; guard a loop over parameters by `p.dim() > 1`"
        )
        fix = _fix(run, span, writes)
        yield run.report(span, Severity.ERROR, symbols[0], message, related=_created(run, first), fix=fix)


def _fix(run: Pass, span: Span, writes: list[Write]) -> Fix:
    """A guard where the line also writes matrices; zeros where all that it writes are biases."""
    if any(write.span == span and not _raises(write) for write in run.model.writes):
        changes = rewrite(writes[0], before="if {target}.dim() > 1:\n    ")
        return Fix("write only tensors of 2 dimensions or more here", "unsafe", (), changes)
    targets = [run.model.by_name.get(write.target or "") for write in writes]
    if not all(target is not None and target.role.startswith("bias") for target in targets):
        return Fix("use an initializer for vectors")
    dropped = tuple((name, None) for name in parameters_of(writes[0].init) or () if name != "tensor")
    return Fix("use zeros_ for a bias", "unsafe", (), rewrite(writes[0], rename="zeros_", arguments=dropped))


def _raises(write: Write) -> bool:
    if write.shape is None or len(write.shape) >= 2 or 0 in write.shape:
        return False
    return is_xavier(write) or is_kaiming(write) or is_orthogonal(write) or write.init in _MATRIX_ONLY


def _may_be_a_shape(run: Pass, write: Write) -> bool:
    """``torch.empty(shape)`` of a bare argument: a number or a tuple."""
    parameter = run.model.by_name.get(write.target) if write.target is not None else None
    layer = run.model.by_path.get(parameter.layer) if parameter is not None else None
    of_torch = layer is not None and layer.kind not in {LayerKind.CUSTOM, LayerKind.UNKNOWN}
    return not of_torch and any(not isinstance(size, int) for size in write.shape or ())


def _created(run: Pass, write: Write) -> tuple[Related, ...]:
    parameter = run.model.by_name.get(write.target) if write.target is not None else None
    if parameter is None or parameter.created is None or parameter.created == write.span:
        return ()
    return (Related(parameter.created, f"`{parameter.symbol}` is created here"),)


RULE = Rule("WI205", "fan-init-on-vector", __doc__, check, Scope.STRUCTURE)
