"""Factories of libraries that are given a model's name, or the flags of older versions, where their source is read."""

from __future__ import annotations

from typing import Any

import libcst as cst

from winit_lint.interpreter.call import call_function
from winit_lint.interpreter.facts import Import
from winit_lint.interpreter.host import Wildcard
from winit_lint.interpreter.loading import mark_loaded
from winit_lint.interpreter.state import Frame, Scope, State
from winit_lint.interpreter.third_party import call_helper
from winit_lint.interpreter.values import Function, Module, Value
from winit_lint.knowledge.frameworks import LEGACY_FLAGS, NAMED_FACTORIES
from winit_lint.knowledge.third_party import HELPERS


def call_named(state: State, function: Function, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """Call the factory that the first argument names; its files would register it, and they are not all read.

    Where none has the name, what comes back is what the table says of a library that isn't read.
    """
    package, public = NAMED_FACTORIES[function.qualname]
    first, *rest = [parameter.name.value for parameter in function.node.params.params]
    given = dict(zip((first, *rest), args, strict=False)) | kwargs
    name = given.pop(first, None)
    if isinstance(name, str) and not isinstance(name, Wildcard) and ":" not in name:
        file = state.names.file(function.module)
        built = state.names.imported(state, file, Import(package, name.partition(".")[0], 0))
        if isinstance(built, Function):
            path = given.pop("checkpoint_path", None)
            model = call_function(state, built, [], {key: v for key, v in given.items() if v is not None}, node)
            if path and isinstance(model, Module):
                mark_loaded(state, model, node, public)
            return model
    return call_helper(state, public, HELPERS[public], args, kwargs, node)


def without_legacy_flags(
    state: State, function: Function, args: list[Value], kwargs: dict[str, Value]
) -> tuple[list[Value], dict[str, Value]]:
    """The arguments after a decorator that takes flags of older versions: ``weights=("pretrained", W.DEFAULT)``."""
    assert isinstance(function.node, cst.FunctionDef)
    for decorator in function.node.decorators:
        call = decorator.decorator
        if not isinstance(call, cst.Call) or function.definition.text(call.func) not in LEGACY_FLAGS:
            continue
        for entry in call.args:
            if entry.keyword is None or not isinstance(entry.value, cst.Tuple) or len(entry.value.elements) != 2:
                continue
            new, (old, default) = entry.keyword.value, (element.value for element in entry.value.elements)
            flag = old.evaluated_value if isinstance(old, cst.SimpleString) else None
            if args and not function.node.params.params and isinstance(args[0], bool):
                kwargs, args = {**kwargs, str(flag): args[0]}, args[1:]
            if flag in kwargs:
                kwargs = dict(kwargs)
                loads = state.truth(kwargs.pop(str(flag)), str(flag))
                kwargs[new] = _evaluated(state, function, default, kwargs) if loads else None
    return args, kwargs


def _evaluated(state: State, function: Function, node: cst.BaseExpression, kwargs: dict[str, Value]) -> Value:
    state.frames.append(Frame(function.module, function.definition, function.closure or Scope()))
    try:
        value = state.operations.evaluate(state, node)
        return state.call(value, [kwargs]) if isinstance(value, Function) else value
    finally:
        state.frames.pop()
