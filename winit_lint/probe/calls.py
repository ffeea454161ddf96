"""What a call of torch in ``forward`` is: its public name, its operands, and what it does to the scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, final

import torch
from torch.overrides import resolve_name

from winit_lint.ir.flow import OpKind
from winit_lint.ir.write import ArgValue
from winit_lint.knowledge import activations, functions
from winit_lint.knowledge.public_names import canonical
from winit_lint.knowledge.spec import ActivationSpec

_OPERATORS: Final = {
    "add": "+", "__add__": "+", "__radd__": "+", "__iadd__": "+", "add_": "+",
    "sub": "-", "__sub__": "-", "__rsub__": "-", "__isub__": "-", "sub_": "-", "rsub": "-",
    "mul": "*", "__mul__": "*", "__rmul__": "*", "__imul__": "*", "mul_": "*", "multiply": "*",
    "div": "/", "__truediv__": "/", "__rtruediv__": "/", "__itruediv__": "/", "div_": "/", "true_divide": "/",
}  # fmt: skip
_REVERSED: Final = frozenset({"__rsub__", "rsub", "__rtruediv__"})
_BIAS_FIRST: Final = frozenset({"addmm", "baddbmm", "addmv", "addbmm"})
_PRODUCTS: Final = frozenset({"matmul", "__matmul__", "__rmatmul__", "mm", "bmm", "mv", "addmm", "baddbmm"})
_SPLITS: Final = frozenset({"__getitem__"})
_VIEWS: Final = frozenset({"T.__get__", "mT.__get__", "H.__get__", "mH.__get__", "data.__get__", "real.__get__"})


@final
@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``bare`` is the last part of the name; ``tensors`` are the operands in order."""

    name: str
    bare: str
    method: bool
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    tensors: tuple[torch.Tensor, ...]

    @property
    def spec(self) -> ActivationSpec | None:
        """The nonlinearity that it is."""
        return activations.METHODS.get(self.bare) if self.method else activations.FUNCTIONS.get(self.name)

    def activation(self) -> tuple[str, dict[str, ArgValue]]:
        """The canonical name of the nonlinearity and the argument that shapes it."""
        spec = self.spec
        assert spec is not None
        if spec.argument is None:
            return spec.activation, {}
        given = self.kwargs.get(spec.argument, spec.default)
        if len(self.args) > spec.position + 1:
            given = self.args[spec.position + 1]
        if isinstance(given, str):
            return activations.VARIANTS.get((spec.activation, given), spec.activation), {}
        return spec.activation, {spec.argument: given if isinstance(given, (int, float)) else "?"}


