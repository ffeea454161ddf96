"""# WI302 init-on-stacked-gates

## What it does
An initializer on the stacked gate matrix of an LSTM or GRU instead of on each gate's block.

Finds `orthogonal_`, Xavier and Kaiming's fan_out mode on the (4H, ...) and (3H, ...) weights of LSTM and GRU layers
and cells as a whole.

## Why is this bad
Only the stack is orthogonal then: each gate's block has singular values of mean square 1/4 (LSTM) or 1/3 (GRU) and a
spectral radius of 0.5 or 0.58 instead of 1. Over 100 steps the gradient of an LSTM falls to 1e-22 against 1e-15 with
orthogonal blocks. Xavier takes all gates for outputs: in a square LSTM the std is 0.63 times what one gate needs, in
a GRU 0.71 times.

## Example
```python
nn.init.orthogonal_(self.lstm.weight_hh_l0)
```

## Use instead
```python
for gate in self.lstm.weight_hh_l0.chunk(4, dim=0):
    nn.init.orthogonal_(gate)
```

## Fix safety
Unsafe: the values drawn change. Only shown where the line also writes other tensors, or layers with another number of
gates.

## Known misses
Cells written by hand on top of Linear layers or bare parameters.

## References
Saxe, McClelland, Ganguli 2014 (arXiv:1312.6120); Zyczkowski, Sommers 2000; vwxyzjn/cleanrl#358.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.gates import Cell, recurrent_cells, weights_of
from winit_lint.analyses.scheme import is_kaiming, is_orthogonal, is_xavier
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.model import Parameter
from winit_lint.ir.size import known
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.call_fix import rewrite
from winit_lint.theory.fans import stacked_xavier_factor

_SIMILAR = 0.1  # std factors within 10 % of 1 change nothing


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call, at the severity of its worst target."""
    stacked: dict[str, tuple[Cell, str]] = {}
    for cell in run.analysis(recurrent_cells):
        if cell.gates > 1:
            for part in ("hh", "ih"):
                stacked.update({p.name: (cell, part) for p in weights_of(run.model, cell, part)})
    finals = [f for f in run.analysis(chosen_writes) if f.parameter.name in stacked and _is_whole(f)]
    for group in by_span(finals):
        found = [(item, *judged) for item in group if (judged := _judge(item, *stacked[item.parameter.name]))]
        if not found:
            continue
        first, severity, text = max(found, key=lambda entry: entry[1].rank)
        symbols = [first.parameter.symbol, *(item.parameter.symbol for item, _, _ in found)]
        message = f"`{first.write.name}` on the stacked gates of `{symbols[0]}`{others(symbols)}: {text}"
        related = history(first.parameter, first.write)
        fix = _fix(run, first, stacked)
        yield run.report(first.span, severity, symbols[0], message, related=related, fix=fix)


def _fix(run: Pass, first: FinalWrite, stacked: dict[str, tuple[Cell, str]]) -> Fix:
    """A loop over the blocks, where all that the line writes are stacks of as many gates."""
    written = {p.name for p in run.model.parameters for write in p.applied if write.span == first.span}
    gates = {stacked[name][0].gates if name in stacked else 1 for name in written}
    count = stacked[first.parameter.name][0].gates
    loop = f"for {{gate}} in {{target}}.chunk({count}, dim=0):\n    "
    changes = rewrite(first.write, target="{gate}", before=loop, fresh=("gate",)) if gates == {count} else ()
    return Fix("initialise gate by gate", "unsafe", (), changes)


def _is_whole(item: FinalWrite) -> bool:
    """The last write went over the whole stack, and no block was rewritten since."""
    applied = item.parameter.applied
    return item.write.origin is Origin.EXPLICIT and bool(applied) and applied[-1] is item.write


def _judge(item: FinalWrite, cell: Cell, part: str) -> tuple[Severity, str] | None:
    blocks = f"initialise the {cell.gates} blocks of `chunk({cell.gates}, dim=0)` one by one"
    if is_orthogonal(item.write):
        radius = 1 / math.sqrt(cell.gates)
        if part == "hh":
            text = (
                f"only the stack is orthogonal, each gate's block has std x{radius:.2f} and a spectral radius of "
                f"{radius:.2f} instead of 1; {blocks}"
            )
            return Severity.WARNING, text
        text = f"only the stack is orthogonal, each gate's block has std x{radius:.2f} of an orthogonal one; {blocks}"
        return Severity.NOTE, text
    factor = _std_factor(item.write, item.parameter, cell)
    if factor is None or abs(factor - 1) <= _SIMILAR:
        return None
    text = (
        f"it counts {cell.gates} gates as outputs, so the std is x{factor:.2f} of what one gate's block gets; {blocks}"
    )
    return Severity.NOTE, text


def _std_factor(write: Write, parameter: Parameter, cell: Cell) -> float | None:
    if is_kaiming(write):
        mode = write.args.get("mode")
        return 1 / math.sqrt(cell.gates) if isinstance(mode, str) and mode.lower() == "fan_out" else None
    if not is_xavier(write) or parameter.shape is None or len(parameter.shape) != 2:
        return None
    rows, columns = parameter.shape
    if rows is None or columns is None:
        return None
    return known(stacked_xavier_factor(columns, rows / cell.gates, cell.gates))


RULE = Rule("WI302", "init-on-stacked-gates", __doc__, check, Scope.SCALE, refutes=overwritten)
