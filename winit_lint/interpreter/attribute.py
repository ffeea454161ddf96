"""``value.name`` and ``value.name = other``."""

from __future__ import annotations

from typing import Any

from winit_lint.interpreter.children import module_method
from winit_lint.interpreter.class_making import metaclass_member, super_of_class
from winit_lint.interpreter.dataclass_init import field_objects, init_fields
from winit_lint.interpreter.dispatching import bound_dispatcher, is_dispatcher
from winit_lint.interpreter.enums import enum_attribute
from winit_lint.interpreter.enums import member as enum_member
from winit_lint.interpreter.framework import config_class_attribute, framework_method, keep_settings
from winit_lint.interpreter.methods import method_of
from winit_lint.interpreter.mro import find_member, outer_base, short_name, stored_name, understood
from winit_lint.interpreter.name_tests import missed_by_name
from winit_lint.interpreter.names import external
from winit_lint.interpreter.patching import outside_value, patched_member, set_outer
from winit_lint.interpreter.pretrained import rebuilding
from winit_lint.interpreter.recurrent import weight_list
from winit_lint.interpreter.registration import set_class, set_on_module, setter_of
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.third_party import part_of
from winit_lint.interpreter.values import (
    MISSING,
    BoundMethod,
    Class,
    ClassName,
    External,
    Function,
    Host,
    Instance,
    Module,
    Partial,
    ProjectModule,
    Super,
    Tensor,
    TracedName,
    Unknown,
    Value,
)
from winit_lint.interpreter.volatile import note_touched
from winit_lint.ir.size import SizeExpr
from winit_lint.knowledge.frameworks import MODULE_BASES, is_config_base
from winit_lint.knowledge.module_members import MODULE_MEMBERS
from winit_lint.knowledge.outlines import STEM_PARTS

_MODULE = "torch.nn.Module"


def attribute(state: State, owner: Value, name: str, node: Any) -> Value:
    """Read an attribute.

    Raises:
        Raised: it is certainly not there.
    """
    match owner:
        case Module():
            return module_attribute(state, owner, name, node)
        case Tensor():
            from winit_lint.interpreter.tensor import tensor_attribute

            return tensor_attribute(state, owner, name, node)
        case Instance():
            return _instance_attribute(state, owner, name, node)
        case External():
            if name in {"__name__", "__qualname__"}:
                return _class_name(state, owner, owner.name.rpartition(".")[2])
            put = outside_value(state, owner.name, name)
            return external(f"{owner.name}.{name}") if put is MISSING else put
        case ProjectModule():
            value = state.names.member(state, owner.name, name)
            return state.unknown("a module attribute that is not there", node, name) if value is MISSING else value
        case Class():
            return _class_attribute(state, owner, name, node)
        case Super():
            return _super_attribute(state, owner, name, node)
        case SizeExpr():
            return SizeExpr.atom(f"{owner}.{name}")
        case Unknown():
            return owner.attribute(name)
        case None:
            return _none_attribute(state, name, node)
        case Function() | BoundMethod() | Partial() | Host():
            return _function_attribute(state, owner, name)
        case ClassName() | TracedName():
            from winit_lint.interpreter.name_tests import text_method

            return text_method(state, owner, name)
    found = method_of(owner, name)
    return state.unknown(f"attribute {name} of a {type(owner).__name__}", node) if found is MISSING else found


_DUNDERS = frozenset({"__module__", "__doc__", "__annotations__"})


def _dunder(owner: Value, name: str) -> Value:
    cls = owner.cls if isinstance(owner, (Module, Instance)) else owner
    if name == "__module__" and isinstance(cls, (Class, External)):
        return (cls.qualname if isinstance(cls, Class) else cls.name).rpartition(".")[0]
    return Unknown(f"{name} of an object", name)


def _class_name(state: State, cls: Value, name: str) -> str:
    """A class's name; taken from a module just asked for its class, it remembers that module."""
    if state.classed is not None and state.classed[0] is cls and isinstance(state.classed[1], Module):
        return ClassName.of(name, state.classed[1])
    return name


