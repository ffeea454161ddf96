"""What the probe measured on a live model.

Every number is finite; what is not is None, and a count beside it says how many entries were not. "Second moment" is
E[x^2], a mean over all entries. All these values go through JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies with the confidence that ``Statistics`` names."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies in it, ends included."""
        return self.low <= value <= self.high


@final
@dataclass(frozen=True, slots=True)
class Statistics:
    """The entries of one parameter right after construction, over all builds.

    ``n`` counts the entries of one build, ``builds`` how many were taken together; ``nonfinite`` the entries that are
    NaN or infinite in the first. ``family`` is what the entries look like: ``constant``, ``normal``, ``uniform``,
    ``truncated_normal``, ``orthogonal`` (rows, columns or ``blocks`` of rows are orthonormal up to a scale),
    ``two_valued`` (identity and Dirac kernels), or None where no test holds. ``std_interval`` and ``mean_interval``
    come from the sample itself (its fourth moment), at four standard errors, and know ``n``; a constant's have no
    width. ``promised_mean`` and ``promised_std`` are those of the write in effect, None where there is none that
    says so. ``histogram`` counts the entries of the first build in equal bins from ``minimum`` to ``maximum``. ``of``
    is how many entries there are where ``n`` of them stand for all: those of independent draws, replayed in part.
    """

    name: str
    n: int
    builds: int
    mean: float | None
    std: float | None
    minimum: float | None
    maximum: float | None
    nonfinite: int = 0
    family: str | None = None
    blocks: int = 1
    mean_interval: Interval | None = None
    std_interval: Interval | None = None
    promised_mean: float | None = None
    promised_std: float | None = None
    promised_family: str | None = None
    histogram: tuple[int, ...] = ()
    of: int | None = None


@final
@dataclass(frozen=True, slots=True)
class Fan:
    """One measured fan with its standard error."""

    value: float
    error: float


@final
@dataclass(frozen=True, slots=True)
class MeasuredFans:
    """The fans of one weight, measured on the layer alone.

    ``fan_in`` is the second moment of the output for white inputs of unit variance over that of the weight;
    ``fan_out`` the same for the gradient of the input. For stacked matrices ``fan_out`` is that of one block.
    ``table_in`` and ``table_out`` are those of the knowledge tables, ``torch_in`` and ``torch_out`` those that
    ``torch.nn.init`` takes from the shape.
    """

    name: str
    fan_in: Fan | None
    fan_out: Fan | None
    table_in: float | None
    table_out: float | None
    torch_in: float | None
    torch_out: float | None


@final
@dataclass(frozen=True, slots=True)
class Unfilled:
    """A tensor that still holds what uninitialised memory had been filled with: ``share`` of its entries."""

    name: str
    share: float
    buffer: bool = False


@final
@dataclass(frozen=True, slots=True)
class Reset:
    """A tensor after construction, and after the meta device, ``to_empty`` and every module's ``reset_parameters``.

    ``share`` of its entries nothing filled then. The intervals are those of ``Statistics``; None for what is constant
    or has fewer than two entries. ``persistent`` is False for buffers that no checkpoint holds. ``by`` is the class,
    qualified, of the module that owns it, None where that module has no ``reset_parameters``.
    """

    name: str
    buffer: bool
    persistent: bool
    by: str | None
    share: float
    built_mean: float | None
    built_std: float | None
    reset_mean: float | None
    reset_std: float | None
    differs: bool


