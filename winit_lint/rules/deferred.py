"""All rules, imported when the first of them is asked for: a run that only shows kept findings asks for none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, final, overload

if TYPE_CHECKING:
    from winit_lint.rule import Rule


@final
class _Deferred(Sequence["Rule"]):
    @overload
    def __getitem__(self, index: int) -> Rule: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...
    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        return _catalogue()[index]

    def __iter__(self) -> Iterator[Rule]:
        return iter(_catalogue())

    def __len__(self) -> int:
        return len(_catalogue())


def _catalogue() -> tuple[Rule, ...]:
    from winit_lint.rules.catalogue import RULES

    return RULES


RULES: Final[Sequence[Rule]] = _Deferred()
"""What ``catalogue.RULES`` holds."""
