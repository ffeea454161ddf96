"""One run of one root on one path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import libcst as cst

from winit_lint.interpreter.changes import register
from winit_lint.interpreter.construction import constructed
from winit_lint.interpreter.decorators import with_signature
from winit_lint.interpreter.definition import Definition, ParseError
from winit_lint.interpreter.fingerprint import is_global
from winit_lint.interpreter.flow import FlowRecorder, OpRecord
from winit_lint.interpreter.imported_patches import carry_out_patches
from winit_lint.interpreter.index import LATE_ROUTINES
from winit_lint.interpreter.launch import launch, settle
from winit_lint.interpreter.lower import Lowering
from winit_lint.interpreter.machine import OPERATIONS
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.names import Names
from winit_lint.interpreter.patching import taint_patched
from winit_lint.interpreter.state import BudgetError, Frame, Raised, Scope, State
from winit_lint.interpreter.taint import taint
from winit_lint.interpreter.values import (
    BoundMethod,
    Class,
    Function,
    Instance,
    Module,
    Tensor,
    Unknown,
    Value,
)
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import SizeExpr

if TYPE_CHECKING:
    from winit_lint.interpreter.explore import Goal

_PLAIN = frozenset(
    {"int", "float", "bool", "str", "Optional[int]", "Optional[bool]", "Optional[float]", "Optional[str]"}
)


def new_state(names: Names, plan: Mapping[str, bool], budget: int) -> State:
    """A fresh run."""
    return State(names, OPERATIONS, plan, budget)


def run_goal(
    names: Names, goal: Goal, plan: Mapping[str, bool], overrides: Mapping[str, Value], steps: int
) -> tuple[State, Model | None]:
    """Run a root; the model is None where this path raises, costs too much or leads to an unknown."""
    names.forget()
    state = names.current = new_state(names, plan, steps)
    empty = cst.Module(body=[])
    state.frames.append(Frame(goal.file.source.absolute, Definition(goal.file.source.path, empty, (), 0), Scope()))
    try:
        done = carry_out_patches(state, goal.file, own=goal.kind != "script", at_once=goal.quiet)
        if goal.kind != "script":
            _register(state, goal, done)
        root, extra = _build(state, goal, overrides)
        taint_patched(state, [each for each in (root, *extra.values()) if each is not None])
    except (Raised, ParseError) as error:
        state.spent = steps - state.budget
        goal.raised = goal.raised or (error if isinstance(error, Raised) else None)
        return state, None
    except BudgetError:
        state.spent = steps - state.budget
        _leave(state, goal, f"cut off after {steps} steps (see --max-steps)", overrides)
        return state, None
    state.spent = steps - state.budget
    state.frames = state.frames[:1]
    if root is None and not extra and not state.stray and not state.events:
        return state, None
    state.built = len(state.decisions)
    _flows(state, root, extra, steps)
    lowering = Lowering(state, root, extra)
    model = lowering.model(
        goal.qualname, goal.name, goal.file.source.path, goal.span, defaults=not overrides, complete=True
    )
    return state, model


def _leave(state: State, goal: Goal, why: str, overrides: Mapping[str, Value]) -> None:
    """Note a root that could not be built to the end.

    On the path of the defaults the parameters that it has by then are kept: whatever comes after may write them, so
    what they hold is not known. Another path only leaves the reason.
    """
    if overrides:
        return
    started = state.first_module
    first = not state.plan and started is not None and started < len(state.modules_built)
    root = state.modules_built[started] if first and started is not None else None
    state.flow = None
    state.frames = state.frames[:1]
    if root is not None:
        taint(state, [root], why)
    made = Lowering(state, root).model(
        goal.qualname, goal.name, goal.file.source.path, goal.span, defaults=True, complete=False
    )
    goal.unfinished.append(replace(made, events=(), stray=(), unknowns=((why, goal.span), *made.unknowns)))


def _register(state: State, goal: Goal, done: set[int]) -> None:
    """Run the bare calls at the top of the file but those ``done``: they register classes and functions by name."""
    from winit_lint.interpreter.statement import execute

    for lines in goal.file.facts.statements:
        if lines.kind == "call" and lines.first not in done:
            piece = goal.file.piece(lines.first, lines.last)
            state.frames.append(Frame(goal.file.source.absolute, piece, Scope()))
            try:
                execute(state, piece.statements)
            except Raised:
                continue
            finally:
                del state.frames[1:]
    if goal.quiet:
        register(state, goal.file, goal.name)
    if isinstance(goal.value, Function) and not is_global(goal.value):
        named = state.names.member(state, goal.file.source.absolute, goal.name)  # a wrapper of this run
        goal.value = named if isinstance(named, Function) else goal.value


def _build(state: State, goal: Goal, overrides: Mapping[str, Value]) -> tuple[Module | None, dict[str, Module]]:
    if goal.kind == "script":
        return None, _script(state, goal)
    value = goal.value
    module = goal.file.source.absolute
    args = [constructed(state, module, each) for each in goal.args]
    kwargs = {name: constructed(state, module, each) for name, each in goal.kwargs.items()} | dict(overrides)
    if isinstance(value, Class):
        member, _ = find_member(value, "__init__")
        if isinstance(member, Function):
            _complete(state, member, args, kwargs, skip=1)
        state.first_module = len(state.modules_built)
        made = state.call(value, args, kwargs)
        if isinstance(made, Module):
            launch(state, made)
            _late_init(state, made)
            settle(state, [made])
            return made, {}
        return None, _held(None, Scope(None, dict(made.attributes))) if isinstance(made, Instance) else {}
    receiver = _receiver(state, goal)
    called = value if receiver is None else BoundMethod(value, receiver)
    _complete(state, value, args, kwargs, skip=receiver is not None)
    scope_before = state.last_scope
    result = state.call(called, args, kwargs)
    scope = state.last_scope if state.last_scope is not scope_before else None
    if isinstance(receiver, Instance):
        scope = Scope(None, {**receiver.attributes, **(scope.names if scope is not None else {})})
    if isinstance(result, Module):
        settle(state, [result])
        return result, {}
    held = _held(result, scope)
    settle(state, list(held.values()))
    if not held and isinstance(result, Unknown):
        _leave(state, goal, result.why, overrides)
    return None, held


def _receiver(state: State, goal: Goal) -> Value:
    """What a root that is a method is called on; None for other functions."""
    if goal.owner is None or goal.value.kind == "staticmethod":
        return None
    if goal.value.kind == "classmethod":
        return goal.owner
    member, _ = find_member(goal.owner, "__init__")
    given: dict[str, Value] = {}
    if isinstance(member, Function):
        _complete(state, member, [], given, skip=1)
    return state.call(goal.owner, [], given)


def _held(result: Value, scope: Scope | None) -> dict[str, Module]:
    """Modules that a function returns in a container or leaves in its variables."""
    found: dict[str, Module] = {}
    names = dict(scope.names) if scope is not None else {}
    if isinstance(result, (tuple, list)):
        names.update({f"return[{i}]": value for i, value in enumerate(result)})
    seen: set[int] = set()
    for name, value in names.items():
        if isinstance(value, Module) and value.id not in seen:
            seen.add(value.id)
            found[name] = value
    return found


def _script(state: State, goal: Goal) -> dict[str, Module]:
    from winit_lint.interpreter.statement import execute

    file = goal.file
    scope = Scope()
    for lines in file.facts.statements:
        piece = file.piece(lines.first, lines.last)
        state.frames.append(Frame(file.source.absolute, piece, scope))
        try:
            execute(state, piece.statements)
        except Raised:
            pass
        finally:
            del state.frames[1:]
        for name, value in scope.names.items():
            state.globals[(file.source.absolute, name)] = value
    return _held(None, scope)


def _complete(state: State, function: Function, args: list[Value], kwargs: dict[str, Value], skip: int) -> None:
    """Give required parameters free symbols, or the defaults of the configuration class of their annotation."""
    function = with_signature(function)
    parameters = function.node.params
    positional = [*parameters.posonly_params, *parameters.params][skip:]
    for parameter in (*positional[len(args) :], *parameters.kwonly_params):
        name = parameter.name.value
        if name not in kwargs and parameter.default is None:
            kwargs[name] = _argument(state, function, parameter)
    if parameters.posonly_params:
        names = [parameter.name.value for parameter in parameters.posonly_params[skip:]]
        args.extend(kwargs.pop(name) for name in names if name in kwargs)


def _argument(state: State, function: Function, parameter: cst.Param) -> Value:
    symbol = SizeExpr.atom(parameter.name.value)
    if parameter.annotation is None:
        return symbol
    text = function.definition.text(parameter.annotation.annotation).strip("\"'")
    if not text.isidentifier():
        return symbol
    cls = state.names.member(state, function.module, text)
    if not isinstance(cls, Class) or cls.is_module or cls.is_enum:
        return symbol
    budget = state.budget
    try:
        made = state.call(cls, [], {})
    except (Raised, BudgetError):
        state.budget = budget
        return symbol
    if isinstance(made, Instance):
        made.text = parameter.name.value
        for name, value in made.attributes.items():
            if isinstance(value, SizeExpr) and value.atoms == {f"{cls.name}.{name}"}:  # a field without a default
                made.attributes[name] = SizeExpr.atom(f"{made.text}.{name}")
        return made
    return symbol


def _late_init(state: State, module: Module) -> None:
    """Run the class's initialisation method where the constructor did not and somebody else calls it."""
    cls = module.cls
    if not isinstance(cls, Class):
        return
    for name in LATE_ROUTINES:
        member, owner = find_member(cls, name)
        if not isinstance(member, Function) or member.qualname in state.initialised or member.kind != "function":
            continue
        required = [p for p in member.node.params.params[1:] if p.default is None]
        if required or not _called_elsewhere(state, name, (cls, owner)):
            continue
        frames = len(state.frames)
        state.no_grad += 1  # whoever calls it may do so without gradients
        try:
            state.call(BoundMethod(member, module), [], {})
        except Raised:
            del state.frames[frames:]
        finally:
            state.no_grad -= 1


