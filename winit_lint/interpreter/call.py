"""Calls: arguments, project functions, classes, and everything else that can be called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from winit_lint.interpreter.file_tests import file_test, is_file_test
from winit_lint.interpreter.host import Representative
from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.state import MAX_DEPTH, Frame, Raised, Return, Scope, State
from winit_lint.interpreter.taint import taint
from winit_lint.interpreter.values import (
    MISSING,
    REWRITES,
    UNFOLLOWED,
    BoundMethod,
    Class,
    External,
    Function,
    Host,
    Instance,
    Module,
    Partial,
    Reachable,
    Super,
    Unknown,
    Value,
    has_identity,
    text_of,
)
from winit_lint.ir.size import SizeExpr
from winit_lint.knowledge.frameworks import (
    CONFIG_KEEPERS,
    DOCUMENTING,
    FIELD_MAKERS,
    LAZY_KEYS,
    LEGACY_FLAGS,
    NAMED_FACTORIES,
    QUIET_MODULES,
)

_LEGACY = tuple(LEGACY_FLAGS)


def evaluate_call(state: State, node: Any) -> Value:
    """The value of a call expression."""
    evaluate = state.operations.evaluate
    if type(node.func) is cst.Name and node.func.value == "super" and not node.args:
        frame = state.frame
        if frame.owner is None or frame.receiver is None:
            return state.unknown("super() outside of a method", node)
        return Super(frame.owner, frame.receiver)
    function = evaluate(state, node.func)
    args: list[Value] = []
    kwargs: dict[str, Value] = {}
    for argument in node.args:
        value = evaluate(state, argument.value)
        if argument.star == "*":
            items = state.iterate(value, argument.value)
            args = Representative(items) if _all_of(value, node) else [*args, *items]
        elif argument.star == "**":
            _spread(state, value, kwargs, node)
        elif argument.keyword is not None:
            kwargs[argument.keyword.value] = value
        else:
            args.append(value)
    return state.call(function, args, kwargs, node)


def _all_of(value: Value, node: Any) -> bool:
    """Whether a call is given nothing but the items of ``value``, whose number is not known."""
    return isinstance(value, Representative) and len(node.args) == 1


def _spread(state: State, value: Value, kwargs: dict[str, Value], node: Any) -> None:
    if isinstance(value, dict):
        kwargs.update({k: v for k, v in value.items() if isinstance(k, str)})
    elif isinstance(value, Instance) and isinstance(value.attributes.get("__data__"), dict):
        kwargs.update(value.attributes["__data__"])
    elif value is not None:
        kwargs["**"] = Unknown("unknown keyword arguments")


def call_value(state: State, function: Value, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """Call any value."""
    state.step()
    if node is not None and state.frames:
        state.frames[-1].node = node
    match function:
        case Function():
            return call_function(state, function, args, kwargs, node)
        case BoundMethod():
            return call_value(state, function.function, [function.receiver, *args], kwargs, node)
        case Partial(function=inner, args=first, kwargs=more):
            return call_value(state, inner, [*first, *args], {**more, **kwargs}, node)
        case Host():
            kwargs.pop("**", None)
            return function.call(state, args, kwargs)
        case Class():
            from winit_lint.interpreter.instantiate import instantiate

            return instantiate(state, function, args, kwargs, node)
        case External():
            from winit_lint.interpreter.external import call_external

            return call_external(state, function.name, args, kwargs, node)
        case Module():
            from winit_lint.interpreter.forward import call_module

            return call_module(state, function, args, kwargs, node)
        case Instance():
            return _call_instance(state, function, args, kwargs, node)
    if isinstance(function, (Unknown, SizeExpr)) and is_file_test(node, args):
        return file_test(state, node)
    holder = function.holder if isinstance(function, Unknown) and type(function.holder) is not Reachable else None
    return call_unknown(state, f"call of {text_of(function)}", args, kwargs, node, holder)


def _call_instance(state: State, function: Instance, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    try:
        method = state.attribute(function, "__call__", node)
    except Raised:
        return call_unknown(state, "call of an object", args, kwargs, node)
    if isinstance(method, (BoundMethod, Function, Host)):
        return call_value(state, method, args, kwargs, node)
    return call_unknown(state, "call of an object", args, kwargs, node)


def call_unknown(
    state: State, why: str, args: list[Value], kwargs: dict[str, Value], node: Any, holder: Value = None
) -> Value:
    """A call that cannot be followed: what it is given may be changed, what it returns is not known.

    ``holder`` is what the called method may belong to.
    """
    from winit_lint.interpreter.flow import unknown_flow

    values = [*args, *kwargs.values()]
    _may_construct(state, values, node)
    taint(state, values if holder is None else [*values, holder], why)
    flowing = unknown_flow(state, why, values, node)
    return state.unknown(why, node, why) if flowing is None else flowing


def _may_construct(state: State, values: list[Value], node: Any) -> None:
    """An unknown call may be, or contain, the ``nn.Module.__init__`` of what it is given."""
    for value in values:
        if isinstance(value, Module):
            value.ready = True
    named = isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "__init__"
    if named and state.frames and isinstance(state.frame.receiver, Module):
        state.frame.receiver.ready = True


def call_function(state: State, function: Function, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """Call a project function; a generator under ``contextmanager`` waits for its ``with`` statement."""
    if function.decorators and _CONTEXTS.intersection(function.decorators) and _is_generator(function):
        return Instance(External(MANAGED), {"function": function, "args": args, "kwargs": kwargs})
    return run_function(state, function, args, kwargs, node)


MANAGED = "contextlib._GeneratorContextManager"
"""The class of what calling such a generator gives."""
_CONTEXTS = frozenset({"contextmanager", "contextlib.contextmanager"})


def managed_parts(value: Instance) -> tuple[Function, list[Value], dict[str, Value]]:
    """The generator that a context manager runs, and its arguments."""
    return value.attributes["function"], value.attributes["args"], value.attributes["kwargs"]


def run_function(
    state: State,
    function: Function,
    args: list[Value],
    kwargs: dict[str, Value],
    node: Any,
    at_yield: Callable[[Value], None] | None = None,
) -> Value:
    """Run a project function; ``at_yield`` is called with what it yields, in the place of the ``yield``."""
    if len(state.frames) > MAX_DEPTH:
        return call_unknown(state, "calls nested too deeply", args, kwargs, node)
    if args and (function.qualname in DOCUMENTING or function.qualname in LAZY_KEYS):
        return args[0]
    if function.qualname.rpartition(".")[0] in QUIET_MODULES:
        return Unknown("a function that reports", function.name)
    if function.qualname in NAMED_FACTORIES:
        from winit_lint.interpreter.library_factories import call_named

        return call_named(state, function, args, kwargs, node)
    if function.decorators and any(each.startswith(_LEGACY) for each in function.decorators):
        from winit_lint.interpreter.library_factories import without_legacy_flags

        args, kwargs = without_legacy_flags(state, function, args, kwargs)
    if function.decorators and not args and FIELD_MAKERS.intersection(function.decorators):
        from winit_lint.interpreter.stdlib import STDLIB

        return state.call(STDLIB["dataclasses.field"], [], kwargs, node)
    if function.attributes and UNFOLLOWED in function.attributes:
        state.unknown(f"what the decorator {function.attributes[UNFOLLOWED]} does", node)
    scope = Scope(function.closure)
    bind_arguments(state, function, args, kwargs, scope)
    if function.decorators and args and CONFIG_KEEPERS.intersection(function.decorators):
        from winit_lint.interpreter.framework import keep_config

        keep_config(args[0], scope)
    site = state.site(node) if node is not None and state.frames else None
    receiver = args[0] if args and function.owner is not None and function.kind != "staticmethod" else None
    if receiver is None and function.owner is not None and state.frames:
        receiver = state.frame.receiver if function.closure is not None else None
    yields: list[Value] | None = [] if _is_generator(function) else None
    frame = Frame(function.module, function.definition, scope, function, receiver, site, function.owner, yields)
    frame.at_yield = at_yield
    state.frames.append(frame)
    state.no_grad += function.no_grad
    state.initialised.add(function.qualname)
    depth = len(state.frames)
    try:
        if type(function.node) is cst.Lambda:  # quicker than to ask libcst's abstract classes
            return state.operations.evaluate(state, function.node.body)
        body = function.node.body
        outcome = state.operations.execute(state, body.body if type(body) is cst.IndentedBlock else [body])
    finally:
        del state.frames[depth - 1 :]
        if depth == 2:
            state.last_scope = scope
        state.no_grad -= function.no_grad
        if function.attributes and REWRITES in function.attributes:
            taint(state, [*args, *kwargs.values()], f"what the decorator {function.attributes[UNFOLLOWED]} does")
    if yields is not None:
        return yields
    return outcome.value if isinstance(outcome, Return) else None


def _is_generator(function: Function) -> bool:
    if function.is_generator is None:
        may = function.definition.yields and isinstance(function.node, cst.FunctionDef)
        function.is_generator = may and _yields(function.node.body)
    return function.is_generator


def _yields(node: cst.CSTNode) -> bool:
    if isinstance(node, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
        return False
    return isinstance(node, cst.Yield) or any(_yields(child) for child in inner_nodes(node))


NO_SUCH_ARGUMENT = "an argument that is not among the parameters"
"""The beginning of the reason for such an unknown; the function and the argument's name follow."""


