"""Parametrizations: tensors that a layer recomputes before every forward."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from winit_lint.interpreter.contents import content
from winit_lint.interpreter.creation import make_parameter
from winit_lint.interpreter.initialize import assign_data
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.state import Raised, Record, State
from winit_lint.interpreter.tensor import view
from winit_lint.interpreter.torch_layer import new_module
from winit_lint.interpreter.values import (
    MISSING,
    BoundMethod,
    Class,
    External,
    Function,
    Module,
    Tensor,
    Unknown,
    Value,
)
from winit_lint.ir.distribution import UNKNOWN, Distribution, Kind
from winit_lint.ir.size import known
from winit_lint.ir.write import Origin
from winit_lint.knowledge.transforms import norm

PARAMETRIZATIONS: Mapping[str, str] = MappingProxyType(
    {
        "torch.nn.utils.weight_norm": "weight_norm",
        "torch.nn.utils.spectral_norm": "spectral_norm",
        "torch.nn.utils.parametrizations.weight_norm": "parametrizations.weight_norm",
        "torch.nn.utils.parametrizations.spectral_norm": "parametrizations.spectral_norm",
        "torch.nn.utils.parametrizations.orthogonal": "parametrizations.orthogonal",
        "torch.nn.utils.parametrize.register_parametrization": "parametrize",
        "torch.nn.utils.remove_weight_norm": "remove",
        "torch.nn.utils.remove_spectral_norm": "remove",
        "torch.nn.utils.parametrize.remove_parametrizations": "remove",
    }
)


_WHOLE = "the parameter that was split"


def parametrize(state: State, name: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """Wrap one parameter of a module; returns the module, as torch does."""
    module = args[0]
    kind = PARAMETRIZATIONS[name]
    slot = kwargs.get("name", kwargs.get("tensor_name", args[1] if len(args) > 1 else "weight"))
    if not isinstance(module, Module) or not isinstance(slot, str):
        return module if isinstance(module, Module) else Unknown("a parametrization of an unknown module")
    if kind == "remove":
        keep = kwargs.get("leave_parametrized", args[2] if len(args) > 2 else True)
        _remove(state, name, module, slot, keep is not False, node)
        return module
    given = kwargs.get("parametrization", args[2] if len(args) > 2 else None) if kind == "parametrize" else None
    tensor = module.parameters.get(slot)
    if tensor is None or tensor.storage is None:
        holder = module.modules.get("parametrizations")
        below = holder.modules.get(slot) if holder is not None else None
        if below is not None:  # one more on top of others leaves what they keep
            _add(state, below, given, node)
        return module
    del module.parameters[slot]
    dim = kwargs.get("dim", args[2] if len(args) > 2 else 0)
    magnitude = _magnitude(state, name, module, tensor, dim, node) if kind.endswith("weight_norm") else None
    kept: Value = tensor
    if kind == "parametrizations.orthogonal":
        _rewrite(state, name, tensor, node)
    elif kind == "parametrize" and _has_inverse(given):
        kept = inverted(state, given, tensor, node)
    if kind == "weight_norm" and magnitude is not None:
        module.parameters[f"{slot}_g"] = magnitude
        module.parameters[f"{slot}_v"] = tensor
    elif kind == "spectral_norm":
        module.parameters[f"{slot}_orig"] = tensor
    else:
        _register(state, module, slot, tensor, magnitude, node)
        inner = module.modules["parametrizations"].modules[slot]  # type: ignore[union-attr]
        if kind == "parametrize" and inner is not None:
            _add(state, inner, given, node)
            if isinstance(kept, (list, tuple)):
                _split(state, inner, kept, tensor, node)
    tensor.storage.parametrized = kind
    module.attributes[slot] = view(tensor)
    if kind != "spectral_norm":  # that one shares storage until the first forward: a later write works
        module.attributes[slot].attributes["recomputed"] = True
    return module


def _magnitude(state: State, name: str, module: Module, tensor: Tensor, dim: Value, node: Any) -> Tensor:
    """The norms that a weight has when it is normalised: one for each index of ``dim``, one of all where it is None.

    Later draws of the weight do not change them.
    """
    assert tensor.storage is not None
    place = -1 if dim is None else dim
    shape, count = _left(tensor.shape, place)
    dist = UNKNOWN if count is None else norm(tensor.storage.dist, count)
    site = state.site(node) if node is not None else None
    scale = state.storage(site, shape, dist)
    record = Record(name, dist, Origin.CREATION, site, shape=shape, storage=scale, clock=state.tick())
    if dist.kind is not Kind.UNKNOWN:
        scale.records.append(record)
    else:
        scale.dist = Distribution(Kind.MOMENTS)
    return Tensor(scale, shape, is_parameter=True, requires_grad=True, dist=scale.dist, layer=module)


def _left(shape: Any, dim: Value) -> tuple[Any, float | None]:
    """The shape of the norms over all dimensions but one, and how many entries each takes in; None: not known."""
    if shape is None or not isinstance(dim, int) or not -1 <= dim < len(shape):
        return None, None
    sizes = [known(size) for size in shape]
    others = [size for place, size in enumerate(sizes) if place != dim]
    count = math.prod(size for size in others if size is not None) if None not in others else None
    return tuple(size if place == dim else 1 for place, size in enumerate(shape)) if dim >= 0 else (), count


def _rewrite(state: State, name: str, tensor: Tensor, node: Any) -> None:
    """What is kept from now on stands for the weight in coordinates of the parametrization's own."""
    if tensor.storage is not None:
        site = state.site(node) if node is not None else None
        record = Record(name, Distribution(Kind.UNKNOWN), Origin.UNKNOWN, site, shape=tensor.shape)
        record.reason = "the parametrization keeps other numbers than the weight's"
        record.storage, record.clock = tensor.storage, state.tick()
        tensor.storage.records.append(record)
        tensor.storage.dist = record.dist


