"""What of a measured model a finding is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, final

from winit_lint.analyses.recomputed import weight_of
from winit_lint.finding import Finding
from winit_lint.ir.measured import Statistics
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.write import Write
from winit_lint.source.span import Span

Value: TypeAlias = float | int | str | None


@final
@dataclass(frozen=True)
class Verdict:
    """Whether the numbers bear a finding out, and the numbers, by name; ``why`` says what else it rests on."""

    holds: bool
    values: dict[str, Value]
    why: str | None = None


@final
@dataclass(frozen=True)
class Facts:
    """A finding and a measured model."""

    finding: Finding
    model: Model

    @cached_property
    def reached(self) -> bool:
        """Some code of the finding's file had a part in the model."""
        return self.finding.span.path in _paths(self.model)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those that the finding names; where it names none, those written or else created on its lines."""
        return self.named or (self.written_at(self.finding.span) if self.reached else ()) or self.shown

    @cached_property
    def named(self) -> tuple[Parameter, ...]:
        """Those that the finding's symbol names, by the innermost class or from the model on."""
        return tuple(p for p in self.model.parameters if self._names(p.symbol, p.name)) if self.reached else ()

    @cached_property
    def sources(self) -> tuple[Parameter, ...]:
        """Those that a parametrization computes what the symbol names from, the largest first, else ``named``."""
        pairs = ((p, weight_of(p.symbol), weight_of(p.name)) for p in self.model.parameters)
        found = tuple(p for p, symbol, name in pairs if name != p.name and self._names(symbol, name))
        return tuple(sorted(found, key=self._size, reverse=True)) if self.reached and found else self.named

    def _size(self, parameter: Parameter) -> int:
        found = self.statistics(parameter)
        return 0 if found is None else found.n

    def _names(self, symbol: str, name: str) -> bool:
        """The finding's symbol is this one, or this name from the model on."""
        pattern = re.compile(r"[^.]+".join(map(re.escape, self.finding.symbol.split("*"))))
        return any(map(pattern.fullmatch, (symbol, f"{self.model.name}.{name}")))

    @cached_property
    def shown(self) -> tuple[Parameter, ...]:
        """Those that were created on a line that the finding shows."""
        places = (self.finding.span, *(related.span for related in self.finding.related))
        return tuple(
            p for p in self.model.parameters if p.created is not None and any(stands_on(p.created, at) for at in places)
        )

    @property
    def constructed(self) -> bool:
        """The class that the finding's symbol begins with has an instance in the model."""
        name = self.finding.symbol.partition(".")[0]
        return self.reached and any(layer.cls.rpartition(".")[2] == name for layer in self.model.layers)

    def written_at(self, place: Span) -> tuple[Parameter, ...]:
        """The parameters with a write that stands on the place's lines or was called from there."""
        return tuple(p for p in self.model.parameters if any(came_from(write, place) for write in p.writes))

    def statistics(self, parameter: Parameter) -> Statistics | None:
        """What its entries were measured to be."""
        measured = self.model.measured
        return None if measured is None else measured.by_name.get(parameter.name)


def came_from(write: Write, place: Span) -> bool:
    """Whether the write stands on the place's lines, or was called from there."""
    return any(stands_on(span, place) for span in (write.span, *write.stack) if span is not None)


def stands_on(span: Span, place: Span) -> bool:
    """Whether some line of the span is one of the place's."""
    return span.path == place.path and span.line <= place.end_line and place.line <= span.end_line


def _paths(model: Model) -> frozenset[str]:
    def spans() -> Iterator[Span]:
        yield from (layer.created for layer in model.layers if layer.created is not None)
        for parameter in model.parameters:
            if parameter.created is not None:
                yield parameter.created
            for write in parameter.writes:
                yield from write.stack
                if write.span is not None:
                    yield write.span

    return frozenset({model.path, *(span.path for span in spans())})
