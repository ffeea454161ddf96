"""A live module as layers and parameters of the representation."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any, final

import torch
from torch import nn
from torch.nn.parameter import UninitializedParameter
from torch.nn.utils import parametrize

from winit_lint.ir.distribution import LOADED, Distribution, constant
from winit_lint.ir.model import Layer, LayerKind, Model, Parameter
from winit_lint.ir.size import Number, nonzero
from winit_lint.ir.write import ArgValue, Origin, Write
from winit_lint.knowledge.initializers import fans_of
from winit_lint.knowledge.layers import LAYERS
from winit_lint.knowledge.public_names import canonical
from winit_lint.knowledge.spec import REQUIRED, LayerSpec, ParameterSpec
from winit_lint.probe.creations import Creations
from winit_lint.probe.history import Histories
from winit_lint.probe.places import Places
from winit_lint.source.span import Span

_WRAPPED = {
    "_WeightNorm": "parametrizations.weight_norm",
    "_SpectralNorm": "parametrizations.spectral_norm",
    "_Orthogonal": "parametrizations.orthogonal",
}
_OLD = (("_v", "weight_norm"), ("_orig", "spectral_norm"))


@final
@dataclass(frozen=True, slots=True)
class Build:
    """A finished model with what was recorded while it was built; without a record nothing is known of its writes."""

    module: nn.Module
    places: Places
    histories: Histories | None = None
    creations: Creations | None = None


def capture(build: Build, root: str | None = None) -> Model:
    """The model. ``root`` is the qualified name of what was called, the module's class where it is None."""
    cls = type(build.module)
    called = root or qualified(cls)
    path, span = _defined(build, cls)
    layers = tuple(_layer(build, name, module) for name, module in build.module.named_modules())
    return Model(
        called,
        called.rpartition(".")[2],
        path,
        span,
        layers=layers,
        parameters=tuple(_parameters(build, span)),
    )


def qualified(cls: type) -> str:
    """A class by its public name."""
    return canonical(f"{cls.__module__}.{cls.__qualname__}")


def spec_of(module: nn.Module) -> LayerSpec | None:
    """The table's entry for a module: that of its class or of the nearest torch class that it derives from."""
    for cls in type(module).__mro__:
        name = qualified(cls)
        if name in LAYERS and name != "torch.nn.Module":
            return LAYERS[name]
    return None


def arguments(module: nn.Module, spec: LayerSpec) -> dict[str, Any]:
    """The constructor's arguments as the module keeps them; what it does not keep has its default, or is left out."""
    found: dict[str, Any] = {}
    for name, default in spec.signature:
        value = getattr(module, name, default)
        if isinstance(value, (torch.Tensor, nn.Module)) or callable(value):
            value = True if name == "bias" else default
        elif name == "bias" and value is None:
            value = False
        if value is not REQUIRED:
            found[name] = value
    if isinstance(module, nn.MultiheadAttention):
        found.update(bias=module.in_proj_bias is not None, add_bias_kv=module.bias_k is not None)
    return found


def table_fans(module: nn.Module, role: str, shape: tuple[int, ...]) -> tuple[Number | None, Number | None]:
    """(fan_in, fan_out) of a torch layer's parameter by the tables; None where they do not know this tensor."""
    spec = spec_of(module)
    if spec is None:
        return None, None
    namespace = SimpleNamespace(**arguments(module, spec))
    try:
        found: dict[str, ParameterSpec] = {parameter.name: parameter for parameter in spec.parameters(namespace)}
        entry = found.get(role)
        if entry is None or tuple(entry.shape(namespace) or ()) != shape:
            return None, None
        fan_in = entry.fan_in(namespace) if entry.fan_in is not None else None
        fan_out = entry.fan_out(namespace) if entry.fan_out is not None else None
    except (AttributeError, TypeError, ValueError, ZeroDivisionError):
        return None, None
    return fan_in, fan_out


def _defined(build: Build, cls: type) -> tuple[str, Span]:
    """The class's source file and statement."""
    try:
        filename = inspect.getsourcefile(cls) or ""
        lines, start = inspect.getsourcelines(cls)
    except (OSError, TypeError):
        return "", Span("", 1, 1, 1, 1)
    path = build.places.shown(filename)
    return path, Span(path, start, 1, start + len(lines) - 1, len(lines[-1].rstrip("\n")) + 1)


def _layer(build: Build, path: str, module: nn.Module) -> Layer:
    cls = type(module)
    spec = spec_of(module)
    bases = tuple(qualified(base) for base in cls.__mro__[1:] if base is not object)
    kept: dict[str, ArgValue] = {}
    if spec is not None and spec.kind is not LayerKind.CONTAINER:
        kept = {name: _plain(value) for name, value in arguments(module, spec).items()}
    created = build.creations.module(module) if build.creations is not None else None
    kind = spec.kind if spec is not None else LayerKind.CUSTOM
    return Layer(path, qualified(cls), kind, created, bases, MappingProxyType(kept), _base(path, module))


