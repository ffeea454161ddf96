"""Calls that certainly raise."""

from __future__ import annotations

from typing import Any

from winit_lint.interpreter.initialize import argument_value
from winit_lint.interpreter.state import Raised, Record, State
from winit_lint.interpreter.values import Unknown, Value
from winit_lint.ir.distribution import UNKNOWN
from winit_lint.ir.write import Effect


def certain_raise(state: State, init: str, arguments: dict[str, Value], node: Any) -> Value:
    """Record a call that raises ValueError; inside ``try`` it raises for real.

    Raises:
        Raised: a try block is open, whose handler may expect it.
    """
    if state.trying:
        raise Raised("ValueError")
    kept = {name: argument_value(value) for name, value in arguments.items()}
    record = Record(init, UNKNOWN, state.origin, state.site(node), kept, frozenset(kept))
    name = arguments.get("nonlinearity")
    record.effect, record.reason = Effect.RAISES, f"unsupported nonlinearity {name}"
    record.clock, record.stack = state.tick(), state.call_stack()
    state.stray.append(record)
    return Unknown("a call that raises", "gain")