def bind_arguments(state: State, function: Function, args: list[Value], kwargs: dict[str, Value], scope: Scope) -> None:
    """Bind arguments to parameters; defaults are evaluated once, where the function was defined."""
    parameters = function.node.params
    names = scope.names
    left = dict(kwargs)
    unknown_rest = left.pop("**", None)
    positional = [*parameters.posonly_params, *parameters.params]
    for index, parameter in enumerate(positional):
        name = parameter.name.value
        if index < len(args):
            names[name] = args[index]
            left.pop(name, None)
        elif name in left:
            names[name] = left.pop(name)
        else:
            names[name] = _default(state, function, parameter, unknown_rest)
    star = parameters.star_arg
    if type(star) is cst.Param:
        names[star.name.value] = tuple(args[len(positional) :])
    for parameter in parameters.kwonly_params:
        name = parameter.name.value
        names[name] = left.pop(name) if name in left else _default(state, function, parameter, unknown_rest)
    if parameters.star_kwarg is not None:
        if unknown_rest is not None:
            left["**"] = unknown_rest
        names[parameters.star_kwarg.name.value] = left
    elif not function.decorators:  # a decorator may take what the function itself does not
        for name in left:
            state.unknown(f"{NO_SUCH_ARGUMENT} of {function.qualname}: {name}")


def _default(state: State, function: Function, parameter: cst.Param, unknown_rest: Value) -> Value:
    name = parameter.name.value
    if parameter.default is None:
        if function.name == "__init__" and unknown_rest is None and not function.decorators:
            raise Raised("TypeError")  # `Base.__init__(config)`, without the instance
        return Unknown("an argument that the call does not give", name)
    if function.defaults is None:
        function.defaults = {}
    if name not in function.defaults:
        frame = Frame(function.module, function.definition, function.closure or Scope(), owner=function.owner)
        state.frames.append(frame)
        hits = state.names.patches.hits
        try:
            function.defaults[name] = state.operations.evaluate(state, parameter.default)
        finally:
            state.frames.pop()
        if state.names.patches.own(hits, function.defaults[name]) or has_identity(function.defaults[name]):
            state.names.perishable.append((function.defaults, name))
    state.names.note(function.defaults[name])
    return function.defaults[name]


def default_of(state: State, function: Function, parameter: cst.Param) -> Value:
    """A parameter's default, MISSING where it has none."""
    return MISSING if parameter.default is None else _default(state, function, parameter, None)


def symbol_for(name: str) -> SizeExpr:
    """The free symbol that stands for a required argument."""
    return SizeExpr.atom(name)
