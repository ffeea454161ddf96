"""The bases of a class in the order in which a member is looked up, and what they make of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from winit_lint.interpreter.values import MISSING, Class, External, Function, Instance, Unknown, Value
from winit_lint.knowledge.frameworks import MODULE_BASES, is_pretrained_base
from winit_lint.knowledge.layers import LAYERS
from winit_lint.knowledge.public_names import canonical

MODULE = "torch.nn.Module"
_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_PLAIN = frozenset({MODULE, "abc.ABC", "typing.Generic", "typing.Protocol", "builtins.object", "object"})


def finish_class(cls: Class, bases: tuple[Value, ...], decorators: Iterable[str]) -> None:
    """Give a class its bases, MRO and kind."""
    cls.bases = tuple(b if isinstance(b, (Class, External)) else _external_base(b) for b in bases)
    cls.mro = (cls, *_merge([list(_linear(base)) for base in cls.bases] + [list(cls.bases)]))
    names = {base.name for base in cls.mro if isinstance(base, External)}
    cls.is_module = MODULE in names
    cls.is_enum = bool(names & _ENUMS)
    cls.decorators = tuple(decorators)
    cls.dataclass_fields = (
        any(
            "dataclass" in d or d.partition("(")[0].rpartition(".")[2] in {"strict", "define", "attrs", "frozen"}
            for d in cls.decorators
        )
        or any(base.dataclass_fields for base in cls.mro[1:] if isinstance(base, Class))
        or "typing.NamedTuple" in names
    )


def _external_base(value: Value) -> External:
    if isinstance(value, Unknown):
        return External(f"?{value.text}")
    name = getattr(value, "name", "object")
    return External(name if "." in name else f"builtins.{name}")


def _linear(base: Value) -> tuple[Value, ...]:
    if isinstance(base, Class):
        return base.mro
    return tuple(shared_external(name) for name in external_mro(base.name))


@cache
def shared_external(name: str) -> External:
    """One object a name, so that MRO merging can compare by identity."""
    return External(name)


def external_mro(name: str) -> tuple[str, ...]:
    """The qualified names of an external class's MRO as far as the tables know it."""
    spec = LAYERS.get(name)
    if spec is not None:
        return tuple(dict.fromkeys((name, *spec.inherits, MODULE)))
    if name in MODULE_BASES and name != MODULE:
        return (name, MODULE)
    if is_pretrained_base(name):
        return (name, "transformers.PreTrainedModel", MODULE)
    return (name,)


def _merge(sequences: list[list[Value]]) -> list[Value]:
    """C3 linearisation; falls back to first-come order where the bases contradict each other."""
    normal = [[shared_external(v.name) if isinstance(v, External) else v for v in s] for s in sequences]
    result: list[Value] = []
    while any(normal):
        normal = [s for s in normal if s]
        for sequence in normal:
            head = sequence[0]
            if not any(head in other[1:] for other in normal):
                break
        else:
            head = normal[0][0]
        result.append(head)
        normal = [[v for v in s if v is not head] for s in normal]
    return result


def find_member(cls: Class, name: str, after: Value = None) -> tuple[Value, Value]:
    """(member, the class that has it) along the MRO; MISSING, None where no project class has it.

    What was put in place of a member of an External is found with that External.

    Search starts behind ``after`` where it is given, and stops at nothing: an External in between may define the
    name too, which the caller checks with :func:`externals_before`.
    """
    mro: tuple[Any, ...] = cls.mro
    if after is not None and after in mro:
        mro = mro[mro.index(after) + 1 :]
    for entry in mro:
        if isinstance(entry, Class):
            value = entry.attributes[name] if name in entry.attributes else entry.namespace(name)
            if value is not MISSING:
                return value, entry
        elif cls.outside and f"{entry.name}.{name}" in cls.outside:
            return cls.outside[f"{entry.name}.{name}"], entry
        elif entry.name in LAYERS and entry.name != MODULE and name in _LAYER_METHODS:
            return entry, entry
        elif entry.name == MODULE and name in _MODULE_FIRST:
            break  # what a mixin behind nn.Module has by this name is not reached
    return MISSING, None


