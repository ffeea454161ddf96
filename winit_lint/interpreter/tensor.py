"""Tensors: attributes, items and arithmetic, in memory and in the flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from winit_lint.interpreter.contents import content
from winit_lint.interpreter.flow import emit, is_flow
from winit_lint.interpreter.initialize import apply_record, argument_value, assign_data, is_tracked
from winit_lint.interpreter.lineage import follow
from winit_lint.interpreter.operands import bank_sides, one_block, slice_ends
from winit_lint.interpreter.sampled import Sample, by_number, combined, moments, sample
from winit_lint.interpreter.shapes import binary_shape, indexed, with_shape
from winit_lint.interpreter.state import Raised, Record, State
from winit_lint.interpreter.tensor_methods import tensor_method
from winit_lint.interpreter.values import Tensor, Unknown, Value
from winit_lint.ir.distribution import UNKNOWN, Distribution, Kind
from winit_lint.ir.flow import OpKind
from winit_lint.ir.size import Number, SizeExpr, ratio
from winit_lint.ir.write import ArgValue, Effect, Origin, Region


def tensor_attribute(state: State, owner: Tensor, name: str, node: Any) -> Value:
    """An attribute of a tensor."""
    if name in owner.attributes:
        return owner.attributes[name]
    if name == "data":
        return view(owner, detached=True)
    if name == "shape":
        return Unknown("the shape of a tensor", "shape") if owner.shape is None else tuple(_dims(owner))
    if name == "ndim":
        return Unknown("the number of dimensions", "ndim") if owner.shape is None else len(owner.shape)
    if name == "requires_grad":
        return owner.requires_grad
    if name == "mT" and owner.shape is not None and len(owner.shape) > 2 and not is_flow(owner):
        return view(owner, shape=(*owner.shape[:-2], owner.shape[-1], owner.shape[-2]), transposed=not owner.transposed)
    if name in {"T", "mT", "H"}:
        return transposed(state, owner, node)
    if name == "grad":
        return None
    if name == "is_meta":
        return False
    if name in {"dtype", "device", "layout", "real", "imag", "is_cuda", "is_sparse", "grad_fn", "names", "itemsize"}:
        return Unknown(f"{name} of a tensor", name)
    if (name.startswith("_") and not name.startswith("__")) or name in {"weight", "bias"}:
        # a mark that a framework sets on tensors (_is_hf_initialized, _no_weight_decay), or what a module has
        raise Raised("AttributeError")
    return tensor_method(state, owner, name, node)


def _dims(owner: Tensor) -> list[Value]:
    return [Unknown("a dimension", "?") if dim is None else dim for dim in owner.shape or ()]


def view(owner: Tensor, **changes: Any) -> Tensor:
    """Another tensor over the same storage."""
    fresh = Tensor(
        owner.storage,
        owner.shape,
        owner.region,
        requires_grad=owner.requires_grad,
        copied=owner.copied,
        op=owner.op,
        data=owner.data,
        detached=owner.detached,
        dist=content(owner),
        seen=len(owner.storage.records) if owner.storage is not None else 0,
        face=owner.face,
        memory=owner.storage.memory if owner.is_parameter and owner.storage is not None else owner.memory,
        spec=owner.spec,
        layer=owner.layer,
        integer=owner.integer,
        transposed=owner.transposed,
        origin=owner.origin,
    )
    if owner.is_parameter or owner.attributes.get("of_parameter"):
        fresh.attributes["of_parameter"] = True
    for key in ("buffer", "recomputed"):
        if owner.attributes.get(key):
            fresh.attributes[key] = True
    for key, value in changes.items():
        setattr(fresh, key, value)
    if fresh.data is not None and fresh.storage is not None:
        fresh.storage.listed.append(fresh)
    elif owner.storage is None and owner.op is None:
        fresh.attributes["base"] = owner  # what is written to the one is in the other
    return fresh


def transposed(state: State, owner: Tensor, node: Any) -> Tensor:
    """The transpose: shares storage."""
    if is_flow(owner):
        return emit(state, OpKind.RESHAPE, "torch.Tensor.t", [owner], node=node)
    shape = None if owner.shape is None or len(owner.shape) != 2 else (owner.shape[1], owner.shape[0])
    return view(owner, shape=shape, transposed=not owner.transposed)


def set_tensor_attribute(state: State, owner: Tensor, name: str, value: Value, node: Any) -> None:
    """``tensor.name = value``."""
    if name == "data":
        assign_data(state, owner, value, node)
    elif name == "requires_grad":
        from winit_lint.interpreter.children import set_trainable

        set_trainable(state, [owner], value, node)
    else:
        owner.attributes[name] = value


def tensor_item(state: State, owner: Tensor, index: Value, node: Any) -> Value:
    """``tensor[index]``: a view by integers and slices, a copy by a mask or list."""
    if is_flow(owner):
        args = {"index": _index_text(state, node), **one_block(index)}
        return emit(state, OpKind.SPLIT, "torch.Tensor.__getitem__", [owner], node=node, args=args)
    if owner.data is not None and isinstance(index, (int, slice)) and len(owner.shape or ()) == 1:
        try:
            found = owner.data[index]
        except (IndexError, TypeError):
            return Unknown("an item of a small tensor")
        return Tensor(data=found, shape=(len(found),)) if isinstance(found, list) else found
    if state.flow is not None and owner.storage is not None:
        return emit(state, OpKind.SPLIT, "torch.Tensor.__getitem__", [owner], node=node, args=one_block(index))
    if isinstance(index, list) and any(isinstance(part, slice) for part in index):
        index = tuple(index)  # torch takes a list with a slice in it for a tuple, with a warning
    parts = index if isinstance(index, tuple) else (index,)
    text = _index_text(state, node)
    if any(isinstance(part, (list, Tensor)) for part in parts):
        return view(owner, copied="advanced-indexing", shape=None, region=Region(text), is_parameter=False)
    whole = all(part is None or part is Ellipsis or part == slice(None) for part in parts)
    kept = owner.data if whole else None
    return view(owner, shape=indexed(owner, parts), region=_region(owner, parts, text), data=kept, is_parameter=False)


def _index_text(state: State, node: Any) -> str:
    text = state.frame.definition.text(node)
    return text[text.find("[") :] if "[" in text else "[...]"


def _region(owner: Tensor, parts: tuple[Value, ...], text: str) -> Region | None:
    if owner.region is not None:
        return owner.region
    first = parts[0]
    if all(isinstance(part, slice) and part == slice(None) for part in parts) or parts == (Ellipsis,):
        return None
    if len(parts) == 1 and isinstance(first, int):
        return Region(text, (first, first + 1) if first >= 0 else None)
    if len(parts) == 1 and isinstance(first, SizeExpr):
        return Region(text, (first, first + 1))
    if len(parts) == 1 and isinstance(first, slice) and first.step is None:
        low, high = slice_ends(first, owner.shape[0] if owner.shape else None)
        if isinstance(low, (int, SizeExpr)) and isinstance(high, (int, SizeExpr)):
            return Region(text, (low, high), gate=True)
    return Region(text)


def write_item(state: State, owner: Tensor, index: Value, value: Value, node: Any) -> None:
    """``tensor[index] = value``: writes the storage, whatever the index."""
    if is_flow(owner):
        return
    target = tensor_item(state, owner, index, node)
    if not isinstance(target, Tensor):
        if owner.data is not None and isinstance(index, (int, slice)):
            owner.data = None
        return
    target.copied = owner.copied
    dist = _value_distribution(value)
    origin = state.origin if dist.kind is not Kind.LOADED else Origin.LOAD
    record = Record("torch.Tensor.__setitem__", dist, origin, state.site(node), shape=target.shape)
    record.args = {"value": argument_value(value)}
    record.region = target.region
    record.tracked = is_tracked(state, owner)
    if owner.storage is not None and owner.storage.parametrized and owner.attributes.get("recomputed"):
        record.effect, record.reason = Effect.LOST, f"parametrized:{owner.storage.parametrized}"
    apply_record(state, owner, record)


def _value_distribution(value: Value) -> Distribution:
    if isinstance(value, (int, float)):
        return Distribution(Kind.CONSTANT, float(value), 0.0)
    if isinstance(value, Tensor) and content(value).kind is not Kind.UNKNOWN:
        return content(value)
    return Distribution(Kind.LOADED)


def pieces(state: State, value: Tensor, count: int, node: Any) -> list[Value]:
    """The tensor unpacked along its first dimension."""
    if is_flow(value):
        return [
            emit(state, OpKind.SPLIT, "unpack", [value], node=node, args={"part": i, "of": count}) for i in range(count)
        ]
    shape = None if value.shape is None else value.shape[1:]
    return [view(value, shape=shape, region=Region(f"[{i}]", (i, i + 1)), is_parameter=False) for i in range(count)]


def augmented(state: State, owner: Tensor, symbol: str, value: Value, node: Any) -> None:
    """``tensor *= value`` in memory."""
    dist = _affine(content(owner), symbol, value)
    record = Record(
        f"torch.Tensor.{_INPLACE.get(symbol, 'add_')}", dist, state.origin, state.site(node), shape=owner.shape
    )
    record.updates = True
    last = _last_draw(owner)
    if last is not None and dist.kind is not Kind.UNKNOWN:
        record.init, record.args = last.init, _scaled_args(last, _factor(symbol, value))
        record.given, record.positional = last.given, last.positional
    record.region, record.relative = owner.region, (symbol, value)
    record.tracked = is_tracked(state, owner)
    if owner.copied is not None:
        record.effect, record.reason = Effect.LOST, owner.copied
    kept = by_number(sample(owner), symbol, value, reverse=False)
    apply_record(state, owner, record)
    if owner.storage is not None:
        owner.storage.sample = kept


_INPLACE = {"+": "add_", "-": "sub_", "*": "mul_", "/": "div_", "**": "pow_"}


def _factor(symbol: str, value: Value) -> Value:
    """What an operation multiplies by; None for none."""
    if symbol == "/" and isinstance(value, (int, float, SizeExpr)) and value != 0:
        return ratio(1, value)
    return value if symbol == "*" else None


def _scaled_args(last: Record, factor: Value) -> Mapping[str, ArgValue]:
    """The arguments of a draw, with the product of all factors that came after it."""
    before = last.args.get("factor")
    if factor is None:
        return last.args
    if isinstance(before, (int, float, SizeExpr)) and isinstance(factor, (int, float, SizeExpr)):
        factor = before * factor
    return {**last.args, "factor": argument_value(factor)}


def _last_draw(owner: Tensor) -> Record | None:
    if owner.storage is None:
        return None
    found = [r for r in owner.storage.records if r.region is None and r.effect is Effect.APPLIED]
    return found[-1] if found else None


def _affine(dist: Distribution, symbol: str, value: Value) -> Distribution:
    if not isinstance(value, (int, float, SizeExpr)):
        other = content(value) if isinstance(value, Tensor) else UNKNOWN
        number = _one_number(other) if symbol == "*" else None
        return UNKNOWN if number is None else dist.scaled(number)
    try:
        match symbol:
            case "*":
                return dist.scaled(value)
            case "/":
                return dist.scaled(ratio(1, value))
            case "+":
                return dist.shifted(value)
            case "-":
                return dist.shifted(value * -1)
    except (ZeroDivisionError, TypeError, OverflowError):
        return UNKNOWN
    return UNKNOWN


def _one_number(dist: Distribution) -> Number | None:
    return dist.mean if dist.kind is Kind.CONSTANT else None


def tensor_binary(state: State, symbol: str, left: Value, right: Value) -> Value:
    """An operator with a tensor on one side or both."""
    if is_flow(left) or is_flow(right) or (state.flow is not None and _stored(left, right)):
        return _flow_binary(state, symbol, left, right)
    return with_shape(_binary(state, symbol, left, right), binary_shape(symbol, left, right))


def _binary(state: State, symbol: str, left: Value, right: Value) -> Value:
    tensor = left if isinstance(left, Tensor) else right
    other = right if tensor is left else left
    kept = combined(symbol, left, right)
    if kept is not None:
        plain = symbol in {"*", "+"} or tensor is left
        return function_of(state, tensor, kept, _affine(content(tensor), symbol, other) if plain else UNKNOWN)
    if isinstance(left, Tensor) and isinstance(right, Tensor):
        return _both(state, symbol, left, right)
    if tensor.data is not None and isinstance(other, (int, float)):
        return _concrete(state, symbol, tensor, other, reverse=tensor is right)
    if tensor is right and symbol in {"-", "/", "**"}:
        dist = _affine(content(tensor).scaled(-1), "+", other) if symbol == "-" else UNKNOWN
        return derived(state, tensor, dist, -1 if symbol == "-" else None)
    return derived(state, tensor, _affine(content(tensor), symbol, other), _factor(symbol, other))


def function_of(state: State, tensor: Tensor, kept: Sample | None, exact: Distribution = UNKNOWN) -> Tensor:
    """A new tensor that holds a function of another's elements; ``exact`` is its distribution where that is known."""
    sampled = UNKNOWN if kept is None else moments(kept[1])
    fresh = derived(state, tensor, sampled if exact.kind is Kind.UNKNOWN else exact)
    if fresh.storage is not None:
        fresh.storage.sample = kept
    return fresh


