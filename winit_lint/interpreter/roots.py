"""Entry: which classes, functions and scripts of a file to execute, and the models of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, final

import libcst as cst

from winit_lint.interpreter.building_methods import LAYER, OWN, outermost
from winit_lint.interpreter.call import NO_SUCH_ARGUMENT
from winit_lint.interpreter.call_fit import misfit
from winit_lint.interpreter.construction import names_in
from winit_lint.interpreter.definition import ParseError
from winit_lint.interpreter.explore import Explorer, Goal, Limits
from winit_lint.interpreter.facts import ClassFacts, Lines
from winit_lint.interpreter.index import File, Index
from winit_lint.interpreter.mro import find_member, understood
from winit_lint.interpreter.names import Names
from winit_lint.interpreter.run import new_state
from winit_lint.interpreter.state import BudgetError, Raised
from winit_lint.interpreter.values import MISSING, Class, Function
from winit_lint.ir.exploration import Exploration
from winit_lint.ir.model import Model
from winit_lint.knowledge.seeding import SEEDING_WORDS
from winit_lint.source.span import Span
from winit_lint.source.target import Construction

MAX_PARSED = 10_000
"""Lines whose syntax trees are kept from one file to the next: 10 KB each, with what runs over them left behind."""
TARGET_STEPS = 3_000_000
_TARGET_PATHS = 8


@final
class TargetError(Exception):
    """A target that names nothing to run; the message is for the user."""


def explorations(index: Index, path: str, limits: Limits | None = None) -> Iterator[Exploration]:
    """The roots of a file, to be explored as far as each is worth it. Some have no models at all."""
    limits = limits or Limits()
    index.let_go(MAX_PARSED)
    names = names_of(index)
    for goal in _goals(names, index.by_path[path], methods=True):
        script = goal.kind == "script"
        explorer = Explorer(names, goal, replace(limits, paths=2, flips=0) if script else limits)
        yield Exploration(explorer.corners, partial(_all_models, explorer))


def _all_models(explorer: Explorer) -> tuple[Model, ...]:
    return (*explorer.models(), *explorer.goal.unfinished)


def roots_of(
    index: Index, path: str, steps: int | None = None
) -> Iterator[tuple[str, Callable[[], tuple[Model, ...]]]]:
    """For each root of a file its name there ("" for the file's own statements), and what builds its models.

    It is built with its own defaults, as a target that is named is, and raises TargetError where each path raises.
    """
    names = names_of(index)
    for goal in _goals(names, index.by_path[path]):
        yield "" if goal.kind == "script" else goal.name, partial(_target_models, names, goal, steps)


def _goals(names: Names, file: File, *, methods: bool = False) -> Iterator[Goal]:
    for facts in file.facts.classes:
        goal = class_goal(names, file, facts)
        if goal is not None:
            yield goal
    constructs = dict(file.facts.constructs)
    for name, lines in file.facts.functions:
        if name in file.facts.builds_layers or _builds_module(names, file, constructs.get(name, frozenset())):
            goal = function_goal(names, file, name, lines)
            if goal is not None:
                yield goal
    if methods:
        yield from _method_goals(names, file)
    if _is_script(file):
        yield Goal("script", file, file.name, file.name, _top(file))


def _builds_module(names: Names, file: File, called: frozenset[str]) -> bool:
    """Whether one of the classes that a function calls is a module of the project."""
    state = new_state(names, {}, 5_000)
    for name in sorted(called & file.facts.bindings.keys()):
        try:
            value = names.member(state, file.source.absolute, name)
        except (ParseError, BudgetError, Raised):
            continue
        if isinstance(value, Class) and value.is_module:
            return True
    return False


def _method_goals(names: Names, file: File) -> Iterator[Goal]:
    """Methods that build models: those of classes that are no modules, and other constructors of modules."""
    by_class: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for owner, method, called, own in file.facts.building_methods:
        by_class.setdefault(owner, {})[method] = called, own
    for facts in file.facts.classes:
        methods = by_class.get(facts.name)
        cls = _class_of(names, file, facts) if methods else None
        if methods and cls is not None and (cls.is_module or understood(cls)):
            builds = {name: (_builds(names, file, cls, called), own) for name, (called, own) in methods.items()}
            for method in outermost(builds):
                goal = _method_goal(file, facts, cls, method)
                if goal is not None:
                    yield goal


def _builds(names: Names, file: File, cls: Class, called: tuple[str, ...]) -> bool:
    if cls.is_module:
        return OWN in called
    if LAYER in called or not file.facts.builds_layers.isdisjoint(called):
        return True
    return _builds_module(names, file, frozenset(name for name in called if name[:1].isupper()))


def _method_goal(file: File, facts: ClassFacts, cls: Class, method: str) -> Goal | None:
    if method == "__init__":
        return (
            None
            if cls.is_module or _seeds(file, facts)
            else Goal("class", file, cls.qualname, cls.name, _class_span(file, facts), cls)
        )
    member, owner = find_member(cls, method)
    lines = next((each for each in facts.body.get(method, ()) if isinstance(each, Lines) and each.kind == "def"), None)
    if lines is None or owner is not cls or not isinstance(member, Function) or member.kind == "property":
        return None
    if not isinstance(member.node, cst.FunctionDef) or (cls.is_module and member.kind != "classmethod"):
        return None
    span = _at_name(file, lines, method)
    return Goal("function", file, f"{cls.qualname}.{method}", f"{cls.name}.{method}", span, member, owner=cls)


def _class_of(names: Names, file: File, facts: ClassFacts) -> Class | None:
    try:
        return names.class_of(new_state(names, {}, 5_000), file, facts)
    except (ParseError, BudgetError, Raised):
        return None


def _class_span(file: File, facts: ClassFacts) -> Span:
    return Span(file.source.path, facts.line, facts.column + 1, facts.line, facts.column + 7 + len(facts.name))


def _at_name(file: File, lines: Lines, name: str) -> Span:
    column = lines.name_column + 1
    return Span(file.source.path, lines.name_line, column, lines.name_line, column + 4 + len(name))


def names_of(index: Index) -> Names:
    """The names of an index, shared by all runs over it."""
    found = index.__dict__.get("_names")
    if found is None:
        found = index.__dict__["_names"] = Names(index)
    return found


def _top(file: File) -> Span:
    return Span(file.source.path, 1, 1, 1, 1)


def _is_script(file: File) -> bool:
    """Whether running the file's statements builds something: they mention a layer, a module or an initializer."""
    words = ("nn.", "apply(", "load_state_dict", "init")
    for lines in file.facts.statements:
        text = "\n".join(file.source.lines[lines.first - 1 : lines.last])
        if any(word in text for word in words):
            return True
    return False


def class_goal(names: Names, file: File, facts: ClassFacts) -> Goal | None:
    """The root of a class; None where it is no module."""
    cls = _class_of(names, file, facts)
    if cls is None or (not cls.is_module and not _seeds(file, facts)):
        return None
    return Goal("class", file, cls.qualname, cls.name, _class_span(file, facts), cls)


def _seeds(file: File, facts: ClassFacts) -> bool:
    """A class that is no module but seeds the generator: what it builds is drawn before or after that."""
    text = "\n".join(file.source.lines[facts.line - 1 : facts.last])
    return any(word in text for word in SEEDING_WORDS[:2]) and "__init__" in text


def function_goal(names: Names, file: File, name: str, lines: Lines) -> Goal | None:
    """The root of a module-level function."""
    state = new_state(names, {}, 5_000)
    try:
        value = names.member(state, file.source.absolute, name)
    except (ParseError, BudgetError, Raised):
        return None
    if not isinstance(value, Function) or not isinstance(value.node, cst.FunctionDef):
        return None
    return Goal("function", file, f"{file.name}.{name}", name, _at_name(file, lines, name), value)


def models_of_target(
    index: Index,
    path: str,
    name: str,
    args: tuple[Any, ...] = (),
    kwargs: dict[str, Any] | None = None,
    steps: int | None = None,
) -> tuple[Model, ...]:
    """The models of one class or factory of a file, called with literals and constructions.

    ``steps`` is what a run may cost, ``TARGET_STEPS`` where it is None. Models that are not complete come last.

    Raises:
        TargetError: the file has no such class or function, nor one that the arguments call; one of them doesn't take
            what it is given; it builds no module, or raises.
    """
    file = index.by_path.get(path)
    if file is None:
        raise TargetError(f"{path} is not among the files")
    names = names_of(index)
    state = new_state(names, {}, 50_000)
    value = names.member(state, file.source.absolute, name)
    span = _top(file)
    if isinstance(value, Class) and value.is_module:
        facts = next((f for f in file.facts.classes if f.name == name), None)
        goal = class_goal(names, file, facts) if facts is not None else None
        goal = goal or Goal("class", file, value.qualname, name, span, value)
        goal.value = value  # a decorator may have made another class of it
    elif isinstance(value, Function):
        lines = dict(file.facts.functions).get(name)
        goal = function_goal(names, file, name, lines) if lines is not None else None
        goal = goal or Goal("function", file, value.qualname, name, span, value)
    elif value is MISSING:
        raise TargetError(f"{path} defines no {name}")
    else:
        raise TargetError(f"{path}::{name} is neither a module class nor a function")
    goal.args = args
    goal.kwargs = dict(kwargs or {})
    for called in names_in((args, goal.kwargs)):
        if names.lookup(state, file.source.absolute, called) is MISSING:
            raise TargetError(f"{path} has no {called} to call")
    wrong = misfit(state, file.source.absolute, Construction(name, args, goal.kwargs))
    if wrong is not None:
        raise TargetError(f"{path}: {wrong}")
    try:
        models = _target_models(names, goal, steps)
    except TargetError as error:
        raise TargetError(f"{path}::{name} {error}") from None
    if not models:
        raise TargetError(f"{path}::{name} builds no module")
    for given in goal.kwargs:
        refused = [_refusing(model, given) for model in models]
        if refused and all(refused):
            raise TargetError(f"{path}: {name} hands `{given}` on to {refused[0]}, which takes no such argument")
    return models


def _target_models(names: Names, goal: Goal, steps: int | None) -> tuple[Model, ...]:
    goal.quiet = True
    steps = steps or TARGET_STEPS
    found = _all_models(Explorer(names, goal, Limits(steps, _TARGET_PATHS, 0)))
    if goal.starved and not goal.unfinished:
        why = f"not every path could be tried within {steps} steps (see --max-steps)"
        path, unknowns = goal.file.source.path, ((why, goal.span),)
        found = (*found, Model(goal.qualname, goal.name, path, goal.span, complete=False, unknowns=unknowns))
    if not found and goal.raised:
        raise TargetError(f"could not be built: every path that was tried raises: {goal.raised.told()}")
    return found


def _refusing(model: Model, argument: str) -> str | None:
    """The function that was handed an argument of this name and has no parameter for it."""
    for why, _ in model.unknowns:
        if why.startswith(NO_SUCH_ARGUMENT) and why.endswith(f": {argument}"):
            return why.removeprefix(f"{NO_SUCH_ARGUMENT} of ").removesuffix(f": {argument}")
    return None
