"""The writes that count, grouped by the line that made them.

One call in a loop writes many parameters; a reader wants one finding for that line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.last_write import behind, last_write
from winit_lint.finding import Related
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import known
from winit_lint.ir.write import Origin, Write
from winit_lint.source.span import Span


@final
@dataclass(frozen=True, slots=True)
class FinalWrite:
    """A parameter and the last whole write to it, at the line to blame."""

    parameter: Parameter
    write: Write
    span: Span


def chosen_writes(model: Model) -> tuple[FinalWrite, ...]:
    """For every trainable parameter the last whole write, where the project's own code made it.

    Tied parameters are named once. What a parametrization recomputes in scale (spectral_norm) is left out, and what
    has no entries: nothing was drawn there.
    Defaults of torch, loads and framework helpers are left out: nobody in this project chose their arguments.
    """
    found: list[FinalWrite] = []
    seen: set[int] = set()
    for parameter in model.parameters:
        write = last_write(parameter)
        if write is None or write.span is None or write.origin not in {Origin.EXPLICIT, Origin.CREATION}:
            continue
        if id(write) in seen or not parameter.trainable or parameter.empty:
            continue
        seen.add(id(write))
        item = FinalWrite(parameter, write, write.span)
        blamed = drawn(item) if _changes_nothing(parameter, write) else item
        found += [blamed] if blamed is not None else []
    return tuple(found)


def _changes_nothing(parameter: Parameter, write: Write) -> bool:
    """A factor of 1 after the draw (a scale that is an argument, at its default)."""
    return known(write.args.get("factor")) == 1 and behind(parameter)[0].distribution == write.distribution


def drawn(item: FinalWrite) -> FinalWrite | None:
    """The draw that what is in effect comes of, at the call that made it; None where the project chose none of it.

    A product with a number (``mul_``) keeps the draw's name and arguments, at its own line.
    """
    if not item.write.updates:
        return item
    first = behind(item.parameter)[0]
    if first.updates or first.span is None or first.origin not in {Origin.EXPLICIT, Origin.CREATION}:
        return None
    return FinalWrite(item.parameter, first, first.span)


def by_span(finals: Iterable[FinalWrite]) -> tuple[tuple[FinalWrite, ...], ...]:
    """The same, grouped by the line that wrote them, in order of construction."""
    groups: dict[Span, list[FinalWrite]] = {}
    for item in finals:
        groups.setdefault(item.span, []).append(item)
    return tuple(tuple(group) for group in groups.values())


def others(symbols: Iterable[str]) -> str:
    """`` (and `B.fc.weight`, 3 more)`` for the symbols after the first; empty for none."""
    rest = list(dict.fromkeys(symbols))[1:]
    if not rest:
        return ""
    more = f", {len(rest) - 1} more" if len(rest) > 1 else ""
    return f" (and `{rest[0]}`{more})"


def history(parameter: Parameter, write: Write | None) -> tuple[Related, ...]:
    """Where the parameter is created, which writes were lost before ``write``, and how the path came to it."""
    primary = write.span if write is not None else None
    kept = behind(parameter)
    found: list[Related] = []
    if parameter.created is not None and parameter.created != primary:
        found.append(Related(parameter.created, f"`{parameter.symbol}` is created here"))
    for earlier in parameter.applied:
        if earlier is write:
            break
        explicit = earlier.origin in {Origin.EXPLICIT, Origin.FRAMEWORK}
        if explicit and earlier.span is not None and earlier.span != primary and earlier.region is None:
            lost = write not in kept or earlier not in kept
            told = f"an earlier `{earlier.name}`, lost" if lost else f"`{earlier.name}`, which is changed since"
            found.append(Related(earlier.span, told))
    if write is not None and write.stack:
        found.append(Related(write.stack[0], "called from here"))
    return tuple(dict.fromkeys(found))


def symbol_of(model: Model, write: Write) -> str:
    """How a finding names the tensor that ``write`` aimed at; the model's name where it is none of its parameters."""
    parameter = model.by_name.get(write.target) if write.target is not None else None
    return parameter.symbol if parameter is not None else model.name
