"""# WI301 recurrent-not-orthogonal

## What it does
Hidden-to-hidden weights of a recurrent layer that are not orthogonal.

Notes RNN, LSTM and GRU layers and cells whose hidden-to-hidden weights keep torch's default U(-1/sqrt(H), 1/sqrt(H))
or were given Xavier, Kaiming, normal or uniform values.

## Why is this bad
The hidden state is multiplied by these weights at every step. Measured over 100 steps (H=128, unit inputs), the
gradient falls to 1e-20 in an LSTM or GRU with torch's default and to 1e-15 with orthogonal blocks; in a tanh RNN to
1e-27 against 1e-14. Other choices matter more: a forget gate bias of 1 gives 1e-3 and better, an identity start
(IRNN) 0.7.

## Example
```python
self.rnn = nn.LSTM(64, 128)
```

## Use instead
```python
for gate in self.rnn.weight_hh_l0.chunk(4, dim=0):
    nn.init.orthogonal_(gate)
```

## Fix safety
No fix is offered: the values drawn change.

## Known misses
Cells written by hand on top of Linear layers or bare parameters; cells in a loop whose length is not known. Layers
with a positive bias written to some gate are left alone: that choice outweighs this one.

## References
Saxe, McClelland, Ganguli 2014 (arXiv:1312.6120); Le, Jaitly, Hinton 2015 (arXiv:1504.00941); Jozefowicz, Zaremba,
Sutskever 2015.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import history, others
from winit_lint.analyses.gates import Cell, recurrent_cells, weights_of
from winit_lint.analyses.scheme import is_kaiming, is_xavier
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Severity
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Parameter
from winit_lint.ir.size import known
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.source.span import Span

_DECAY = {
    "LSTM": "1e-20 over 100 steps, 1e-15 with an orthogonal matrix per gate; a forget gate bias of 1 matters more "
    "(1e-3 and better)",
    "GRU": "1e-20 over 100 steps, 1e-15 with an orthogonal matrix per gate",
    "RNN": "1e-27 over 100 steps with torch's default, 1e-14 with Xavier or orthogonal weights; an identity start "
    "keeps 0.7",
}
_ARTICLE = {"LSTM": "an", "GRU": "a", "RNN": "an"}
_PLAIN = frozenset({"normal", "uniform", "trunc_normal"})


def check(run: Pass) -> Iterator[Finding]:
    """One note for each line that makes such layers, or that wrote them."""
    found: dict[Span, list[tuple[Cell, Parameter, Write]]] = {}
    for cell in run.analysis(recurrent_cells):
        weights = weights_of(run.model, cell, "hh")
        writes = [write for p in weights if (write := _plain_write(p)) is not None]
        if (
            not _runs_on(run, cell)
            or len(writes) < len(weights)
            or any(_keeps_memory(p) for p in run.model.of_layer(cell.layer.path))
        ):
            continue
        for parameter, write in zip(weights, writes, strict=True):
            span = write.span if write.origin is Origin.EXPLICIT else cell.layer.created
            if span is not None:
                found.setdefault(span, []).append((cell, parameter, write))
    for span, entries in found.items():
        cell, parameter, write = entries[0]
        symbols = [p.symbol for _, p, _ in entries]
        message = (
            f"`{symbols[0]}`{others(symbols)} {_what(write)}: gradients through the state of {_ARTICLE[cell.kind]} "
            f"{cell.kind} fall to about {_DECAY[cell.kind]}"
        )
        yield run.report(span, Severity.NOTE, symbols[0], message, related=history(parameter, write))


def _runs_on(run: Pass, cell: Cell) -> bool:
    """A layer runs over a sequence; a cell by itself only where it is seen to run again."""
    if not any(name.endswith("Cell") for name in (cell.layer.cls, *cell.layer.bases)):
        return True
    for flow in run.model.flows:
        if sum(op.repeat for op in flow.ops if op.layer == cell.layer.path and op.kind is OpKind.RECURRENT) > 1:
            return True
    return False


def _plain_write(parameter: Parameter) -> Write | None:
    """The write in effect where it certainly left the whole matrix with independent entries."""
    write = parameter.last
    if write is None or not parameter.trainable or parameter.parametrized is not None or not parameter.certain:
        return None
    if parameter.applied[-1] is not write:  # some block was rewritten since
        return None
    if write.origin is Origin.DEFAULT:
        return write
    plain = is_xavier(write) or is_kaiming(write) or write.name.rstrip("_") in _PLAIN
    return write if write.origin is Origin.EXPLICIT and plain else None


def _keeps_memory(parameter: Parameter) -> bool:
    """A bias whose gates, or some of them, were set to a positive constant."""
    if not parameter.role.startswith("bias"):
        return False
    written = (w for w in parameter.applied if w.origin is Origin.EXPLICIT)
    return any((known(w.distribution.mean) or 0.0) > 0 for w in written)


def _what(write: Write) -> str:
    if write.origin is Origin.DEFAULT:
        return "keeps torch's default uniform values"
    return f"is drawn by `{write.name}`, entry by entry"


RULE = Rule("WI301", "recurrent-not-orthogonal", __doc__, check, Scope.SCALE, refutes=overwritten)