def _called_elsewhere(state: State, name: str, classes: tuple[Value, ...]) -> bool:
    """Whether a file asked for names the routine, or one beside the class or the one that defines it.

    What else has been read by now depends on what was run before, and does not count.
    """
    index = state.names.index
    if name in index.late_routines:
        return True
    homes = {cls.module: index.files[cls.module] for cls in classes if isinstance(cls, Class)}
    beside = (each for home in homes.values() for each in (home, *(file for _, file in index.imports_of(home))))
    return any(name in file.facts.references for file in beside)


def _flows(state: State, root: Module | None, extra: Mapping[str, Module], steps: int) -> None:
    targets = [root] if root is not None else list(extra.values())[:4]
    for module in targets:
        for method, function in _methods(module):
            _flow(state, module, method, function, steps)


def _methods(module: Module) -> Iterator[tuple[str, Function | None]]:
    if not isinstance(module.cls, Class):
        yield "forward", None
        return
    member, _ = find_member(module.cls, "forward")
    if isinstance(member, Function):
        yield "forward", member
        return
    if module.layer is not None and "forward" not in module.cls.names:
        yield "forward", None
        return
    for name in module.cls.names:
        value = module.cls.namespace(name)
        if isinstance(value, Function) and value.kind == "function" and name in _FLOWS:
            yield name, value


