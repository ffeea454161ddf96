"""Enumerations: their members, one object each, and what finds them."""

from __future__ import annotations

from typing import Any

from winit_lint.interpreter.host import holds_symbol, is_concrete
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import (
    MISSING,
    Class,
    External,
    Function,
    Host,
    Instance,
    Test,
    Unknown,
    Value,
    text_of,
)

_MIXED = frozenset({"builtins.str", "builtins.int", "builtins.float", "str", "int", "float"})
_NUMBERS = frozenset({"enum.IntEnum", "enum.IntFlag"})
_AUTO = "enum.auto"


def member_names(cls: Class) -> list[str]:
    """The names of the members, in order."""
    names = [name for name in cls.names if not name.startswith("_")]
    return [name for name in names if not isinstance(cls.namespace(name), (Function, Class)) and name not in _own(cls)]


def _own(cls: Class) -> tuple[str, ...]:
    return tuple(name for name in cls.names if isinstance(cls.namespace(name), Host))


def members(state: State, cls: Class) -> list[Instance]:
    """The members of an enumeration, in order."""
    return [member(state, cls, name) for name in member_names(cls)]


def member(state: State, cls: Class, name: str) -> Instance:
    """The member of a name; always the same object."""
    found: Instance | None = cls.members.get(name)
    if found is None:
        found = cls.members[name] = _made(state, cls, name)
    return found


def _made(state: State, cls: Class, name: str) -> Instance:
    raw = _numbered(state, cls, name, cls.namespace(name))
    made = Instance(cls, {"value": raw, "name": name, "_value_": raw, "_name_": name}, text=f"{cls.name}.{name}")
    outside = {base.name for base in cls.mro if isinstance(base, External)}
    maker, _ = find_member(cls, "__new__")
    given = list(raw) if isinstance(raw, tuple) else [raw]
    with state.names.patches.defining():
        if isinstance(maker, Function):
            made = state.call(maker, [cls, *given], {})
            if not isinstance(made, Instance):
                made = Instance(cls, {"_value_": Unknown("an enum member's value")})
            value = made.attributes.get("_value_", raw)
            made.attributes.update({"value": value, "name": name, "_value_": value, "_name_": name})
            made.text = f"{cls.name}.{name}"
        filler, _ = find_member(cls, "__init__")
        if isinstance(filler, Function):
            state.call(filler, [made, *given], {})
    value = made.attributes["_value_"]
    if outside & _MIXED or outside & _NUMBERS or "enum.StrEnum" in outside:
        made.attributes["__data__"] = value
    return made


def _numbered(state: State, cls: Class, name: str, raw: Value) -> Value:
    """The value of a member; that of ``auto()`` follows the one before."""
    if not (isinstance(raw, Instance) and isinstance(raw.cls, External) and raw.cls.name == _AUTO):
        return raw
    names = member_names(cls)
    before = [member(state, cls, each).attributes["_value_"] for each in names[: names.index(name)]]
    chooser, _ = find_member(cls, "_generate_next_value_")
    if isinstance(chooser, Function):
        return state.call(chooser, [name, 1, len(before), before])
    outside = {base.name for base in cls.mro if isinstance(base, External)}
    if "enum.StrEnum" in outside:
        return name.lower()
    last = [value for value in before if isinstance(value, int)]
    if outside & {"enum.Flag", "enum.IntFlag"}:
        return 1 << max(last).bit_length() if last else 1
    return max(last) + 1 if last else 1


def member_of_value(state: State, cls: Class, args: list[Value]) -> Value:
    """``Enumeration(value)``.

    Raises:
        Raised: no member certainly has this value.
    """
    wanted = args[0] if args else MISSING
    if isinstance(wanted, Instance) and wanted.cls is cls:
        return wanted
    if len(args) != 1 or not member_names(cls):
        return Unknown("an enum member", cls.name)
    found = members(state, cls)
    for each in found:
        if _has(each, wanted):
            return each
    missing, _ = find_member(cls, "_missing_")
    if isinstance(missing, Function):
        given = state.call(state.attribute(cls, "_missing_"), [wanted])
        if isinstance(given, Instance):
            return given
    if is_concrete(wanted) and all(is_concrete(each.attributes["_value_"]) for each in found):
        raise Raised("ValueError")
    return Unknown("an enum member", cls.name)


def _has(each: Instance, wanted: Value) -> bool:
    value = each.attributes["_value_"]
    wanted = wanted.attributes["_value_"] if isinstance(wanted, Instance) and "_value_" in wanted.attributes else wanted
    return type(value) is type(wanted) and not holds_symbol(wanted) and bool(value == wanted)


def holds(state: State, cls: Class, item: Value) -> bool | Test:
    """``item in Enumeration``, by the rules of Python 3.12: a member or the value of one."""
    if isinstance(item, Instance):
        return item.cls is cls or any(_has(each, item) for each in members(state, cls))
    if not is_concrete(item):
        return Test(f"{text_of(item)} in {cls.name}", free=False, prefer=False)
    return any(_has(each, item) for each in members(state, cls))


def enum_attribute(state: State, cls: Class, name: str) -> Any:
    """An attribute of the class that its metaclass gives; MISSING for anything else."""
    if name in {"__members__", "_member_map_"}:
        return {each: member(state, cls, each) for each in member_names(cls)}
    if name == "_member_names_":
        return member_names(cls)
    if name == "_value2member_map_":
        found = members(state, cls)
        values = [each.attributes["_value_"] for each in found]
        return dict(zip(values, found, strict=True)) if all(map(is_concrete, values)) else MISSING
    return MISSING
