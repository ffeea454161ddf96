"""The flow of one real forward pass, in the representation's own terms.

A function mode sees every call of torch in ``forward``; hooks see the layers of the tables, whose insides are one
operation. Nothing is recorded of what the model computes without its inputs and parameters.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias, final

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.write import ArgValue
from winit_lint.knowledge.activations import MODULES, OTHER_CLASSES, VARIANTS
from winit_lint.knowledge.spec import ActivationSpec, LayerSpec
from winit_lint.probe.calls import Call, addend_of, arguments_of, called, kind_of, tensors_in
from winit_lint.probe.capture import arguments, qualified, spec_of
from winit_lint.probe.places import Places
from winit_lint.probe.products import Product, product_of
from winit_lint.probe.storage import storage_of

_WHOLE: Final = frozenset({LayerKind.CONTAINER, LayerKind.TRANSFORMER, LayerKind.CUSTOM})
_MOST: Final = 20_000

Seen: TypeAlias = Callable[[Op, torch.Tensor], None]


@final
class Tracer(TorchFunctionMode):
    """Records the operations of one forward pass; ``seen`` is told of each one's first result."""

    def __init__(self, module: nn.Module, places: Places, seen: Seen, reached: Callable[[str], None]) -> None:
        super().__init__()
        self.ops: list[Op] = []
        self.ends: dict[str, int] = {}  # by module, the operation that made what it returned last
        self.products: dict[str, list[Product | None]] = {}  # by parameter, those that no layer does
        self._places = places
        self._seen = seen
        self._reached = reached
        self._of: dict[int, int] = {}
        self._kept: list[torch.Tensor] = []  # identities are used again once a tensor is gone
        self._inside = 0
        self._tensors = dict(module.named_parameters())
        self._parameters = {_memory(p): name for name, p in self._tensors.items()}
        self._module = module

    def flow(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Flow, Any]:
        """Run ``forward``; returns the flow and what it returned."""
        for name, value in (*zip(_names(self._module), args, strict=False), *kwargs.items()):
            for tensor in tensors_in(value):
                op = self._add(OpKind.INPUT, name, ())
                self._bind(tensor, op)
                if tensor.is_floating_point():
                    self._seen(self.ops[op], tensor)
        with self._watching(), self:
            result = self._module(*args, **kwargs)
        outputs = tuple(dict.fromkeys(self._of[id(t)] for t in tensors_in(result) if id(t) in self._of))
        return Flow("forward", tuple(self.ops), outputs, len(self.ops) < _MOST), result

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if not self._inside and isinstance(result, (torch.Tensor, tuple, list)):
            self._note(called(func, tuple(args), kwargs or {}), result)
        return result

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
        handles = []
        for path, module in self._module.named_modules():
            if isinstance(module, torch.jit.ScriptModule):
                continue  # it takes no hooks
            handles.append(module.register_forward_pre_hook(self._entering(path), prepend=True))
            spec = spec_of(module)
            if _one_operation(module, spec):
                handles.append(module.register_forward_pre_hook(self._enter))
                handles.append(module.register_forward_hook(self._leaving(path, spec), with_kwargs=True))
            handles.append(module.register_forward_hook(self._ending(path)))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _entering(self, path: str) -> Any:
        def hook(module: nn.Module, args: Any) -> None:
            self._reached(path)

        return hook

    def _ending(self, path: str) -> Any:
        def hook(module: nn.Module, args: Any, result: Any) -> None:
            made = next((self._of[id(tensor)] for tensor in tensors_in(result) if id(tensor) in self._of), None)
            if made is not None:
                self.ends[path] = made

        return hook

    def _enter(self, module: nn.Module, args: Any) -> None:
        self._inside += 1

    def _leaving(self, path: str, spec: LayerSpec | None) -> Any:
        def hook(module: nn.Module, args: Any, kwargs: Any, result: Any) -> None:
            self._inside -= 1
            if not self._inside:
                self._layer(path, module, spec, (*args, *kwargs.values()), result)

        return hook

    def _layer(self, path: str, module: nn.Module, spec: LayerSpec | None, values: Any, result: Any) -> None:
        name = qualified(type(module)) if spec is None else spec.name
        if name.endswith(".Identity"):
            return
        activation = _activation(module)
        own = dict(module.named_parameters(prefix=path, recurse=False))
        weights = [n for n in own if "weight" in n.rpartition(".")[2]]
        names = (*weights, *(n for n in own if n not in weights))
        inputs = self._inputs(values)
        if activation is not None:
            self._emit(
                OpKind.ACTIVATION, name, inputs[:1], result, path, names, _canonical(module, activation),
                _shape_argument(module, activation),
            )  # fmt: skip
            return
        kept = {} if spec is None else {k: v for k, v in arguments(module, spec).items() if _is_plain(v)}
        kind = OpKind.UNKNOWN if spec is None or spec.op is None else spec.op
        if isinstance(module, nn.MultiheadAttention):
            attended = self._add(kind, name, inputs, path, names, None, kept)
            out = f"{path}.out_proj" if path else "out_proj"
            projection = [n for n in (f"{out}.weight", f"{out}.bias") if self._has(n)]
            self._emit(OpKind.WEIGHT, "torch.nn.Linear", (attended,), result, out, tuple(projection))
            return
        self._emit(kind, name, inputs, result, path, names, None, kept)

    def _has(self, name: str) -> bool:
        return name in self._parameters.values()

    def _note(self, call: Call, result: Any) -> None:
        tensors = list(tensors_in(result))
        weights = [self._parameters.get(_memory(t)) for t in call.tensors]
        flows = [t for t in call.tensors if id(t) in self._of]
        if not tensors or not (flows or any(weights)):
            return
        if not flows and all(_memory(t) in self._parameters for t in tensors):
            return  # a view of a parameter
        kind, operands, names = kind_of(call, [id(t) in self._of for t in call.tensors], weights)
        addend = addend_of(call) if kind is OpKind.MATMUL else None
        if addend is not None:
            factors = self._inputs([each for each in operands if each is not addend])
            product = self._add(kind, call.name, factors)
            own = self._parameters.get(_memory(addend)) if id(addend) not in self._of else None
            kind, names = (OpKind.ADD, ()) if own is None else (OpKind.SCALE, (own,))
            self._emit(kind, "torch.Tensor +", (product, self._op(addend)), result, "", names)
            return
        inputs = self._inputs(operands)
        activation = None
        args: Mapping[str, ArgValue] = arguments_of(call, kind)
        if kind is OpKind.ACTIVATION:
            activation, args = call.activation()
        elif kind is OpKind.WEIGHT:
            args = self._product(call, names[0]) or args
        self._emit(kind, call.name, inputs, result, "", tuple(names), activation, args)

    def _product(self, call: Call, name: str) -> Mapping[str, ArgValue] | None:
        """File a product with a parameter; what is to be said of its sides."""
        weight = next(t for t in call.tensors if id(t) not in self._of and self._parameters.get(_memory(t)) == name)
        with torch._C.DisableTorchFunction():
            found = product_of(call, weight, self._tensors[name])
        filed = self.products.setdefault(name, [])
        if found not in filed:
            filed.append(found)
        return None if found is None else found.args

    def _inputs(self, values: Any) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._op(tensor) for tensor in tensors_in(values)))

    def _op(self, tensor: torch.Tensor) -> int:
        """The operation that made a tensor; one for what comes from outside of the flow."""
        found = self._of.get(id(tensor))
        if found is None:
            name = self._parameters.get(_memory(tensor))
            kind = OpKind.CONSTANT if name is None else OpKind.PARAMETER
            found = self._add(kind, "parameter", (), parameters=() if name is None else (name,))
            self._bind(tensor, found)
        return found

    def _emit(
        self,
        kind: OpKind,
        name: str,
        inputs: tuple[int, ...],
        result: Any,
        layer: str = "",
        parameters: tuple[str, ...] = (),
        activation: str | None = None,
        args: Mapping[str, Any] | None = None,
    ) -> None:
        op = self._add(kind, name, inputs, layer, parameters, activation, args)
        tensors = list(tensors_in(result))
        several = isinstance(result, (tuple, list)) and kind is OpKind.SPLIT and len(tensors) > 1
        for index, tensor in enumerate(tensors):
            self._bind(tensor, self._add(OpKind.SPLIT, "unpack", (op,)) if several else op)
            if not index and tensor.is_floating_point():
                self._seen(self.ops[op], tensor)

    def _add(
        self,
        kind: OpKind,
        name: str,
        inputs: tuple[int, ...],
        layer: str = "",
        parameters: tuple[str, ...] = (),
        activation: str | None = None,
        args: Mapping[str, Any] | None = None,
    ) -> int:
        if len(self.ops) >= _MOST:
            return len(self.ops) - 1
        with torch._C.DisableTorchFunction():
            span = self._places.caller().span
        number = len(self.ops)
        kept = MappingProxyType(dict(args or {}))
        self.ops.append(Op(number, kind, name, inputs, layer, parameters, activation, kept, 1, span))
        return number

    def _bind(self, tensor: torch.Tensor, op: int) -> None:
        self._of[id(tensor)] = op
        self._kept.append(tensor)


