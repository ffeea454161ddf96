"""A model: layers, parameters with their histories, flows and events."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, final

from winit_lint.ir.event import Event
from winit_lint.ir.flow import Flow
from winit_lint.ir.measured import Measured
from winit_lint.ir.size import Number
from winit_lint.ir.write import NO_ARGS, ArgValue, Effect, Origin, Write
from winit_lint.source.span import Span

_E = TypeVar("_E", bound=Event)


@final
class LayerKind(enum.Enum):
    """What a layer is, from the knowledge tables; project classes are CUSTOM."""

    LINEAR = "linear"
    BILINEAR = "bilinear"
    CONV = "conv"
    CONV_TRANSPOSE = "conv_transpose"
    EMBEDDING = "embedding"
    RECURRENT = "recurrent"
    ATTENTION = "attention"
    NORM = "norm"
    ACTIVATION = "activation"
    CONTAINER = "container"
    TRANSFORMER = "transformer"
    OTHER = "other"
    CUSTOM = "custom"
    UNKNOWN = "unknown"


@final
@dataclass(frozen=True, slots=True)
class Layer:
    """One module instance of the model, at its first path ("" is the model itself).

    ``cls`` is its qualified class; ``bases`` the qualified names of the classes that it derives from, nearest first
    (a project subclass of ``torch.nn.Linear`` names it here). ``args`` are a torch layer's constructor arguments by
    name with defaults filled in (tuples appear as text). ``created`` is the constructor call. ``base`` is the path of
    the child that a Hugging Face model's ``base_model_prefix`` names: a checkpoint of that child alone can be loaded.
    """

    path: str
    cls: str
    kind: LayerKind
    created: Span | None
    bases: tuple[str, ...] = ()
    args: Mapping[str, ArgValue] = field(default_factory=lambda: NO_ARGS)
    base: str | None = None


@final
@dataclass(frozen=True)
class Parameter:
    """One parameter (named as ``named_parameters()`` names it) with the history of its writes, oldest first.

    ``name`` is the full dotted name, ``*`` standing for an index that is not known; ``symbol`` is how a finding names
    it: the innermost project class and the path below that (``Mlp.fc1.weight``). ``layer`` is the path of the module
    that owns it and ``role`` its name there. ``fan_in`` and ``fan_out`` are the true fans of the layer,
    ``torch_fan_in`` and ``torch_fan_out`` what ``nn.init`` computes from the shape; none of them is ever 0. ``writes``
    holds every write that was applied, lost or raised, so ``last`` must be asked for what counts. ``storage`` is equal
    for parameters over one memory, and ``tied`` are further full names of the same Parameter. ``parametrized`` names
    what recomputes it ("weight_norm", "parametrizations.orthogonal") or is None.
    """

    name: str
    symbol: str
    layer: str
    role: str
    layer_cls: str
    shape: tuple[Number | None, ...] | None
    created: Span | None
    writes: tuple[Write, ...]
    fan_in: Number | None = None
    fan_out: Number | None = None
    torch_fan_in: Number | None = None
    torch_fan_out: Number | None = None
    trainable: bool = True
    storage: int = 0
    parametrized: str | None = None
    tied: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """It certainly holds no entries (a layer of size 0): whatever writes to it draws nothing."""
        return self.shape is not None and 0 in self.shape

    @cached_property
    def applied(self) -> tuple[Write, ...]:
        """The writes that took effect, oldest first."""
        return tuple(w for w in self.writes if w.effect is Effect.APPLIED)

    @cached_property
    def last(self) -> Write | None:
        """The last whole write that took effect; None where there is none or something unknown came after it.

        Partial writes after it (a padding row, one gate) do not replace it.
        """
        for write in reversed(self.applied):
            if write.origin is Origin.UNKNOWN:
                return None
            if write.region is None:
                return write
        return None

    @property
    def certain(self) -> bool:
        """No unknown call has touched it, so its history is complete."""
        return all(w.origin is not Origin.UNKNOWN for w in self.writes)


@final
@dataclass(frozen=True, slots=True)
class Assumption:
    """A side that the path took at an unknown condition.

    ``text`` is the condition in source form, already negated where the path took its other side (``not bias``).
    ``free`` is True when both sides are certainly feasible (it tests a constructor argument), False when the
    condition itself could not be worked out.
    """

    key: str
    value: bool
    text: str
    free: bool


@final
@dataclass(frozen=True)
class Model:
    """What one root builds on one path.

    ``root`` is the qualified class or function, ``name`` its short name. ``defaults`` is True when the root ran with
    its own defaults (scale rules look at these only). ``complete`` is False when its construction was given up: there
    is more in it, and rules don't judge it. ``layers`` and ``parameters`` are in construction order; ``stray`` are
    writes to tensors that are no parameter of the model, or to no tensor at all (lost or raising). ``unknowns`` are
    the places where the interpreter gave up: (reason, span or None). ``measured`` is there where the model is a live
    one.
    """

    root: str
    name: str
    path: str
    span: Span
    layers: tuple[Layer, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    flows: tuple[Flow, ...] = ()
    events: tuple[Event, ...] = ()
    stray: tuple[Write, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    defaults: bool = True
    complete: bool = True
    unknowns: tuple[tuple[str, Span | None], ...] = ()
    measured: Measured | None = None

    @cached_property
    def by_path(self) -> Mapping[str, Layer]:
        """Layers by path."""
        return {layer.path: layer for layer in self.layers}

    @cached_property
    def by_name(self) -> Mapping[str, Parameter]:
        """Parameters by full name."""
        return {parameter.name: parameter for parameter in self.parameters}

    def of_layer(self, path: str) -> tuple[Parameter, ...]:
        """The parameters that the module at ``path`` owns itself."""
        return self._owned.get(path, ())

    @cached_property
    def _owned(self) -> Mapping[str, tuple[Parameter, ...]]:
        found: dict[str, list[Parameter]] = {}
        for parameter in self.parameters:
            found.setdefault(parameter.layer, []).append(parameter)
        return {path: tuple(owned) for path, owned in found.items()}

    def events_of(self, kind: type[_E]) -> Iterator[_E]:
        """The events of one kind, in order."""
        return (event for event in self.events if isinstance(event, kind))

    @cached_property
    def writes(self) -> tuple[Write, ...]:
        """Every write of every parameter and the stray ones, each once (a tied tensor's history is shared)."""
        seen: dict[int, Write] = {}
        for parameter in self.parameters:
            for write in parameter.writes:
                seen[id(write)] = write
        return (*seen.values(), *self.stray)
