"""Construction of torch's own layers from the tables."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from winit_lint.interpreter.children import reset_name
from winit_lint.interpreter.copies import deep_copy
from winit_lint.interpreter.host import is_number
from winit_lint.interpreter.in_forward import note_layer
from winit_lint.interpreter.initialize import default_write, zero_rows
from winit_lint.interpreter.items import tensors_below
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.operators import note_sized
from winit_lint.interpreter.patching import patched_member
from winit_lint.interpreter.precision import low_precision
from winit_lint.interpreter.state import State
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
    is_symbolic,
    unmixed,
)
from winit_lint.ir.distribution import UNINITIALISED
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import SizeExpr
from winit_lint.ir.write import Origin
from winit_lint.knowledge.layers import LAYERS
from winit_lint.knowledge.layers_attention import RESETS
from winit_lint.knowledge.spec import REQUIRED, LayerSpec

_SCALAR_SIZES = frozenset({LayerKind.LINEAR, LayerKind.CONV, LayerKind.EMBEDDING, LayerKind.RECURRENT})
_FLAGS = frozenset({"bias", "affine", "elementwise_affine", "track_running_stats", "bidirectional", "add_bias_kv"})


def new_module(state: State, cls: Value, node: Any) -> Module:
    """An empty module instance of a class."""
    site = state.site(node) if node is not None and state.frames else None
    module = Module(cls, state.next_id(), site)
    state.modules_built.append(module)
    if isinstance(cls, Class):
        for base in cls.mro:
            if isinstance(base, External) and base.name in LAYERS and base.name != "torch.nn.Module":
                module.layer = LAYERS[base.name]
                break
    elif isinstance(cls, External):
        module.layer = LAYERS.get(cls.name)
    return module


def bare_module(state: State, node: Any) -> Module:
    """``nn.Module()``, to which attributes are given one by one."""
    made = new_module(state, External("torch.nn.Module"), node)
    made.ready = True
    return made


def build_layer(state: State, name: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Module:
    """``torch.nn.X(*args, **kwargs)``."""
    module = new_module(state, External(name), node)
    put = patched_member(state, module.cls, "__init__")
    if put is MISSING:
        init_layer(state, module, LAYERS[name], args, kwargs, node)
    else:
        state.call(BoundMethod(put, module), args, kwargs, node)
    note_layer(state, module, node)
    return module


def init_layer(
    state: State, module: Module, spec: LayerSpec, args: list[Value], kwargs: dict[str, Value], node: Any
) -> None:
    """Run the ``__init__`` of a torch layer on an instance (of it or of a project subclass)."""
    module.ready = True
    if spec.kind is LayerKind.CONTAINER:
        _fill_container(state, module, spec, args, kwargs, node)
        return
    arguments = bind_layer(state, spec, args, kwargs)
    module.layer = spec
    module.arguments.update(arguments)
    if spec.kind is LayerKind.RECURRENT and spec.name.startswith("torch.nn.") and "num_layers" in arguments:
        _count_layers(arguments)
    if spec.kind is LayerKind.EMBEDDING:
        _count_from_start(module.arguments)
    namespace = SimpleNamespace(**arguments)
    reset = _overriding_reset(state, module)
    try:
        specs = spec.parameters(namespace)
        for parameter in specs:
            _add_parameter(state, module, parameter, namespace, node, filled=reset is None)
    except (TypeError, ValueError, ZeroDivisionError, AttributeError, LookupError):
        state.unknown(f"arguments of {spec.name}", node)
        module.opaque = True
        return
    for child in spec.children:
        given = child.arguments(namespace)
        if given is not None:
            _child(state, module, child.name, build_layer(state, child.cls, [], dict(given), node))
    _composite(state, module, spec, arguments, node)
    for buffer in spec.buffers:
        module.buffers[buffer] = Tensor(shape=None)
    if reset is not None and specs:
        state.call(BoundMethod(reset, module), [], {}, node)
    for rule in RESETS.get(spec.name, ()):
        for path, tensor in tensors_below(module):
            matches = rule.path in {"*", path} and tensor.shape is not None and len(tensor.shape) >= rule.min_dims
            if matches:
                default_write(state, tensor, rule.init, dict(rule.arguments))


def bind_layer(state: State, spec: LayerSpec, args: list[Value], kwargs: dict[str, Value]) -> dict[str, Value]:
    """A layer's arguments by name, n-dimensional ones as tuples, unknown sizes as symbols."""
    bound: dict[str, Value] = {}
    for index, (name, default) in enumerate(spec.signature):
        if index < len(args):
            value = args[index]
        elif name in kwargs:
            value = kwargs[name]
        elif default is REQUIRED:
            value = SizeExpr.atom(f"?{name}")
        else:
            value = default
        value = unmixed(value)
        if is_symbolic(value) and (name in _FLAGS or isinstance(default, bool)):
            value = state.truth(value, name)
        elif isinstance(value, Unknown):
            value = SizeExpr.atom(f"?{value.text}")
        elif isinstance(value, bool) and default is REQUIRED:
            value = int(value)
        if default is REQUIRED and isinstance(value, SizeExpr):
            note_sized(state, value)
        if name in spec.broadcast:
            value = _broadcast(value, spec.spatial)
        elif isinstance(value, (Tensor, Instance)) or (isinstance(value, list) and spec.kind in _SCALAR_SIZES):
            value = SizeExpr.atom(f"?{name}")  # no size that can be worked with
        bound[name] = value
    return bound


