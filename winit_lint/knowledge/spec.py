"""The shapes of the tables' entries."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias, final

from winit_lint.ir.distribution import Distribution
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import Number

REQUIRED: Any = object()
"""The default of an argument that has none."""

Arguments: TypeAlias = Any
"""A namespace of a constructor's arguments: sizes are ints or ``SizeExpr``; n-dimensional arguments are tuples."""

Shape: TypeAlias = tuple[Number, ...]


@final
@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """A parameter of a torch layer.

    ``shape`` gives the shape of the constructor's arguments, or None where this argument list makes the slot None
    (``bias=False``); ``default`` names what torch draws: a key of ``INITIALIZERS`` and its arguments, worked out from
    the arguments (``("torch.nn.init.kaiming_uniform_", {"a": 2.236...})``),
    or None for memory that stays uninitialised until the first forward (Lazy layers).
    ``fan_in``/``fan_out`` are the true ones (`Var(out)/Var(w)` for unit inputs), None for vectors.
    """

    name: str
    shape: Callable[[Arguments], Shape | None]
    default: Callable[[Arguments], tuple[str, Mapping[str, Any]] | None]
    fan_in: Callable[[Arguments], Number] | None = None
    fan_out: Callable[[Arguments], Number] | None = None


@final
@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A child module of a composite torch layer: its attribute name, class and constructor's arguments.

    ``arguments`` returns None where the layer is built without this child. ``clones`` is the argument that counts
    deep copies of the layer given in the argument ``of`` (``nn.TransformerEncoder``).
    """

    name: str
    cls: str
    arguments: Callable[[Arguments], Mapping[str, Any] | None]


@final
@dataclass(frozen=True, slots=True)
class LayerSpec:
    """A torch layer: signature, parameters in registration order, children, and what its forward does.

    ``signature`` lists (name, default) in positional order, ``device`` and ``dtype`` included; ``spatial`` is how many
    spatial dimensions an n-dimensional argument is broadcast to (0 for none) and ``broadcast`` which arguments.
    ``parameters`` may depend on the arguments (layers of an LSTM). ``inherits`` names the torch base classes,
    nearest first, below ``torch.nn.Module`` (``torch.nn.modules.batchnorm._BatchNorm``).
    ``op`` is the operation of its forward on the flow, None for composite layers whose children run.
    """

    name: str
    kind: LayerKind
    signature: tuple[tuple[str, Any], ...]
    parameters: Callable[[Arguments], tuple[ParameterSpec, ...]] = lambda _: ()
    children: tuple[ChildSpec, ...] = ()
    broadcast: tuple[str, ...] = ()
    spatial: int = 0
    inherits: tuple[str, ...] = ()
    op: OpKind | None = None
    activation: str | None = None
    buffers: tuple[str, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Fans:
    """What ``torch.nn.init._calculate_fan_in_and_fan_out`` gives for a shape."""

    fan_in: Number
    fan_out: Number


@final
@dataclass(frozen=True, slots=True)
class InitSpec:
    """An initializer or a random or filling tensor method.

    ``signature`` lists (name, default) after the tensor. ``distribution`` gives what is drawn from the arguments (all
    filled in, an argument that is not known is the string "?") and the fans (None where the shape is not known);
    it returns a distribution with unknown moments rather than guess. ``min_dims`` is the smallest number of
    dimensions that does not raise. ``copies`` is True for ``copy_``: values come from the argument.
    """

    name: str
    signature: tuple[tuple[str, Any], ...]
    distribution: Callable[[Arguments, Fans | None, Shape | None], Distribution]
    min_dims: int = 0
    needs_fans: bool = False
    random: bool = True
    copies: bool = False


@final
@dataclass(frozen=True, slots=True)
class ActivationSpec:
    """An elementwise nonlinearity: its canonical name in ``theory.moments`` and the argument that shapes it.

    ``argument`` is the name of that argument (``negative_slope``) and ``position`` its place after the input.
    """

    activation: str
    argument: str | None = None
    position: int = 0
    default: float | None = None


@final
class HelperAction(enum.Enum):
    """What a known third-party helper does."""

    INIT_MODULE = "init_module"  # initialises `.weight` (and `.bias`) of a module given as `argument`
    INIT_TENSOR = "init_tensor"  # initialises the tensor given as `argument`
    NAMED_APPLY = "named_apply"  # timm's named_apply(fn, module, name=..., depth_first=..., include_root=...)
    PRETRAINED = "pretrained"  # returns a module that holds loaded weights (when `flag` is true, if there is one)
    MODULE = "module"  # builds a module of unknown content (a known but opaque factory)
    IDENTITY = "identity"  # returns its first argument (decorators, checkpoint wrappers, torch.compile)
    PURE = "pure"  # touches no module that it is given


@final
@dataclass(frozen=True, slots=True)
class HelperSpec:
    """A known helper function of a library: what it does to which argument.

    For INIT actions ``initializer`` is a key of ``INITIALIZERS`` or ``TENSOR_METHODS`` and ``arguments`` maps its
    arguments to the helper's own (a string names a parameter of the helper) or to a fixed number; ``bias`` is the
    name of the helper's argument for the bias's constant, or a number, or None where the bias is left alone.
    """

    action: HelperAction
    signature: tuple[tuple[str, Any], ...] = ()
    initializer: str = ""
    arguments: Mapping[str, str | float] = field(default_factory=lambda: MappingProxyType({}))
    bias: str | float | None = None
    flag: str | None = None
