"""What happens where a class is made: ``__init_subclass__``, metaclasses, ``__new__``, ``type(name, bases, dict)``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.definition import ParseError
from winit_lint.interpreter.mro import find_member, finish_class
from winit_lint.interpreter.patching import give_up
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import (
    MISSING,
    BoundMethod,
    Class,
    External,
    Function,
    Host,
    Instance,
    Super,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from winit_lint.interpreter.index import File

_TYPE = "builtins.type"
_PLAIN = frozenset({_TYPE, "type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType", "typing.GenericMeta"})
_HOOK = "__init_subclass__"


def announce(state: State, cls: Class, keywords: Mapping[str, Value]) -> None:
    """Run what Python runs when a class has been made: the metaclass, and ``__init_subclass__`` of its bases."""
    given = dict(keywords)
    own = given.pop("metaclass", None)
    inherited = [base.metaclass for base in cls.bases if isinstance(base, Class) and base.metaclass is not None]
    cls.metaclass = own if own is not None else next(iter(inherited), None)
    depth = len(state.frames)
    try:
        members: dict[str, Value] | None = None
        maker = _of_metaclass(cls, "__new__")
        if maker is not None:
            members = {name: cls.namespace(name) for name in cls.names}
            state.making.append((cls, dict(members)))
            try:
                made = state.call(maker, [cls.metaclass, cls.name, cls.bases, members], dict(given))
            finally:
                state.making.pop()
            if made is not cls:
                give_up(state, f"the metaclass of {cls.name}")
        else:
            _tell_bases(state, cls, given)
        finisher = _of_metaclass(cls, "__init__")
        if finisher is not None:
            members = members or {name: cls.namespace(name) for name in cls.names}
            state.call(finisher, [cls, cls.name, cls.bases, members], dict(given))
    except (Raised, ParseError):
        del state.frames[depth:]
        give_up(state, f"what happens where {cls.name} is made")


def announce_again(state: State, cls: Class, keywords: Mapping[str, Value]) -> None:
    """The same for what it files elsewhere: the class itself stays as it is."""
    before = dict(cls.attributes)
    try:
        announce(state, cls, keywords)
    finally:
        cls.attributes.clear()
        cls.attributes.update(before)


def is_told(cls: Class) -> bool:
    """Whether code of the project runs where a class like this one is made."""
    if cls.metaclass is not None and any(_of_metaclass(cls, name) for name in ("__new__", "__init__")):
        return True
    return isinstance(find_member(cls, _HOOK, cls)[0], Function)


def _of_metaclass(cls: Class, name: str) -> Function | None:
    if not isinstance(cls.metaclass, Class):
        return None
    member, _ = find_member(cls.metaclass, name)
    return member if isinstance(member, Function) else None


def _tell_bases(state: State, cls: Class, keywords: Mapping[str, Value]) -> None:
    hook, _ = find_member(cls, _HOOK, cls)
    if isinstance(hook, Function):
        state.call(hook, [cls], dict(keywords))


def _type_new(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``type.__new__(metaclass, name, bases, members)`` while a class statement runs: its class, with these members."""
    if len(args) < 4 or not isinstance(args[3], dict):
        return state.unknown("a class made by type()")
    if not state.making:
        return made_class(state, args[1], args[2], args[3])
    cls, before = state.making[-1]
    for name, value in args[3].items():
        if isinstance(name, str) and (name not in before or before[name] is not value):
            cls.attributes[name] = value
    for name in before.keys() - args[3].keys():
        cls.attributes[name] = MISSING
    if isinstance(args[2], tuple) and args[2] != cls.bases:
        finish_class(cls, args[2], ())
    _tell_bases(state, cls, kwargs)
    return cls


def made_class(state: State, name: Value, bases: Value, members: Value) -> Value:
    """``type(name, bases, members)``."""
    if not isinstance(name, str) or not isinstance(bases, tuple) or not isinstance(members, dict):
        return state.unknown("a class made by type()")
    frame = state.frame
    outer = frame.function.qualname if frame.function else state.names.file(frame.module).name
    cls = Class(name, f"{outer}.{name}", frame.module)
    cls.span_site = state.site(frame.node) if frame.node is not None else None
    fill_class(state, cls, bases, dict(members), (), {})
    return cls


def fill_class(
    state: State,
    cls: Class,
    bases: tuple[Value, ...],
    members: Mapping[str, Value],
    decorators: Iterable[str],
    keywords: Mapping[str, Value],
) -> None:
    """Give a class that a function makes its members and bases, and tell the bases."""
    cls.namespace = lambda name: members.get(name, MISSING)
    cls.names = tuple(members)
    cls.outside = state.names.patches.outside
    finish_class(cls, bases, decorators)
    announce(state, cls, keywords)


def _object_new(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``object.__new__(cls)``: an object that no constructor has seen."""
    from winit_lint.interpreter.torch_layer import new_module

    cls = args[0] if args else None
    if isinstance(cls, Class) and cls.is_module:
        return new_module(state, cls, state.frame.node)
    if isinstance(cls, Class):
        made = Instance(cls, text=cls.name)
        if len(args) > 1 and isinstance(args[1], (tuple, list, dict)):
            made.attributes["__data__"] = args[1]
        return made
    return state.unknown("an object made by __new__")


OBJECT_NEW = Host("object.__new__", _object_new)


def super_of_class(state: State, owner: Super, name: str, node: Any) -> Value:
    """``super().name`` in a metaclass, or of ``__new__``, which gets its class by hand; MISSING for anything else."""
    receiver = owner.receiver
    if not isinstance(receiver, Class):
        return MISSING
    meta = owner.owner not in receiver.mro
    behind: Value = receiver.metaclass if meta else receiver
    if not isinstance(behind, Class) or (not meta and name != "__new__"):
        return MISSING
    member, found = find_member(behind, name, owner.owner)
    if member is not MISSING and member is not found:
        return BoundMethod(member, receiver) if name != "__new__" else member
    if name == "__new__":
        known = {base.name for base in receiver.mro if isinstance(base, External)}
        return Host("type.__new__", _type_new) if known & _PLAIN else OBJECT_NEW
    if name == "__call__":
        from winit_lint.interpreter.instantiate import constructed_plainly

        return Host("type.__call__", lambda s, a, k: constructed_plainly(s, receiver, a, k, node))
    return Host(f"type.{name}", lambda s, a, k: None)


def metaclass_call(cls: Class) -> Value:
    """The metaclass's own ``__call__``, bound to its class; MISSING where it has none."""
    member = _of_metaclass(cls, "__call__")
    return MISSING if member is None else BoundMethod(member, cls)


def metaclass_member(cls: Class, name: str) -> Value:
    """A method that a metaclass gives its classes; MISSING where it has none."""
    member = _of_metaclass(cls, name)
    return MISSING if member is None or member.kind != "function" else BoundMethod(member, cls)


def unknown_metaclass(cls: Class) -> str | None:
    """The name of a metaclass of which nothing is known."""
    metaclass = cls.metaclass
    if isinstance(metaclass, External) and metaclass.name not in _PLAIN:
        return metaclass.name
    return metaclass.text if isinstance(metaclass, Unknown) else None


def keyword_values(state: State, file: File, keywords: Iterable[str]) -> dict[str, Value]:
    """The values of the keywords of a class statement in the frame that runs."""
    from winit_lint.interpreter.definition import parse_text

    found: dict[str, Value] = {}
    for text in keywords:
        name, _, value = text.partition("=")
        found[name] = state.operations.evaluate(state, parse_text(file.source.path, value, 1))
    return found