def _stored(left: Value, right: Value) -> bool:
    return any(isinstance(v, Tensor) and v.storage is not None and v.data is None for v in (left, right))


def derived(state: State, tensor: Tensor, dist: Distribution, factor: Value = None) -> Tensor:
    """A new tensor computed from another: a draw stays a draw, with its new moments."""
    storage = state.storage(state.site(state.frame.node) if state.frame.node is not None else None, tensor.shape, dist)
    last = _last_draw(tensor)
    if last is not None:
        args = _scaled_args(last, factor)
        storage.records.append(
            Record(
                last.init,
                dist,
                Origin.CREATION,
                last.site,
                args,
                last.given,
                last.positional,
                tensor.shape,
                storage=storage,
                clock=state.tick(),
            )
        )
    fresh = Tensor(storage, tensor.shape, dist=dist, origin=tensor.origin or (last.init if last else None))
    if tensor.is_parameter or tensor.attributes.get("of_parameter"):
        fresh.copied = "computed from a parameter"
    follow(state, fresh, [tensor], "arithmetic")
    return fresh


def _both(state: State, symbol: str, left: Tensor, right: Tensor) -> Value:
    number = _one_number(content(right))
    if symbol in {"*", "/"} and isinstance(number, (int, float)):
        return derived(state, left, _affine(content(left), symbol, number), _factor(symbol, number))
    fresh = derived(state, left, UNKNOWN)
    follow(state, fresh, [left, right], "arithmetic")
    return fresh


