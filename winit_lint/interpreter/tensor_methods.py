"""Methods of tensors."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from winit_lint.interpreter.concrete_methods import CONCRETE
from winit_lint.interpreter.contents import content
from winit_lint.interpreter.flow import emit, is_flow
from winit_lint.interpreter.initialize import apply_record, initialize, is_tracked
from winit_lint.interpreter.lineage import followed
from winit_lint.interpreter.operands import equal_parts
from winit_lint.interpreter.precision import converts
from winit_lint.interpreter.sampled import Sample, mapped, moments, sample
from winit_lint.interpreter.shapes import computed, method_shape, viewed, with_shape
from winit_lint.interpreter.small_tensors import ELEMENTWISE, concrete_call, of_constant
from winit_lint.interpreter.state import Record, State
from winit_lint.interpreter.taint import taint
from winit_lint.interpreter.values import External, Host, Tensor, Unknown, Value
from winit_lint.ir.distribution import UNKNOWN, Kind
from winit_lint.ir.flow import OpKind
from winit_lint.ir.size import Number, SizeExpr, product
from winit_lint.ir.write import Region
from winit_lint.knowledge.activations import METHODS as ACTIVATIONS
from winit_lint.knowledge.factories import FACTORIES
from winit_lint.knowledge.functions import METHOD_ARGUMENTS, METHODS
from winit_lint.knowledge.tensor_methods import ASKED, TENSOR_METHODS
from winit_lint.knowledge.transforms import clamped

Method = Callable[[State, Tensor, list[Value], dict[str, Value]], Value]
_ARITHMETIC = {"mul": "*", "div": "/", "add": "+", "sub": "-", "true_divide": "/", "pow": "**", "multiply": "*"}
_NEGATED = frozenset({"neg_", "negative_"})
_MAX_PARTS = 64
_SAME = frozenset(
    {
        "detach",
        "detach_",
        "contiguous",
        "to",
        "float",
        "double",
        "half",
        "bfloat16",
        "cuda",
        "cpu",
        "type",
        "type_as",
        "requires_grad_",
        "share_memory_",
        "pin_memory",
        "numpy",
    }
)
_RESHAPED = frozenset(
    {"view", "reshape", "flatten", "unsqueeze", "squeeze", "expand", "permute", "movedim", "unflatten"}
    | {"squeeze_", "unsqueeze_"}
)
_WITHOUT_RESULT = ("backward", "retain_grad", "record_stream", "register_hook", "register_post_accumulate_grad_hook")
_COPIES = frozenset({"clone", "repeat", "repeat_interleave", "tile", "index_select", "masked_select", "gather", "roll"})


def tensor_method(state: State, owner: Tensor, name: str, node: Any) -> Value:
    """A method of ``owner`` as a callable."""
    return Host(name, lambda s, a, k: followed(s, owner, name, call_method(s, owner, name, a, k), a, k))


def call_method(state: State, owner: Tensor, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``owner.name(*args, **kwargs)``."""
    if is_flow(owner):
        return _flow_method(state, owner, name, args, kwargs)
    node = state.frame.node
    concrete = concrete_call(name, [owner, *args], kwargs) if owner.data is not None else None
    if concrete is not None and name not in CONCRETE:
        return concrete
    special = _MEMORY.get(name)
    if special is not None:
        return special(state, owner, args, kwargs)
    if owner.data is not None and name in CONCRETE:
        return CONCRETE[name](state, owner, args, kwargs)
    if state.flow is None and name.endswith("_") and name[:-1] in ELEMENTWISE:
        held = None if owner.attributes.get("recomputed") else sample(owner)
        if held is not None:
            return _elementwise_in_place(state, owner, name, mapped(held, ELEMENTWISE[name[:-1]]))
    if name in _NEGATED:
        name, args = "mul_", [-1]
    if name in TENSOR_METHODS:
        spec = TENSOR_METHODS[name]
        return initialize(state, spec.name, spec, owner, args, kwargs, node)
    if name.endswith("_") and name[:-1] in _ARITHMETIC:
        from winit_lint.interpreter.tensor import augmented

        augmented(state, owner, _ARITHMETIC[name[:-1]], args[0] if args else None, node)
        return owner
    if state.flow is not None and name in ACTIVATIONS:
        return emit(state, OpKind.ACTIVATION, f"torch.Tensor.{name}", [owner], activation=ACTIVATIONS[name].activation)
    if name in _ARITHMETIC:
        from winit_lint.interpreter.tensor import tensor_binary

        return tensor_binary(state, _ARITHMETIC[name], owner, args[0] if args else None)
    if f"torch.Tensor.{name}" in FACTORIES:
        from winit_lint.interpreter.creation import create

        return create(state, FACTORIES[f"torch.Tensor.{name}"], [owner, *args], kwargs, node)
    return _other(state, owner, name, args, kwargs)