def _none_attribute(state: State, name: str, node: Any) -> Value:
    slot = state.none_slot
    if slot is not None and not state.trying and state.flow is None:
        state.events.append(("none", state.tick(), state.site(node), slot[0], slot[1]))
        return Unknown("an attribute of None")
    raise Raised("AttributeError", text=f"None has no attribute {name}")


def module_attribute(state: State, owner: Module, name: str, node: Any) -> Value:
    """An attribute of a module instance, in the order in which torch looks."""
    if name in owner.attributes:
        if state.flow is not None:
            state.used[id(owner.attributes[name])] = owner.attributes[name]
        return owner.attributes[name]
    if name in owner.parameters:
        value = owner.parameters[name]
        state.none_slot = (owner, name) if value is None else None
        if value is not None and value.storage is not None:
            state.reached[value.storage.id] = owner
        return value
    if name in owner.modules:
        child = owner.modules[name]
        state.none_slot = (owner, name) if child is None else None
        return child
    if name in owner.buffers:
        note_touched(state, owner, name)
        return owner.buffers[name]
    value = _from_class(state, owner, owner.cls, name, node)
    if value is not MISSING:
        return value
    method = module_method(state, owner, name)
    if method is not MISSING:
        return method
    if name == "__class__":
        state.classed = (owner.cls, owner)
        return owner.cls
    if name in _DUNDERS:
        return _dunder(owner, name)
    if owner.layer is not None and name in owner.arguments:
        return owner.arguments[name]
    weights = weight_list(owner, name)
    return _not_there(state, owner, name, node) if weights is MISSING else weights


def _from_class(state: State, owner: Value, cls: Value, name: str, node: Any) -> Value:
    """A class member bound to ``owner``; MISSING where no project class has it."""
    if not isinstance(cls, Class):
        member = patched_member(state, cls, name)
        return MISSING if member is MISSING else bound(state, member, owner, cls, node)
    member, found = find_member(cls, name)
    if member is MISSING or member is found:
        return MISSING
    return bound(state, member, owner, found, node)


def bound(state: State, member: Value, owner: Value, cls: Value, node: Any) -> Value:
    """A class member as seen through an instance."""
    if isinstance(member, Host) and member.name == "functools.partialmethod":
        return BoundMethod(member, owner)
    if is_dispatcher(member):
        return bound_dispatcher(member, owner)
    if isinstance(member, Instance) and isinstance(member.cls, Class):
        return _described(state, member, owner, node)
    if not isinstance(member, Function):
        return member
    if member.kind == "property":
        return state.call(member, [owner], {}, node)
    if member.kind == "classproperty":
        return state.call(member, [owner.cls if isinstance(owner, (Module, Instance)) else owner], {}, node)
    if member.kind == "staticmethod":
        return member
    if member.kind == "classmethod":
        return BoundMethod(member, owner.cls if isinstance(owner, (Module, Instance)) else owner)
    return BoundMethod(member, owner)


def _described(state: State, member: Instance, owner: Value, node: Any) -> Value:
    """What a descriptor of the project gives for an object; a plain object itself."""
    getter, _ = find_member(member.cls, "__get__")
    if not isinstance(getter, Function):
        return member
    cls = owner.cls if isinstance(owner, (Module, Instance)) else owner
    return state.call(BoundMethod(getter, member), [owner, cls], {}, node)


