"""Writes: what an initializer or in-place method does to the tensor that it is given."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import libcst as cst

from winit_lint.interpreter.contents import COPIES, content, forget_numbers, is_stale, told
from winit_lint.interpreter.definition import Site
from winit_lint.interpreter.handed import handed_module, in_guarded_function
from winit_lint.interpreter.in_forward import note_draw
from winit_lint.interpreter.sampled import moments
from winit_lint.interpreter.state import Frame, Raised, Record, State
from winit_lint.interpreter.taint import note_write, taint
from winit_lint.interpreter.values import Module, Tensor, Unknown, Value
from winit_lint.ir.distribution import LOADED, UNINITIALISED, UNKNOWN, Distribution, Kind
from winit_lint.ir.size import Number, SizeExpr, known
from winit_lint.ir.write import ArgValue, Effect, Origin, Region
from winit_lint.knowledge.initializers import INITIALIZERS, NONLINEARITIES, fans_of
from winit_lint.knowledge.spec import REQUIRED, Fans, InitSpec
from winit_lint.knowledge.tensor_methods import TENSOR_METHODS
from winit_lint.knowledge.transforms import clamped, erfinv

_UPDATES = frozenset({"torch.Tensor.erfinv_", "torch.Tensor.clamp_", "torch.Tensor.clip_"})
TRANSPARENT = frozenset({"staticmethod", "classmethod", "property", "override", "typing.override", "torch.jit.ignore"})
"""Decorators that call what they stand on each time, with the gradient's tracking as it is."""


def argument_value(value: Value) -> ArgValue:
    """An argument as the IR keeps it; ``"?"`` where it is not known."""
    if isinstance(value, (int, float, str, bool, SizeExpr)) or value is None:
        return value
    return "?"


