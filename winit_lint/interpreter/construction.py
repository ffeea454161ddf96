"""A call among the arguments of a target: ``Encoder(EncoderConfig(layers=2))``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from winit_lint.source.target import Construction

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State


def constructed(state: State, module: str, value: Any) -> Any:
    """``value`` with its constructions carried out in the names of a module."""
    if isinstance(value, Construction):
        first, *rest = value.name.split(".")
        function = state.names.lookup(state, module, first)
        for name in rest:
            function = state.attribute(function, name)
        args = [constructed(state, module, each) for each in value.args]
        kwargs = {name: constructed(state, module, each) for name, each in value.kwargs.items()}
        return state.call(function, args, kwargs)
    if isinstance(value, (list, tuple, set)):
        return type(value)(constructed(state, module, each) for each in value)
    if isinstance(value, dict):
        return {key: constructed(state, module, each) for key, each in value.items()}
    return value


def names_in(value: Any) -> Iterator[str]:
    """The first parts of the names that constructions in ``value`` call."""
    for call in calls_in(value):
        yield call.name.partition(".")[0]


def calls_in(value: Any) -> Iterator[Construction]:
    """The constructions in ``value``, the outer ones first."""
    if isinstance(value, Construction):
        yield value
        value = (value.args, dict(value.kwargs))
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (list, tuple, set)):
        for each in value:
            yield from calls_in(each)