def _not_there(state: State, owner: Module, name: str, node: Any) -> Value:
    made = rebuilding(state, owner, name)
    if made is not None:
        return made
    if owner.opaque and owner.loaded and name in STEM_PARTS and isinstance(owner.cls, External):
        return part_of(state, owner, owner.cls, name, node)
    if owner.opaque:
        return Unknown("an attribute of an external model", name)
    hook = framework_method(owner, name)
    if hook is not None:
        return hook
    if isinstance(owner.cls, Class):
        getter, _found = find_member(owner.cls, "__getattr__")
        if isinstance(getter, Function):
            return state.call(BoundMethod(getter, owner), [name], {}, node)
    if name in MODULE_MEMBERS:
        return Unknown("a part of nn.Module that is not followed", name, owner)
    if owner.open_attributes:
        return SizeExpr.atom(f"self.{name}")
    if understood(owner.cls):
        if node is not None and missed_by_name(state, owner, name, node):
            return Unknown("an attribute that is not there", name)
        raise Raised("AttributeError", text=f"{short_name(owner.cls)} has no attribute {name}")
    if isinstance(owner.cls, External) and owner.cls.name in MODULE_BASES:
        return Unknown("an attribute of a framework's class", name)
    return Unknown("an attribute of a class outside the project", name)


def _instance_attribute(state: State, owner: Instance, name: str, node: Any) -> Value:
    name = stored_name(owner.cls, name)
    if name in owner.attributes:
        return owner.attributes[name]
    if name == "__class__":
        return owner.cls
    if name == "__dict__":
        state.own_dicts[id(owner.attributes)] = owner
        return owner.attributes
    if name == "__dataclass_fields__" and isinstance(owner.cls, Class):
        return _class_attribute(state, owner.cls, name, node)
    if name in _DUNDERS:
        return _dunder(owner, name)
    value = _from_class(state, owner, owner.cls, name, node)
    if value is not MISSING:
        return value
    data = owner.attributes.get("__data__")
    if data is not None:
        found = method_of(data, name)
        if found is not MISSING:
            return found
    if isinstance(owner.cls, External):
        found = method_of(owner, name)
        if found is not MISSING:
            return found
    if isinstance(owner.cls, Class):
        getter, _ = find_member(owner.cls, "__getattr__")
        if isinstance(getter, Function):
            return state.call(BoundMethod(getter, owner), [name], {}, node)
    if owner.open or not understood(owner.cls):
        return SizeExpr.atom(f"{owner.text}.{name}") if owner.text else Unknown("an attribute of an object", name)
    raise Raised("AttributeError", text=f"{short_name(owner.cls)} has no attribute {name}")


def _class_attribute(state: State, owner: Class, name: str, node: Any) -> Value:
    if name in {"__name__", "__qualname__"}:
        return _class_name(state, owner, owner.name)
    if name == "__mro__":
        return owner.mro
    if name in _DUNDERS:
        return _dunder(owner, name)
    given = enum_attribute(state, owner, name) if owner.is_enum else MISSING
    if given is MISSING and name == "__dataclass_fields__" and owner.dataclass_fields:
        given = {each.attributes["name"]: each for each in field_objects(state, owner)}
    if given is not MISSING:
        return given
    member, found = find_member(owner, name)
    if member is MISSING:
        if name == "__init__":
            return External(f"{_MODULE}.__init__")
        member = metaclass_member(owner, name)
        if member is MISSING:
            member = config_class_attribute(owner, name)
        return Unknown("an attribute of a class", f"{owner.name}.{name}") if member is MISSING else member
    if member is found:
        return External(f"{found.name}.{name}")
    if found.is_enum and not isinstance(member, (Function, Class, Host)) and not name.startswith("_"):
        return enum_member(state, found, name)
    if isinstance(member, Function) and member.kind in {"classmethod", "classproperty"}:
        return bound(state, member, owner, owner, node)
    return member


