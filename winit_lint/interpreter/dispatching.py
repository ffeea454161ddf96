"""``functools.singledispatch``: the class of the first argument chooses which implementation runs."""

from __future__ import annotations

from functools import partial

import libcst as cst

from winit_lint.interpreter.call import call_unknown
from winit_lint.interpreter.reflection import canonical, class_names, is_instance
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import (
    BoundMethod,
    Class,
    External,
    Function,
    Host,
    Instance,
    Module,
    Test,
    Unknown,
    Value,
    text_of,
)

_SINGLE = "functools.singledispatch"
_METHOD = "functools.singledispatchmethod"
_REGISTER = "functools.singledispatch.register"


def dispatches(decorator: Value) -> bool:
    """Whether a decorator makes a function that dispatches."""
    return isinstance(decorator, External) and decorator.name in {_SINGLE, _METHOD}


def is_dispatcher(value: Value) -> bool:
    """Whether a value is what such a decorator made."""
    return isinstance(value, Instance) and dispatches(value.cls)


def registers(decorator: Value) -> bool:
    """Whether a decorator files a function with one that dispatches."""
    return isinstance(decorator, Host) and decorator.name == _REGISTER


def dispatcher(decorator: External, default: Function) -> Instance:
    """The function with a registry; ``register`` adds to it."""
    made = Instance(decorator, text=default.name)
    made.attributes["default"] = default
    made.attributes["registry"] = {}
    made.attributes["register"] = Host(_REGISTER, partial(_register, made))
    made.attributes["dispatch"] = Host("dispatch", lambda s, a, k: Unknown("an implementation", default.name))
    made.attributes["__call__"] = Host(default.name, partial(_call, made, 0))
    return made


def bound_dispatcher(made: Instance, owner: Value) -> Host:
    """``singledispatchmethod`` seen through an instance: its first argument is the one behind ``self``."""
    return Host(made.text, lambda s, a, k: _call(made, 1, s, [owner, *a], k))


def _register(made: Instance, state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``@f.register``, ``@f.register(cls)`` and ``f.register(cls, function)``."""
    cls = args[0] if args else kwargs.get("cls")
    function = args[1] if len(args) > 1 else kwargs.get("func")
    if function is not None:
        _file(made, cls, function)
        return function
    if not isinstance(cls, Function):
        return Host(_REGISTER, lambda s, a, k: _register(made, s, [cls, *a[:1]], {}))
    at = 1 if isinstance(made.cls, External) and made.cls.name == _METHOD else 0
    parameters = [*cls.node.params.posonly_params, *cls.node.params.params]
    annotation = parameters[at].annotation if len(parameters) > at else None
    if annotation is None:
        _file(made, Unknown("a class that a dispatching function is registered for"), cls)
    else:
        for each in _members(annotation.annotation):
            _file(made, state.operations.evaluate(state, each), cls)
    return cls


def _members(annotation: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(annotation, cst.BinaryOperation):
        return [*_members(annotation.left), *_members(annotation.right)]
    return [annotation]


def _file(made: Instance, cls: Value, function: Value) -> None:
    if isinstance(cls, (Class, External, Host)) or cls is None:
        made.attributes["registry"][cls if isinstance(cls, (Class, Host)) else text_of(cls)] = (cls, function)
    else:
        made.attributes["default"] = Unknown("an implementation for a class that is not known", made.text)


def _call(made: Instance, at: int, state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    node = state.frame.node if state.frames else None
    chosen = _chosen(state, made, args[at]) if len(args) > at else made.attributes["default"]
    if isinstance(chosen, (Function, BoundMethod, Host)):
        return state.call(chosen, args, kwargs, node)
    return call_unknown(state, f"call of {made.text}", args, kwargs, node)


def _chosen(state: State, made: Instance, value: Value) -> Value:
    """The implementation registered for the nearest class of a value."""
    default = made.attributes["default"]
    answers = [
        (cls, function, is_instance(state, value, cls)) for cls, function in made.attributes["registry"].values()
    ]
    if any(isinstance(answer, Test) for _, _, answer in answers) or isinstance(default, Unknown):
        return Unknown("an implementation", made.text)
    fitting = {_name(cls): function for cls, function, answer in answers if answer}
    if len(fitting) < 2 or not isinstance(value, Module):
        return next(iter(fitting.values()), default) if len(fitting) < 2 else Unknown("an implementation", made.text)
    return next((fitting[name] for name in class_names(value) if name in fitting), default)


def _name(cls: Value) -> str:
    return cls.qualname if isinstance(cls, Class) else canonical(getattr(cls, "name", "?"))