def _other(state: State, owner: Tensor, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.flow import holds_flow
    from winit_lint.interpreter.tensor import matmul

    if state.flow is None and name.endswith("_") and not name.endswith("__"):
        taint(state, [owner], f"torch.Tensor.{name}")  # it writes in place what the tables do not say
        owner.data, owner.dist = None, UNKNOWN
        return owner
    if state.flow is not None and owner.storage is not None:
        if name in {"matmul", "mm", "bmm"} and args:
            return matmul(state, f"torch.Tensor.{name}", owner, args[0], state.frame.node)
        if any(holds_flow(value) for value in args) or owner.is_parameter:
            return emit(state, METHODS.get(name, OpKind.UNKNOWN), f"torch.Tensor.{name}", [owner, *args])
    if name in {"clamp", "clip", "clamp_min", "clamp_max"}:
        return with_shape(_clamped(state, owner, name, args, kwargs), method_shape(owner, name, args, kwargs))
    return computed(state, owner, name, args, kwargs)


def elementwise(state: State, owner: Tensor, name: str) -> Tensor:
    """A function of each element of a tensor in memory; its content is not known where the tables do not say it."""
    from winit_lint.interpreter.tensor import derived, function_of

    function = ELEMENTWISE.get(name)
    constant = of_constant(name, content(owner))
    if function is None or constant.kind is not Kind.UNKNOWN:
        return derived(state, owner, constant)
    return function_of(state, owner, mapped(sample(owner), function))


def _elementwise_in_place(state: State, owner: Tensor, name: str, kept: Sample | None) -> Tensor:
    dist = UNKNOWN if kept is None else moments(kept[1])
    record = Record(f"torch.Tensor.{name}", dist, state.origin, state.site(state.frame.node), shape=owner.shape)
    record.updates = True
    record.tracked = is_tracked(state, owner)
    apply_record(state, owner, record)
    if owner.storage is not None:
        owner.storage.sample = kept
    return owner


def _clamped(state: State, owner: Tensor, name: str, args: list[Value], kwargs: dict[str, Value]) -> Tensor:
    from winit_lint.interpreter.tensor import function_of

    bounds = [*args, None, None] if name != "clamp_max" else [None, *args]
    low, high = kwargs.get("min", bounds[0]), kwargs.get("max", bounds[1])
    if not all(bound is None or isinstance(bound, (int, float)) for bound in (low, high)):
        return function_of(state, owner, None)
    least, most = -math.inf if low is None else low, math.inf if high is None else high
    kept = mapped(sample(owner), lambda value: min(max(value, least), most))
    return function_of(state, owner, kept, clamped(content(owner), low, high))


def _flow_method(state: State, owner: Tensor, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.forward import named_arguments
    from winit_lint.interpreter.tensor import matmul, tensor_binary

    node = state.frame.node
    full = f"torch.Tensor.{name}"
    if name == "size" and owner.shape is not None:
        return _size(state, owner, args, kwargs)
    if name in ASKED or name.startswith(("is_", "register_")):
        return Unknown(f"{name} of a flow value", name)
    if name in {"matmul", "mm", "bmm", "__matmul__"} and args:
        return matmul(state, full, owner, args[0], node)
    bare = name[:-1] if name.endswith("_") else name
    if bare in _ARITHMETIC and args:
        return tensor_binary(state, _ARITHMETIC[bare], owner, args[0])
    if name in ACTIVATIONS:
        spec = ACTIVATIONS[name]
        return emit(state, OpKind.ACTIVATION, full, [owner], activation=spec.activation, node=node)
    if name.startswith("new_"):
        return emit(state, OpKind.CONSTANT, full, [], node=node)
    if name in {"chunk", "split", "unbind", "tensor_split", "split_with_sizes"}:
        return _parts(state, owner, name, args, kwargs)
    kind = METHODS.get(name, METHODS.get(bare, OpKind.UNKNOWN))
    given = named_arguments(METHOD_ARGUMENTS.get(name, ()), args, kwargs)
    result = emit(state, kind, full, [owner, *args, *kwargs.values()], node=node, args=given)
    if name in {"max", "min", "topk", "sort", "median", "mode", "kthvalue"} and (args or "dim" in kwargs):
        return (result, emit(state, OpKind.CONSTANT, full, []))
    return result


def _parts(state: State, owner: Tensor, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.tensor import pieces

    first = args[0] if args else next(iter(kwargs.values()), None)
    count = len(first) if isinstance(first, (list, tuple)) else first if name == "chunk" else None
    parts = equal_parts(name, first)
    result = emit(state, OpKind.SPLIT, f"torch.Tensor.{name}", [owner], node=state.frame.node, args=parts)
    if isinstance(count, int) and 0 < count <= 64:
        return tuple(pieces(state, result, count, state.frame.node))
    return result


_FLOATS = frozenset({"float", "half", "double", "float16", "float32", "float64", "bfloat16"})


def _same(name: str, state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.tensor import view

    if name == "requires_grad_":
        from winit_lint.interpreter.children import set_trainable

        set_trainable(state, [owner], args[0] if args else kwargs.get("requires_grad", True))
        return owner
    if converts(owner, name, [*args, *kwargs.values()]):
        return view(owner, copied="conversion")
    if name in {"detach", "numpy"}:
        return view(owner, detached=True)
    dtypes = (name, *(argument.name for argument in (*args, *kwargs.values()) if isinstance(argument, External)))
    known = any(dtype.rpartition(".")[2] in _FLOATS for dtype in dtypes)
    return view(owner, integer=False) if known else view(owner)


def _reshaped(name: str, state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.tensor import view

    if name.endswith("_"):
        owner.shape = None
        return owner
    dims = args[0] if len(args) == 1 and isinstance(args[0], (tuple, list)) else args
    shape: Any = None
    if name in {"view", "reshape"} and dims and all(isinstance(d, (int, SizeExpr)) for d in dims):
        shape = viewed(owner.shape, dims)
    elif name == "flatten" and owner.shape is not None and not args and None not in owner.shape:
        shape = (product(tuple(d for d in owner.shape if d is not None)),)
    elif name == "unsqueeze" and owner.shape is not None and args and isinstance(args[0], int):
        at = args[0] if args[0] >= 0 else len(owner.shape) + 1 + args[0]
        shape = (*owner.shape[:at], 1, *owner.shape[at:])
    return view(owner, shape=shape, is_parameter=False)


def _copied(name: str, state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.tensor import derived, view

    keeps = name == "clone"
    if not (owner.is_parameter or owner.attributes.get("of_parameter")):
        fresh = derived(state, owner, content(owner))
        fresh.shape = owner.shape if keeps else None
        return fresh
    return view(owner, copied="clone", shape=owner.shape if keeps else None, is_parameter=False)


def _transpose(state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.tensor import transposed, view

    if owner.shape is not None and len(owner.shape) > 2 and len(args) == 2 and all(isinstance(a, int) for a in args):
        dims = list(owner.shape)
        i, j = args
        if -len(dims) <= i < len(dims) and -len(dims) <= j < len(dims):
            dims[i], dims[j] = dims[j], dims[i]
            return view(owner, shape=tuple(dims), is_parameter=False)
    return transposed(state, owner, state.frame.node)


def _size(state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    dim = args[0] if args else kwargs.get("dim")
    if owner.shape is None:
        return Unknown("the size of a tensor", "size()")
    if dim is None:
        return tuple(Unknown("a dimension") if d is None else d for d in owner.shape)
    if isinstance(dim, int) and -len(owner.shape) <= dim < len(owner.shape):
        found = owner.shape[dim]
        return Unknown("a dimension") if found is None else found
    return Unknown("the size of a tensor", "size()")


def _dim(state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Unknown("the number of dimensions", "dim()") if owner.shape is None else len(owner.shape)


def _numel(state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if owner.shape is None or None in owner.shape:
        return Unknown("the number of elements", "numel()")
    return product(tuple(d for d in owner.shape if d is not None))


def _item(state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if owner.data is not None and len(owner.data) == 1:
        return owner.data[0]
    return Unknown("the value of a tensor", "item()")


def _tolist(state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return list(owner.data) if owner.data is not None else Unknown("the values of a tensor", "tolist()")


def _split(name: str, state: State, owner: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.tensor import view

    return split_regions(state, owner, name, args, kwargs, view)


def split_regions(
    state: State, owner: Tensor, name: str, args: list[Value], kwargs: dict[str, Value], view: Callable[..., Tensor]
) -> Value:
    """Views of the parts of a stacked tensor; which rows they are is known for dimension 0."""
    first = args[0] if args else next((kwargs[k] for k in ("chunks", "split_size", "sections") if k in kwargs), None)
    dim = kwargs.get("dim", args[1] if len(args) > 1 else 0)
    sizes = _part_sizes(name, owner.shape[0] if owner.shape else None, first) if dim == 0 and name != "unbind" else None
    if sizes is None or len(sizes) > _MAX_PARTS:
        count = len(first) if isinstance(first, (list, tuple)) else first if name in {"chunk", "tensor_split"} else 1
        count = count if isinstance(count, int) and 0 < count <= _MAX_PARTS else 1
        regions = [Region(f"{name} {i + 1}/{count}", None, 1 / count, True) for i in range(count)]
        return tuple(view(owner, shape=None, is_parameter=False, region=region) for region in regions)
    found: list[Tensor] = []
    low: Number = 0
    for i, size in enumerate(sizes, 1):
        region = Region(f"{name} {i}/{len(sizes)}", (low, low + size), 1 / len(sizes), True)
        found.append(view(owner, shape=(size, *(owner.shape or ())[1:]), is_parameter=False, region=region))
        low = low + size
    return tuple(found)


def _part_sizes(name: str, rows: Number | None, first: Value) -> list[Number] | None:
    """How many rows each part has; a symbolic number of rows is taken for a multiple of the number of parts."""
    if isinstance(first, (list, tuple)):
        known = name != "tensor_split" and all(isinstance(size, (int, SizeExpr)) for size in first)
        return list(first) if known else None
    if rows is None or not isinstance(first, (int, SizeExpr)) or not first:
        return None
    if name == "tensor_split":
        return [rows // first] * first if isinstance(first, int) and rows % first == 0 else None
    if isinstance(rows, int) and isinstance(first, int):
        step = first if name == "split" else math.ceil(rows / first)
        return [min(step, rows - low) for low in range(0, rows, step)]
    count = first if name == "chunk" else rows / first
    return [rows // count] * count if isinstance(count, int) and 0 < count <= _MAX_PARTS else None


_MEMORY: Mapping[str, Method] = MappingProxyType(
    {
        **{name: partial(_same, name) for name in _SAME},
        **{name: partial(_reshaped, name) for name in _RESHAPED},
        **{name: partial(_copied, name) for name in _COPIES},
        "t": _transpose,
        "transpose": _transpose,
        "swapaxes": _transpose,
        "size": _size,
        "dim": _dim,
        "ndimension": _dim,
        "numel": _numel,
        "nelement": _numel,
        "__len__": lambda s, o, a, k: _size(s, o, [0], {}),
        "item": _item,
        "tolist": _tolist,
        **{name: partial(_split, name) for name in ("chunk", "split", "unbind", "tensor_split")},
        "is_floating_point": lambda s, o, a, k: not o.integer,
        **{name: lambda s, o, a, k: None for name in _WITHOUT_RESULT},
    }
)
