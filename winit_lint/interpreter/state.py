"""What is known at a point of one run: scopes, the call stack, decisions, budget, records and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, final

from winit_lint.interpreter.definition import Definition, Site
from winit_lint.interpreter.values import (
    MISSING,
    Class,
    Function,
    Instance,
    Module,
    Storage,
    Tensor,
    Test,
    Unknown,
    Value,
)
from winit_lint.ir.distribution import UNKNOWN, Distribution
from winit_lint.ir.model import Assumption
from winit_lint.ir.size import Number
from winit_lint.ir.write import NO_ARGS, ArgValue, Effect, Origin, Region

if TYPE_CHECKING:
    from winit_lint.interpreter.flow import FlowRecorder
    from winit_lint.interpreter.memo import Template
    from winit_lint.interpreter.names import Names

MAX_DEPTH = 60
"""Nested project calls; deeper recursion is cut off with an Unknown."""


@final
class Raised(Exception):  # noqa: N818 - it stands for what the analysed code raises
    """The analysed code raised; ``name`` is the exception's class name, for ``except`` clauses.

    ``text`` is its message where that is known, ``site`` the statement that raised.
    """

    def __init__(self, name: str, value: Value = None, text: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.value = value
        self.text = text
        self.site: Site | None = None

    def told(self) -> str:
        """The exception with its message and place, for the user."""
        said = f"{self.name}: {self.text}" if self.text else self.name
        return said if self.site is None else f"{said} ({self.site.span.path}:{self.site.span.line})"


@final
class BudgetError(Exception):
    """The run used all its steps."""


@final
class Return:
    """What a ``return value`` leaves a block with."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value


@final
class Signal:
    """What ``break`` and ``continue`` leave a block with."""

    __slots__ = ()


Outcome: TypeAlias = Return | Signal | None
"""How a statement ends: None where the next one runs."""


@final
class Scope:
    """Local names with the enclosing scope; ``None`` as parent means the module's globals come next."""

    __slots__ = ("declared", "names", "parent")

    def __init__(self, parent: Scope | None = None, names: dict[str, Value] | None = None) -> None:
        self.names: dict[str, Value] = {} if names is None else names
        self.parent = parent
        self.declared: dict[str, Scope | None] = {}  # nonlocal and global names: the scope they live in

    def find(self, name: str) -> Value:
        """The value of ``name`` here or outside, or MISSING."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return MISSING


@final
@dataclass(eq=False, slots=True)
class Frame:
    """One call in progress."""

    module: str  # the dotted name of the project module whose globals apply
    definition: Definition
    scope: Scope
    function: Function | None = None
    receiver: Value = None
    site: Site | None = None  # where it was called from
    owner: Class | None = None
    yields: list[Value] | None = None
    open_loops: int = 0  # loops of unknown length that run in it: one turn stands for all
    node: Any = None  # the call or comparison that runs, for the tables' callables
    at_yield: Callable[[Value], None] | None = None  # runs where a context manager's generator yields


@final
@dataclass(eq=False, slots=True)
class Record:
    """A write as it happens; ``lower`` turns it into ``ir.Write``."""

    init: str
    dist: Distribution
    origin: Origin
    site: Site | None
    args: Mapping[str, ArgValue] = field(default_factory=lambda: NO_ARGS)
    given: frozenset[str] = frozenset()
    positional: tuple[str, ...] = ()
    shape: tuple[Number | None, ...] | None = None
    region: Region | None = None
    stack: tuple[Site, ...] = ()
    when: tuple[str, ...] = ()
    effect: Effect = Effect.APPLIED
    reason: str | None = None
    tracked: bool = False
    view: bool = False
    handed: Module | None = None
    updates: bool = False
    storage: Storage | None = None
    clock: int = 0
    dtype: str | None = None
    through: Module | None = None
    during: Site | None = None  # the outermost traversal that was open
    relative: tuple[str, Value] | None = None  # the operator and operand of a write to what was there (w *= 0.5)


@final
@dataclass(eq=False, slots=True)
class TraversalRecord:
    """A traversal in progress or done."""

    site: Site
    root: Module
    callback: str | None
    clock: int
    frame: Function | None
    visited: list[Value] = field(default_factory=list)
    tests: dict[tuple[Any, ...], list[Any]] = field(default_factory=dict)
    names: dict[tuple[Any, ...], Any] = field(default_factory=dict)  # the NameRecords of tests on names
    writes: int = 0
    complete: bool = True
    outer: list[tuple[Record, Module]] = field(default_factory=list)  # writes outside of the module visited then


@final
@dataclass(eq=False, slots=True)
class Memo:
    """What a run has built so far, by class, arguments and place (see ``memo``).

    A key has None where it was met once, False where what is built there can't be copied.
    """

    templates: dict[Hashable, Template | bool | None] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)  # the arguments: the keys hold identities


@final
@dataclass(frozen=True, eq=False, slots=True)
class Operations:
    """The evaluator's own operations, handed to the state so that tables of callables need not import it."""

    call: Callable[[State, Value, list[Value], dict[str, Value], Any], Value]
    iterate: Callable[[State, Value, Any], list[Value]]
    truth: Callable[[State, Value, str], bool]
    attribute: Callable[[State, Value, str, Any], Value]
    set_attribute: Callable[[State, Value, str, Value, Any], None]
    compare: Callable[[State, str, Value, Value], Value]
    binary: Callable[[State, str, Value, Value], Value]
    item: Callable[[State, Value, Value, Any], Value]
    evaluate: Callable[[State, Any], Value]
    execute: Callable[[State, Any], Outcome]


