"""Element types of 16 bits, where they are certain."""

from __future__ import annotations

from collections.abc import Sequence

from winit_lint.interpreter.taint import walk
from winit_lint.interpreter.values import External, Module, Tensor, Unknown, Value

_LOW = {"half": "float16", "float16": "float16", "bfloat16": "bfloat16"}
_TYPES = frozenset({"float", "float32", "double", "float64", *_LOW})


def low_precision(dtype: Value) -> str | None:
    """``float16`` or ``bfloat16`` for torch's object of that name; None for any other value."""
    return _LOW.get(dtype.name.removeprefix("torch.")) if isinstance(dtype, External) else None


def converts(tensor: Tensor, method: str) -> bool:
    """``parameter.half()`` certainly makes a copy, as the default type is float32; so does ``float()`` of a low one."""
    if method == "float" and tensor.storage is not None and tensor.storage.dtype is not None:
        return tensor.is_parameter or bool(tensor.attributes.get("of_parameter"))
    return tensor.is_parameter and method in {"half", "double", "bfloat16"}


def convert(module: Module, method: str, args: Sequence[Value]) -> None:
    """``module.half()``, ``module.to(dtype)``: what the element type of all its tensors is from now on."""
    given = [External(f"torch.{method}"), *args]
    types = [value for value in given if isinstance(value, External) and value.name.removeprefix("torch.") in _TYPES]
    if not types and not any(isinstance(value, (Unknown, Tensor)) for value in args):
        return
    dtype = low_precision(types[-1]) if types else None
    for each in walk(module):
        for tensor in each.parameters.values():
            if tensor is not None and tensor.storage is not None:
                tensor.storage.dtype = dtype