def _register(state: State, module: Module, slot: str, tensor: Tensor, magnitude: Tensor | None, node: Any) -> None:
    holder = module.modules.get("parametrizations")
    if holder is None:
        holder = new_module(state, External("torch.nn.ModuleDict"), node)
        module.modules["parametrizations"] = holder
    inner = new_module(state, External("torch.nn.utils.parametrize.ParametrizationList"), node)
    holder.modules[slot] = inner
    if magnitude is not None:
        inner.parameters["original0"] = magnitude
        inner.parameters["original1"] = tensor
    else:
        inner.parameters["original"] = tensor


def _add(state: State, inner: Module, parametrization: Value, node: Any) -> None:
    """A ``ParametrizationList`` holds its parametrizations by number, with the parameters of their own."""
    if not isinstance(parametrization, Module):
        parametrization = new_module(state, External("torch.nn.Identity"), node)  # torch's own have no parameters
    inner.modules[str(len(inner.modules))] = parametrization


def _split(state: State, inner: Module, kept: Sequence[Value], tensor: Tensor, node: Any) -> None:
    """A ``right_inverse`` that gives several tensors: each becomes a parameter of its own."""
    del inner.parameters["original"]
    inner.attributes[_WHOLE] = tensor
    for number, each in enumerate(kept):
        part = each if each is tensor else make_parameter(state, [each, tensor.requires_grad], {}, node)
        inner.parameters[f"original{number}"] = part if isinstance(part, Tensor) else None


