"""The shapes of tensors that are computed from others; None for what is not known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from winit_lint.interpreter.operands import slice_ends
from winit_lint.interpreter.small_tensors import ELEMENTWISE
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import External, Tensor, Unknown, Value
from winit_lint.ir.size import Number, SizeExpr
from winit_lint.ir.write import Region

Shape: TypeAlias = tuple[Number | None, ...]

_REDUCTIONS = frozenset(
    {"mean", "sum", "nansum", "nanmean", "prod", "amax", "amin", "argmax", "argmin", "var", "std", "logsumexp"}
    | {"all", "any", "max", "min", "median", "nanmedian", "mode", "norm", "count_nonzero"}
)
_PAIRS = frozenset({"max", "min", "median", "nanmedian", "mode", "sort", "topk", "kthvalue", "cummax", "cummin"})
_SAME = frozenset(
    {"relu", "softmax", "log_softmax", "cumsum", "cumprod", "sign", "cos", "tan", "erf", "erfinv", "clamp", "clip"}
    | {"clamp_min", "clamp_max", "flip", "fliplr", "flipud", "triu", "tril", "logical_not", "isnan", "isinf", "trunc"}
    | {"nan_to_num", "softplus", "argsort", "bernoulli", "atan", "asin", "acos", "sinh", "cosh", "frac", "negative"}
    | {"absolute", "exp2", "isfinite", "deg2rad", "rad2deg", "renorm", "logcumsumexp", "masked_fill", "fill"}
    | ELEMENTWISE.keys()
)
_VIEWS = frozenset({"narrow", "select", "diagonal", "unfold", "swapdims", "as_strided", "ravel", "adjoint"})
_OTHER = ("p", "ord", "dtype", "unbiased", "correction", "descending", "stable", "largest", "sorted")


class Ranked(NamedTuple):
    """What ``max(dim)`` and its like return."""

    values: Tensor
    indices: Tensor


def broadcast(shapes: Sequence[Shape | None]) -> Shape | None:
    """The shape of an operation on elements in the same places."""
    found: Shape = ()
    for shape in shapes:
        if shape is None:
            return None
        width = max(len(found), len(shape))
        left, right = (1,) * (width - len(found)) + found, (1,) * (width - len(shape)) + shape
        found = tuple(_met(a, b) for a, b in zip(left, right, strict=True))
    return found


def _met(one: Number | None, two: Number | None) -> Number | None:
    """A size where two meet: 1 gives way, and a size above 1 stands against whatever is not known."""
    if one == two or two == 1:
        return one
    if one == 1:
        return two
    above = [size for size in (one, two) if isinstance(size, int)]
    return above[0] if len(above) == 1 else None


def binary_shape(symbol: str, left: Value, right: Value) -> Shape | None:
    """The shape of an operator's result: a product of two matrices, or by elements."""
    if symbol == "@":
        return matmul_shape(left, right)
    if any(not isinstance(value, (Tensor, int, float, SizeExpr)) for value in (left, right)):
        return None
    return broadcast([value.shape if isinstance(value, Tensor) else () for value in (left, right)])


def matmul_shape(left: Value, right: Value) -> Shape | None:
    """The shape of a product of matrices; None with a vector, or more than two dimensions."""
    if not isinstance(left, Tensor) or not isinstance(right, Tensor) or left.shape is None or right.shape is None:
        return None
    return (left.shape[0], right.shape[1]) if len(left.shape) == len(right.shape) == 2 else None


