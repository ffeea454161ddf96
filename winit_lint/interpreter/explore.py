"""The paths of one root: the one of its defaults, the other sides of undecided conditions, and flipped defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, final

from winit_lint.interpreter.call import default_of
from winit_lint.interpreter.decorators import with_signature
from winit_lint.interpreter.index import File
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.names import Names
from winit_lint.interpreter.run import new_state, run_goal
from winit_lint.interpreter.state import BudgetError, Raised, State
from winit_lint.interpreter.values import Class, Function, Value
from winit_lint.ir.model import Assumption, Model
from winit_lint.ir.size import SizeExpr
from winit_lint.source.span import Span

STEPS = 120_000
MAX_PATHS = 6
MAX_FLIPS = 5
_FLOW_FLIPS = 1  # conditions of forward whose other side is tried too: each costs a whole run


@final
@dataclass(eq=False)
class Goal:
    """A root to run: a class, a function, or a file's statements (``kind`` says which), with its arguments.

    A function that has an ``owner`` is a method of this class; an instance is made for it where it needs one.
    Its runs leave in ``unfinished`` what they could not build to the end, as models that are not complete, in
    ``raised`` what the first that raised did, and in ``starved`` whether paths were left for want of steps.
    """

    kind: str
    file: File
    qualname: str
    name: str
    span: Span
    value: Value = None
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    quiet: bool = False
    unfinished: list[Model] = field(default_factory=list)
    raised: Raised | None = None
    starved: bool = False
    owner: Class | None = None


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """How much one root may cost: steps of a run, paths over unknown conditions, flipped defaults."""

    steps: int = STEPS
    paths: int = MAX_PATHS
    flips: int = MAX_FLIPS


@final
@dataclass(eq=False, slots=True)
class Explorer:
    """The runs of one root. ``left`` are the steps for all of them: a large model gets fewer, never less than one.

    ``usual`` goes through the runs with the root's own defaults that end in a model, of which ``begun`` holds those
    that were asked for.
    """

    names: Names
    goal: Goal
    limits: Limits
    left: int = field(init=False)
    usual: Iterator[_Run] = field(init=False)
    begun: list[_Run] = field(default_factory=list)
    flags: Sequence[tuple[str, Value]] | None = None

    def __post_init__(self) -> None:
        self.left = self.limits.steps
        self.usual = self._paths({}, self.limits.paths)

    def models(self) -> tuple[Model, ...]:
        """The models of the root, that of the defaults first; none where every path raises."""
        self.begun.extend(self.usual)
        if not self.begun:
            return ()
        flipped: list[Model] = []
        for name, value in self._flags():
            if self.left > 0:
                flipped.extend(run.model for run in self._paths({name: _other(name, value)}, 1))
        return (*(run.model for run in self.begun), *flipped)

    def corners(self) -> tuple[Model, ...]:
        """The first of these models, and that in which all that it decided and each flag go the other way.

        One where there is nothing to decide; none where either can't be built, or the second not be followed in its
        forward where the first can. What had to go the other way for the first to be built stays. Nothing of the second
        is noted in the goal, nor taken from the steps of ``models``.
        """
        if not self.begun:
            self.begun.extend(islice(self.usual, 1))
        if not self.begun:
            return ()
        first = self.begun[0]
        plan = {key: first.taken[key] is (key in first.turned) for key in first.decided}
        overrides = {name: _other(name, value) for name, value in self._flags()}
        if not plan and not overrides:
            return (first.model,)
        goal = replace(self.goal, unfinished=[])
        _, other = run_goal(self.names, goal, plan, overrides, self.limits.steps)
        if other is None or _followed(other) < _followed(first.model):
            return ()
        return first.model, other

    def _flags(self) -> Sequence[tuple[str, Value]]:
        """The root's own parameters that a caller may well change, with their defaults."""
        if self.flags is None:
            found = {} if self.goal.kind == "script" else defaults_of(self.names, self.goal.value)
            flags = list(found.items())[: self.limits.flips]
            self.flags = [(name, value) for name, value in flags if name not in self.goal.kwargs]
        return self.flags

    def _paths(self, overrides: Mapping[str, Value], limit: int) -> Iterator[_Run]:
        """Breadth first over the other sides of the decisions that each run made.

        A run that raised is mended first by what it decided last: ``else: raise`` ends a chain of comparisons.
        """
        queue: list[tuple[dict[str, bool], frozenset[str]]] = [({}, frozenset())]
        tried: set[frozenset[tuple[str, bool]]] = set()
        runs = found = 0
        while queue and runs < limit * 2 and found < limit and (self.left > 0 or runs == 0):
            plan, turned = queue.pop(0)
            runs += 1
            state, model = run_goal(self.names, self.goal, plan, overrides, self.limits.steps)
            self.left -= state.spent
            taken = {key: assumption.value for key, assumption in state.assumptions.items()}
            built = state.built if state.built is not None else len(state.decisions)
            decided = state.decisions[: built + _FLOW_FLIPS]
            mending = _chain_start(state) if model is None else None
            for index, key in enumerate(decided):
                prefix = {k: taken[k] for k in decided[:index]} | plan
                flipped = {**prefix, key: not taken[key]}
                mark = frozenset(flipped.items())
                if mark not in tried:
                    tried.add(mark)
                    queue.insert(0 if index == mending else len(queue), (flipped, turned | {key}))
            if model is not None:
                found += 1
                yield _Run(_given(model, self._flags(), next(iter(overrides), None)), taken, decided, turned)
        self.goal.starved = self.goal.starved or bool(queue and self.left <= 0)


