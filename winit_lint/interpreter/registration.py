"""Assignment of a module's attributes: what ``nn.Module.__setattr__`` registers, and what it refuses."""

from __future__ import annotations

from typing import Any

from winit_lint.interpreter.host import is_concrete
from winit_lint.interpreter.lineage import lineage_of
from winit_lint.interpreter.loading import note_replaced
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.state import State
from winit_lint.interpreter.taint import taint
from winit_lint.interpreter.values import (
    MISSING,
    BoundMethod,
    Class,
    External,
    Function,
    Instance,
    Module,
    Tensor,
    Unknown,
    Value,
)
from winit_lint.interpreter.volatile import note_touched


def set_on_module(state: State, owner: Module, name: str, value: Value, node: Any) -> None:
    """``module.name = value``."""
    if isinstance(owner.cls, Class):
        setter = setter_of(owner.cls, name)
        if setter is not None:
            state.call(BoundMethod(setter, owner), [value], {}, node)
            return
    if "parametrizations" in owner.modules and name != "parametrizations":
        from winit_lint.interpreter.parametrize import assign_parametrized

        if assign_parametrized(state, owner, name, node):
            return
    if name == "__class__":
        set_class(state, owner, value)
        return
    note_early(state, owner, name, value, node)
    if isinstance(value, Tensor) and value.is_parameter:
        for names in (owner.attributes, owner.modules, owner.buffers):
            names.pop(name, None)
        owner.parameters[name] = value
        if "moved" in value.attributes:
            _note_derived(state, owner, name, value, node)
    elif isinstance(value, Module):
        attach(state, owner, name, value)
    elif value is None and (name in owner.parameters or name in owner.modules):
        (owner.parameters if name in owner.parameters else owner.modules)[name] = None
    elif name in owner.buffers:
        note_touched(state, owner, name)
        owner.buffers[name] = value
    else:
        owner.attributes[name] = value
        if type(value) in {list, tuple, dict} and len(value) == 1 and not is_concrete(value):
            state.hidden.add((owner.id, name))
        if isinstance(value, Tensor) and lineage_of(value) is not None:
            _note_derived(state, owner, name, value, node)
        if isinstance(value, Unknown):
            owner.parameters.pop(name, None)
            owner.modules.pop(name, None)


def set_class(state: State, owner: Module | Instance, cls: Value) -> None:
    """``obj.__class__ = cls``: other methods, and another answer to type tests."""
    if isinstance(cls, (Class, External)):
        owner.cls = cls
    else:
        taint(state, [owner], "a class that is not known")
    state.outer_writes += 1


def setter_of(cls: Class, name: str) -> Function | None:
    """The setter of a property."""
    for entry in cls.mro:
        if isinstance(entry, Class):
            member = entry.namespace(f"{name}.setter") if name in entry.names else MISSING
            if isinstance(member, Function):
                return member
    return None


def attach(state: State, owner: Module, name: str, child: Module) -> None:
    """Register a child module."""
    note_replaced(state, owner, name, child)
    for names in (owner.attributes, owner.parameters, owner.buffers):
        names.pop(name, None)
    owner.modules[name] = child
    child.attached_at = state.tick()
    child.attached_in = state.frame.function if state.frames else None


def note_early(state: State, owner: Module, name: str, value: Value, node: Any) -> None:
    """A module or parameter is assigned while the constructor has not yet come to ``nn.Module.__init__``."""
    registered = isinstance(value, Module) or (isinstance(value, Tensor) and value.is_parameter)
    if owner.ready or not registered or state.trying or state.flow is not None or not isinstance(owner.cls, Class):
        return
    if any(isinstance(find_member(owner.cls, own)[0], Function) for own in ("__new__", "__setattr__")):
        return  # it may make its registries itself, or register nothing
    functions = [frame.function for frame in state.frames if frame.receiver is owner and frame.function is not None]
    if any(function.name in {"__init__", "__post_init__"} for function in functions):
        state.events.append(("early", state.tick(), state.site(node), owner, name, value))


def _note_derived(state: State, owner: Module, name: str, value: Tensor, node: Any) -> None:
    """A constructor keeps what it computed from a Parameter, or converted."""
    function = state.frame.function
    if state.flow is None and function is not None and function.name == "__init__" and state.frame.receiver is owner:
        state.events.append(("derived", state.tick(), state.site(node), owner, name, value, function))