def _concrete(state: State, symbol: str, tensor: Tensor, other: float, *, reverse: bool) -> Value:
    from winit_lint.interpreter.operators import binary

    values = tensor.data or []
    found = [binary(state, symbol, *((other, v) if reverse else (v, other))) for v in values]
    return Tensor(data=found, shape=tensor.shape, dist=moments(found))


def _flow_binary(state: State, symbol: str, left: Value, right: Value) -> Value:
    node = state.frame.node
    if symbol == "@":
        return matmul(state, "torch.matmul", left, right, node)
    if not (isinstance(left, Tensor) and isinstance(right, Tensor)):
        return emit(
            state,
            OpKind.SCALE,
            f"torch.Tensor {symbol}",
            [left, right],
            node=node,
            args=scalar_args(left, right, symbol),
        )
    if is_flow(left) and is_flow(right):
        kind = {"+": OpKind.ADD, "-": OpKind.ADD, "*": OpKind.MUL, "/": OpKind.MUL}.get(symbol, OpKind.UNKNOWN)
        return emit(state, kind, f"torch.Tensor {symbol}", [left, right], node=node)
    stored = right if is_flow(left) else left
    return emit(
        state,
        OpKind.SCALE,
        f"torch.Tensor {symbol}",
        [left, right],
        node=node,
        parameters=(stored,) if isinstance(stored, Tensor) and stored.storage is not None else (),
    )


