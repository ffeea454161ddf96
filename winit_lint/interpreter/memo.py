"""Construction of equal modules once: what is built again from equal arguments at one place is a copy.

A module is copied only where nothing else can tell the difference: its constructor ran under watch, and neither its
arguments nor the globals, class members and defaults that it read were changed, no event was recorded, and
all that the module holds is its own or came from there. Layers that torch itself defines cost too little to be kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, final

from winit_lint.interpreter.builtins import BUILTINS
from winit_lint.interpreter.copies import deep_copy, relink
from winit_lint.interpreter.fingerprint import NoKeyError, Walk, content_of, is_global
from winit_lint.interpreter.state import BudgetError, State
from winit_lint.interpreter.stdlib import STDLIB
from winit_lint.interpreter.values import (
    BoundMethod,
    Class,
    External,
    Function,
    Host,
    Instance,
    Module,
    Partial,
    Storage,
    Tensor,
    Test,
    Unknown,
    Value,
)
from winit_lint.ir.size import SizeExpr

_DEAR = 2_000  # steps: a module that costs as much is kept the first time, another when it is met again
_PLAIN = (int, float, str, bytes, type(None), range, SizeExpr, Class, External, Test)


@final
@dataclass(eq=False, slots=True)
class Template:
    """A module as its constructor left it.

    ``given`` are the mutable objects among the arguments that it was built from, ``read`` those that it read
    elsewhere, with their contents. ``clock`` is the moment when construction began, ``ticks`` how long it took.
    """

    module: Module
    given: list[Any]
    read: dict[int, tuple[Any, Hashable]]
    unknowns: Counter[Any]
    clock: int
    ticks: int


@final
@dataclass(frozen=True, eq=False, slots=True)
class _Arguments:
    """What a constructor is given, its content as a key, and the mutable objects in it."""

    values: tuple[tuple[Value, ...], dict[str, Value]]
    content: Hashable
    objects: list[Any]


def memoised(
    state: State, cls: Class, args: list[Value], kwargs: dict[str, Value], node: Any, build: Callable[[], Module]
) -> Module:
    """The module of ``build``, or a copy of an equal one."""
    if state.flow is not None or state.visiting or not state.names.is_shared(cls):
        return build()
    walk = Walk()
    try:
        content = walk.key((tuple(args), kwargs))
    except NoKeyError:
        return build()
    memo = state.memo
    key = (id(cls), content, _place(state, node))
    given = _Arguments((tuple(args), kwargs), content, walk.objects)
    if key not in memo.templates:
        return _watched(state, key, given, build, _DEAR)
    template = memo.templates[key]
    if isinstance(template, Template):
        if all(content_of(value) == before for value, before in template.read.values()):
            return copied(state, template, given.objects)
        memo.templates[key] = template = False
    return build() if template is False else _watched(state, key, given, build, 0)


def _place(state: State, node: Any) -> Hashable:
    """Where construction takes place, and all of the run that its records tell."""
    frames = tuple((id(frame.site.node) if frame.site is not None else 0, frame.open_loops) for frame in state.frames)
    settings = (state.trying, state.no_grad > 0, state.origin, state.outer_writes)
    return (id(node), frames, tuple(state.conditions), settings)


def recorded(state: State) -> tuple[int, ...]:
    """What a constructor that is to be copied must not add to."""
    return (
        len(state.events),
        len(state.stray),
        len(state.traversals),
        len(state.finished_traversals),
        len(state.pending_tests),
        len(state.pending_fixed),
        len(state.pending_names),
        len(state.multiplied),
        len(state.hidden),
        state.outer_writes,
    )


def _watched(state: State, key: Hashable, given: _Arguments, build: Callable[[], Module], least: int) -> Module:
    """Build, and keep a copy where one can be kept and it cost at least so many steps."""
    memo = state.memo
    memo.templates[key] = False
    steps = state.budget
    before, unknowns = recorded(state), dict(state.unknowns)  # which is copied faster than a Counter
    clock, serial = state.clock, state.serial
    with state.names.watching() as read:
        module = build()
    unchanged = before == recorded(state) and content_of(given.values) == given.content
    whole = all(content is not None and content_of(value) == content for value, content in read.values())
    if not unchanged or not whole:
        return module
    memo.kept.append(given.values)
    if steps - state.budget < least:
        memo.templates[key] = None
    elif _is_own(module, serial, set()):
        outside = {id(each): each for each in (*given.objects, *_inside(read))}
        count = len(state.modules_built)
        kept = deep_copy(state, module, outside)
        relink(outside)
        del state.modules_built[count:]
        added = Counter(
            {why: n - unknowns.get(why, 0) for why, n in state.unknowns.items() if n > unknowns.get(why, 0)}
        )
        memo.templates[key] = Template(kept, given.objects, read, added, clock, state.clock - clock)
    return module


def _inside(read: dict[int, tuple[Any, Hashable]]) -> Iterator[Any]:
    """The mutable objects that were read, and those in them."""
    for value, _ in read.values():
        walk = Walk()
        walk.key(value)
        yield from walk.objects


def _is_own(value: Value, serial: int, seen: set[int]) -> bool:
    """Whether ``value`` holds no module, tensor or variable from before that a copy would have to share."""
    if isinstance(value, _PLAIN):
        return type(value) in _PLAIN or isinstance(value, bool)
    if id(value) in seen:
        return True
    seen.add(id(value))
    match value:
        case Module():
            if value.id <= serial:
                return False
            parts = (value.modules, value.parameters, value.buffers, value.attributes)
            return all(_is_own(each, serial, seen) for part in parts for each in part.values())
        case Tensor():
            if value.storage is not None and value.storage.id <= serial:
                return False
            return _is_own(value.layer, serial, seen) and _is_own(value.attributes, serial, seen)
        case Instance():
            return _is_own(value.attributes, serial, seen)
        case Function():
            return is_global(value)
        case Host():
            return BUILTINS.get(value.name) is value or STDLIB.get(value.name) is value
        case BoundMethod():
            return _is_own(value.function, serial, seen) and _is_own(value.receiver, serial, seen)
        case Partial():
            parts = (value.function, *value.args, *value.kwargs.values())
            return all(_is_own(each, serial, seen) for each in parts)
        case Unknown():
            return value.holder is None
    if type(value) in {list, tuple, set}:
        return all(_is_own(each, serial, seen) for each in value)
    return type(value) is dict and all(_is_own(each, serial, seen) for item in value.items() for each in item)


def copied(state: State, template: Template, given: list[Any]) -> Module:
    """Another module like the template, with this call's arguments, built at this moment."""
    standing = {id(old): new for old, new in zip(template.given, given, strict=True)}
    standing.update({id(each): each for each in _inside(template.read)})
    first = len(state.modules_built)
    module: Module = deep_copy(state, template.module, standing)
    relink(standing)
    made = state.modules_built[first:]
    shift = state.clock - template.clock
    storages: dict[int, Storage] = {}
    for each in made:
        each.attached_at += shift
        for tensor in (*each.parameters.values(), *each.buffers.values()):
            if isinstance(tensor, Tensor) and tensor.storage is not None:
                storages[tensor.storage.id] = tensor.storage
    for storage in storages.values():
        for record in storage.records:
            record.clock += shift
    state.clock += template.ticks
    state.unknowns.update(template.unknowns)
    for value, content in template.read.values():
        state.names.note(value, content)
    state.budget -= len(made)
    if state.budget < 0:
        raise BudgetError
    return module
