"""Calls that leave the project: torch's functions and layers from the tables, known helpers, and the unknown rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from winit_lint.interpreter.call import call_unknown
from winit_lint.interpreter.copies import deep_copy
from winit_lint.interpreter.creation import create, make_parameter
from winit_lint.interpreter.flow import holds_flow
from winit_lint.interpreter.forward import call_function_on_flow, call_module
from winit_lint.interpreter.imports import import_module
from winit_lint.interpreter.initialize import assign_data, initialize
from winit_lint.interpreter.items import own_item, set_own_child
from winit_lint.interpreter.lineage import follow
from winit_lint.interpreter.parametrize import PARAMETRIZATIONS, parametrize
from winit_lint.interpreter.pretrained import build_from_config
from winit_lint.interpreter.registration import setter_of
from winit_lint.interpreter.seeding import note_call
from winit_lint.interpreter.small_tensors import ELEMENTWISE, concrete_call
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.taint import raw_in, taint
from winit_lint.interpreter.tensor_methods import elementwise
from winit_lint.interpreter.third_party import call_helper, from_pretrained
from winit_lint.interpreter.torch_layer import bare_module, build_layer, reset_defaults
from winit_lint.interpreter.values import (
    BoundMethod,
    Class,
    External,
    Instance,
    Module,
    Tensor,
    Test,
    Unknown,
    Value,
)
from winit_lint.ir.distribution import UNKNOWN
from winit_lint.ir.size import SizeExpr
from winit_lint.knowledge.factories import FACTORIES
from winit_lint.knowledge.frameworks import is_hub_model
from winit_lint.knowledge.initializers import INITIALIZERS, calculate_gain
from winit_lint.knowledge.layers import LAYERS
from winit_lint.knowledge.tensor_methods import TENSOR_METHODS
from winit_lint.knowledge.third_party import HELPERS

Call = Callable[[State, list[Value], dict[str, Value], Any], Value]

_QUIET_PREFIXES = (
    "torch.cuda.",
    "torch.backends.",
    "torch.distributed.",
    "torch.utils.data.",
    "torch.device",
    "torch.dtype",
    "torch.Generator",
    "torch.Size",
    "torch.save",
    "torch.load",
    "torch.manual_seed",
    "torch.set_",
    "torch.get_",
    "torch.is_",
    "torch.autograd.",
    "torch.optim.",
    "torch._C.",
    "torch.fx.",
    "torch.onnx.",
    "torch._assert",
    "torch.jit.is_",
    "torch.finfo",
    "torch.iinfo",
    "torch.amp.",
    "torch.random.",
    "builtins.",
    "logging.",
    "typing.",
    "os.",
    "sys.",
    "json.",
    "numpy.",
    "random.",
    "inspect.",
    "collections.",
    "pathlib.",
    "time.",
    "importlib.",
)


_NOT_HERE = (
    # A model is read as plain eager code: neither scripted, traced nor exported.
    "torch.jit.is_scripting",
    "torch.jit.is_tracing",
    "torch._C._get_tracing_state",
    "torchvision._is_tracing",
    "torch.compiler.is_compiling",
    "torch.compiler.is_exporting",
    "torch.compiler.is_dynamo_compiling",
    "torch._dynamo.is_compiling",
    "torch.onnx.is_in_onnx_export",
    "torch.fx._symbolic_trace.is_fx_tracing",
    "torch.is_grad_enabled",
    "torch.distributed.is_available",
    "torch.distributed.is_initialized",
    "torch.overrides.has_torch_function",
    "torch.overrides.has_torch_function_unary",
    "torch.overrides.has_torch_function_variadic",
    "torch.is_complex",
)


def call_external(state: State, name: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """Call something outside the project by its qualified name."""
    out = kwargs.get("out")
    if isinstance(out, Tensor) and state.flow is None and name.startswith("torch."):
        value = call_external(state, name, args, {k: v for k, v in kwargs.items() if k != "out"}, node)
        assign_data(state, out, value, node, name)
        return out
    note_call(state, name, args, kwargs, node)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(state, args, kwargs, node)
    if name in INITIALIZERS:
        target = args[0] if args else kwargs.pop("tensor", None)
        return initialize(state, name, INITIALIZERS[name], target, args[1:], kwargs, node)
    if name in LAYERS:
        return build_layer(state, name, args, kwargs, node)
    owner, _, method = name.rpartition(".")
    if method == "__init__":
        return _base_init(state, owner, args, kwargs, node)
    if owner in LAYERS and args and isinstance(args[0], Module):
        return _layer_method(state, owner, method, args, kwargs, node)
    if name in PARAMETRIZATIONS and args:
        return parametrize(state, name, args, kwargs, node)
    if state.flow is not None and any(holds_flow(v) for v in (*args, *kwargs.values())):
        return call_function_on_flow(state, name, args, kwargs, node)
    concrete = concrete_call(name, args, kwargs) if name.startswith("torch.") else None
    if concrete is not None:
        return concrete
    if name in FACTORIES:
        return create(state, FACTORIES[name], args, kwargs, node)
    if owner == "torch.Tensor" and args and isinstance(args[0], Tensor):
        return state.call(state.attribute(args[0], method, node), args[1:], kwargs, node)
    if method == "from_config" and owner.startswith("transformers."):
        return build_from_config(state, name, args, kwargs, node)
    if name in HELPERS:
        return call_helper(state, name, HELPERS[name], args, kwargs, node)
    if method in {"from_pretrained", "load_from_checkpoint", "from_config"}:
        return from_pretrained(state, name, args, kwargs, node)
    if is_hub_model(name) and state.flow is None:
        return build_from_config(state, name, args, kwargs, node)
    if name.startswith("torch.") and state.flow is not None:
        return call_function_on_flow(state, name, args, kwargs, node)
    return _rest(state, name, args, kwargs, node)


def _rest(state: State, name: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    if name.startswith("torch.distributed."):
        taint(state, raw_in((*args, *kwargs.values())), f"call of {name}")  # what another process sends fills it
    if name.startswith(_QUIET_PREFIXES):
        return Instance(External(name), {}, open=True) if name.startswith("builtins.") else Unknown(f"{name}()", name)
    if name.startswith("torch."):
        if _tensors(args):
            return _torch_function(state, name, args, kwargs, node)
        if not any(isinstance(v, Module) for v in (*args, *kwargs.values())):
            return Unknown(f"{name}()", name)
    return call_unknown(state, f"call of {name}", args, kwargs, node)


def _tensors(args: list[Value]) -> bool:
    return any(
        isinstance(v, Tensor) or (isinstance(v, (list, tuple)) and any(isinstance(e, Tensor) for e in v)) for v in args
    )


def _torch_function(state: State, name: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """A function of stored tensors: a method where a tensor has one of that name, else new values."""
    bare = name.rpartition(".")[2]
    first = args[0] if args else None
    if isinstance(first, Tensor):
        if bare in {"t", "transpose", "clone", "reshape", "flatten", "unsqueeze", "squeeze", "chunk", "split", "mul"}:
            return state.call(state.attribute(first, bare, node), args[1:], kwargs, node)
        if bare.endswith("_") and bare in TENSOR_METHODS:
            return state.call(state.attribute(first, bare, node), args[1:], kwargs, node)
        if bare in ELEMENTWISE:
            return elementwise(state, first, bare)
    if bare.endswith("_"):
        taint(state, args, f"call of {name}")
    storage = state.storage(state.site(node) if node is not None else None)
    return follow(state, Tensor(storage, None, dist=UNKNOWN), args, bare)


def _base_init(state: State, owner: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    from winit_lint.interpreter.instantiate import base_init

    if not args and "**" not in kwargs:
        raise Raised("TypeError")  # `Base.__init__()`, without the instance
    receiver = args[0] if args else None
    if isinstance(receiver, Module):
        return base_init(state, receiver, owner, args[1:], kwargs, node)
    if isinstance(receiver, Instance):
        receiver.open = receiver.open or owner not in {"object", "builtins.object", "abc.ABC"}
        for name, value in kwargs.items():
            if name != "**":
                receiver.attributes.setdefault(name, value)
    return None


def _layer_method(
    state: State, owner: str, method: str, args: list[Value], kwargs: dict[str, Value], node: Any
) -> Value:
    module = args[0]
    if method in {"reset_parameters", "_reset_parameters"}:
        reset_defaults(state, module)
        return None
    if method in {"forward", "__call__"}:
        return call_module(state, module, args[1:], kwargs, node, project=False)
    if method == "__setitem__" and len(args) == 3:
        set_own_child(state, module, args[1], args[2])
        return None
    if method == "__getitem__" and len(args) == 2:
        return own_item(state, module, args[1], node)
    bound = state.attribute(module, method, node)
    return state.call(bound, args[1:], kwargs, node)


def _parameter(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    return make_parameter(state, args, kwargs, node)


def _uninitialized(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    value = make_parameter(state, [], kwargs, node)
    if isinstance(value, Tensor):
        value.attributes["lazy"] = True
    return value


def _set_plainly(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """``object.__setattr__(target, name, value)``: past what the class, or ``nn.Module``, makes of an assignment."""
    if len(args) != 3 or kwargs or not isinstance(args[0], (Instance, Module)):
        return call_unknown(state, "call of object.__setattr__", args, kwargs, node)
    target, name, value = args
    setter = setter_of(target.cls, name) if isinstance(target.cls, Class) and isinstance(name, str) else None
    if setter is not None:
        return state.call(BoundMethod(setter, target), [value], {}, node)
    for each in (name,) if isinstance(name, str) else tuple(target.attributes):
        target.attributes[each] = (
            value if isinstance(name, str) else Unknown("an attribute of a name that is not known")
        )
    return None


def _is_lazy(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    return bool(args) and isinstance(args[0], Tensor) and "lazy" in args[0].attributes


def _deep_copy(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    original = args[0] if args else None
    copied = deep_copy(state, original)
    if isinstance(copied, Module):
        state.events.append(("clone", state.tick(), state.site(node), "copy.deepcopy", [copied], original))
    return copied


def _skip_init(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """``skip_init(cls, ...)``: the layer, with memory that nothing has filled."""
    from winit_lint.interpreter.children import emptied

    rest = {name: value for name, value in kwargs.items() if name not in {"device", "module_cls"}}
    cls = args[0] if args else kwargs.get("module_cls")
    made = state.call(cls, args[1:], rest, node)
    return emptied(state, made) if isinstance(made, Module) else made


def _calculate_gain(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    name = args[0] if args else kwargs.get("nonlinearity")
    param = args[1] if len(args) > 1 else kwargs.get("param")
    if isinstance(name, (Unknown, SizeExpr)) or isinstance(param, Unknown):
        return Unknown("calculate_gain of an unknown name", "gain")
    try:
        return calculate_gain(name, param)
    except ValueError:
        from winit_lint.interpreter.raising import certain_raise

        return certain_raise(state, "torch.nn.init.calculate_gain", {"nonlinearity": name, "param": param}, node)


def _fans(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    from winit_lint.knowledge.initializers import fans_of

    tensor = args[0] if args else kwargs.get("tensor")
    shape = tensor.shape if isinstance(tensor, Tensor) and tensor.shape is not None else (None,)
    known = tuple(dim for dim in shape if dim is not None)
    if len(known) == len(shape):
        fans = fans_of(known)
        if fans is not None:
            return (fans.fan_in, fans.fan_out)
    return (Unknown("fans of an unknown shape", "fan_in"), Unknown("fans of an unknown shape", "fan_out"))


def _correct_fan(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    mode = args[1] if len(args) > 1 else kwargs.get("mode", "fan_in")
    fans = _fans(state, args, kwargs, node)
    return fans[1] if mode == "fan_out" else fans[0]


def _context(name: str) -> Call:
    def call(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
        return Instance(External(name), {}, open=True)

    return call


def _is_tensor(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    return bool(args) and isinstance(args[0], Tensor)


def _embedding_from_pretrained(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    table = args[0] if args else kwargs.get("embeddings")
    frozen = kwargs.get("freeze", args[1] if len(args) > 1 else True)
    shape = table.shape if isinstance(table, Tensor) and table.shape is not None and len(table.shape) == 2 else None
    sizes = list(shape) if shape is not None else [SizeExpr.atom("?rows"), SizeExpr.atom("?columns")]
    rest = {k: v for k, v in kwargs.items() if k in {"padding_idx", "max_norm"}}
    layer = build_layer(state, "torch.nn.Embedding", sizes, rest, node)
    from winit_lint.interpreter.loading import mark_loaded

    mark_loaded(state, layer, node, "torch.nn.Embedding.from_pretrained")
    weight = layer.parameters.get("weight")
    if weight is not None:
        weight.requires_grad = frozen is False
    return layer


def _on_this_machine(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    return Test("torch.cuda.is_available()", free=False, prefer=False)


def _never(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    return False


def _as_tensor(name: str) -> Call:
    """What is a tensor already stays the same one: a write to the result is a write to it."""

    def call(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
        first = args[0] if args else kwargs.get("data")
        if isinstance(first, Tensor) and len(args) < 2 and kwargs.keys() <= {"data", "device"}:
            return first
        return create(state, FACTORIES[name], args, kwargs, node)

    return call


def _vector(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    return Unknown("a vector of parameters")


def _fill_from_vector(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    taint(state, args[1:] or list(kwargs.values()), "torch.nn.utils.vector_to_parameters")
    return None


def _trainable_buffer(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    value = args[0] if args else kwargs.get("data")
    if isinstance(value, Tensor):
        value.attributes["buffer"] = True
    return value


_SPECIAL: Mapping[str, Call] = MappingProxyType(
    {
        "torch.nn.Module": lambda state, args, kwargs, node: bare_module(state, node),
        "torch.nn.Parameter": _parameter,
        "torch.nn.Buffer": _trainable_buffer,
        "object.__setattr__": _set_plainly,
        "builtins.object.__setattr__": _set_plainly,
        "torch.nn.parameter.UninitializedParameter": _uninitialized,
        "torch.nn.parameter.is_lazy": _is_lazy,
        "copy.deepcopy": _deep_copy,
        "torch.as_tensor": _as_tensor("torch.as_tensor"),
        "torch.nn.utils.skip_init": _skip_init,
        "torch.nn.utils.init.skip_init": _skip_init,
        "importlib.import_module": import_module,
        "torch.nn.init.calculate_gain": _calculate_gain,
        "torch.nn.init._calculate_fan_in_and_fan_out": _fans,
        "torch.nn.init._calculate_correct_fan": _correct_fan,
        "torch.no_grad": _context("torch.no_grad"),
        "torch.inference_mode": _context("torch.inference_mode"),
        "torch.autograd.no_grad": _context("torch.no_grad"),
        "torch.enable_grad": _context("torch.enable_grad"),
        "torch.is_tensor": _is_tensor,
        "torch.nn.Embedding.from_pretrained": _embedding_from_pretrained,
        "torch.nn.utils.parameters_to_vector": _vector,
        "torch.nn.utils.vector_to_parameters": _fill_from_vector,
        "torch.cuda.is_available": _on_this_machine,
        **dict.fromkeys(_NOT_HERE, _never),
    }
)