_FLOWS = frozenset(
    {"encode", "decode", "training_step", "loss", "act", "get_action", "get_value", "predict", "embed", "call"}
)


def _flow(state: State, module: Module, method: str, function: Function | None, steps: int) -> None:
    recorder = FlowRecorder(method, sum(len(flow.ops) for flow in state.flows))
    state.flow = recorder
    state.flows.append(recorder)
    spent = state.budget
    state.budget = steps
    try:
        args, kwargs = _inputs(state, recorder, function)
        if function is None:
            result = state.call(module, args, kwargs)
        else:
            result = state.call(BoundMethod(function, module), args, kwargs)
        recorder.outputs = tuple(dict.fromkeys(recorder.index(op) for op in _outputs(result)))
    except (Raised, BudgetError, ParseError) as error:
        recorder.complete = False
        if isinstance(error, BudgetError):
            state.unknown(f"{method} cut off after {steps} steps (see --max-steps)")
    finally:
        state.flow = None
        state.spent += steps - state.budget
        state.budget = spent
        state.frames = state.frames[:1]


def _inputs(state: State, recorder: FlowRecorder, function: Function | None) -> tuple[list[Value], dict[str, Value]]:
    if function is None:
        return [_input(recorder, "input")], {}
    kwargs: dict[str, Value] = {}
    parameters = function.node.params
    for parameter in (*parameters.params[1:], *parameters.kwonly_params):
        if parameter.default is not None:
            continue
        name = parameter.name.value
        kwargs[name] = _input(recorder, name)
        if parameter.annotation is not None:
            text = function.definition.text(parameter.annotation.annotation).strip("\"'")
            if text in _PLAIN:
                kwargs[name] = Unknown("an argument of forward", name)
    star = parameters.star_arg
    args = [_input(recorder, star.name.value)] if isinstance(star, cst.Param) and not kwargs else []
    return args, kwargs


def _input(recorder: FlowRecorder, name: str) -> Tensor:
    return Tensor(op=recorder.add(OpRecord(OpKind.INPUT, name, ())))


def _outputs(value: Any, depth: int = 4) -> Iterator[int]:
    if isinstance(value, Tensor):
        if value.op is not None:
            yield value.op
    elif depth and isinstance(value, (list, tuple)):
        for each in value:
            yield from _outputs(each, depth - 1)
    elif depth and isinstance(value, dict):
        for each in value.values():
            yield from _outputs(each, depth - 1)
    elif depth and isinstance(value, Instance):
        for each in value.attributes.values():
            yield from _outputs(each, depth - 1)
