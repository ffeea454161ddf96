"""Models as JSON and back: how the probe's child sends what it built to its parent.

The parent trusts nothing of what it reads: every value is checked against the types of the representation, and what
does not fit raises ``msgspec.ValidationError``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec

from winit_lint.ir.event import Event
from winit_lint.ir.model import Model
from winit_lint.ir.size import SizeExpr

_EVENTS: Mapping[str, type] = {cls.__name__: cls for cls in get_args(Event)}


def encode(sent: Model) -> bytes:
    """The model as JSON."""
    fields = {f.name: _plain(getattr(sent, f.name)) for f in dataclasses.fields(sent) if f.name != "events"}
    events = [(type(each).__name__, _plain(each)) for each in sent.events]
    return msgspec.json.encode({**fields, "events": events})


def decode(data: bytes) -> Model:
    """The model of :func:`encode`.

    Raises:
        msgspec.DecodeError: it is no JSON, or not of the right types.
    """
    raw = msgspec.json.decode(data, type=dict[str, Any])
    events = msgspec.convert(raw.pop("events", []), list[tuple[str, Any]])
    unknown = {name for name, _ in events} - _EVENTS.keys()
    if unknown:
        raise msgspec.ValidationError(f"no such event: {min(unknown)}")
    built: Model = _built(Model, {**raw, "events": [_built(_EVENTS[name], value) for name, value in events]})
    return built


def _plain(value: Any) -> Any:
    """Dataclasses as dictionaries of their fields alone: what they have cached is left out."""
    if isinstance(value, SizeExpr) or not dataclasses.is_dataclass(value):
        if isinstance(value, Mapping):
            return {key: _plain(item) for key, item in value.items()}
        return [_plain(item) for item in value] if isinstance(value, (tuple, list, frozenset)) else value
    return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}


def _built(cls: type, raw: Any) -> Any:
    """An instance of a dataclass from a dictionary; the union of all events can't be checked by one type."""
    if not isinstance(raw, dict):
        raise msgspec.ValidationError(f"{cls.__name__} is no object")
    hints = _hints(cls)
    given = {
        name: tuple(value) if (cls, name) == (Model, "events") else _converted(value, hints[name])
        for name, value in raw.items()
        if name in hints
    }
    try:
        return cls(**given)
    except TypeError as error:
        raise msgspec.ValidationError(str(error)) from None


def _converted(value: Any, hint: Any) -> Any:
    return msgspec.convert(value, hint, strict=True)


@cache
def _hints(cls: type) -> Mapping[str, Any]:
    return get_type_hints(cls)
