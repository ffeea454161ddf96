"""Methods that ``nn.Module`` and its containers have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import libcst as cst

from winit_lint.interpreter.items import extend, is_dict, is_list, members, named_tensors, paths, placed, put, update
from winit_lint.interpreter.loading import load_state
from winit_lint.interpreter.precision import convert
from winit_lint.interpreter.state import Record, State
from winit_lint.interpreter.taint import note_handed_on
from winit_lint.interpreter.values import (
    MISSING,
    Host,
    Module,
    Tensor,
    TracedName,
    Traversed,
    Unknown,
    Value,
)
from winit_lint.interpreter.volatile import note_registered
from winit_lint.ir.distribution import UNINITIALISED
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import SizeExpr
from winit_lint.ir.write import Origin

Method = Callable[[State, Module, list[Value], dict[str, Value]], Value]


def _apply(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.alike import Treatments, treat
    from winit_lint.interpreter.traversal import note_dropped, recording

    function = args[0] if args else kwargs.get("fn")
    node = state.frame.node
    if function is None and isinstance(node, cst.Call) and node.args and isinstance(node.args[0].value, cst.Call):
        if not state.trying:
            state.events.append(("called", state.tick(), state.site(node), state.frame.definition.text(node.args[0])))
        return module
    name = getattr(function, "qualname", None) or getattr(getattr(function, "function", None), "qualname", None)
    known = Treatments.of(state)
    with recording(state, node, module, name) as record:

        def visit(each: Module) -> None:
            before = record.writes
            value = state.call(function, [each], {}, node)
            if record.writes == before:
                note_dropped(state, value, node)

        for each in _postorder(module, set()):
            record.visited.append(each)
            state.visiting[-1] = each
            treat(state, known, None, each, partial(visit, each))
    return module


def _postorder(module: Module, seen: set[int]) -> Iterator[Module]:
    for child in module.modules.values():
        if child is not None:
            yield from _postorder(child, seen)
    yield module


def _modules(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Traversed([each for _, each in paths(module)], module, "modules")


def _named_modules(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    prefix = kwargs.get("prefix", "")
    lead = f"{prefix}." if isinstance(prefix, str) and prefix else ""
    return Traversed([(TracedName(f"{lead}{path}"), each) for path, each in paths(module)], module, "named_modules")


def _children(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Traversed([child for child in module.modules.values() if child is not None], module, "children")


def _named_children(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    items = [(TracedName(name), child) for name, child in module.modules.items() if child is not None]
    return Traversed(items, module, "named_children")


def _parameters(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    recurse = kwargs.get("recurse", args[0] if args else True)
    found = named_tensors(module, recurse=recurse is not False)
    state.reached.clear()
    return Traversed([tensor for _, tensor in found], module, "parameters")


def _named_parameters(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    recurse = kwargs.get("recurse", True)
    state.reached.clear()
    found = named_tensors(module, recurse=recurse is not False)
    return Traversed([(TracedName(name), tensor) for name, tensor in found], module, "named_parameters")


def _self(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return module


def _converted(name: str, state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    convert(module, name, [*args, *kwargs.values()])
    return module


def _nothing(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


def _buffers(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    note_handed_on(state, [module])
    return Unknown("a module method")


def _to_empty(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return emptied(state, module)


def emptied(state: State, module: Module) -> Module:
    """``module.to_empty()``: every parameter has new memory that nothing has filled."""
    for _, tensor in named_tensors(module):
        if tensor.storage is not None:
            record = Record("uninitialised", UNINITIALISED, Origin.CREATION, state.site(state.frame.node))
            record.storage, record.clock = tensor.storage, state.tick()
            tensor.storage.records.append(record)
            tensor.storage.dist = tensor.dist = UNINITIALISED
    return module


def _register_parameter(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    values = [*args, *kwargs.values()]
    if len(values) == 2 and isinstance(values[0], str):
        name, tensor = values
        module.attributes.pop(name, None)
        if tensor is None or isinstance(tensor, Tensor):
            module.parameters[name] = tensor
        else:
            module.attributes[name] = tensor
    return None


def _register_buffer(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    name = kwargs.get("name", args[0] if args else None)
    value = kwargs.get("tensor", args[1] if len(args) > 1 else None)
    if isinstance(name, str):
        module.attributes.pop(name, None)
        if isinstance(value, Tensor) and value.storage is not None and not value.is_parameter:
            value.attributes["buffer"] = True
        module.buffers[name] = value
        note_registered(state, module, name, value, kwargs.get("persistent", args[2] if len(args) > 2 else True))
    return None


def _add_module(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    values = [kwargs.get("name", args[0] if args else None), kwargs.get("module", args[1] if len(args) > 1 else None)]
    name = values[0] if isinstance(values[0], str) else "*"
    put(state, module, name, values[1])
    return None


def _requires_grad(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    flag = args[0] if args else kwargs.get("requires_grad", True)
    tensors = [tensor for _, tensor in named_tensors(module)]
    set_trainable(state, tensors, flag)
    return module


def set_trainable(state: State, tensors: list[Tensor], flag: Value, node: Any = None) -> None:
    """``requires_grad = flag`` on tensors."""
    if not isinstance(flag, bool):
        for tensor in tensors:
            tensor.requires_grad = True
        return
    for tensor in tensors:
        tensor.requires_grad = flag
    if not flag and tensors:
        site = state.site(node if node is not None else state.frame.node)
        state.events.append(("freeze", state.tick(), site, list(tensors)))


def _load_state_dict(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    strict = kwargs.get("strict", args[1] if len(args) > 1 else True)
    source = args[0] if args else kwargs.get("state_dict")
    return load_state(state, module, strict, "load_state_dict", source)


def _state_dict(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The tensors by name, detached as torch gives them: they can be written to, and share the parameters' memory."""
    from winit_lint.interpreter.tensor import view

    kept = kwargs.get("keep_vars", args[2] if len(args) > 2 else False) is not False
    return {name: each if kept else view(each, detached=True) for name, each in named_tensors(module)}


