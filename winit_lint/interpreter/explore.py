"""The paths of one root: the one of its defaults, the other sides of undecided conditions, and flipped defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, final

from winit_lint.interpreter.call import default_of
from winit_lint.interpreter.decorators import with_signature
from winit_lint.interpreter.index import File
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.names import Names
from winit_lint.interpreter.run import new_state, run_goal
from winit_lint.interpreter.state import BudgetError, Raised
from winit_lint.interpreter.values import Class, Function, Value
from winit_lint.ir.model import Assumption, Model
from winit_lint.ir.size import SizeExpr
from winit_lint.source.span import Span

_FLOW_FLIPS = 1  # conditions of forward whose other side is tried too: each costs a whole run


@final
@dataclass(eq=False)
class Goal:
    """A root to run: a class, a function, or a file's statements (``kind`` says which), with its arguments.

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


def explore(names: Names, goal: Goal, steps: int, paths: int, flips: int) -> tuple[Model, ...]:
    """The models of a root, that of the defaults first; none where every path raises."""
    purse = _Purse(steps)
    models = list(_paths(names, goal, {}, purse, steps, paths))
    if goal.kind == "script" or not models:
        return tuple(models)
    flags = [(n, v) for n, v in list(defaults_of(names, goal.value).items())[:flips] if n not in goal.kwargs]
    flipped: list[Model] = []
    for name, value in flags:
        if purse.left > 0:
            other: Value = (not value) if isinstance(value, bool) else SizeExpr.atom(name)
            found = _paths(names, goal, {name: other}, purse, steps, 1)
            flipped.extend(_given(model, flags, name) for model in found)
    return (*(_given(model, flags, None) for model in models), *flipped)


@final
@dataclass(eq=False, slots=True)
class _Purse:
    """Steps left for all runs of a root: a large model gets fewer of them, never less than one."""

    left: int


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


def _paths(
    names: Names, goal: Goal, overrides: Mapping[str, Value], purse: _Purse, steps: int, limit: int
) -> list[Model]:
    """Breadth first over the other sides of the decisions that each run made."""
    found: list[Model] = []
    queue: list[dict[str, bool]] = [{}]
    tried: set[frozenset[tuple[str, bool]]] = set()
    runs = 0
    while queue and runs < limit * 2 and len(found) < limit and (purse.left > 0 or runs == 0):
        plan = queue.pop(0)
        runs += 1
        state, model = run_goal(names, goal, plan, overrides, steps)
        purse.left -= state.spent
        if model is not None:
            found.append(model)
        taken = {key: assumption.value for key, assumption in state.assumptions.items()}
        built = state.built if state.built is not None else len(state.decisions)
        for index, key in enumerate(state.decisions[: built + _FLOW_FLIPS]):
            prefix = {k: taken[k] for k in state.decisions[:index]} | plan
            flipped = {**prefix, key: not taken[key]}
            mark = frozenset(flipped.items())
            if mark not in tried:
                tried.add(mark)
                queue.append(flipped)
    goal.starved = goal.starved or bool(queue and purse.left <= 0)
    return found


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