def scalar_args(left: Value, right: Value, symbol: str) -> dict[str, Any]:
    """How a number takes part in an operation with a tensor; ``reverse`` where it stands on the left."""
    other = left if isinstance(right, Tensor) else right
    return {"value": argument_value(other), "operator": symbol, "reverse": isinstance(right, Tensor)}


def matmul(state: State, name: str, left: Value, right: Value, node: Any) -> Value:
    """A matrix product: WEIGHT where one side is a stored weight, MATMUL of two flows otherwise."""
    if is_flow(left) and is_weight(right):
        sides = {"transposed": not right.transposed, **bank_sides(right, on_the_right=True)}
        return emit(state, OpKind.WEIGHT, name, [left], parameters=(right,), node=node, args=sides)
    if is_flow(right) and is_weight(left):
        sides = {"transposed": left.transposed, **bank_sides(left, on_the_right=False)}
        return emit(state, OpKind.WEIGHT, name, [right], parameters=(left,), node=node, args=sides)
    return emit(state, OpKind.MATMUL, name, [left, right], node=node)


def is_weight(value: Value) -> bool:
    """A stored tensor that is, or is a view of, a parameter."""
    return (
        isinstance(value, Tensor)
        and value.op is None
        and value.storage is not None
        and (value.is_parameter or bool(value.attributes.get("of_parameter")))
    )