def _broadcast(value: Value, spatial: int) -> Value:
    if isinstance(value, list):
        value = tuple(value)
    if isinstance(value, tuple):
        return tuple(SizeExpr.atom(f"?{v.text}") if isinstance(v, Unknown) else v for v in value)
    return (value,) * spatial if spatial and not isinstance(value, str) else value


def _count_layers(arguments: dict[str, Value]) -> None:
    if not isinstance(arguments["num_layers"], int):
        arguments["num_layers"] = 1


def _add_parameter(state: State, module: Module, spec: Any, namespace: Any, node: Any, *, filled: bool) -> None:
    given = spec.shape(namespace)
    if given is None:
        module.parameters[spec.name] = None
        return
    shape = tuple(dim if isinstance(dim, (int, SizeExpr)) else SizeExpr.atom("?dim") for dim in given)
    storage = state.storage(state.site(node) if node is not None and state.frames else module.created, shape)
    tensor = Tensor(storage, shape, is_parameter=True, requires_grad=True, spec=(spec, namespace), layer=module)
    tensor.dist = storage.dist = UNINITIALISED
    storage.dtype = low_precision(getattr(namespace, "dtype", None))
    module.parameters[spec.name] = tensor
    default = spec.default(namespace) if filled else None
    if default is None:
        default_write(state, tensor, "uninitialised", {})
    else:
        default_write(state, tensor, default[0], dict(default[1]))
        zero_padding_row(state, module, Origin.DEFAULT)


def _count_from_start(arguments: dict[str, Value]) -> None:
    """A padding index below 0 counts from the end; the layer keeps it as one from the start."""
    index, rows = arguments.get("padding_idx"), arguments.get("num_embeddings")
    if isinstance(index, int) and index < 0 and isinstance(rows, (int, SizeExpr)):
        arguments["padding_idx"] = rows + index


def zero_padding_row(state: State, module: Module, origin: Origin) -> None:
    """An embedding's row of its padding index is zero once torch has filled the table."""
    weight, index = module.parameters.get("weight"), module.arguments.get("padding_idx")
    if weight is None or module.layer is None or module.layer.kind is not LayerKind.EMBEDDING:
        return
    if isinstance(index, (int, SizeExpr)) and not isinstance(index, bool):
        zero_rows(state, weight, (index, index + 1), origin)


def _overriding_reset(state: State, module: Module) -> Function | None:
    """A project subclass's own ``reset_parameters``, or a patched one, which torch's constructor calls."""
    name = reset_name(module)
    if isinstance(module.cls, Class):
        member, _ = find_member(module.cls, name)
    else:
        member = patched_member(state, module.cls, name)
    return member if isinstance(member, Function) else None


def reset_defaults(state: State, module: Module) -> None:
    """``super().reset_parameters()``: draw torch's defaults again."""
    for tensor in module.parameters.values():
        if tensor is not None and tensor.spec is not None:
            default = tensor.spec[0].default(tensor.spec[1])
            if default is not None:
                default_write(state, tensor, default[0], dict(default[1]))
                zero_padding_row(state, module, Origin.DEFAULT)


def _child(state: State, module: Module, name: str, child: Module) -> None:
    module.modules[name] = child
    child.attached_at = state.tick()


