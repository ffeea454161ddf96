"""Element types of 16 bits, where they are certain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from winit_lint.interpreter.taint import walk
from winit_lint.interpreter.values import External, Module, Tensor, Unknown, Value

_LOW = {"half": "float16", "float16": "float16", "bfloat16": "bfloat16"}
_HIGH = {"float": "float32", "float32": "float32", "double": "float64", "float64": "float64"}
_TYPES = {**_HIGH, **_LOW}
_BY_NAME = frozenset({"float", "double", "half", "bfloat16"})  # the methods that name the type which they convert to


def low_precision(dtype: Value) -> str | None:
    """``float16`` or ``bfloat16`` for torch's object of that name; None for any other value."""
    return _LOW.get(dtype.name.removeprefix("torch.")) if isinstance(dtype, External) else None


def converts(tensor: Tensor, method: str, given: Iterable[Value] = ()) -> bool:
    """Whether a conversion certainly makes a copy.

    It does where the type is known and another one is asked for, and where a Parameter, of float32 unless something
    says otherwise, gets a method of the name of another type.
    """
    target = method if method in _BY_NAME else None
    if method in {"to", "type"}:
        types = [value.name.removeprefix("torch.") for value in given if isinstance(value, External)]
        target = next((name for name in types if name in _TYPES), None)
    if target is None:
        return False
    held = tensor.storage.dtype if tensor.storage is not None else None
    if held is None:
        return tensor.is_parameter and method in _BY_NAME and method != "float"
    return _TYPES[target] != held and (tensor.is_parameter or bool(tensor.attributes.get("of_parameter")))


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