@final
@dataclass(frozen=True, slots=True)
class OpSignal:
    """What one operation of ``Model.flows[0]`` puts out in a forward and backward pass at step 0.

    ``op`` is its id there, ``layer`` the module's path and ``name`` the qualified function or class. ``forward`` is the
    second moment of the output, ``backward`` that of the gradient that reaches it, ``energy`` the sum of the squared
    gradient over all entries of one sample; ``*_zeroed`` are the same with every bias zero: a default bias keeps the
    output of a dead network away from zero. All are geometric means over the builds, None where one is not finite.
    ``size`` counts the entries of one sample. For nonlinearities: ``zero`` is the share of entries that are exactly 0,
    ``saturated`` that of entries where the slope is under a hundredth of the steepest, ``dead`` the share of units
    (channels) of which both hold for every entry; None where the function has no such end, or ``entries``, how many
    each unit has, are too few to tell. ``nonfinite`` counts entries that are NaN or infinite. ``each_forward`` and
    ``each_energy`` are ``forward`` and ``energy`` of every build by itself, in a sweep.
    """

    op: int
    layer: str
    name: str
    size: int
    forward: float | None = None
    backward: float | None = None
    energy: float | None = None
    forward_zeroed: float | None = None
    backward_zeroed: float | None = None
    energy_zeroed: float | None = None
    zero: float | None = None
    saturated: float | None = None
    dead: float | None = None
    units: int = 0
    entries: int = 0
    nonfinite: int = 0
    each_forward: tuple[float | None, ...] = ()
    each_energy: tuple[float | None, ...] = ()


@final
@dataclass(frozen=True)
class Signal:
    """Passes over the whole model in training mode, without dropout.

    ``inputs`` describes what it was given and ``target`` what was differentiated. ``input`` is the second moment of
    the first input of real numbers, None where there is none. ``ends`` has, in a sweep, the path of each module that
    was called with the id of the operation that made what it returned.
    """

    ops: tuple[OpSignal, ...]
    inputs: str
    target: str
    builds: int
    input: float | None = None
    ends: tuple[tuple[str, int], ...] = ()

    @cached_property
    def by_op(self) -> Mapping[int, OpSignal]:
        """By the operation's id."""
        return {found.op: found for found in self.ops}


@final
@dataclass(frozen=True, slots=True)
class Copies:
    """Weights that do not differ as they should.

    ``how`` is ``equal`` (the tensors ``names`` hold the same drawn numbers and share no memory), ``equal rows``
    (all rows of the one tensor are the same, and no constant), or ``rank one`` (a matrix of rank one).
    """

    how: str
    names: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class Coverage:
    """A checkpoint against the model. ``mismatched`` has (name, shape in the model, shape in the file)."""

    file: str
    loaded: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    mismatched: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...] = ()
    prefix: str | None = None


@final
@dataclass(frozen=True, slots=True)
class Loss:
    """The cross entropy of the outputs against targets that they know nothing of; ``expected`` is ln C.

    ``value`` is the mean over ``builds``, ``error`` its standard error, 0 for one build. ``head`` is the module that
    gave the outputs, ``logit_std`` their standard deviation over the classes.
    """

    value: float
    error: float
    expected: float
    classes: int
    head: str
    logit_std: float
    builds: int = 1


@final
@dataclass(frozen=True, slots=True)
class Replay:
    """How a model was measured that was built without memory, and ``why`` it was.

    Of its parameters ``real`` had memory all the same, ``whole`` were replayed one at a time, ``sampled`` in part, and
    of ``unknown`` it is not known what they hold.
    """

    why: str
    real: int = 0
    whole: int = 0
    sampled: int = 0
    unknown: int = 0


@final
@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Something that was not measured, and why.

    With ``forward`` the model's own forward pass is what failed: ``why`` is what it raised or how it ended, ``layer``
    the last module that it reached.
    """

    what: str
    why: str
    forward: bool = False
    layer: str | None = None

    def __str__(self) -> str:
        at = f" at `{self.layer}`" if self.layer else ""
        return f"forward failed{at}: {self.why}" if self.forward else self.why


@final
@dataclass(frozen=True)
class Measured:
    """All that was measured; ``torch`` is its version."""

    torch: str
    seeds: int
    statistics: tuple[Statistics, ...] = ()
    fans: tuple[MeasuredFans, ...] = ()
    signal: Signal | None = None
    unfilled: tuple[Unfilled, ...] = ()
    resets: tuple[Reset, ...] = ()
    copies: tuple[Copies, ...] = ()
    coverage: Coverage | None = None
    loss: Loss | None = None
    skipped: tuple[Unmeasured, ...] = ()
    replay: Replay | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Statistics]:
        """Statistics by the parameter's full name."""
        return {found.name: found for found in self.statistics}