def inverted(state: State, parametrization: Value, tensor: Tensor, node: Any) -> Value:
    """What a parametrization keeps for a weight, by its ``right_inverse``; fills the weight where that is one tensor.

    Several tensors are returned as a sequence. What can't be worked out is written down as not known.
    """
    name = "torch.nn.utils.parametrize.right_inverse"
    method = state.attribute(parametrization, "right_inverse", node) if isinstance(parametrization, Module) else None
    if not isinstance(method, BoundMethod) or not isinstance(method.function, Function):
        _rewrite(state, name, tensor, node)
        return tensor
    depth = len(state.frames)
    state.no_grad += 1
    try:
        given = state.call(method, [tensor], {}, node)
    except Raised as error:
        del state.frames[depth:]
        if error.name == "NotImplementedError":
            return tensor
        raise
    finally:
        state.no_grad -= 1
    if isinstance(given, (list, tuple)) and given and all(isinstance(each, Tensor) for each in given):
        return given
    if given is tensor:
        return tensor
    if isinstance(given, Tensor) and content(given).kind not in {Kind.UNKNOWN, Kind.LOADED}:
        assign_data(state, tensor, given, node, name)
    else:
        _rewrite(state, name, tensor, node)
    return tensor


def _remove(state: State, name: str, module: Module, slot: str, keep: bool, node: Any) -> None:
    """The weight is a parameter again, and holds what the parametrization made of it."""
    for old in (f"{slot}_v", f"{slot}_orig"):
        tensor = module.parameters.pop(old, None)
        if tensor is not None:
            magnitude = module.parameters.pop(f"{slot}_g", None)
            _put_back(state, name, module, slot, tensor, _agrees(tensor, magnitude), node)
            return
    holder = module.modules.get("parametrizations")
    inner = holder.modules.pop(slot, None) if holder is not None else None
    if holder is None or inner is None:
        return
    if not holder.modules:
        del module.modules["parametrizations"]
    magnitude, tensor = inner.parameters.get("original0"), inner.parameters.get("original1")
    normal = tensor is not None and tensor.storage is not None and str(tensor.storage.parametrized).endswith("norm")
    tensor = inner.attributes.get(_WHOLE) or tensor or inner.parameters.get("original")
    if tensor is not None:
        same = not keep or (normal and _agrees(tensor, magnitude))
        _put_back(state, name, module, slot, tensor, same, node)


def _agrees(tensor: Tensor, magnitude: Tensor | None) -> bool:
    """Whether a weight still has the norms that were taken of it, with nothing written to either since."""
    if magnitude is None or magnitude.storage is None or tensor.storage is None or not magnitude.storage.records:
        return False
    taken = magnitude.storage.records[0]
    return len(magnitude.storage.records) == 1 and all(each.clock < taken.clock for each in tensor.storage.records)


def _put_back(state: State, name: str, module: Module, slot: str, tensor: Tensor, same: bool, node: Any) -> None:
    if not same:
        _rewrite(state, name, tensor, node)
    module.attributes.pop(slot, None)
    module.parameters[slot] = tensor
    if tensor.storage is not None:
        tensor.storage.parametrized = None


def _has_inverse(parametrization: Value) -> bool:
    """Whether a parametrization may keep other numbers than the weight's: its ``right_inverse`` gives them."""
    if not isinstance(parametrization, Module):
        return True
    if isinstance(parametrization.cls, Class):
        member, found = find_member(parametrization.cls, "right_inverse")
        return member is not MISSING and not (isinstance(found, External) and found.name == "torch.nn.Module")
    return parametrization.opaque or parametrization.layer is None


def originals(module: Module, slot: str) -> list[Tensor]:
    """What a layer keeps for a parameter that it recomputes; nothing where it does not."""
    holder = module.modules.get("parametrizations")
    inner = holder.modules.get(slot) if holder is not None else None
    return [] if inner is None else [tensor for tensor in inner.parameters.values() if tensor is not None]


def assign_parametrized(state: State, module: Module, slot: str, node: Any) -> bool:
    """``layer.weight = value`` on a parametrized layer: its ``right_inverse`` fills what is kept; False: none is."""
    kept = originals(module, slot)
    for tensor in kept:
        _rewrite(state, "torch.nn.utils.parametrize.right_inverse", tensor, node)
    return bool(kept)