def _names(module: nn.Module) -> Iterator[str]:
    """The names of ``forward``'s positional arguments; numbers behind those."""
    with contextlib.suppress(TypeError, ValueError):
        yield from inspect.signature(module.forward).parameters
    yield from map(str, itertools.count())


def _one_operation(module: nn.Module, spec: LayerSpec | None) -> bool:
    """A layer of the tables whose ``forward`` is its library's own."""
    if _activation(module) is not None:
        return True
    if spec is None or spec.kind in _WHOLE:
        return False
    home = next((cls for cls in type(module).__mro__ if "forward" in vars(cls)), nn.Module)
    return qualified(home) == spec.name or home.__module__.startswith("torch.nn.")


def _activation(module: nn.Module) -> ActivationSpec | None:
    name = qualified(type(module))
    return MODULES.get(name) or OTHER_CLASSES.get(name)


def _canonical(module: nn.Module, spec: ActivationSpec) -> str:
    given = getattr(module, spec.argument, None) if spec.argument is not None else None
    return VARIANTS.get((spec.activation, given), spec.activation) if isinstance(given, str) else spec.activation


def _shape_argument(module: nn.Module, spec: ActivationSpec) -> dict[str, ArgValue]:
    if spec.argument is None:
        return {}
    value = getattr(module, spec.argument, spec.default)
    if isinstance(value, str):
        return {}
    if spec.activation == "hardtanh" and getattr(module, "min_val", -1.0) != -getattr(module, "max_val", 1.0):
        return {spec.argument: "?"}
    return {spec.argument: value if isinstance(value, (int, float)) else "?"}


def _is_plain(value: Any) -> bool:
    return isinstance(value, (int, float, str, bool)) or value is None


def _memory(tensor: torch.Tensor) -> tuple[str, int]:
    """What stands for the tensor's memory, or for itself where that can't be named."""
    storage = storage_of(tensor)
    return ("tensor", id(tensor)) if storage is None else ("storage", storage)
