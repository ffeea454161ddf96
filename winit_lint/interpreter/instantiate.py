"""Instances of project classes."""

from __future__ import annotations

from functools import partial
from typing import Any

from winit_lint.interpreter.call import call_unknown
from winit_lint.interpreter.class_making import metaclass_call, unknown_metaclass
from winit_lint.interpreter.dataclass_init import init_fields, is_standard
from winit_lint.interpreter.enums import member_of_value
from winit_lint.interpreter.mro import externals_of, find_member, understood
from winit_lint.interpreter.state import State
from winit_lint.interpreter.taint import taint
from winit_lint.interpreter.torch_layer import init_layer, new_module
from winit_lint.interpreter.values import (
    MISSING,
    UNFOLLOWED,
    BoundMethod,
    Class,
    External,
    Function,
    Instance,
    Module,
    Value,
)
from winit_lint.knowledge.frameworks import MODEL_BASES
from winit_lint.knowledge.layers import LAYERS

_DICTS = frozenset({"builtins.dict", "dict", "collections.OrderedDict", "collections.UserDict", "builtins.OrderedDict"})
_LISTS = frozenset({"builtins.list", "list", "collections.UserList"})


def instantiate(state: State, cls: Class, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """``cls(*args, **kwargs)``."""
    if UNFOLLOWED in cls.attributes:
        state.unknown(f"what the decorator {cls.attributes[UNFOLLOWED]} does", node)
    called = metaclass_call(cls) if cls.metaclass is not None else MISSING
    if called is not MISSING:
        return state.call(called, args, kwargs, node)
    return constructed_plainly(state, cls, args, kwargs, node)


def constructed_plainly(state: State, cls: Class, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """``type.__call__(cls, *args, **kwargs)``: ``__new__`` and ``__init__``."""
    maker, _ = find_member(cls, "__new__")
    if isinstance(maker, Function) and not cls.is_enum:
        return _made_by(state, maker, cls, args, kwargs, node)
    if cls.is_module:
        from winit_lint.interpreter.memo import memoised

        return memoised(state, cls, args, kwargs, node, partial(_module, state, cls, args, kwargs, node))
    if cls.is_enum:
        return member_of_value(state, cls, args)
    instance = Instance(cls, text=cls.name)
    names = set(externals_of(cls))
    if names & _DICTS:
        first = args[0] if args else None
        instance.attributes["__data__"] = {**(first if isinstance(first, dict) else {}), **kwargs}
    elif names & _LISTS:
        instance.attributes["__data__"] = list(state.iterate(args[0])) if args else []
    member, _ = find_member(cls, "__init__")
    if isinstance(member, Function):
        state.call(BoundMethod(member, instance), args, kwargs, node)
    elif cls.dataclass_fields:
        init_fields(state, cls, instance, args, kwargs)
    elif not understood(cls):
        instance.open = True
        instance.attributes.update({k: v for k, v in kwargs.items() if k != "**"})
    return instance


def _made_by(
    state: State, maker: Function, cls: Class, args: list[Value], kwargs: dict[str, Value], node: Any
) -> Value:
    """What a class's own ``__new__`` makes; the constructor runs where that is an instance of the class."""
    made = state.call(maker, [cls, *args], dict(kwargs), node)
    if not isinstance(made, (Module, Instance)) or not isinstance(made.cls, Class) or cls not in made.cls.mro:
        return made
    if isinstance(made, Module):
        made.built_stack = made.built_stack or state.call_stack()
        return _filled(state, made, args, kwargs, node)
    member, _ = find_member(made.cls, "__init__")
    if isinstance(member, Function):
        state.call(BoundMethod(member, made), args, kwargs, node)
    return made


def _module(state: State, cls: Class, args: list[Value], kwargs: dict[str, Value], node: Any) -> Module:
    module = new_module(state, cls, node)
    module.built_stack = state.call_stack()
    _filled(state, module, args, kwargs, node)
    strange = unknown_metaclass(cls) if cls.metaclass is not None else None
    if strange is not None:
        taint(state, [module], f"the metaclass {strange}")
    return module


def _filled(state: State, module: Module, args: list[Value], kwargs: dict[str, Value], node: Any) -> Module:
    """Run the constructor of a module's class."""
    cls = module.cls
    member, _owner = find_member(cls, "__init__")
    if isinstance(member, Function):
        state.call(BoundMethod(member, module), args, kwargs, node)
    elif isinstance(member, External) and member is _owner:
        init_layer(state, module, LAYERS[member.name], args, kwargs, node)
    elif cls.dataclass_fields:
        module.ready = module.ready or not is_standard(state, cls)
        init_fields(state, cls, module, args, kwargs)
    else:
        module.ready = True
    return module


def base_init(state: State, module: Module, name: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """``super().__init__(...)`` that leads outside the project."""
    module.ready = True
    spec = LAYERS.get(name)
    if spec is not None and name != "torch.nn.Module":
        init_layer(state, module, spec, args, kwargs, node)
        return None
    if name == "torch.nn.Module":
        return None
    from winit_lint.interpreter.framework import framework_init

    if not framework_init(state, module, name, args, kwargs):
        call_unknown(state, f"constructor of {name}", [], {}, node)
    elif name in MODEL_BASES:
        state.unknown(f"layers of {name}, whose source is not at hand", node)
    return None
