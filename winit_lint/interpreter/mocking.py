"""``unittest.mock.patch``: an attribute that is another one for the time of a ``with`` block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from winit_lint.interpreter.host import Wildcard, namespace
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import MISSING, Class, External, Host, Instance, Module, Value

_NAME = "unittest.mock.patch"


def _patch(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``patch("package.module.name", new)``."""
    target = args[0] if args else kwargs.get("target")
    new = args[1] if len(args) > 1 else kwargs.get("new", MISSING)
    if not isinstance(target, str) or isinstance(target, Wildcard):
        return state.unknown(f"{_NAME} of an unknown name")
    owner, _, name = target.rpartition(".")
    return _manager(lambda state: _found(state, owner), name, new)


def _patch_object(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``patch.object(owner, "name", new)``."""
    given = [*args, *(kwargs[each] for each in ("target", "attribute", "new") if each in kwargs)]
    if len(given) < 2 or not isinstance(given[1], str):
        return state.unknown(f"{_NAME} of an unknown name")
    return _manager(lambda state: given[0], given[1], given[2] if len(given) > 2 else MISSING)


def _found(state: State, path: str) -> Value:
    from winit_lint.interpreter.facts import Import

    first, *rest = path.split(".")
    value = state.names.imported(state, state.names.file(state.frame.module), Import(first, None, 0), late=True)
    for name in rest:
        value = state.attribute(value, name)
    return value


def _manager(find: Callable[[State], Value], name: str, new: Value) -> Instance:
    before: list[tuple[Value, Value]] = []

    def enter(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        from winit_lint.interpreter.patching import give_up

        if new is MISSING:
            give_up(state, f"{_NAME} of {name}")  # a mock that answers anything
            return state.unknown(_NAME)
        owner = find(state)
        before.append((owner, _own(state, owner, name)))
        state.operations.set_attribute(state, owner, name, new, state.frame.node)
        return new

    def leave(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        from winit_lint.interpreter.patching import set_outer

        if before:
            owner, old = before.pop()
            if isinstance(owner, (Module, Instance)) and old is not MISSING:
                state.operations.set_attribute(state, owner, name, old, state.frame.node)
            elif isinstance(owner, (Module, Instance)):
                owner.attributes.pop(name, None)
            else:
                set_outer(state, owner, name, old)
        return None

    methods = {"__enter__": enter, "__exit__": leave, "start": enter, "stop": leave}
    return namespace(_NAME, {key: Host(f"{_NAME}.{key}", call) for key, call in methods.items()})


def _own(state: State, owner: Value, name: str) -> Value:
    """What the owner itself has by this name, to be put back; for a class not what it inherits."""
    if isinstance(owner, (Class, Instance, Module)) and name in owner.attributes:
        return owner.attributes[name]
    if isinstance(owner, Class):
        return owner.namespace(name)
    if isinstance(owner, External):
        return External(f"{owner.name}.{name}")
    try:
        return MISSING if isinstance(owner, (Instance, Module)) else state.attribute(owner, name)
    except Raised:
        return MISSING


MOCKING: Mapping[str, Value] = MappingProxyType(
    {_NAME: Host(_NAME, _patch), f"{_NAME}.object": Host(f"{_NAME}.object", _patch_object)}
)
"""By qualified name."""