def _base(path: str, module: nn.Module) -> str | None:
    """The child that a Hugging Face model's ``base_model_prefix`` names."""
    prefix = getattr(module, "base_model_prefix", None)
    if not isinstance(prefix, str) or not isinstance(module._modules.get(prefix), nn.Module):
        return None
    return f"{path}.{prefix}" if path else prefix


def _plain(value: Any) -> ArgValue:
    if isinstance(value, (int, float, str, bool)) or value is None:
        return value
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(str(_plain(item)) for item in value) + ")"
    return "?"


def _parameters(build: Build, model: Span) -> Iterator[Parameter]:
    first: dict[int, str] = {}
    tied: dict[str, list[str]] = {}
    for name, parameter in build.module.named_parameters(remove_duplicate=False):
        if id(parameter) in first:
            tied.setdefault(first[id(parameter)], []).append(name)
        else:
            first[id(parameter)] = name
    modules = dict(build.module.named_modules(remove_duplicate=False))
    every = dict(build.module.named_parameters(remove_duplicate=False))
    memory: dict[Any, int] = {}
    for name in first.values():
        number = memory.setdefault(_identity(every[name]), len(memory))
        path, _, role = name.rpartition(".")
        yield _parameter(build, name, modules, role, path, every[name], number, tuple(tied.get(name, ())))


def _identity(parameter: torch.Tensor) -> Any:
    """Equal for tensors that are the same memory in the same form."""
    try:
        storage = parameter.untyped_storage()._cdata
        return storage, parameter.storage_offset(), tuple(parameter.shape), tuple(parameter.stride())
    except (NotImplementedError, RuntimeError, ValueError):
        return id(parameter)


def _parameter(
    build: Build,
    name: str,
    modules: Mapping[str, nn.Module],
    role: str,
    path: str,
    parameter: nn.Parameter,
    number: int,
    tied: tuple[str, ...],
) -> Parameter:
    owner = modules[path]
    shape = None if isinstance(parameter, UninitializedParameter) else tuple(parameter.shape)
    true: tuple[Number | None, Number | None] = table_fans(owner, role, shape) if shape is not None else (None, None)
    torch_fans = fans_of(shape) if shape is not None else None
    created = None
    if build.creations is not None:
        created = build.creations.parameter(parameter) or build.creations.module(owner)
    writes = tuple(_writes(build, parameter, name, created))
    if created is None:  # a copy: where the layer that was copied first got its values
        created = next((write.stack[-1] for write in writes if write.stack), None)
    return Parameter(
        name,
        symbol(modules, path, role),
        path,
        role,
        qualified(type(owner)),
        shape,
        created,
        writes,
        fan_in=nonzero(true[0]),
        fan_out=nonzero(true[1]),
        torch_fan_in=nonzero(torch_fans.fan_in) if torch_fans is not None else None,
        torch_fan_out=nonzero(torch_fans.fan_out) if torch_fans is not None else None,
        trainable=parameter.requires_grad,
        storage=number,
        parametrized=_parametrized(owner, role),
        tied=tied,
    )


def _writes(build: Build, parameter: nn.Parameter, name: str, created: Span | None) -> Iterator[Write]:
    """Its history; one write from given data where its memory came from outside of torch."""
    if build.histories is None:
        yield Write("unknown", LOADED, Origin.UNKNOWN, reason="the model had been built before")
        return
    lazy = isinstance(parameter, UninitializedParameter)
    found = [] if lazy else build.histories.writes(parameter)
    if lazy:
        yield Write("unknown", LOADED, Origin.UNKNOWN, reason="its layer is lazy: it comes with the first input")
    elif not found:
        yield Write(
            "torch.tensor", _data(parameter), Origin.CREATION, created, shape=tuple(parameter.shape), target=name
        )
    for write in found:
        yield dataclasses.replace(write, target=name)


def _data(parameter: nn.Parameter) -> Distribution:
    """What given data holds: a number where all entries are the same."""
    if parameter.numel() == 0 or parameter.is_meta:
        return LOADED
    low, high = parameter.detach().min().item(), parameter.detach().max().item()
    return constant(low) if low == high else LOADED


def symbol(modules: Mapping[str, nn.Module], path: str, role: str) -> str:
    """The innermost class above ``path`` that is not torch's, and what lies below it."""
    parts = path.split(".") if path else []
    for count in range(len(parts), -1, -1):
        module = modules.get(".".join(parts[:count]))
        if module is not None and not type(module).__module__.startswith("torch.nn."):
            return ".".join([type(module).__name__, *parts[count:], role])
    return ".".join([*parts, role])


def _parametrized(owner: nn.Module, role: str) -> str | None:
    if isinstance(owner, parametrize.ParametrizationList):
        kinds = {_WRAPPED.get(type(step).__name__, "parametrize") for step in owner}
        if kinds == {"parametrizations.weight_norm"} and role == "original0":
            return None  # the magnitude: it is used as it is
        return min(kinds, default="parametrize")
    for end, kind in _OLD:
        if role.endswith(end) and any(kind.replace("_", "") in type(hook).__name__.lower() for hook in _hooks(owner)):
            return kind
    return None


def _hooks(owner: nn.Module) -> list[Any]:
    return list(owner._forward_pre_hooks.values())