def called(func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Call:
    """A call as the function mode gets it."""
    name = _name(func)
    method = name.startswith("torch.Tensor.")
    bare = name[len("torch.Tensor.") :] if method else name.rpartition(".")[2]
    if method and bare in _OPERATORS:
        name = f"torch.Tensor {_OPERATORS[bare]}"
    return Call(name, bare, method, args, kwargs, tuple(tensors_in((*args, *kwargs.values()))))


@cache
def _name(func: Any) -> str:
    found = resolve_name(func) or f"{getattr(func, '__module__', '')}.{getattr(func, '__name__', '?')}"
    if found == "torch.spmm":  # what torch's own table calls torch.mm
        found = "torch.mm"
    return canonical(found)


def kind_of(
    call: Call, flowing: Sequence[bool], weights: Sequence[str | None]
) -> tuple[OpKind, tuple[torch.Tensor, ...], tuple[str, ...]]:
    """What it does, the operands that are values of the flow, and the parameters that take part."""
    tensors = call.tensors
    if call.spec is not None:
        return OpKind.ACTIVATION, tensors[:1], ()
    given = (*weights[1:], weights[0]) if call.bare in _BIAS_FIRST and weights else weights
    names = tuple(name for name in given if name is not None)
    if call.bare in _OPERATORS:
        return _arithmetic(call, flowing, weights)
    kind = (functions.METHODS if call.method else functions.FUNCTIONS).get(call.bare if call.method else call.name)
    if call.bare in _PRODUCTS or kind in {OpKind.WEIGHT, OpKind.EMBEDDING} or call.bare == "einsum":
        stored = [bool(name) and not flows for name, flows in zip(weights, flowing, strict=True)]
        computed = tuple(t for t, kept in zip(tensors, stored, strict=True) if not kept)
        if names and computed and len([c for c in computed if c.is_floating_point()]) <= 1:
            return OpKind.EMBEDDING if kind is OpKind.EMBEDDING else OpKind.WEIGHT, computed, names
        return OpKind.MATMUL, tensors, ()
    if kind is not None:
        # in `x.view_as(y)` the other tensor gives its shape alone
        return kind, tensors[:1] if kind is OpKind.RESHAPE and call.bare.endswith("_as") else tensors, ()
    if call.bare in _SPLITS:
        return OpKind.SPLIT, tensors[:1], ()
    if call.bare in _VIEWS:
        return OpKind.RESHAPE, tensors[:1], ()
    return OpKind.UNKNOWN, tensors, ()


def _arithmetic(
    call: Call, flowing: Sequence[bool], weights: Sequence[str | None]
) -> tuple[OpKind, tuple[torch.Tensor, ...], tuple[str, ...]]:
    tensors = call.tensors
    flows = tuple(t for t, is_flow in zip(tensors, flowing, strict=True) if is_flow)
    if len(flows) >= 2:
        return OpKind.ADD if _OPERATORS[call.bare] in "+-" else OpKind.MUL, tensors, ()
    if not flows and len(tensors) == 1:
        return OpKind.SCALE, tensors, ()  # a parameter times a number: it is what is scaled
    names = tuple(name for name, is_flow in zip(weights, flowing, strict=True) if name is not None and not is_flow)
    return OpKind.SCALE, tensors, names


def addend_of(call: Call) -> torch.Tensor | None:
    """The bias of a product whose weight is computed: that is added, and no factor."""
    if call.bare in _BIAS_FIRST:
        return call.tensors[0] if len(call.tensors) == 3 else None
    kind = None if call.method else functions.FUNCTIONS.get(call.name)
    last = call.tensors[-1] if len(call.tensors) > 2 else None
    return last if kind is OpKind.WEIGHT and last is not None and last.dim() == 1 else None


def arguments_of(call: Call, kind: OpKind) -> dict[str, ArgValue]:
    """The arguments that the analyses read."""
    if kind is OpKind.SCALE and call.bare in _OPERATORS:
        number = next((a for a in (*call.args, *call.kwargs.values()) if not isinstance(a, torch.Tensor)), "?")
        value = number if isinstance(number, (int, float)) else "?"
        return {"value": value, "operator": _OPERATORS[call.bare], "reverse": call.bare in _REVERSED}
    if kind is OpKind.WEIGHT:
        if call.bare == "einsum":
            return {"equation": "?"}
        return {"transposed": "?" if call.bare in _PRODUCTS else False}
    names = functions.METHOD_ARGUMENTS.get(call.bare, ()) if call.method else functions.ARGUMENTS.get(call.name, ())
    given = {**dict(zip(names, call.args[1:], strict=False)), **{n: call.kwargs[n] for n in names if n in call.kwargs}}
    return {name: _plain(value) for name, value in given.items() if not isinstance(value, torch.Tensor)}


def _plain(value: Any) -> ArgValue:
    if isinstance(value, (int, float, str, bool)) or value is None:
        return value
    return "(" + ", ".join(str(each) for each in value) + ")" if isinstance(value, (tuple, list)) else "?"


def tensors_in(value: Any, depth: int = 4) -> Iterator[torch.Tensor]:
    """The tensors of an argument or result: in lists, mappings and dataclasses, ``depth`` levels down."""
    if isinstance(value, torch.Tensor):
        yield value
    elif depth and isinstance(value, (list, tuple)):
        for each in value:
            yield from tensors_in(each, depth - 1)
    elif depth and isinstance(value, Mapping):
        for each in value.values():
            yield from tensors_in(each, depth - 1)
    elif depth and hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from tensors_in(getattr(value, name, None), depth - 1)
