"""The constructor that a dataclass or a ``NamedTuple`` is given."""

from __future__ import annotations

from winit_lint.interpreter.class_making import unknown_metaclass
from winit_lint.interpreter.mro import fields_of, find_member, stored_name
from winit_lint.interpreter.state import State
from winit_lint.interpreter.stdlib import FieldDefault
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
from winit_lint.ir.size import SizeExpr


def init_fields(
    state: State, cls: Class, instance: Instance | Module, args: list[Value], kwargs: dict[str, Value]
) -> None:
    """The ``__init__`` that ``cls``, a dataclass, gets: fields of the bases first, then its own, in order.

    That of a module does not call ``nn.Module.__init__``: its ``__post_init__`` has to.
    """
    fields = fields_of(cls)
    given = dict(zip(fields, args, strict=False)) | kwargs
    given.pop("**", None)
    for name, base in fields.items():
        value = given.pop(name) if name in given else base.namespace(name)
        if isinstance(value, FieldDefault):
            value = _field_default(state, value)
        value = SizeExpr.atom(f"{cls.name}.{name}") if value is MISSING else value
        if isinstance(instance, Module) and isinstance(value, (Module, Tensor)):
            state.operations.set_attribute(state, instance, name, value, None)
        else:
            instance.attributes[stored_name(cls, name)] = value
    after, _ = find_member(cls, "__post_init__")
    if isinstance(after, Function):
        # A class that keeps what is no field (a configuration of transformers) is handed it here, and keeps it last.
        rest = given if after.node.params.star_kwarg is not None else {}
        state.call(BoundMethod(after, instance), [], dict(rest))
    for name, value in given.items():
        state.operations.set_attribute(state, instance, name, value, None)


def is_standard(state: State, cls: Class) -> bool:
    """Whether ``dataclasses.dataclass`` made the constructor: others may do more than it does."""
    decorated = next((base for base in cls.mro if isinstance(base, Class) and base.decorators), None)
    if decorated is None or len(decorated.decorators) > 1 or unknown_metaclass(cls) is not None:
        return False
    text, _, arguments = decorated.decorators[0].partition("(")
    if "init" in arguments:
        return False  # init=False: the constructor is that of nn.Module
    first, *rest = text.split(".")
    found = state.names.lookup(state, decorated.module, first)
    return isinstance(found, External) and ".".join((found.name, *rest)) == "dataclasses.dataclass"


def field_objects(state: State, cls: Class) -> list[Instance]:
    """``dataclasses.fields(cls)``: an object for each field, with its name, default and factory."""
    found: list[Instance] = []
    for name, base in fields_of(cls).items():
        if name not in base.annotated:
            continue
        default = base.namespace(name)
        given = default if isinstance(default, FieldDefault) else FieldDefault(default, MISSING)
        absent = External("dataclasses.MISSING")
        parts = {"default": given.default, "default_factory": given.factory}
        values = {key: absent if value is MISSING else value for key, value in parts.items()}
        metadata = Unknown("the metadata of a field", "metadata")
        kind = _annotation(state, base, name)
        found.append(
            Instance(
                External("dataclasses.Field"),
                {"name": name, "init": given.init, "type": kind, "metadata": metadata, **values},
                text=name,
            )
        )
    return found


def _annotation(state: State, cls: Class, name: str) -> Value:
    """What a field's ``type`` is: its text where annotations are not evaluated, else the class of that name."""
    text = cls.annotated[name]
    if "from __future__ import annotations" in state.names.file(cls.module).source.text:
        return text
    found = state.names.lookup(state, cls.module, text) if text.isidentifier() else MISSING
    return Unknown("the annotation of a field", f"{name}.type") if found is MISSING else found


def _field_default(state: State, value: FieldDefault) -> Value:
    if value.factory is not MISSING and value.factory is not None:
        return state.call(value.factory, [])
    return value.default
