"""Patches whose effects are known from earlier runs, and which a run carries out when it comes to what they change.

A library's file registers names for its factories in tables and in its own module at the end, which costs a run more
than many a layer does, and of which its layers know nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, final

from winit_lint.interpreter.values import Class, External, Function, Host, ProjectModule

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

_S = TypeVar("_S", bound=Hashable)
Key: TypeAlias = tuple[str, str]

_LASTING = (Class, External, Function, Host, ProjectModule, str, int, float, type(None))


@final
@dataclass(frozen=True, eq=False, slots=True)
class Effect:
    """What carrying out a patch does to a run: ``counts`` (steps, outer writes, clock, serial), functions that ran, and
    the globals that it changes (``keys``)."""

    counts: tuple[int, ...]
    initialised: frozenset[str]
    keys: frozenset[Key]


@contextmanager
def watched(state: State, step: Hashable) -> Iterator[None]:
    """Note the effect of a patch that is carried out meanwhile, at its second time: the first one also defines things.

    None is noted for a patch that does more than such an effect says.
    """
    effects = state.names.patch_effects
    again = step in effects
    before, held = _counted(state), _held(state)
    known, replaced = frozenset(state.globals), frozenset(state.names.patches.replaced)
    initialised = frozenset(state.initialised)
    try:
        yield
    finally:
        effects[step] = None
        if again and held == _held(state):
            patches = state.names.patches
            changed = {key for key in state.globals.keys() - known if not isinstance(state.globals[key], _LASTING)}
            counts = tuple(late - early for early, late in zip(before, _counted(state), strict=True))
            fresh = frozenset(state.initialised) - initialised
            effects[step] = Effect(counts, fresh, frozenset(changed | (patches.replaced.keys() - replaced)))


def _counted(state: State) -> tuple[int, ...]:
    return (-state.budget, state.outer_writes, state.clock, state.serial)


def _held(state: State) -> tuple[Any, ...]:
    """What such an effect has nothing of."""
    patches = state.names.patches
    lists = (
        state.assumptions,
        state.equal,
        state.decisions,
        state.stray,
        state.finished_traversals,
        state.modules_built,
        state.multiplied,
        state.fixed,
        state.tested,
        state.sized,
        state.hidden,
        state.volatile,
        state.pending_fixed,
    )
    return (
        *map(len, lists),
        state.asked,
        state.trains,
        patches.reason,
        patches.made,
        dict(patches.outside),
        patches.changes,
    )


def defer(state: State, steps: Sequence[_S], run: Callable[[State, _S], None]) -> bool:
    """Let the run have the counters of all ``steps``, and carry them out later; False where one of them can't wait."""
    effects = [state.names.patch_effects.get(step) for step in steps]
    known = [effect for effect in effects if isinstance(effect, Effect)]
    if len(known) < len(effects):
        return False
    waiting: set[Key] = set()
    for effect in known:
        spent, outer_writes, clock, serial = effect.counts
        state.budget -= spent
        state.outer_writes += outer_writes
        state.clock += clock
        state.serial += serial
        state.initialised |= effect.initialised
        waiting |= effect.keys
    patches = state.names.patches
    patches.waiting, patches.late = waiting, lambda: _carry_out(state, steps, run)
    return True


def _carry_out(state: State, steps: Sequence[_S], run: Callable[[State, _S], None]) -> None:
    counted = (state.budget, state.outer_writes)
    flow, state.flow = state.flow, None
    watches, state.names.watches = state.names.watches, []
    loaded, line = state.names.patches.loaded, state.names.patches.line
    try:
        for step in steps:
            run(state, step)
    finally:
        state.names.watches = watches
        state.budget, state.outer_writes = counted
        state.flow = flow
        state.names.patches.loaded, state.names.patches.line = loaded, line


def settle(state: State, key: Key) -> None:
    """Carry out what waits if it changes this global."""
    patches = state.names.patches
    if key in patches.waiting:
        late, patches.late = patches.late, None
        patches.waiting = set()
        if late is not None:
            late()