def short_name(cls: Value) -> str:
    """The name of a class without its package."""
    return str(getattr(cls, "name", "?")).rpartition(".")[2]


def own_data(value: Instance, method: str) -> dict[Any, Value] | list[Value] | None:
    """The data of an instance of a class that inherits ``method`` from dict or list."""
    data = value.attributes.get("__data__")
    if not isinstance(data, (dict, list)) or not isinstance(value.cls, Class):
        return None
    return data if find_member(value.cls, method)[0] is MISSING else None


def fields_of(cls: Class) -> dict[str, Class]:
    """The fields of a dataclass, or what may be one, in order; each with the class that gives it."""
    fields: dict[str, Class] = {}
    for base in reversed(cls.mro):
        if isinstance(base, Class):
            for name in base.names:
                if not isinstance(base.namespace(name), (Function, Class)):
                    fields[name] = base
    return fields


def as_tuple(value: Instance) -> tuple[Value, ...] | None:
    """The items of an instance of a ``NamedTuple``; None where it is none, or they can't all be told."""
    if not isinstance(value.cls, Class):
        return None
    if not any(isinstance(base, External) and base.name == "typing.NamedTuple" for base in value.cls.mro):
        return None
    names = [name for name, base in fields_of(value.cls).items() if name in base.annotated]
    items = tuple(value.attributes.get(stored_name(value.cls, name), MISSING) for name in names)
    return None if any(item is MISSING for item in items) else items


_MODULE_FIRST = frozenset(
    {
        "__init__",
        "__setattr__",
        "__delattr__",
        "__getattr__",
        "apply",
        "train",
        "eval",
        "parameters",
        "named_parameters",
    }
    | {"modules", "named_modules", "children", "named_children", "add_module", "register_parameter", "state_dict"}
)
_LAYER_METHODS = frozenset({"__init__", "forward", "reset_parameters", "_reset_parameters"})


def stored_name(cls: Value, name: str) -> str:
    """The name under which an instance keeps its attribute ``name``.

    A configuration of transformers has a table ``attribute_map`` of other names, which its ``__getattribute__`` and
    ``__setattr__`` go by.
    """
    if not isinstance(cls, Class):
        return name
    if cls.renames is None:
        cls.renames = {}
        table, _ = find_member(cls, "attribute_map")
        if isinstance(table, dict) and _goes_by_table(cls):
            cls.renames = {key: new for key, new in table.items() if isinstance(key, str) and isinstance(new, str)}
    return cls.renames.get(name, name)


def _goes_by_table(cls: Class) -> bool:
    if any(isinstance(base, External) and base.name.startswith("transformers.") for base in cls.mro):
        return True
    return isinstance(find_member(cls, "__getattribute__")[0], Function)


def externals_of(cls: Value) -> list[str]:
    """Names of the classes outside the project that a class derives from."""
    if isinstance(cls, External):
        return [cls.name]
    return [base.name for base in cls.mro if isinstance(base, External)] if isinstance(cls, Class) else ["?"]


def understood(cls: Value) -> bool:
    """Whether every base outside the project is a torch class that the tables describe, or plain Python.

    So is a framework's class whose source is there, below the table's description of it.
    """
    unclear = [
        name
        for name in externals_of(cls)
        if not (name in LAYERS or name in _PLAIN or name.startswith(("typing.", "torch.nn.modules.")))
    ]
    return not unclear or {*unclear} <= {canonical(base.qualname) for base in _own_classes(cls)}


def _own_classes(cls: Value) -> list[Class]:
    return [base for base in cls.mro if isinstance(base, Class)] if isinstance(cls, Class) else []


def outer_base(cls: Class) -> str:
    """The nearest base outside the project that may have a constructor of its own."""
    return next((name for name in externals_of(cls) if name not in _PLAIN), MODULE)
