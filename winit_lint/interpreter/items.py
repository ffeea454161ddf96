"""Items of containers, and the walks that name modules and parameters as torch names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.reflection import class_names
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import Class, External, Function, Module, Tensor, Unknown, Value
from winit_lint.ir.size import SizeExpr
from winit_lint.ir.write import Region

_LISTS = frozenset({"torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ParameterList"})
_DICTS = frozenset({"torch.nn.ModuleDict", "torch.nn.ParameterDict"})


def is_list(module: Module) -> bool:
    """A Sequential, ModuleList or ParameterList, or a project subclass of one."""
    return bool(_LISTS.intersection(class_names(module)))


def is_dict(module: Module) -> bool:
    """A ModuleDict or ParameterDict, or a project subclass of one."""
    return bool(_DICTS.intersection(class_names(module)))


def members(module: Module) -> dict[str, Value]:
    """A container's items by name, in order."""
    return {**module.parameters, **module.modules}


def placed(module: Module) -> dict[str, Value]:
    """The items of a container by name, those that are not known (a class of a package not at hand) in their places."""
    items = members(module)
    unknown = {name: value for name, value in module.attributes.items() if name.isdigit()}
    if not unknown:
        return items
    together = {**items, **unknown}
    return dict(sorted(together.items(), key=lambda item: int(item[0]))) if all(map(str.isdigit, together)) else items


def put(state: State, module: Module, name: str, value: Value) -> None:
    """Register an item of a container."""
    from winit_lint.interpreter.registration import attach

    if state.frames and state.frame.open_loops and name.isdigit():
        module.open_children = True  # filled by a loop whose count is not known
    if isinstance(value, Module):
        attach(state, module, name, value)
    elif isinstance(value, Tensor):
        if not value.is_parameter and value.storage is not None:
            value.is_parameter = value.requires_grad = True  # ParameterList wraps tensors
        module.parameters[name] = value
    elif value is None:
        module.modules[name] = None
    else:
        module.attributes[name] = value
        module.opaque = True  # an item that is not known


def extend(state: State, module: Module, values: Value, node: Any) -> None:
    """Append items."""
    if isinstance(values, (SizeExpr, Unknown)):
        module.opaque = module.open_children = True
        return
    starred = getattr(values, "length", None) is not None or type(values).__name__ == "Representative"
    if starred:
        module.open_children = True
    for value in state.iterate(values, node):
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
            put(state, module, value[0], value[1])
        else:
            put(state, module, str(len(placed(module))), value)


def delete(state: State, module: Module, index: Value) -> None:
    """``del container[index]``: the items of a list behind it move up."""
    items = members(module)
    if is_dict(module) and isinstance(index, str):
        gone = {index}
    elif is_list(module) and isinstance(index, int) and not module.open_children:
        gone = set(list(items)[slice(index, index + 1 or None)])
    else:
        module.opaque = module.open_children = True
        return
    kept = [(name, value) for name, value in items.items() if name not in gone]
    module.modules.clear()
    module.parameters.clear()
    for place, (name, value) in enumerate(kept):
        put(state, module, str(place) if is_list(module) else name, value)


def update(state: State, module: Module, values: Value, node: Any) -> None:
    """Add named items."""
    if isinstance(values, dict):
        for name, value in values.items():
            put(state, module, name if isinstance(name, str) else str(name) if isinstance(name, int) else "*", value)
    elif isinstance(values, Module):
        for name, value in members(values).items():
            put(state, module, name, value)
    elif isinstance(values, (list, tuple)):
        extend(state, module, values, node)
    else:
        module.opaque = True


def set_child(state: State, owner: Module, index: Value, value: Value, node: Any) -> None:
    """``container[index] = value``."""
    if _has_own(owner, "__setitem__"):
        state.call(state.attribute(owner, "__setitem__", node), [index, value], {}, node)
    else:
        set_own_child(state, owner, index, value)


def _has_own(owner: Module, name: str) -> bool:
    """Whether a method is the project's."""
    return isinstance(owner.cls, Class) and isinstance(find_member(owner.cls, name)[0], Function)


def set_own_child(state: State, owner: Module, index: Value, value: Value) -> None:
    """The same as torch's containers do it, past what the project makes of it."""
    names = list(members(owner))
    if isinstance(index, int) and index >= 0 and _has_gaps(owner, names):
        put(state, owner, str(index), value)
    elif isinstance(index, int) and -len(names) <= index < len(names):
        put(state, owner, names[index], value)
    elif isinstance(index, str):
        put(state, owner, index, value)
    else:
        put(state, owner, "*", value)


def _has_gaps(owner: Module, names: list[str]) -> bool:
    """A list of an external model's outline, which shows some of its items: they stand at their own places."""
    return owner.opaque and isinstance(owner.cls, External) and all(map(str.isdigit, names)) and not owner.open_children