def bind_spec(spec: InitSpec, args: list[Value], kwargs: dict[str, Value]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """An initializer's arguments by name and the names that were passed by position."""
    bound: dict[str, Any] = {}
    positional = tuple(name for (name, _), _ in zip(spec.signature, args, strict=False))
    for index, (name, default) in enumerate(spec.signature):
        if index < len(args):
            bound[name] = args[index]
        elif name in kwargs:
            bound[name] = kwargs[name]
        else:
            bound[name] = "?" if default is REQUIRED else default
    return {name: argument_value(value) for name, value in bound.items()}, positional


def _fans(shape: Any) -> Fans | None:
    if shape is None or any(dim is None for dim in shape) or len(shape) < 2:
        return None
    return fans_of(shape)


def _distribution(spec: InitSpec, arguments: dict[str, Any], shape: Any) -> Distribution:
    whole = None if shape is None or any(dim is None for dim in shape) else shape
    try:
        return spec.distribution(SimpleNamespace(**arguments), _fans(shape), whole)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return UNKNOWN


def default_write(state: State, tensor: Tensor, init: str, arguments: dict[str, Any]) -> None:
    """A write by torch itself at construction."""
    storage = tensor.storage
    assert storage is not None
    put = state.names.patches.outside.get(init)
    if put is not None:  # torch's layers find the initializer in its module each time
        state.call(put, [tensor], dict(arguments))
        return
    if init == "uninitialised":
        dist = UNINITIALISED
        record = Record(init, dist, Origin.CREATION, None, shape=tensor.shape)
    else:
        spec = INITIALIZERS.get(init) or TENSOR_METHODS[init.rpartition(".")[2]]
        bound = dict(spec.signature)
        bound.update(arguments)
        dist = _distribution(spec, bound, tensor.shape)
        kept = {name: argument_value(value) for name, value in bound.items()}
        record = Record(init, dist, Origin.DEFAULT, None, kept, frozenset(arguments), (), tensor.shape)
    _store(state, tensor, record)


def zero_rows(state: State, tensor: Tensor, rows: tuple[Number, Number], origin: Origin) -> None:
    """Zeros that torch itself writes to some rows of a parameter."""
    shape = tensor.shape[1:] if tensor.shape is not None else None
    site = state.site(state.frame.node) if origin is not Origin.DEFAULT else None
    record = Record(
        "torch.Tensor.fill_", Distribution(Kind.CONSTANT, 0.0, 0.0), origin, site, {"value": 0.0}, shape=shape
    )
    record.region = Region(f"[{rows[0]}]", rows)
    _store(state, tensor, record)


def _store(state: State, tensor: Tensor, record: Record) -> None:
    storage = tensor.storage
    assert storage is not None
    if state.flow is not None:
        note_draw(state, tensor, record)
        return  # what forward writes is computation, not initialisation
    if tensor.integer and not _is_whole(record.dist):
        record.dist = UNKNOWN  # it is cut off to whole numbers
    record.clock = state.tick()
    record.storage = storage
    record.dtype = storage.dtype
    record.stack = state.call_stack()
    record.handed = handed_module(state)
    record.through = state.reached.get(storage.id)
    storage.records.append(record)
    storage.sample = None
    if record.effect is Effect.APPLIED:
        forget_numbers(storage)
        if record.region is tensor.region:
            told(tensor, record.dist)
        if record.region is None:
            storage.dist = record.dist
        elif storage.dist.kind is not Kind.UNINITIALISED or record.dist.kind is Kind.UNKNOWN:
            storage.dist = Distribution(Kind.MOMENTS) if storage.dist.kind is not Kind.UNKNOWN else UNKNOWN
    note_write(state, record)


def _is_whole(dist: Distribution) -> bool:
    value = known(dist.mean) if dist.kind is Kind.CONSTANT else None
    return dist.mean is None or (value is not None and value == int(value))


def is_tracked(state: State, tensor: Tensor) -> bool:
    """Autograd certainly sees a write to a leaf: no context, decorator or handler that is not known is around it."""
    if not tensor.requires_grad or tensor.detached or tensor.copied is not None or state.no_grad or state.trying:
        return False
    decorators = (text for frame in state.frames if frame.function is not None for text in frame.function.decorators)
    return all(text in TRANSPARENT for text in decorators)


def initialize(
    state: State, init: str, spec: InitSpec, target: Value, args: list[Value], kwargs: dict[str, Value], node: Any
) -> Value:
    """Call an initializer on a value; returns that value, as torch does."""
    arguments, positional = bind_spec(spec, args, kwargs)
    given = frozenset(positional) | {name for name in kwargs if name in arguments}
    if target is None:
        slot = state.none_slot
        given_slot = isinstance(node, cst.Call) and bool(node.args) and isinstance(node.args[0].value, cst.Attribute)
        if slot is not None and given_slot and not state.trying and state.flow is None:
            state.events.append(("none", state.tick(), state.site(node), slot[0], slot[1]))
        return None
    if isinstance(target, Module):
        record = Record(init, UNKNOWN, state.origin, state.site(node), arguments, given, positional)
        cls = target.cls
        record.effect, record.reason = Effect.RAISES, f"module:{getattr(cls, 'qualname', getattr(cls, 'name', '?'))}"
        if not state.trying:
            _stray(state, record)
        return target
    if not isinstance(target, Tensor):
        if not isinstance(target, Unknown):
            state.unknown("an initializer on an unknown value", node)
        elif target.holder is not None:
            taint(state, [target.holder], f"{init} on a part that is not known")
        for traversal in state.traversals:
            traversal.complete = False
        return target
    dist = _distribution(spec, arguments, target.shape)
    if spec.copies:
        dist = _copied(args[0] if args else None)
    before = content(target)
    if init == "torch.Tensor.erfinv_":
        dist = erfinv(before)
    elif init in {"torch.Tensor.clamp_", "torch.Tensor.clip_"}:
        dist = clamped(before, arguments["min"], arguments["max"])
    site = _blamed(state, target, node)
    record = Record(init, dist, _origin(state, spec, args), site, arguments, given, positional, target.shape)
    record.tracked = not init.startswith("torch.nn.init.") and is_tracked(state, target)
    record.updates = init in _UPDATES
    record.region = target.region
    record.view = not target.is_parameter
    _judge(record, spec, target, arguments)
    if record.effect is Effect.RAISES and state.trying:
        raise Raised("ValueError")
    apply_record(state, target, record)
    return target


def _blamed(state: State, target: Tensor, node: Any) -> Site:
    """The place of a write: the call of a wrapper that another file keeps for initializers, not the wrapper's inside.

    A wrapper is a function that passes the tensor on that it was given first.
    """
    site = state.site(node)
    found = site
    for frame in reversed(state.frames):
        if frame.function is None or frame.site is None or not _is_first(frame, target):
            break
        if frame.site.definition.path != site.definition.path:
            found = frame.site
    return found


def _is_first(frame: Frame, target: Tensor) -> bool:
    parameters = frame.function.node.params.params if frame.function is not None else ()
    given = frame.scope.names.get(parameters[0].name.value) if parameters else None
    return isinstance(given, Tensor) and given.storage is not None and given.storage is target.storage


def _origin(state: State, spec: InitSpec, args: list[Value]) -> Origin:
    if not spec.copies:
        return state.origin
    if in_guarded_function(state):
        return Origin.FRAMEWORK
    source = args[0] if args else None
    known_source = isinstance(source, Tensor) and content(source).kind not in {Kind.UNKNOWN, Kind.LOADED}
    if known_source or (isinstance(source, Tensor) and source.data is not None):
        return state.origin
    return Origin.LOAD if state.origin is Origin.EXPLICIT else state.origin


def _copied(source: Value) -> Distribution:
    if isinstance(source, Tensor):
        held = moments(source.data) if source.data is not None else content(source)
        return LOADED if held.kind is Kind.UNKNOWN else held
    number = known(source)
    if number is not None:
        return Distribution(Kind.CONSTANT, number, 0.0)
    return LOADED


def _judge(record: Record, spec: InitSpec, target: Tensor, arguments: dict[str, Any]) -> None:
    """Whether the write is lost or raises."""
    shape = target.shape
    if spec.min_dims and shape is not None and len(shape) < spec.min_dims:
        record.effect, record.reason = Effect.RAISES, f"needs at least {spec.min_dims} dimensions"
    nonlinearity = arguments.get("nonlinearity")
    if isinstance(nonlinearity, str) and nonlinearity != "?" and nonlinearity not in NONLINEARITIES:
        record.effect, record.reason = Effect.RAISES, f"unsupported nonlinearity {nonlinearity}"
    if target.copied in COPIES and record.effect is Effect.APPLIED:
        record.effect, record.reason = Effect.LOST, target.copied
    elif record.effect is Effect.APPLIED and target.attributes.get("recomputed") and target.storage is not None:
        record.effect, record.reason = Effect.LOST, f"parametrized:{target.storage.parametrized}"


def apply_record(state: State, target: Tensor, record: Record) -> None:
    """File a write with the storage that it reaches, or as a stray one where it reaches none."""
    if target.storage is None or is_stale(target):
        while isinstance(target, Tensor):
            target.dist = record.dist if record.region is None else UNKNOWN
            target.data = None
            target = target.attributes.get("base")  # type: ignore[assignment]
        if record.effect is Effect.RAISES:
            _stray(state, record)
        return
    target.data = None
    if record.effect is Effect.LOST and target.copied is not None:
        target.dist = record.dist
    _store(state, target, record)


def _stray(state: State, record: Record) -> None:
    if state.flow is not None:
        return
    record.clock = state.tick()
    record.stack = state.call_stack()
    state.stray.append(record)


def assign_data(state: State, target: Tensor, value: Value, node: Any, init: str = "torch.Tensor.data") -> None:
    """``w.data = value`` and other assignments that replace the contents."""
    if init == "torch.Tensor.data" and state.flow is None and _share(target, value):
        return
    if init == "torch.Tensor.data" and state.flow is None:
        _part(state, target)
    dist = content(value) if isinstance(value, Tensor) else LOADED
    origin = state.origin
    if dist.kind is Kind.UNKNOWN:
        dist, origin = LOADED, Origin.LOAD
    record = Record(init, dist, origin, state.site(node), shape=target.shape, region=target.region)
    if isinstance(value, Tensor) and value.shape is not None and target.region is None:
        target.shape = value.shape if target.storage is None or target.shape is None else target.shape
    if isinstance(value, Tensor) and value.origin is not None:
        record.init = value.origin
    _judge(record, _PLAIN, target, {})
    apply_record(state, target, record)


def _share(target: Tensor, value: Value) -> bool:
    """``w.data = other.data``: from now on the memory of another parameter, with what is written to it later."""
    if not isinstance(value, Tensor) or value.storage is None or target.storage is None:
        return False
    views = (target.region, value.region, target.copied, value.copied, target.storage.parametrized)
    if any(view is not None for view in views) or not (value.is_parameter or value.attributes.get("of_parameter")):
        return False
    if target.storage is not value.storage:
        target.face = target.face or target.storage.id
        target.storage, target.shape, target.data = value.storage, value.shape, None
        value.storage.owners = max(value.storage.owners, 1) + 1
    return True


def _part(state: State, target: Tensor) -> None:
    """What is assigned to ``data`` is memory of its own: other Parameters over the old memory keep that."""
    old = target.storage
    if old is None or target.region is not None or target.copied is not None or not target.is_parameter:
        return
    if old.owners < 2:
        old.memory += 1
        return
    old.owners -= 1
    target.face = target.face or old.id
    fresh = target.storage = state.storage(old.created, old.shape, old.dist)
    fresh.parametrized, fresh.dtype = old.parametrized, old.dtype
    fresh.records = [replace(record, storage=fresh) for record in old.records]


_PLAIN = InitSpec("torch.Tensor.data", (), lambda a, fans, shape: UNKNOWN)