def _composite(state: State, module: Module, spec: LayerSpec, arguments: dict[str, Value], node: Any) -> None:
    """Children that the tables cannot list."""
    if spec.name in {"torch.nn.TransformerEncoder", "torch.nn.TransformerDecoder"}:
        layer = arguments.get("encoder_layer", arguments.get("decoder_layer"))
        _clone_layers(state, module, layer, arguments["num_layers"], node, spec.name)
        if isinstance(arguments.get("norm"), Module):
            _child(state, module, "norm", arguments["norm"])
    elif spec.name == "torch.nn.AdaptiveLogSoftmaxWithLoss":
        _adaptive_softmax(state, module, arguments, node)
    elif spec.name == "torch.nn.Transformer":
        shared = {k: arguments[k] for k in ("d_model", "nhead", "dim_feedforward", "dropout", "batch_first", "bias")}
        for side, count in (("Encoder", "num_encoder_layers"), ("Decoder", "num_decoder_layers")):
            custom = arguments[f"custom_{side.lower()}"]
            if isinstance(custom, Module):
                _child(state, module, side.lower(), custom)
                continue
            layer = build_layer(state, f"torch.nn.Transformer{side}Layer", [], dict(shared), node)
            norm = build_layer(state, "torch.nn.LayerNorm", [arguments["d_model"]], {"bias": arguments["bias"]}, node)
            stack = new_module(state, External(f"torch.nn.Transformer{side}"), node)
            stack.ready = True
            _clone_layers(state, stack, layer, arguments[count], node, None)
            _child(state, stack, "norm", norm)
            _child(state, module, side.lower(), stack)


def _adaptive_softmax(state: State, module: Module, arguments: dict[str, Value], node: Any) -> None:
    """The head and a narrower tail for each cluster of rare classes."""
    width, classes, cutoffs = (arguments[name] for name in ("in_features", "n_classes", "cutoffs"))
    divisor = arguments["div_value"]
    known = isinstance(cutoffs, (list, tuple)) and all(
        isinstance(each, (int, SizeExpr)) for each in (*cutoffs, classes)
    )
    if not known or not isinstance(width, int) or not is_number(divisor) or divisor <= 0:
        state.unknown("arguments of torch.nn.AdaptiveLogSoftmaxWithLoss", node)
        module.opaque = True
        return
    bounds = [*cutoffs, classes]
    outputs = [*bounds[:1], *(high - low for low, high in pairwise(bounds))]
    head = {"out_features": outputs[0] + len(cutoffs), "bias": arguments["head_bias"]}
    _child(state, module, "head", build_layer(state, "torch.nn.Linear", [width], head, node))
    tails = []
    for cluster, size in enumerate(outputs[1:], 1):
        narrow = int(width // divisor**cluster)
        pair = [(width, narrow, False), (narrow, size, False)]
        layers: list[Value] = [build_layer(state, "torch.nn.Linear", list(each), {}, node) for each in pair]
        tails.append(build_layer(state, "torch.nn.Sequential", layers, {}, node))
    _child(state, module, "tail", build_layer(state, "torch.nn.ModuleList", [tails], {}, node))


def _clone_layers(state: State, module: Module, layer: Value, count: Value, node: Any, how: str | None) -> None:
    layers = new_module(state, External("torch.nn.ModuleList"), node)
    layers.ready = True
    if isinstance(layer, Module):
        known = isinstance(count, int)
        layers.open_children = not known
        copies = [deep_copy(state, layer) for _ in range(min(count, 64) if known else 1)]
        for index, copy in enumerate(copies):
            _child(state, layers, str(index), copy)
        if how is not None and (len(copies) > 1 or not known):
            state.events.append(("clone", state.tick(), state.site(node), how, copies, layer))
    else:
        layers.opaque = True
    _child(state, module, "layers", layers)


def _fill_container(
    state: State, module: Module, spec: LayerSpec, args: list[Value], kwargs: dict[str, Value], node: Any
) -> None:
    from winit_lint.interpreter.items import extend, update

    values = [*args, *kwargs.values()] if kwargs else args
    first = values[0] if values else None
    if spec.name == "torch.nn.Sequential":
        if len(values) == 1 and isinstance(first, dict):
            update(state, module, first, node)
        else:
            extend(state, module, values, node)
    elif spec.name in {"torch.nn.ModuleDict", "torch.nn.ParameterDict"}:
        if first is not None:
            update(state, module, first, node)
    elif first is not None:
        extend(state, module, first, node)
