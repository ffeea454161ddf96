"""What calling a module or a torch function does to the flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from winit_lint.interpreter.flow import emit, is_flow
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.operands import bank_sides, equal_parts, equation_of
from winit_lint.interpreter.parametrize import originals
from winit_lint.interpreter.state import State
from winit_lint.interpreter.tensor import is_weight, matmul, pieces, scalar_args, tensor_binary
from winit_lint.interpreter.trial import trial
from winit_lint.interpreter.values import BoundMethod, Class, External, Function, Module, Tensor, Unknown, Value
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.knowledge.activations import FUNCTIONS as ACTIVATION_FUNCTIONS
from winit_lint.knowledge.activations import MODULES as ACTIVATION_MODULES
from winit_lint.knowledge.activations import OTHER_CLASSES, VARIANTS
from winit_lint.knowledge.functions import ARGUMENTS, FUNCTIONS
from winit_lint.knowledge.layers import LAYERS
from winit_lint.knowledge.spec import ActivationSpec, LayerSpec

_MATMUL = frozenset(
    {
        "torch.matmul",
        "torch.mm",
        "torch.bmm",
        "torch.einsum",
        "torch.baddbmm",
        "torch.addmm",
        "torch.spmm",
        "torch.sparse.mm",
        "einops.einsum",
    }
)
_OPERATORS = {"torch.add": "+", "torch.sub": "-", "torch.subtract": "-", "torch.mul": "*", "torch.multiply": "*"}
_PARTS = frozenset({"torch.chunk", "torch.split", "torch.unbind", "torch.tensor_split"})


def call_module(
    state: State, module: Module, args: list[Value], kwargs: dict[str, Value], node: Any, *, project: bool = True
) -> Value:
    """``module(*args)``: its ``forward``, as flow."""
    if state.flow is None:
        materialise(state, module)
        if any(isinstance(each, Tensor) and each.shape is not None and each.op is None for each in args):
            return trial(state, module, args, kwargs, node)
        return Unknown("a module called outside of forward", "output")
    kwargs.pop("**", None)
    if project and isinstance(module.cls, Class):
        member, _ = find_member(module.cls, "forward")
        if isinstance(member, Function):
            active = sum(1 for frame in state.frames if frame.function is member and frame.receiver is module)
            if active < 2:
                return state.call(BoundMethod(member, module), args, kwargs, node)
    spec = module.layer
    if spec is None or module.opaque or _is_container(module):
        return _container(state, module, args, kwargs, node)
    return _layer(state, module, spec, args, kwargs, node)


def _is_container(module: Module) -> bool:
    return module.layer is not None and module.layer.kind is LayerKind.CONTAINER


def _container(state: State, module: Module, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    from winit_lint.interpreter.reflection import class_names

    if "torch.nn.Sequential" in class_names(module) and not module.opaque:
        value: Value = args[0] if args else None
        for child in module.modules.values():
            value = state.call(child, [value], {}, node)
        return value
    name = module.cls.qualname if isinstance(module.cls, Class) else getattr(module.cls, "name", "?")
    spec = _activation_of(name)
    if spec is not None and args:
        return _activate(state, spec, name, args, {}, module, node)
    return emit(state, OpKind.UNKNOWN, name, [*args, *kwargs.values()], layer=module, node=node)


def _activation_of(name: str) -> ActivationSpec | None:
    return ACTIVATION_MODULES.get(name) or OTHER_CLASSES.get(name)


def _layer(
    state: State, module: Module, spec: LayerSpec, args: list[Value], kwargs: dict[str, Value], node: Any
) -> Value:
    activation = _activation_of(spec.name)
    if activation is not None:
        return _activate(state, activation, spec.name, args, module.arguments, module, node)
    if spec.name == "torch.nn.Identity" or (spec.op is OpKind.RESHAPE and spec.name.endswith("Identity")):
        return args[0] if args else None
    if spec.name == "torch.nn.TransformerEncoderLayer" and args:
        return _encoder_layer(state, module, args, node)
    if spec.name in {"torch.nn.TransformerEncoder"} and args:
        return _encoder(state, module, args, node)
    kind = spec.op or OpKind.UNKNOWN
    weights = tuple(
        tensor
        for name, tensor in module.parameters.items()
        if tensor is not None and (name.startswith(("weight", "in_proj")) or "weight" in name)
    )
    weights += tuple(tensor for slot in _recomputed(module) for tensor in originals(module, slot))
    rest = tuple(t for t in module.parameters.values() if t is not None and t not in weights)
    arguments = {k: v for k, v in module.arguments.items() if isinstance(v, (int, float, str, bool)) or v is None}
    values = [*args, *kwargs.values()]
    result = emit(state, kind, spec.name, values, layer=module, parameters=(*weights, *rest), args=arguments, node=node)
    if kind is OpKind.RECURRENT and not spec.name.endswith("Cell"):
        return (result, (result, result) if "LSTM" in spec.name else result)
    if kind is OpKind.RECURRENT and "LSTM" in spec.name:
        return (result, result)
    if kind is OpKind.ATTENTION:
        out = module.modules.get("out_proj")
        projected = call_module(state, out, [result], {}, node) if isinstance(out, Module) else result
        return (projected, emit(state, OpKind.CONSTANT, "attention weights", []))
    if "return_indices" in arguments and arguments["return_indices"] is True:
        return (result, emit(state, OpKind.CONSTANT, "indices", []))
    return result


def _recomputed(module: Module) -> list[str]:
    """The names of the weights that the layer computes of what its parametrizations keep."""
    holder = module.modules.get("parametrizations")
    return [slot for slot in (holder.modules if holder is not None else ()) if "weight" in slot]


def _encoder_layer(state: State, module: Module, args: list[Value], node: Any) -> Value:
    """``nn.TransformerEncoderLayer.forward`` for both placements of the norm."""
    parts = module.modules
    first = module.arguments.get("norm_first") is True
    x = args[0]

    def run(name: str, value: Value, *more: Value) -> Value:
        child = parts[name]
        found = call_module(state, child, [value, *more], {}, node) if child is not None else value
        return found[0] if isinstance(found, tuple) else found

    def feed(value: Value) -> Value:
        hidden = run("linear1", value)
        activation = module.arguments.get("activation")
        name = activation if isinstance(activation, str) else None
        spec = ACTIVATION_FUNCTIONS.get(f"torch.nn.functional.{name}") if name else None
        if spec is not None:
            hidden = _activate(state, spec, f"torch.nn.functional.{name}", [hidden], {}, None, node)
        else:
            hidden = state.call(activation, [hidden], {}, node)
        return run("linear2", run("dropout", hidden))

    def attend(value: Value) -> Value:
        return run("self_attn", value, value, value)

    for norm, branch in (("norm1", attend), ("norm2", feed)):
        if first:
            x = emit(state, OpKind.ADD, "torch.Tensor +", [x, branch(run(norm, x))], node=node)
        else:
            x = run(norm, emit(state, OpKind.ADD, "torch.Tensor +", [x, branch(x)], node=node))
    return x


def _encoder(state: State, module: Module, args: list[Value], node: Any) -> Value:
    x = args[0]
    layers = module.modules.get("layers")
    if layers is None or layers.opaque:
        return emit(state, OpKind.UNKNOWN, "torch.nn.TransformerEncoder", args, layer=module, node=node)
    for layer in layers.modules.values():
        x = state.call(layer, [x], {}, node)
    norm = module.modules.get("norm")
    return call_module(state, norm, [x], {}, node) if norm is not None else x


def _activate(
    state: State, spec: ActivationSpec, name: str, args: list[Value], arguments: dict[str, Value], layer: Any, node: Any
) -> Tensor:
    given: Value = spec.default
    if spec.argument is not None:
        given = arguments.get(spec.argument, spec.default)
        if not arguments and len(args) > spec.position + 1:
            given = args[spec.position + 1]
    canonical = spec.activation
    if isinstance(given, str):
        canonical = VARIANTS.get((spec.activation, given), spec.activation)
    known: dict[str, Any] = {}
    if spec.argument is not None and not isinstance(given, str):
        known[spec.argument] = given if isinstance(given, (int, float)) else "?"
    if canonical == "hardtanh" and arguments.get("min_val", -1.0) != -arguments.get("max_val", 1.0):
        known[str(spec.argument)] = "?"  # not symmetric: the tables describe the symmetric one only
    parameters = tuple(t for t in layer.parameters.values() if t is not None) if isinstance(layer, Module) else ()
    module = layer if isinstance(layer, Module) else None
    return emit(
        state,
        OpKind.ACTIVATION,
        name,
        args[:1],
        activation=canonical,
        args=known,
        layer=module,
        parameters=parameters,
        node=node,
    )


def call_function_on_flow(state: State, name: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """A torch (or other external) function of flow values."""
    if name in ACTIVATION_FUNCTIONS:
        spec = ACTIVATION_FUNCTIONS[name]
        arguments = (
            {} if spec.argument is None or spec.argument not in kwargs else {spec.argument: kwargs[spec.argument]}
        )
        values = args or list(kwargs.values())
        return _activate(state, spec, name, values, arguments, None, node)
    values = [*args, *kwargs.values()]
    if name in _MATMUL:
        return _product(state, name, values, node)
    kind = FUNCTIONS.get(name, OpKind.UNKNOWN)
    if kind in {OpKind.WEIGHT, OpKind.EMBEDDING}:
        return _functional_layer(state, name, kind, args, kwargs, node)
    if kind in {OpKind.ADD, OpKind.MUL} and len(values) >= 2 and not all(is_flow(v) for v in values[:2]):
        kind = OpKind.SCALE
    if name in _PARTS:
        count = values[1] if len(values) > 1 else None
        result = emit(state, OpKind.SPLIT, name, values[:1], node=node, args=equal_parts(name, count))
        number = len(count) if isinstance(count, (list, tuple)) else count if name == "torch.chunk" else None
        return tuple(pieces(state, result, number, node)) if isinstance(number, int) and 0 < number <= 64 else result
    if kind is OpKind.UNKNOWN and not name.startswith("torch."):
        from winit_lint.interpreter.call import call_unknown

        return call_unknown(state, name, args, kwargs, node)
    given = named_arguments(ARGUMENTS.get(name, ()), args[1:], kwargs)
    if kind is OpKind.SCALE and len(values) == 2:
        given = scalar_args(values[0], values[1], _OPERATORS.get(name, "?"))
    result = emit(state, kind, name, values, node=node, args=given)
    if name in {"torch.max", "torch.min", "torch.topk", "torch.sort", "torch.median"} and len(values) > 1:
        return (result, emit(state, OpKind.CONSTANT, name, []))
    return result


def named_arguments(names: Sequence[str], args: Sequence[Value], kwargs: Mapping[str, Value]) -> dict[str, Any]:
    """What was given for these arguments, which stand in this order; values of the flow are left out."""
    given = {**dict(zip(names, args, strict=False)), **{name: kwargs[name] for name in names if name in kwargs}}
    return {name: value for name, value in given.items() if not isinstance(value, Tensor)}


def _product(state: State, name: str, values: list[Value], node: Any) -> Value:
    tensors = [v for v in values if isinstance(v, Tensor)]
    if name in {"torch.addmm", "torch.baddbmm"} and len(tensors) == 3:
        tensors = tensors[1:]
    if name.endswith(".einsum"):
        weights = tuple(v for v in tensors if is_weight(v))
        flows = [v for v in tensors if is_flow(v)]
        if len(flows) == 1 and len(weights) == 1:
            known: dict[str, Value] = {"equation": equation_of(values), "operand": tensors.index(weights[0])}
            return emit(state, OpKind.WEIGHT, name, flows, parameters=weights, args=known, node=node)
    elif len(tensors) == 2:
        return matmul(state, name, tensors[0], tensors[1], node)
    return emit(state, OpKind.MATMUL, name, values, node=node)


def _functional_layer(
    state: State, name: str, kind: OpKind, args: list[Value], kwargs: dict[str, Value], node: Any
) -> Value:
    """``F.linear(x, w, b)`` and its kin; a weight that is itself computed makes it a product of two flows."""
    if kind is OpKind.EMBEDDING:
        table = kwargs.get("weight", args[1] if len(args) > 1 else None)
        parameters: tuple[Tensor, ...] = (table,) if isinstance(table, Tensor) and is_weight(table) else ()
        return emit(state, kind if parameters else OpKind.UNKNOWN, name, args[:1], parameters=parameters, node=node)
    weight = kwargs.get("weight", args[1] if len(args) > 1 else None)
    bias = kwargs.get("bias", args[2] if len(args) > 2 else None)
    first = kwargs.get("input", args[0] if args else None)
    if not is_weight(weight):
        product = emit(state, OpKind.MATMUL, name, [first, weight], node=node)
        return tensor_binary(state, "+", product, bias) if isinstance(bias, Tensor) else product
    parameters = tuple(p for p in (weight, bias) if isinstance(p, Tensor) and p.storage is not None)
    sides: dict[str, Value] = {"transposed": isinstance(weight, Tensor) and weight.transposed}
    if name.endswith(".linear"):
        sides.update(bank_sides(weight, on_the_right=False))
    return emit(state, kind, name, [first], parameters=parameters, args=sides, node=node)


def materialise(state: State, module: Module) -> None:
    """Lazy layers below ``module`` become what their first forward makes of them."""
    from winit_lint.interpreter.taint import walk

    for each in walk(module):
        if isinstance(each.cls, External) and ".Lazy" in each.cls.name:
            plain = each.cls.name.replace(".Lazy", ".")
            if plain in LAYERS:
                each.cls = External(plain)
                each.layer = LAYERS[plain]
