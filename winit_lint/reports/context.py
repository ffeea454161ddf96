"""What a report is told besides the findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, final

from winit_lint.finding import Finding
from winit_lint.source.text import SourceText

if TYPE_CHECKING:
    from winit_lint.rule import Rule


@final
@dataclass(frozen=True, slots=True)
class Context:
    """The run that the findings come from.

    ``files`` counts the files that were checked; ``texts`` are those at hand, by path (a report does without the ones
    that are missing); ``rules`` are those that were run, for a format that explains them. ``incomplete`` is True when
    the run was cut short.
    """

    files: int
    texts: Mapping[str, SourceText] = field(default_factory=lambda: MappingProxyType({}))
    rules: tuple[Rule, ...] = ()
    colour: bool = False
    statistics: bool = False
    incomplete: bool = False


Renderer: TypeAlias = Callable[[Sequence[Finding], Context], str]
"""Findings in the order given, as one text that ends in a line feed, or "" when there is nothing to say."""