def method_shape(owner: Tensor, name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Shape | None:
    """The shape of what a method of a tensor in memory returns."""
    if name in _SAME:
        others = [value.shape for value in (*args, *kwargs.values()) if isinstance(value, Tensor)]
        return broadcast([owner.shape, *others])
    if name in {"matmul", "mm", "__matmul__"} and args:
        return matmul_shape(owner, args[0])
    if name in _REDUCTIONS:
        return _reduced(owner.shape, name, list(args), kwargs)
    if name in {"sort", "cummax", "cummin"}:
        return owner.shape
    return None


def _reduced(shape: Shape | None, name: str, args: list[Value], kwargs: Mapping[str, Value]) -> Shape | None:
    if name == "norm":
        args = args[1:]  # p stands before the dimensions
    if shape is None or not kwargs.keys() <= {"dim", "axis", "keepdim", "keepdims", *_OTHER}:
        return None
    dim = kwargs.get("dim", kwargs.get("axis", args[0] if args else -1 if name == "mode" else None))
    keep = kwargs.get("keepdim", kwargs.get("keepdims", args[-1] if len(args) > 1 else False))
    dtype_first = isinstance(dim, (External, bool))  # sum(torch.int64), std(False)
    if dtype_first or not isinstance(keep, bool) or len(args) > 2 or (name in {"var", "std"} and len(args) > 1):
        return None
    listed = dim if isinstance(dim, (tuple, list)) else [] if dim is None else [dim]
    places = listed or list(range(len(shape)))
    if not all(type(place) is int and -len(shape) <= place < len(shape) for place in places):
        return None
    gone = {place % len(shape) for place in places}
    return tuple(1 if place in gone else size for place, size in enumerate(shape) if keep or place not in gone)


def with_shape(value: Value, shape: Shape | None) -> Value:
    """A tensor just computed, with its memory and what was drawn there, in another shape."""
    if isinstance(value, Tensor) and value.shape != shape:
        value.shape = shape
        if value.storage is not None:
            value.storage.shape = shape
            for record in value.storage.records:
                record.shape = shape
    return value


def computed(state: State, owner: Tensor, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What a method outside the tables returns: a view, values with their indices, or new values."""
    from winit_lint.interpreter.tensor import view
    from winit_lint.interpreter.tensor_methods import elementwise

    if name in {"view_as", "expand_as"}:
        other = args[0] if args else kwargs.get("other")
        return view(owner, shape=other.shape if isinstance(other, Tensor) else None, is_parameter=False)
    if name in _VIEWS and state.flow is None:
        return view(owner, shape=None, region=Region(f".{name}(...)"), data=None, is_parameter=False)
    shape = method_shape(owner, name, args, kwargs)
    found = elementwise(state, owner, name)
    with_shape(found, shape)
    if _returns_pair(name, args, kwargs):
        return Ranked(found, Tensor(shape=shape, integer=True))
    return found


def _returns_pair(name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> bool:
    """Whether a method returns values with their indices: ``max(1)``, not ``max()`` or ``max(other)``."""
    if name in {"mode", "sort", "topk", "kthvalue", "cummax", "cummin"}:
        return True
    return name in _PAIRS and any(not isinstance(value, Tensor) for value in (*args, *kwargs.values()))


def indexed(owner: Tensor, parts: tuple[Value, ...]) -> Shape | None:
    """The shape that integers and slices leave of a tensor."""
    if owner.shape is None or any(part is None or part is Ellipsis for part in parts) or len(parts) > len(owner.shape):
        return None
    dims: list[Any] = []
    low: Any
    high: Any
    for dim, part in zip(owner.shape, parts, strict=False):
        if isinstance(part, slice):
            low, high = slice_ends(part, dim)
            numbers = all(isinstance(v, (int, SizeExpr)) for v in (low, high)) and part.step is None
            dims.append(high - low if numbers else None)
        elif not isinstance(part, (int, SizeExpr, Unknown)) or isinstance(part, bool):
            return None
    return (*dims, *owner.shape[len(parts) :])


def viewed(old: Sequence[Any] | None, dims: Sequence[Any]) -> tuple[Any, ...]:
    """The sizes of a view; that of -1 is what is left of the ``old`` ones, None where that is not known."""
    others = [each for each in dims if each != -1]
    sizes = [each for each in (*(old or ()), *others) if isinstance(each, int)]
    rest: int | None = None
    if old is not None and len(sizes) == len(old) + len(others) and len(others) == len(dims) - 1:
        held, across = math.prod(sizes[: len(old)]), math.prod(sizes[len(old) :])
        rest = held // across if across and held % across == 0 else None
    return tuple(rest if each == -1 else each for each in dims)