@final
@dataclass(eq=False, slots=True)
class State:
    """One run of one root on one path.

    ``plan`` forces the side of conditions by key; every other condition takes its preferred side and is listed in
    ``decisions``, so that an explorer can flip it in a later run. Nothing is joined: each run's heap is its own.
    """

    names: Names
    operations: Operations
    plan: Mapping[str, bool]
    budget: int
    assumptions: dict[str, Assumption] = field(default_factory=dict)
    equal: dict[str, Value] = field(default_factory=dict)
    decisions: list[str] = field(default_factory=list)
    compared: dict[str, str] = field(default_factory=dict)  # by decision: what it holds against a value
    asked: int = 0  # how often something depended on a decision
    passing: set[tuple[str, str]] = field(default_factory=set)  # globals that depend on one
    frames: list[Frame] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    stray: list[Record] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    traversals: list[TraversalRecord] = field(default_factory=list)
    finished_traversals: list[TraversalRecord] = field(default_factory=list)
    unknowns: Counter[tuple[str, Site | None]] = field(default_factory=Counter)
    flow: FlowRecorder | None = None
    spent: int = 0  # steps that the run used
    built: int | None = None  # how many decisions had been made when construction was done
    first_module: int | None = None  # how many modules had been built when the root class was called
    last_scope: Scope | None = None  # the variables of the root function, once it has returned
    flows: list[FlowRecorder] = field(default_factory=list)
    clock: int = 0
    serial: int = 0
    no_grad: int = 0
    tested: set[str] = field(default_factory=set)  # atoms that decided a condition
    modules_built: list[Module] = field(default_factory=list)
    origin: Origin = Origin.EXPLICIT
    globals: dict[tuple[str, str], Value] = field(default_factory=dict)
    own_dicts: dict[int, Module | Instance] = field(default_factory=dict)  # by the id of a ``__dict__`` that was read
    none_slot: tuple[Module, str] | None = None  # the empty parameter slot that was read last
    reached: dict[int, Module] = field(default_factory=dict)  # by storage, the module that it was read from last
    classed: tuple[Value, Module | Tensor] | None = None  # the module or tensor whose class was read last
    owed: list[int] = field(default_factory=list)  # by open ``limited``: steps of definitions that were made in it
    registering: bool = False  # tables are made anew, for decorators to fill
    trying: int = 0  # how many try blocks are open
    visiting: list[Value] = field(default_factory=list)  # what open traversals look at
    pending_tests: list[list[Any]] = field(default_factory=list)
    pending_fixed: list[Any] = field(default_factory=list)  # comparisons that nothing can make true
    fixed: dict[int, tuple[int, Site, str, str]] = field(default_factory=dict)  # by node: parts of conditions
    pending_names: list[Any] = field(default_factory=list)  # the same for tests on names
    multiplied: dict[int, Site] = field(default_factory=dict)  # modules in a list that was multiplied
    initialised: set[str] = field(default_factory=set)  # functions that ran
    changes: int = 0  # see ``alike``: assignments to attributes and items, changed containers, tests of identity
    trains: bool = False  # an optimizer was built
    file_tests: set[str] = field(default_factory=set)  # the conditions that a file is there
    looked_for: set[str] = field(default_factory=set)  # names that were missed, perhaps, in what is not known
    sized: set[str] = field(default_factory=set)  # symbols that were used as numbers
    making: list[tuple[Class, dict[str, Value]]] = field(default_factory=list)  # classes whose metaclass makes them
    outer_writes: int = 0  # assignments to globals, enclosing variables and attributes of classes and functions
    memo: Memo = field(default_factory=Memo)
    volatile: dict[tuple[int, str], tuple[Any, Site | None]] = field(default_factory=dict)  # see ``volatile``
    hidden: set[tuple[int, str]] = field(default_factory=set)  # attributes given a container of one object
    rewritten: set[int] = field(default_factory=set)  # ids of storages that a flow wrote to
    used: dict[int, Value] = field(default_factory=dict)  # plain attributes that a flow read, by identity

    def call(
        self, function: Value, args: list[Value], kwargs: dict[str, Value] | None = None, node: Any = None
    ) -> Value:
        """Call any callable value; ``node`` is the call expression, where there is one."""
        return self.operations.call(self, function, args, kwargs or {}, node)

    def iterate(self, value: Value, node: Any = None) -> list[Value]:
        """The items of an iterable value as a host list; one representative where their number is not known."""
        return self.operations.iterate(self, value, node)

    def truth(self, value: Value, text: str = "?") -> bool:
        """The truth of a value; undecided ones take a side (``decide``)."""
        return self.operations.truth(self, value, text)

    def attribute(self, value: Value, name: str, node: Any = None) -> Value:
        """``value.name``; raises ``Raised("AttributeError")`` only where it is certainly not there."""
        return self.operations.attribute(self, value, name, node)

    @property
    def frame(self) -> Frame:
        """The innermost call."""
        return self.frames[-1]

    def step(self) -> None:
        """Account for one evaluation.

        Raises:
            BudgetError: no steps are left.
        """
        self.budget -= 1
        if self.budget < 0:
            raise BudgetError

    def tick(self) -> int:
        """The next moment of the run's clock (writes, attachments and events are ordered by it)."""
        self.clock += 1
        return self.clock

    def next_id(self) -> int:
        """A fresh identity for a module or storage."""
        self.serial += 1
        return self.serial

    def site(self, node: Any) -> Site:
        """The place of ``node`` in the function that runs; of its call where no node is known."""
        if node is None:
            return self.frame.site or Site(self.frame.definition, self.frame.definition.module)
        return Site(self.frame.definition, node)

    def call_stack(self) -> tuple[Site, ...]:
        """The call sites that led here, outermost first."""
        return tuple(frame.site for frame in self.frames if frame.site is not None)

    def unknown(self, why: str, node: Any = None, text: str = "?", holder: Value = None) -> Unknown:
        """An Unknown whose reason is counted."""
        site = self.site(node) if node is not None and self.frames else None
        self.unknowns[(why, site)] += 1
        return Unknown(why, text, holder)

    def decide(self, test: Test) -> bool:
        """The side that this path takes at ``test``; the same condition takes the same side for the whole run."""
        self.asked += 1
        known = self.assumptions.get(test.key)
        if known is not None:
            return known.value is not test.negated
        value = self.plan.get(test.key)
        if value is None and test.equals is not None and test.equals[0] in self.equal:
            value = self.equal[test.equals[0]] == test.equals[1]
            self._assume(test, value, forced=True)
            return value is not test.negated
        if value is None:
            value = test.prefer is not test.negated
            self.decisions.append(test.key)
            if test.equals is not None:
                self.compared[test.key] = test.equals[0]
        self._assume(test, value, forced=False)
        return value is not test.negated

    def _assume(self, test: Test, value: bool, *, forced: bool) -> None:
        name = test.text or test.key
        text = name if value else f"not ({name})" if " " in name else f"not {name}"
        self.assumptions[test.key] = Assumption(test.key, value, text, test.free or forced)
        if value and test.equals is not None:
            self.equal[test.equals[0]] = test.equals[1]

    def storage(self, created: Site | None, shape: Any = None, dist: Distribution = UNKNOWN) -> Storage:
        """New memory."""
        return Storage(self.next_id(), created, dist=dist, shape=shape)
