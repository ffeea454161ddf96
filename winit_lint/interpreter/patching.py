"""Attributes that are put in place of others: of classes, of modules, and of what torch itself defines.

A run changes classes that all runs share, so what it changes is noted and put back before the next one. Patches of
torch are kept beside the tables, by qualified name; where the tables do by themselves what a patch would change,
everything that the run builds is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from winit_lint.interpreter.deferred import settle
from winit_lint.interpreter.mro import MODULE, external_mro
from winit_lint.interpreter.reflection import canonical
from winit_lint.interpreter.values import (
    MISSING,
    Class,
    External,
    Function,
    Module,
    Partial,
    ProjectModule,
    Tensor,
    Unknown,
    Value,
)
from winit_lint.ir.size import SizeExpr
from winit_lint.knowledge.factories import FACTORIES
from winit_lint.knowledge.initializers import INITIALIZERS
from winit_lint.knowledge.layers import LAYERS

if TYPE_CHECKING:
    from winit_lint.interpreter.state import State

_NATIVE = frozenset({"__setattr__", "__getattr__", "__getattribute__", "__delattr__", "__new__", "__call__"})
_CONSTRUCTING = _NATIVE | {"__init__", "register_parameter", "register_buffer", "add_module", "register_module"}
_CLOSED = ("torch.nn.init.", "torch.Tensor.", "torch.nn.Parameter.", "torch.nn.modules.", "torch.nn.parameter.")


@final
@dataclass(frozen=True, eq=False, slots=True)
class Replaced:
    """A global of a project's module that another file replaced; files in ``loaded`` had imported the old one by then.

    ``loaded`` is None where all had; ``file`` replaced it in line ``line``.
    """

    value: Value
    loaded: frozenset[str] | None
    file: str
    line: int


@final
class Patches:
    """What one run has put in place of other things; ``reason`` says what of it can't be carried out."""

    def __init__(self) -> None:
        self.outside: dict[str, Value] = {}
        self.replaced: dict[tuple[str, str], Replaced] = {}
        self.reason: str | None = None
        self.loaded: frozenset[str] | None = None  # while files are imported: those that have been by now
        self.line = 0
        self.made: dict[tuple[str, str, int], None] = {}  # classes of which a base may be one that was put in
        self.hits = 0  # how often something was read that was put in, or that may come from it
        self.touched: set[tuple[str, str]] = set()  # globals that may come from something that was put in
        self.waiting: set[tuple[str, str]] = set()  # globals that ``late`` changes (see ``deferred``)
        self.late: Callable[[], None] | None = None
        self._kept: list[tuple[dict[str, Value], str, Value]] = []
        self._defining = 0

    def read_since(self, hits: int) -> bool:
        """Whether what was worked out since there were so many ``hits`` may come from something that was put in.

        What is in place of torch's own is not looked up by name everywhere, so any such patch counts.
        """
        return self.hits != hits or bool(self.outside)

    def own(self, hits: int, value: Value) -> bool:
        """Whether a value that was worked out since then is for this run alone.

        A table is, too, where something was put in: the function that does so often fills tables as well.
        """
        return self.read_since(hits) or (bool(self.replaced or self.waiting) and _can_change(value))

    @contextmanager
    def defining(self) -> Iterator[None]:
        """What is set meanwhile is part of a definition, which other runs see, too."""
        self._defining += 1
        try:
            yield
        finally:
            self._defining -= 1

    @property
    def changes(self) -> int:
        """How many attributes were set."""
        return len(self._kept)

    def keep(self, attributes: dict[str, Value], name: str) -> None:
        """Note what an attribute is before it is set."""
        if not self._defining:
            self._kept.append((attributes, name, attributes.get(name, MISSING)))

    def clear(self) -> None:
        """Put everything back."""
        for attributes, name, before in reversed(self._kept):
            if before is MISSING:
                attributes.pop(name, None)
            else:
                attributes[name] = before
        self._kept.clear()
        self.outside.clear()
        self.replaced.clear()
        self.waiting = set()
        self.late = None
        self.reason = None


def _can_change(value: Value) -> bool:
    if isinstance(value, tuple):
        return any(map(_can_change, value))
    return isinstance(value, (list, dict, set))


def set_outer(state: State, owner: Value, name: str, value: Value) -> None:
    """``owner.name = value`` on a class, a function, a module or something outside; MISSING deletes it."""
    patches = state.names.patches
    if isinstance(owner, (Class, Function)):
        patches.keep(owner.attributes, name)
        owner.attributes[name] = value
        state.outer_writes += 1
    elif isinstance(owner, ProjectModule):
        settle(state, (owner.name, name))
        file = state.frame.module if state.frames else ""
        patches.replaced[(owner.name, name)] = Replaced(value, patches.loaded, file, patches.line)
        state.outer_writes += 1
    elif isinstance(owner, External):
        _set_external(state, owner.name, name, value)
    elif isinstance(owner, Unknown) and isinstance(value, (Function, Class, Partial)) and patches.loaded is not None:
        give_up(state, f"a patch of {owner.text}")
    elif isinstance(owner, Unknown) and isinstance(value, (Tensor, Module, Unknown, SizeExpr)):
        from winit_lint.interpreter.taint import write_to_part

        write_to_part(state, owner)


def give_up(state: State, why: str) -> None:
    """A patch that can't be carried out: whatever the run builds may be made by it."""
    state.names.patches.reason = state.names.patches.reason or why


def set_by_unknown_name(state: State, owner: Value) -> None:
    """``setattr(owner, name, value)`` where the name is not known."""
    if isinstance(owner, (Class, ProjectModule)) or (
        isinstance(owner, External) and (owner.name in LAYERS or owner.name == "torch.nn.init")
    ):
        give_up(state, f"a patch of some attribute of {owner.name}")


def _set_external(state: State, owner: str, name: str, value: Value) -> None:
    key = f"{canonical(owner)}.{name}"
    outside = state.names.patches.outside
    state.outer_writes += 1
    if isinstance(value, External) and canonical(value.name) == key:
        outside.pop(key, None)  # what was there before
        return
    if not _carried_out(key):
        give_up(state, f"a patch of {key}")
    outside[key] = value


def _carried_out(key: str) -> bool:
    """Whether the interpreter goes by a patch of this name wherever torch does."""
    owner, _, name = key.rpartition(".")
    if key in INITIALIZERS or key in LAYERS or key in FACTORIES:
        return key != MODULE
    if owner == MODULE:
        return name not in _CONSTRUCTING
    if owner in LAYERS:
        return name not in _NATIVE
    return not key.startswith(_CLOSED)


def outside_value(state: State, owner: str, name: str) -> Value:
    """What stands in place of an attribute of something outside the project; MISSING where nothing does."""
    outside = state.names.patches.outside
    return outside.get(f"{canonical(owner)}.{name}", MISSING) if outside else MISSING


def patched_member(state: State, cls: Value, name: str) -> Value:
    """A member that was put into a class outside the project or one of its bases; MISSING where none was."""
    outside = state.names.patches.outside
    if not outside or not isinstance(cls, External):
        return MISSING
    for base in external_mro(canonical(cls.name)):
        found = outside.get(f"{base}.{name}", MISSING)
        if found is not MISSING:
            return found
    return MISSING


def taint_patched(state: State, roots: list[Any]) -> None:
    """Where a patch was not carried out, nothing is known of what was built."""
    reason = state.names.patches.reason
    if reason is not None:
        from winit_lint.interpreter.taint import taint

        taint(state, roots, reason)