@final
@dataclass(frozen=True, slots=True)
class _Run:
    """A run that ended in a model: the side that it took of each decision, those that are worth another run, and those
    that were turned on the way to it."""

    model: Model
    taken: Mapping[str, bool]
    decided: Sequence[str]
    turned: frozenset[str]


def _chain_start(state: State) -> int:
    """The first of the last decisions in a row that compare one thing with values, or the last decision."""
    decided, compared = state.decisions, state.compared
    index = len(decided) - 1
    while index > 0 and decided[index - 1] in compared and compared[decided[index - 1]] == compared.get(decided[index]):
        index -= 1
    return index


def _other(name: str, default: Value) -> Value:
    return (not default) if isinstance(default, bool) else SizeExpr.atom(name)


def _followed(model: Model) -> int:
    return sum(flow.complete for flow in model.flows)


def _given(model: Model, flags: Sequence[tuple[str, Value]], flipped: str | None) -> Model:
    """A model with what it assumes of the root's own flags: which of them is flipped comes first, if one is."""
    assumed: list[Assumption] = []
    for name, default in flags:
        if name == flipped:
            text = f"{name}={not default}" if isinstance(default, bool) else f"{name} is given"
            assumed.insert(0, Assumption(f"argument {name}", True, text, True))
        else:
            assumed.append(Assumption(f"argument {name}", False, f"{name}={default}", True))
    return replace(model, assumptions=(*assumed, *model.assumptions))


def defaults_of(names: Names, value: Value) -> dict[str, Value]:
    """The defaults of a root's own parameters that a caller may well change: None and bools."""
    function: Value = value
    if isinstance(value, Class):
        function, owner = find_member(value, "__init__")
        if owner is not value:
            return {}
    if not isinstance(function, Function):
        return {}
    state = new_state(names, {}, 5_000)
    found: dict[str, Value] = {}
    neutral: dict[str, Value] = {}
    function = with_signature(function)
    for parameter in (*function.node.params.params, *function.node.params.kwonly_params):
        try:
            default = default_of(state, function, parameter)
        except (Raised, BudgetError):
            continue
        if isinstance(default, bool) or default is None:
            found[parameter.name.value] = default
        elif default == 1 and isinstance(default, int):
            neutral[parameter.name.value] = default  # groups=1 hides a factor that another value shows
    return {**found, **neutral}