def child_item(state: State, owner: Module, index: Value, node: Any) -> Value:
    """``container[index]``."""
    if _has_own(owner, "__getitem__"):
        return state.call(state.attribute(owner, "__getitem__", node), [index], {}, node)
    return own_item(state, owner, index, node)


def own_item(state: State, owner: Module, index: Value, node: Any) -> Value:
    """The same as torch's containers give it, past what the project makes of it."""
    items = placed(owner)
    names = list(items)
    if isinstance(index, int) and index >= 0 and _has_gaps(owner, names):
        index = str(index)
    if isinstance(index, str) and index in items:
        return items[index]
    if isinstance(index, int) and -len(names) <= index < len(names):
        return _one_of(state, owner, items[names[index]])
    if isinstance(index, slice) and all(
        isinstance(v, (int, type(None))) for v in (index.start, index.stop, index.step)
    ):
        return _sliced(state, owner, names[index], node)
    if isinstance(index, str) and _has_gaps(owner, names):
        return state.unknown("an item of a container that is not known", node, holder=owner)
    if owner.opaque or owner.open_children or isinstance(index, (SizeExpr, Unknown, slice)):
        if len(names) == 1:
            every = isinstance(index, SizeExpr) and index.atoms == {"*"}
            return items[names[0]] if every else _one_of(state, owner, items[names[0]])
        return state.unknown("an item of a container that is not known", node, holder=owner)
    if isinstance(index, (int, str)):
        raise Raised("IndexError" if isinstance(index, int) else "KeyError")
    return state.unknown("an item of a container that is not known", node, holder=owner)


def _one_of(state: State, owner: Module, found: Value) -> Value:
    """One item of a container in which it stands for several: a write to it reaches a part of them only."""
    if not owner.open_children or state.flow is not None:
        return found
    if isinstance(found, Tensor):
        return replace(found, region=Region("[one of several]"), attributes=dict(found.attributes))
    if not isinstance(found, Module):
        return found
    parameters = {name: tensor and _one_of(state, owner, tensor) for name, tensor in found.parameters.items()}
    modules = {name: child and _one_of(state, owner, child) for name, child in found.modules.items()}
    return replace(found, parameters=parameters, modules=modules)


def _sliced(state: State, owner: Module, names: list[str], node: Any) -> Module:
    from winit_lint.interpreter.torch_layer import new_module

    base = next(name for name in class_names(owner) if name in _LISTS | _DICTS)
    part = new_module(state, External(base), node)
    part.ready = True
    for name in names:
        put(state, part, name if "Sequential" in base else str(len(placed(part))), placed(owner)[name])
    return part


def shown_name(owner: Module, name: str) -> str:
    """An item's name in paths: ``*`` in a container of unknown length, with its place where the loop adds several."""
    if not owner.open_children or not name.isdigit():
        return name
    return "*" if int(name) == 0 else f"*{name}"


def paths(module: Module) -> list[tuple[str, Module]]:
    """(path, module) of the module and everything below it, each module once, as ``named_modules()``."""
    found: list[tuple[str, Module]] = []
    seen: set[int] = set()

    def visit(current: Module, prefix: str) -> None:
        if id(current) in seen:
            return
        seen.add(id(current))
        found.append((prefix, current))
        for name, child in current.modules.items():
            if child is not None:
                shown = shown_name(current, name)
                visit(child, f"{prefix}.{shown}" if prefix else shown)

    visit(module, "")
    return found


def named_tensors(module: Module, *, recurse: bool = True) -> list[tuple[str, Tensor]]:
    """(name, parameter) as ``named_parameters()``: each Parameter once."""
    found: list[tuple[str, Tensor]] = []
    seen: set[tuple[int, int]] = set()
    for path, owner in paths(module) if recurse else [("", module)]:
        for name, tensor in owner.parameters.items():
            if tensor is None:
                continue
            key = (id(tensor) if tensor.storage is None else id(tensor.storage), tensor.face)
            if key in seen:
                continue
            seen.add(key)
            shown = shown_name(owner, name) if is_list(owner) else name
            found.append((f"{path}.{shown}" if path else shown, tensor))
    return found


def tensors_below(module: Module, prefix: str = "", *, buffers: bool = False) -> Iterator[tuple[str, Any]]:
    """The parameters of a module and of all below it by name, shared ones under each of their names."""
    own = (*module.parameters.items(), *(module.buffers.items() if buffers else ()))
    for name, tensor in own:
        if tensor is not None:
            yield f"{prefix}{name}", tensor
    for name, child in module.modules.items():
        if child is not None:
            yield from tensors_below(child, f"{prefix}{name}.", buffers=buffers)
