"""Analyses that are made of other analyses, so that a ``Pass`` works out each of them once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, final

from winit_lint.ir.model import Model

_T = TypeVar("_T")


@final
class Derived(Generic[_T]):
    """An analysis by what it ``needs``: ``make(model, *results)`` with the results of those analyses, in order.

    Called like any analysis it works out what it needs itself.
    """

    def __init__(self, needs: tuple[Callable[[Model], Any], ...], make: Callable[..., _T]) -> None:
        self.needs = needs
        self.make = make
        self.__doc__ = make.__doc__

    def __call__(self, model: Model) -> _T:
        return self.make(model, *(need(model) for need in self.needs))


def derived(*needs: Callable[[Model], Any]) -> Callable[[Callable[..., _T]], Derived[_T]]:
    """Makes a :class:`Derived` of the function that it decorates."""
    return lambda make: Derived(needs, make)