def _get_submodule(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    path = args[0] if args else None
    found = next((each for name, each in paths(module) if name == path), None)
    return state.unknown("get_submodule of an unknown path", holder=module) if found is None else found


def _owner_of(module: Module, path: Value) -> tuple[Module, str] | None:
    """The module below ``module`` that a dotted path leads to, and the last name of the path."""
    if not isinstance(path, str):
        return None
    before, _, last = path.rpartition(".")
    return next(((each, last) for name, each in paths(module) if name == before), None)


def _get_parameter(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    found = _owner_of(module, args[0] if args else kwargs.get("target"))
    if found is None:
        return state.unknown("a parameter of an unknown path", holder=module)
    return state.attribute(found[0], found[1], state.frame.node)


def _set_submodule(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    given = [*args, *(kwargs[name] for name in ("target", "module") if name in kwargs)]
    found = _owner_of(module, given[0]) if len(given) > 1 else None
    if found is None or not isinstance(given[1], Module):
        module.opaque = True
        return state.unknown("a module put at an unknown path", holder=module)
    return _add_module(state, found[0], [found[1], given[1]], {})


def _reset(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.torch_layer import reset_defaults

    reset_defaults(state, module)
    return None


def _zero_padding(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.torch_layer import zero_padding_row

    zero_padding_row(state, module, state.origin)
    return None


def _forward(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.forward import call_module

    return call_module(state, module, args, kwargs, state.frame.node)


def _append(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    put(state, module, str(len(placed(module))), args[0] if args else None)
    return module


def _extend(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    extend(state, module, args[0] if args else [], state.frame.node)
    return module


def _insert(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 2 and isinstance(args[0], int):
        values = list(module.modules.values())
        values.insert(args[0], args[1])
        module.modules.clear()
        extend(state, module, values, state.frame.node)
    return module


def _pop(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    names = list(module.modules)
    key = args[0] if args else -1
    name = names[key] if isinstance(key, int) and -len(names) <= key < len(names) else key
    return module.modules.pop(name, None) if isinstance(name, str) else state.unknown("pop of an unknown item")


def _joined(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``ModuleList + ModuleList``: a new container of the same modules, which are not attached anew."""
    from winit_lint.interpreter.torch_layer import new_module

    other = args[0] if args else None
    if not isinstance(other, Module) or not is_list(other) or module.opaque or other.opaque:
        return state.unknown("an operator on objects")
    both = [*module.modules.values(), *other.modules.values()]
    fresh = new_module(state, module.cls, state.frame.node)
    fresh.ready, fresh.open_children = True, module.open_children or other.open_children
    fresh.modules = {str(place): child for place, child in enumerate(both)}
    return fresh


def _keys(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return list(members(module))


def _values(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return list(members(module).values())


def _items(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return list(members(module).items())


def _length(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return SizeExpr.atom(f"len({module.id})") if module.open_children else len(placed(module))


_PRIVATE_RESET = frozenset({"torch.nn.MultiheadAttention", "torch.nn.Transformer"})
_SELF = ("to", "cuda", "cpu", "half", "float", "double", "bfloat16", "train", "eval", "type", "share_memory", "xpu")
_QUIET = (
    "zero_grad",
    "register_forward_hook",
    "register_forward_pre_hook",
    "register_full_backward_hook",
    "register_load_state_dict_post_hook",
    "_register_load_state_dict_pre_hook",
    "register_load_state_dict_pre_hook",
    "_register_state_dict_hook",
    "register_state_dict_post_hook",
    "register_backward_hook",
    "flatten_parameters",
    "compile",
    "extra_repr",
    "set_extra_state",
)
_METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "apply": _apply,
        "modules": _modules,
        "named_modules": _named_modules,
        "children": _children,
        "named_children": _named_children,
        "parameters": _parameters,
        "named_parameters": _named_parameters,
        "to_empty": _to_empty,
        "register_parameter": _register_parameter,
        "register_buffer": _register_buffer,
        "add_module": _add_module,
        "register_module": _add_module,
        "requires_grad_": _requires_grad,
        "load_state_dict": _load_state_dict,
        "state_dict": _state_dict,
        "get_submodule": _get_submodule,
        "get_parameter": _get_parameter,
        "get_buffer": _get_parameter,
        "set_submodule": _set_submodule,
        "buffers": _buffers,
        "named_buffers": _buffers,
        **dict.fromkeys(_SELF, _self),
        **{name: partial(_converted, name) for name in ("to", "half", "bfloat16", "float", "double", "type")},
        **dict.fromkeys(_QUIET, _nothing),
    }
)
_LIST_METHODS: Mapping[str, Method] = MappingProxyType(
    {"append": _append, "extend": _extend, "insert": _insert, "pop": _pop, "__len__": _length, "__add__": _joined}
)
_DICT_METHODS: Mapping[str, Method] = MappingProxyType(
    {"keys": _keys, "values": _values, "items": _items, "pop": _pop, "__len__": _length}
)


def reset_name(module: Module) -> str:
    """The method by which a torch layer's constructor fills its parameters."""
    private = module.layer is not None and module.layer.name in _PRIVATE_RESET
    return "_reset_parameters" if private else "reset_parameters"


def module_method(state: State, module: Module, name: str) -> Value:
    """A method or attribute that torch's classes give a module; MISSING where they have none of that name."""
    method = _METHODS.get(name)
    if method is None and is_list(module):
        method = _LIST_METHODS.get(name)
    if method is None and is_dict(module):
        method = _DICT_METHODS.get(name)
        if name == "update":
            return Host(name, lambda s, a, k: update(s, module, a[0] if a else {}, s.frame.node))
    if method is None and module.layer is not None:
        if name == reset_name(module) and module.layer.parameters is not None:
            method = _reset if module.parameters else None
        elif name == "forward":
            method = _forward
        elif name == "_fill_padding_idx_with_zero" and module.layer.kind is LayerKind.EMBEDDING:
            method = _zero_padding
    if method is not None:
        chosen = method
        return Host(name, lambda s, args, kwargs: chosen(s, module, args, kwargs))
    if name == "training":
        return True
    if name == "_modules":
        return module.modules
    if name == "_parameters":
        return module.parameters
    if name == "_buffers":
        return module.buffers
    if name == "__dict__":
        state.own_dicts[id(module.attributes)] = module
        return module.attributes
    return MISSING