def _super_attribute(state: State, owner: Super, name: str, node: Any) -> Value:
    receiver = owner.receiver
    of_class = super_of_class(state, owner, name, node)
    if of_class is not MISSING:
        return of_class
    cls = receiver.cls if isinstance(receiver, (Module, Instance)) else receiver
    if not isinstance(cls, Class):
        return state.unknown("super() of an unknown class", node)
    member, found = find_member(cls, name, owner.owner)
    if member is found and member is not MISSING:
        if name == "__init__" and isinstance(receiver, Instance) and is_config_base(found.name):
            return Host(name, lambda s, a, k: keep_settings(receiver, k))
        return BoundMethod(External(f"{found.name}.{name}"), receiver)
    if member is not MISSING:
        return bound(state, member, receiver, found, node)
    if isinstance(receiver, Module):
        if name == "__setattr__":
            return Host("__setattr__", lambda s, a, k: set_attribute(s, receiver, str(a[0]), a[1], s.frame.node))
        if name == "__getattr__":
            return Host("__getattr__", lambda s, a, k: _not_there(s, receiver, str(a[0]), s.frame.node))
        if name == "__init__":
            return _made_init(owner, receiver, cls) or BoundMethod(External(f"{outer_base(cls)}.__init__"), receiver)
        method = framework_method(receiver, name) or module_method(state, receiver, name)
        if method is not MISSING:
            return method
    if isinstance(receiver, Instance):
        data = receiver.attributes.get("__data__")
        if data is not None:
            if name == "__getitem__":
                return Host("__getitem__", lambda s, a, k: s.operations.item(s, data, a[0], s.frame.node))
            if name == "__setitem__" and isinstance(data, (dict, list)):
                return Host(name, lambda s, a, k: data.__setitem__(*a[:2]))
            found_method = method_of(data, name)
            if found_method is not MISSING:
                return found_method
        if name == "__getattribute__":
            return Host(name, lambda s, a, k: _instance_attribute(s, receiver, str(a[0]), s.frame.node))
        if name == "__setattr__":
            return Host(name, lambda s, a, k: receiver.attributes.__setitem__(stored_name(cls, str(a[0])), a[1]))
        if name == "__init__":
            return _made_init(owner, receiver, cls) or BoundMethod(External("object.__init__"), receiver)
    return BoundMethod(External(f"{outer_base(cls)}.{name}"), receiver)


def _made_init(owner: Super, receiver: Module | Instance, cls: Class) -> Host | None:
    """The constructor that a base behind ``super()`` has been given, as a dataclass."""
    behind = cls.mro[cls.mro.index(owner.owner) + 1 :] if owner.owner in cls.mro else ()
    made = next((base for base in behind if isinstance(base, Class) and base.dataclass_fields), None)
    if made is None:
        return None
    return Host("__init__", lambda s, a, k: init_fields(s, made, receiver, a, k))


def _function_attribute(state: State, owner: Value, name: str) -> Value:
    if isinstance(owner, Function) and name in owner.attributes:
        return owner.attributes[name]
    if isinstance(owner, Partial) and name in {"func", "args", "keywords"}:
        return {"func": owner.function, "args": owner.args, "keywords": dict(owner.kwargs)}[name]
    if name == "__module__" and isinstance(owner, Function):
        return state.names.file(owner.module).name
    if name in {"__name__", "__qualname__"}:
        inner = owner.function if isinstance(owner, (BoundMethod, Partial)) else owner
        return getattr(inner, "name", Unknown("a function's name"))
    if name == "__self__" and isinstance(owner, BoundMethod):
        return owner.receiver
    if isinstance(owner, Host):
        # A builtin type's own methods: dict.fromkeys, str.join, chain.from_iterable.
        return external(f"{owner.name}.{name}")
    return Unknown("an attribute of a function", name)


def set_attribute(state: State, owner: Value, name: str, value: Value, node: Any) -> None:
    """Assign an attribute, with the meaning that ``nn.Module.__setattr__`` and tensors give it."""
    if isinstance(owner, Module):
        state.changes += not state.visiting or owner is not state.visiting[-1]
        set_on_module(state, owner, name, value, node)
    elif isinstance(owner, Tensor):
        from winit_lint.interpreter.tensor import set_tensor_attribute

        set_tensor_attribute(state, owner, name, value, node)
    elif isinstance(owner, Instance):
        if name == "__class__":
            set_class(state, owner, value)
            return
        state.changes += 1
        name = stored_name(owner.cls, name)
        setter = setter_of(owner.cls, name) if isinstance(owner.cls, Class) else None
        if setter is not None:
            state.call(BoundMethod(setter, owner), [value], {}, node)
        else:
            owner.attributes[name] = value
    else:
        set_outer(state, owner, name, value)
