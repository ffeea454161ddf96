"""One call that gives values to a tensor."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, final

from winit_lint.ir.distribution import Distribution
from winit_lint.ir.size import Number
from winit_lint.source.span import Span

ArgValue: TypeAlias = Number | str | bool | None
"""A literal or symbolic argument; an argument that could not be evaluated is the string ``"?"``."""

NO_ARGS: Mapping[str, ArgValue] = MappingProxyType({})


@final
class Origin(enum.Enum):
    """Who wrote."""

    DEFAULT = "default"  # torch's own initialisation at construction (reset_parameters of a torch layer)
    CREATION = "creation"  # the tensor's own creation: torch.empty, torch.randn(...) * 0.02
    EXPLICIT = "explicit"  # project code called an initializer, an in-place method, or assigned
    FRAMEWORK = "framework"  # a framework's hook or known helper (init_cfg, post_init, c2_msra_fill)
    LOAD = "load"  # load_state_dict, from_pretrained, copy_ of given data
    UNKNOWN = "unknown"  # an unknown call received the tensor: anything may have happened


@final
class Effect(enum.Enum):
    """What became of the write."""

    APPLIED = "applied"
    LOST = "lost"  # it wrote to a copy, a dropped result, or a tensor that is recomputed: `reason` says which
    RAISES = "raises"  # the call certainly raises: `reason` says what


@final
@dataclass(frozen=True, slots=True)
class Region:
    """The part of a tensor that a write reaches; ``None`` in :class:`Write` means all of it.

    ``text`` is the source form (``[padding_idx]``, ``[n // 4 : n // 2]``, ``chunk 2/4``); ``rows`` is the half-open
    range of rows of dimension 0 where it is known, and ``fraction`` the share of entries (None = not known).
    ``gate`` is True when the write goes block by block over a stacked matrix (chunk, split, view by gate).
    """

    text: str
    rows: tuple[Number, Number] | None = None
    fraction: float | None = None
    gate: bool = False


@final
@dataclass(frozen=True, slots=True)
class Write:
    """One initializer call, tensor method or assignment that gave (or tried to give) values to a tensor.

    ``init`` is the qualified name of what was called (``torch.nn.init.xavier_uniform_``, ``torch.Tensor.normal_``,
    ``torch.nn.Parameter``, ``uninitialised``, ``unknown``). ``args`` holds every argument by its parameter name with
    torch's defaults filled in, ``given`` the names that the call really passes, ``positional`` those passed by
    position. ``distribution`` is what the region holds afterwards. ``span`` is the call; None where torch itself
    wrote. ``stack`` holds the project's call sites that led there, outermost first. ``when`` are the conditions, in
    source text, that the path had assumed when the write ran. ``shape`` is that of the tensor written to.
    ``view`` says that the call was not given the Parameter itself but memory of it (``.data``, a slice, a transpose).
    ``through`` is the path of the module from which the tensor had been read last, None where it was not read from one
    or comes from a walk over parameters. ``handed`` is the path of the module that Hugging Face's ``_init_weights`` had
    been given when it wrote this, None for every other write.
    """

    init: str
    distribution: Distribution
    origin: Origin
    span: Span | None = None
    args: Mapping[str, ArgValue] = field(default_factory=lambda: NO_ARGS)
    given: frozenset[str] = frozenset()
    positional: tuple[str, ...] = ()
    shape: tuple[Number | None, ...] | None = None
    region: Region | None = None
    stack: tuple[Span, ...] = ()
    when: tuple[str, ...] = ()
    effect: Effect = Effect.APPLIED
    reason: str | None = None
    target: str | None = None  # the parameter's full name in the model, None where it is no parameter of it
    tracked: bool = False  # runs with gradient tracking on (neither .data nor no_grad nor nn.init)
    view: bool = False
    handed: str | None = None
    through: str | None = None
    dtype: str | None = None  # "float16" or "bfloat16" where the tensor certainly has that type, None for any other
    updates: bool = False  # what it leaves is computed from what was there (mul_, clamp_, exp_)
    during: Span | None = None  # the span of the Traversal, the outermost of several, in whose body it ran

    @property
    def name(self) -> str:
        """The last part of ``init``: ``xavier_uniform_``."""
        return self.init.rpartition(".")[2]
