"""Equal modules initialised once: what a routine wrote to the first is written to the others without running it.

``apply``, timm's ``named_apply`` and transformers' ``post_init`` hand one routine every module of a model, and most of
these are copies. What the routine did to one holds for an equal one where nothing can tell them apart: it wrote to
nothing but the module's own parameters and buffers, nothing else was recorded, and it assigned to no attribute or item
of others, changed no container and compared no module or tensor with another (``module is self.head``). Once it did
anything of this, every later module of the traversal is given to it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, final

import libcst as cst

from winit_lint.interpreter.contents import forget_numbers
from winit_lint.interpreter.copies import same_record
from winit_lint.interpreter.fingerprint import NoKeyError, Walk
from winit_lint.interpreter.memo import recorded
from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.state import Record, State, TraversalRecord
from winit_lint.interpreter.values import Class, Function, Instance, Module, Tensor, Value
from winit_lint.ir.distribution import Distribution

_MOST = 60  # modules in one key: what holds more is met too seldom
_TRIES = 2  # the first time often defines something, which a run has to do once


@final
@dataclass(frozen=True, eq=False, slots=True)
class Treatment:
    """What a routine did to a module.

    ``writes`` are the records with the name of the parameter or buffer that each is of, in their order; ``left`` what
    each that changed held at last: its storage, if it has one, and itself, when that was seen, and whether no numbers
    are known. ``tests`` tell how often each type test ran and held, ``unknowns`` what was not known.
    """

    writes: Sequence[tuple[str, Record]]
    left: Sequence[tuple[str, Distribution | None, Distribution, int, bool]]
    tests: Sequence[tuple[Any, int, int]]
    unknowns: Sequence[tuple[Any, int]]


@final
@dataclass(eq=False, slots=True)
class Treatments:
    """What the routines of one traversal did so far, by routine and module; a number counts tries that can't be copied.

    ``volatile`` are the modules that a routine is expected to fill buffers of.
    """

    volatile: frozenset[int]
    known: dict[Hashable, Treatment | int] = field(default_factory=dict)
    able: bool = True

    @classmethod
    def of(cls, state: State) -> Treatments:
        """For a traversal that begins."""
        return cls(frozenset(ident for ident, _ in state.volatile))


def treat(state: State, known: Treatments, routine: Hashable, module: Module, run: Callable[[], object]) -> None:
    """``run`` what hands ``module`` to a routine, or write what it wrote to an equal module.

    ``routine`` is whatever the routine depends on besides the module.
    """
    if not known.able or state.flow is not None or module.id in known.volatile:
        run()
        return
    try:
        key = (routine, *Look().module(module, contents=True))
    except NoKeyError:
        run()
        return
    found = known.known.get(key, 0)
    if isinstance(found, Treatment):
        _again(state, found, module)
    elif found < _TRIES:
        known.known[key] = _watched(state, known, module, run) or found + 1
    else:
        run()


@final
class Look:
    """What can be seen of modules, as keys."""

    def __init__(self) -> None:
        self._left = _MOST

    def module(self, module: Module, *, contents: bool) -> tuple[Hashable, ...]:
        """What a module is; with ``contents`` also what its tensors hold.

        Raises:
            NoKeyError: it holds what a key can't say, or too much.
        """
        self._left -= 1
        if self._left < 0 or module.opaque:
            raise NoKeyError
        kind: Hashable = id(module.cls) if isinstance(module.cls, Class) else module.cls.name
        children: list[Hashable] = []
        for name, child in module.modules.items():
            children += (name, None if child is None else self.module(child, contents=contents))
        tensors: list[Hashable] = []
        for name, tensor in (*module.parameters.items(), *module.buffers.items()):
            tensors += (name, None if tensor is None else self._tensor(tensor, module, contents=contents))
        values: list[Hashable] = []
        for name, value in (*module.arguments.items(), *module.attributes.items()):
            values += (name, self._value(value))
        flags = (
            id(module.layer),
            module.ready,
            module.open_children,
            module.open_attributes,
            module.loaded,
            len(module.parameters),
        )
        return (kind, *flags, tuple(children), tuple(tensors), tuple(values))

    def _tensor(self, tensor: Value, owner: Module | None, *, contents: bool) -> Hashable:
        """A tensor of ``owner``, if it has one; ``storage`` is None where nobody follows its memory."""
        if not isinstance(tensor, Tensor) or tensor.op is not None:
            raise NoKeyError
        storage = tensor.storage
        if storage is None and "base" in tensor.attributes:
            raise NoKeyError  # what is written to it is written there
        layer = None if tensor.layer is owner else (id(tensor.layer), id(tensor.spec))
        flags = (tensor.is_parameter, tensor.requires_grad, tensor.detached, tensor.integer, tensor.transposed)
        more = tuple((name, self._value(value)) for name, value in tensor.attributes.items())
        known: tuple[Hashable, ...] = (tensor.shape, tensor.region, tensor.copied, tensor.origin, layer, flags, more)
        if storage is not None:
            memory = storage.memory - tensor.memory
            known += (storage.shape, storage.parametrized, storage.owners, storage.dtype, memory)
        if not contents:
            return (*known, None if storage is None else storage.id)
        if storage is not None:
            if storage.sample is not None:
                raise NoKeyError
            known += (storage.dist, len(storage.records))
        return (*known, tensor.dist, tensor.seen, None if tensor.data is None else self._value(tensor.data))

    def _value(self, value: Value) -> Hashable:
        """An object is what it is: while modules are treated nothing changes it."""
        if type(value) is Tensor:
            return (Tensor, id(value)) if value.storage is not None else self._tensor(value, None, contents=True)
        return (Instance, id(value)) if type(value) is Instance else Walk().key(value)


def _watched(state: State, known: Treatments, module: Module, run: Callable[[], object]) -> Treatment | None:
    """``run``; what it did, where it can be copied."""
    traversal = state.traversals[-1]
    before, clock, writes = _standing(state, traversal, module), state.clock, traversal.writes
    unknowns, tests = dict(state.unknowns), {key: (entry[2], entry[3]) for key, entry in traversal.tests.items()}
    held = {name: _held(tensor) for name, tensor in _tensors(module)}
    changes = state.changes
    run()
    if state.changes != changes:
        known.able = False
        return None
    if before != _standing(state, traversal, module):
        return None
    own = [(name, tensor, tensor.storage) for name, tensor in _tensors(module)]
    added = [(name, record) for name, _, storage in own if storage for record in storage.records[held[name][0] :]]
    added.sort(key=lambda pair: pair[1].clock)
    mine = all(record.through in {None, module} and record.handed in {None, module} for _, record in added)
    if not mine or not len(added) == state.clock - clock == traversal.writes - writes:
        return None
    return Treatment(
        added,
        [
            (name, storage.dist if storage else None, tensor.dist, tensor.seen, tensor.data is None)
            for name, tensor, storage in own
            if held[name] != _held(tensor)
        ],
        [
            (key, entry[2] - was[0], entry[3] - was[1])
            for key, entry in traversal.tests.items()
            if (was := tests.get(key, (0, 0))) != (entry[2], entry[3])
        ],
        [(why, count - unknowns.get(why, 0)) for why, count in state.unknowns.items() if count != unknowns.get(why, 0)],
    )


def _standing(state: State, traversal: TraversalRecord, module: Module) -> tuple[Hashable, ...]:
    """What a treatment that is to be copied leaves as it is."""
    lists = (state.assumptions, state.decisions, state.modules_built, state.volatile)
    seen = (traversal.visited, traversal.outer, traversal.names)
    return (*recorded(state), state.serial, *map(len, (*lists, *seen)), *Look().module(module, contents=False))


def _tensors(module: Module) -> Iterator[tuple[str, Tensor]]:
    for name, tensor in (*module.parameters.items(), *module.buffers.items()):
        if tensor is not None:
            yield name, tensor


def _held(tensor: Tensor) -> tuple[int, Distribution, bool]:
    """How often its memory was written, what it held when that was looked at, and whether no numbers are known."""
    records = 0 if tensor.storage is None else len(tensor.storage.records)
    return records, tensor.dist, tensor.data is None


def _again(state: State, treatment: Treatment, module: Module) -> None:
    state.step()
    own = dict(_tensors(module))
    for name, old in treatment.writes:
        storage, record = own[name].storage, same_record(old)
        assert storage is not None  # an equal module has it, too
        record.storage, record.clock = storage, state.tick()
        record.handed = module if old.handed is not None else None
        record.through = module if old.through is not None else None
        storage.records.append(record)
    for name, held, dist, seen, empty in treatment.left:
        tensor = own[name]
        if tensor.storage is not None and held is not None:
            forget_numbers(tensor.storage)
            tensor.storage.dist, tensor.storage.sample = held, None
        tensor.dist, tensor.seen = dist, seen
        if empty:
            tensor.data = None
    for traversal in state.traversals:
        traversal.writes += len(treatment.writes)
    tests = state.traversals[-1].tests
    for key, ran, matched in treatment.tests:
        tests[key][2] += ran
        tests[key][3] += matched
    for why, count in treatment.unknowns:
        state.unknowns[why] += count


def ignores(function: Value, name: str) -> bool:
    """Whether a project function does not use its argument ``name``."""
    if not isinstance(function, Function):
        return False
    stack: list[cst.CSTNode] = [function.node.body]
    while stack:
        each = stack.pop()
        if isinstance(each, cst.Name) and each.value in {name, "locals"}:
            return False
        stack.extend(inner_nodes(each))
    return any(each.name.value == name for each in function.node.params.params)
