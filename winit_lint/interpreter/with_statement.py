"""``with``: gradient tracking, parametrization contexts, and everything else as a plain block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import libcst as cst

from winit_lint.interpreter.assignment import assign
from winit_lint.interpreter.expression import evaluate
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import External, Instance, Unknown

_TRACKING = frozenset({"torch.enable_grad", "torch.device", "builtins.open", "warnings.catch_warnings"})


@contextmanager
def entering(state: State, items: Any) -> Iterator[None]:
    """Enter the items of a ``with`` statement; writes inside ``no_grad``, or what may be that, are not tracked."""
    quiet = 0
    for item in items:
        value = evaluate(state, item.item)
        name = value.cls.name if isinstance(value, Instance) and isinstance(value.cls, External) else ""
        quiet += name not in _TRACKING
        if item.asname is not None:
            entered: Any = Unknown("a context manager's value")
            if isinstance(value, Instance) and not isinstance(value.cls, External):
                try:
                    entered = state.call(state.attribute(value, "__enter__"), [])
                except Raised:
                    entered = value
            target = item.asname.name
            assign(state, target, entered if isinstance(target, cst.Name) else Unknown("a context manager's value"))
    state.no_grad += quiet
    try:
        yield
    finally:
        state.no_grad -= quiet
