"""New tensors and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from winit_lint.interpreter.contents import content, is_stale
from winit_lint.interpreter.initialize import argument_value
from winit_lint.interpreter.operators import note_sized
from winit_lint.interpreter.precision import low_precision
from winit_lint.interpreter.sampled import moments
from winit_lint.interpreter.state import Record, State
from winit_lint.interpreter.values import Tensor, Unknown, Value
from winit_lint.ir.distribution import LOADED, UNINITIALISED, UNKNOWN, Distribution, Kind
from winit_lint.ir.size import SizeExpr
from winit_lint.ir.write import Origin
from winit_lint.knowledge.factories import FactorySpec, ShapeSource
from winit_lint.knowledge.spec import REQUIRED

_MAX_DATA = 4096


def create(state: State, spec: FactorySpec, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """Call a function that makes a tensor."""
    if spec.name.startswith("torch.Tensor.new"):
        args = args[1:] if spec.shape is not ShapeSource.LIKE else args
    shape, rest, source = _shape(state, spec, args, kwargs)
    bound = _bind(spec, rest, kwargs)
    values = {name: argument_value(value) for name, value in bound.items()}
    dist = _draw(spec, values)
    data = _data(spec, source, bound, state)
    if shape is not None and (len(shape) > 1 or spec.shape is not ShapeSource.SIZES_OR_DATA):
        note_sized(state, *(dim for dim in shape if dim is not None))
    if shape is not None and len(shape) == 1 and isinstance(shape[0], SizeExpr) and not shape[0].atoms <= state.sized:
        shape = shape if spec.shape is ShapeSource.SIZES_OR_DATA else None  # it may hold all the sizes
    record = Record(spec.name, dist, Origin.CREATION, state.site(node), values, frozenset(kwargs), shape=shape)
    if spec.shape in {ShapeSource.SIZES_OR_DATA, ShapeSource.DATA}:
        _from_data(record, spec, source, shape)
    if record.dist.kind is Kind.UNINITIALISED:
        record.init = "uninitialised"
    storage = state.storage(record.site, record.shape, record.dist)
    record.storage, record.clock = storage, state.tick()
    storage.dtype = record.dtype = low_precision(bound.get("dtype", kwargs.get("dtype"))) or _inherited(source, kwargs)
    storage.records.append(record)
    integer = _is_integer(spec, bound)
    tensor = Tensor(storage, record.shape, dist=record.dist, data=data, integer=integer, origin=spec.name)
    tensor.requires_grad = bound.get("requires_grad") is True
    if data is not None:
        storage.listed.append(tensor)
    if spec.shape is ShapeSource.LIKE and isinstance(source, Tensor):
        tensor.attributes["like"] = source
    return tensor


def _inherited(source: Value, kwargs: dict[str, Value]) -> str | None:
    """The element type of ``empty_like(source)``."""
    stored = isinstance(source, Tensor) and source.storage is not None and kwargs.get("dtype") is None
    return source.storage.dtype if stored else None


def _is_integer(spec: FactorySpec, bound: Mapping[str, Value]) -> bool:
    """Its dtype cannot carry a gradient."""
    dtype = str(getattr(bound.get("dtype"), "name", ""))
    if dtype:
        return any(part in dtype for part in ("int", "bool", "long", "float8", "float4"))
    if spec.name == "torch.arange":
        return not any(isinstance(bound.get(name), float) for name in ("start", "end", "step"))
    if spec.name == "torch.full":
        return type(bound.get("fill_value")) is int
    return "Long" in spec.name or "Int" in spec.name or "randint" in spec.name


def _bind(spec: FactorySpec, rest: list[Value], kwargs: dict[str, Value]) -> dict[str, Value]:
    bound: dict[str, Value] = {}
    for index, (name, default) in enumerate(spec.signature):
        if index < len(rest):
            bound[name] = rest[index]
        else:
            bound[name] = kwargs.get(name, "?" if default is REQUIRED else default)
    return bound


def _shape(
    state: State, spec: FactorySpec, args: list[Value], kwargs: dict[str, Value]
) -> tuple[Any, list[Value], Value]:
    """(shape, the arguments of the spec's signature, the source of data or shape)."""
    first = args[0] if args else kwargs.get("size", kwargs.get("input", kwargs.get("data")))
    match spec.shape:
        case ShapeSource.SIZES:
            sizes = args if args and not isinstance(first, (tuple, list, Unknown)) else first
            return _dims(sizes), [], None
        case ShapeSource.SIZES_OR_DATA:
            if args and all(isinstance(a, (int, SizeExpr)) for a in args):
                return _dims(args), [], list(args)
            if len(args) > 1:
                return _dims(args), [], list(args)
            return (_dims(first) if _is_size(first) else None), [], first
        case ShapeSource.SIZE:
            return _dims(_size(spec, args, kwargs)), list(args), None
        case ShapeSource.LIKE:
            return (first.shape if isinstance(first, Tensor) else None), list(args), first
        case ShapeSource.DATA:
            return _data_shape(first), list(args), first
        case ShapeSource.COUNT:
            return _counted(spec, list(args), kwargs), list(args), None
        case ShapeSource.MATRIX:
            rows = first if isinstance(first, (int, SizeExpr)) else None
            columns = args[1] if len(args) > 1 and isinstance(args[1], (int, SizeExpr)) else rows
            return (rows, columns), list(args), None
    return None, list(args), None


def _size(spec: FactorySpec, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The argument ``size``; of ``randint(high, size)`` the last, of ``normal(mean)`` the shape of the means."""
    place = [name for name, _ in spec.signature].index("size")
    if "size" in kwargs or len(args) > place:
        return kwargs["size"] if "size" in kwargs else args[place]
    sized = [arg.shape for arg in args if isinstance(arg, Tensor)]
    return sized[0] if sized else next((arg for arg in args[::-1] if isinstance(arg, (tuple, list))), None)


def _counted(spec: FactorySpec, args: list[Value], kwargs: dict[str, Value]) -> Any:
    """The shape of a range, where its length is known."""
    values = {name: argument_value(value) for name, value in _bind(spec, args, kwargs).items()}
    length = spec.count(SimpleNamespace(**values)) if spec.count is not None else None
    return None if length is None else (length,)


def _is_size(value: Value) -> bool:
    """``torch.Tensor(x.shape)``: a tuple of sizes (lists are data)."""
    return isinstance(value, tuple) and bool(value) and all(isinstance(v, (int, SizeExpr)) for v in value)


def _dims(sizes: Value) -> Any:
    if isinstance(sizes, (int, SizeExpr)) and not isinstance(sizes, bool):
        return (sizes,)
    if isinstance(sizes, (tuple, list)):
        return tuple(s if isinstance(s, (int, SizeExpr)) else int(s) if isinstance(s, float) else None for s in sizes)
    return None


def _data_shape(value: Value) -> Any:
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, (int, float, SizeExpr)):
        return ()
    if isinstance(value, (list, tuple)):
        inner = _data_shape(value[0]) if value else ()
        return None if inner is None else (len(value), *inner)
    return None


def _draw(spec: FactorySpec, values: dict[str, Any]) -> Distribution:
    try:
        return spec.distribution(SimpleNamespace(**values))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return UNKNOWN


def _from_data(record: Record, spec: FactorySpec, source: Value, shape: Any) -> None:
    """A tensor made from given values holds these, one made from sizes holds nothing yet."""
    if spec.shape is ShapeSource.SIZES_OR_DATA and isinstance(source, list) and shape is not None:
        record.dist = UNINITIALISED
        if len(source) == 1 and isinstance(source[0], SizeExpr):
            record.reason = f"size-or-data:{source[0]}"
        return
    if spec.shape is ShapeSource.SIZES_OR_DATA and _is_size(source):
        record.dist = UNINITIALISED
        return
    if isinstance(source, (int, float)) and not isinstance(source, bool):
        record.dist = Distribution(Kind.CONSTANT, float(source), 0.0)
    elif isinstance(source, Tensor):
        record.dist = content(source)
    elif isinstance(source, (list, tuple)) and source and all(isinstance(v, (int, float)) for v in source):
        mean = sum(source) / len(source)
        std = (sum((v - mean) ** 2 for v in source) / len(source)) ** 0.5
        kind = Kind.CONSTANT if std == 0 else Kind.MOMENTS
        record.dist = Distribution(kind, mean, std)
    else:
        record.dist = LOADED


def _data(spec: FactorySpec, source: Value, bound: dict[str, Value], state: State) -> list[Any] | None:
    """Small concrete contents, which constructors use as schedules (drop-path rates)."""
    name = spec.name.rpartition(".")[2]
    if name == "linspace":
        start: Any
        end: Any
        steps: Any
        start, end, steps = (bound.get(k) for k in ("start", "end", "steps"))
        known = isinstance(start, (int, float)) and isinstance(end, (int, float)) and isinstance(steps, int)
        if not known or not 0 < steps <= _MAX_DATA:
            return None
        width = (end - start) / (steps - 1) if steps > 1 else 0.0
        return [start + width * i for i in range(steps)]
    if name == "arange":
        numbers = [bound.get(k) for k in ("start", "end", "step")]
        if not isinstance(numbers[1], int):
            numbers = [0, numbers[0], 1]  # arange(end)
        if all(isinstance(n, int) for n in numbers) and numbers[2]:
            values = range(*numbers)  # type: ignore[arg-type]
            return list(values) if len(values) <= _MAX_DATA else None
        return None
    if spec.shape is ShapeSource.DATA and isinstance(source, (list, tuple)) and len(source) <= _MAX_DATA:
        return list(source) if all(isinstance(v, (int, float)) for v in source) else None
    if spec.shape is ShapeSource.DATA and isinstance(source, (int, float)):
        return [source]
    return None


def make_parameter(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """``nn.Parameter(data, requires_grad=True)``: shares the storage of its data."""
    data = args[0] if args else kwargs.get("data")
    flag = kwargs.get("requires_grad", args[1] if len(args) > 1 else True)
    site = state.site(node)
    whole = isinstance(data, Tensor) and data.region is None and data.copied is None and not is_stale(data)
    if whole and isinstance(data, Tensor) and data.storage is not None:
        storage = data.storage
        owned = data.is_parameter or data.attributes.get("of_parameter")
        storage.owners = max(storage.owners, int(bool(owned))) + 1
        if not owned:
            storage.created = site
    else:
        storage = state.storage(site)
        dist = LOADED
        if isinstance(data, Tensor):
            dist = content(data) if data.data is None else moments(data.data)
        storage.shape = data.shape if isinstance(data, Tensor) else None
        dist = UNKNOWN if isinstance(data, Unknown) else dist
        origin = Origin.LOAD if dist.kind in {Kind.LOADED, Kind.UNKNOWN} else Origin.CREATION
        record = Record("torch.nn.Parameter", dist, origin, site, shape=storage.shape, storage=storage)
        record.clock = state.tick()
        storage.records.append(record)
        storage.dist = dist
    shape = data.shape if isinstance(data, Tensor) else None
    tensor = Tensor(storage, shape, is_parameter=True, requires_grad=flag is not False, dist=storage.dist)
    tensor.face = state.next_id()
    if isinstance(data, Tensor):
        tensor.integer = data.integer
    return tensor
