"""A random write to an embedding that also fills the row of its padding index.

What it does:
    Finds initializers on the weight of an `nn.Embedding` or `nn.EmbeddingBag` with `padding_idx` that no later line
    follows by zeroing that row again; and `weight[padding_idx]` set to zero where `padding_idx` is None, which indexes
    the whole table.

Why is this bad:
    torch zeroes the padding row at construction and masks its gradient ever after. A later initializer fills the row
    with noise, and no training step can change it: every padded position adds the same random vector. With None as
    the index the whole table is zeroed.

Example:
    nn.init.normal_(self.embed.weight, std=0.1)

Use instead:
    nn.init.zeros_(self.embed.weight[0])

Fix safety:
    Unsafe: the row is set to zero behind the write, if there is one, and an index that may be None is tested first.
    Only shown where the line does not name the layer (a loop over parameters).

Known misses:
    Padding that a later mask removes is reported all the same.

References:
    torch.nn.Embedding.reset_parameters, torch.nn.Embedding._fill_padding_idx_with_zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.analyses.final_writes import history
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.distribution import Kind
from winit_lint.ir.event import Traversal
from winit_lint.ir.model import Layer, LayerKind, Parameter
from winit_lint.ir.size import Number, SizeExpr, known
from winit_lint.ir.write import ArgValue, Effect, Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.rules.call_fix import rewrite

_RANDOM = frozenset({Kind.UNIFORM, Kind.NORMAL, Kind.TRUNCATED_NORMAL, Kind.ORTHOGONAL, Kind.EYE, Kind.SPARSE})


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each embedding."""
    for layer in run.model.layers:
        if layer.kind is not LayerKind.EMBEDDING or "padding_idx" not in layer.args:
            continue
        for parameter in run.model.of_layer(layer.path):
            if parameter.role != "weight" or parameter.parametrized is not None or not parameter.certain:
                continue
            index = layer.args["padding_idx"]
            if index is None:
                yield from _whole_table_zeroed(run, parameter)
            elif index != "?" and not _none_here(run, index):
                yield from _row_filled(run, layer, parameter, index)


def _none_here(run: Pass, index: ArgValue) -> bool:
    """Whether this path takes the index, an argument of the root, for None: then no row is masked."""
    return any(assumption.value and assumption.key == f"{index} is None" for assumption in run.model.assumptions)


def _row_filled(run: Pass, layer: Layer, parameter: Parameter, index: ArgValue) -> Iterator[Finding]:
    write = parameter.last
    if write is None or write.span is None or write.origin is not Origin.EXPLICIT:
        return
    if write.distribution.kind not in _RANDOM or _zeroed_after(parameter, write, _row(layer, index)):
        return
    message = (
        f"this fills {_shown(index)} of `{parameter.symbol}` with random values{_norm(parameter, write)}; its gradient "
        f"is masked, so the {_positions(index)} keep them for ever: zero `weight[{_named(index)}]` after it"
    )
    fix = _zeroing(run, write)
    yield run.report(
        write.span, Severity.WARNING, parameter.symbol, message, related=history(parameter, write), fix=fix
    )


def _zeroing(run: Pass, write: Write) -> Fix:
    """The row set to zero behind the write, where there is one: other paths and callers may have none."""
    targets = {p.name for p in run.model.parameters for other in p.writes if other.span == write.span}
    row = "{target}[{owner}.padding_idx]"
    line = f"{{zeros_}}({row})" if write.init.startswith("torch.nn.init.") else f"{row}.zero_()"
    if len(targets) > 1 or any(t.span in write.stack for t in run.model.events_of(Traversal)):
        line = f'if getattr({{owner}}, "padding_idx", None) is not None:\n    {line}'
    else:
        line = f"if {{owner}}.padding_idx is not None:\n    {line}"
    return Fix("set the row to zero again", "unsafe", (), rewrite(write, after=line, siblings=("zeros_",)))


def _row(layer: Layer, index: ArgValue) -> Number | None:
    """The row as torch counts it: a negative index counts from the end."""
    if isinstance(index, SizeExpr) or not isinstance(index, (int, float)):
        return index if isinstance(index, SizeExpr) else None
    if index >= 0:
        return index
    rows = layer.args.get("num_embeddings")
    return rows + index if isinstance(rows, (int, float, SizeExpr)) else None


def _zeroed_after(parameter: Parameter, write: Write, row: Number | None) -> bool:
    later = False
    for other in parameter.writes:
        if other is write:
            later = True
        elif later and other.effect is Effect.APPLIED and other.region is not None and _covers(other, row):
            return True
    return False


def _covers(write: Write, row: Number | None) -> bool:
    """True unless the write certainly leaves the row as it is, or fills it with random values again."""
    if write.distribution.kind in _RANDOM or write.region is None:
        return False
    if write.region.rows is None or row is None:
        return True
    low, high, at = known(write.region.rows[0]), known(write.region.rows[1]), known(row)
    if low is None or high is None or at is None:
        return True
    return low <= at < high


def _norm(parameter: Parameter, write: Write) -> str:
    second = known(write.distribution.second_moment)
    width = known(parameter.shape[-1]) if parameter.shape else None
    if second is None:
        return ""
    if width is None:
        return f" of rms {math.sqrt(second):.3g}"
    return f" (norm about {math.sqrt(second * width):.3g} instead of 0)"


def _named(index: ArgValue) -> str:
    """The index, or its argument's name where it comes from what could not be worked out."""
    return "padding_idx" if "?" in str(index) else str(index)


def _shown(index: ArgValue) -> str:
    name = _named(index)
    return f"row {name}" if name == "padding_idx" else f"row {name} (padding_idx)"


def _positions(index: ArgValue) -> str:
    return "padded positions" if known(index) is not None else f"padded positions (unless `{_named(index)}` is None)"


def _whole_table_zeroed(run: Pass, parameter: Parameter) -> Iterator[Finding]:
    """`weight[None]` covers all rows, in one dimension more."""
    write = parameter.applied[-1] if parameter.applied else None
    if write is None or write.span is None or write.origin is not Origin.EXPLICIT or not write.distribution.is_zero:
        return
    if not _indexed_by_none(parameter, write):
        return
    message = (
        f"padding_idx is None here, and `weight[None]` is the whole table: all rows of `{parameter.symbol}` become 0, "
        f"so every token starts as the same vector (norm 0); test `padding_idx is not None` first"
    )
    fix = Fix("test it first", "unsafe", (), rewrite(write, before="if {index} is not None:\n    "))
    yield run.report(
        write.span, Severity.WARNING, parameter.symbol, message, related=history(parameter, write), fix=fix
    )


def _indexed_by_none(parameter: Parameter, write: Write) -> bool:
    if write.region is not None:
        # The layer's padding_idx is None on this path; a number of the same name would have given rows.
        return write.region.rows is None and write.region.text.endswith("padding_idx]")
    return write.shape is not None and parameter.shape is not None and len(write.shape) > len(parameter.shape)


RULE = Rule("WI701", "padding-row-overwritten", __doc__, check, refutes=overwritten)
