"""Events about weights that no module has registered, or that do not stay what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from winit_lint.source.span import Span


@final
@dataclass(frozen=True, slots=True)
class DerivedAttribute:
    """A constructor keeps under ``name`` what it made of a trainable Parameter, and the model is built with it there.

    ``owner`` is the qualified class. ``source`` is the Parameter's full name, None where no module of the model has
    registered it. ``steps`` are the operations, ``computed`` is True where one of them changes the values (others
    copy, move or view them), ``detached`` where the gradient ends on the way. ``certain`` is False for a conversion
    that only some devices or types need: elsewhere it returns the Parameter itself. ``used`` says that a flow reads
    the attribute, ``renewed`` that other code of the class assigns it too.
    """

    span: Span
    owner: str
    name: str
    source: str | None
    steps: tuple[str, ...]
    computed: bool
    detached: bool
    certain: bool
    used: bool
    renewed: bool


@final
@dataclass(frozen=True, slots=True)
class MadeInForward:
    """A flow draws trained weights at every call: it creates a layer and uses it, or writes to a parameter.

    No branch, early return or ``try`` on the way guards the place. ``what`` is the class of the layer, qualified, or
    the initializer; ``target`` the full name of the parameter that is written, None for a new layer. ``function``
    is the function that creates the layer, with its class, which ``method`` may have called.
    """

    span: Span
    method: str
    what: str
    target: str | None = None
    function: str = ""


@final
@dataclass(frozen=True, slots=True)
class Unregistered:
    """What a module keeps in a plain attribute or variable, so that ``parameters()`` does not list it.

    ``owner`` is the qualified class, ``name`` the attribute, ``how`` is ``"list"``, ``"dict"`` or ``"tuple"`` for
    layers in such a container, ``"tensor"`` for a tensor drawn at random, ``"local"`` for a layer that a constructor
    initialises and keeps in a variable only. ``span`` is where the first is created, ``kinds`` are the classes of the
    layers, or the initializer of the tensor. ``registered`` says that a module of the model registers all of them by
    another way. ``used`` says that a flow reads the attribute (None: there is no flow), ``multiplied`` that a tensor
    is a factor of a matrix product there; ``grad`` that it asks for a gradient.
    """

    span: Span
    owner: str
    name: str
    how: str
    kinds: tuple[str, ...]
    registered: bool = False
    used: bool | None = None
    multiplied: bool = False
    grad: bool = False


@final
@dataclass(frozen=True, slots=True)
class VolatileBuffer:
    """A buffer registered with ``persistent=False`` and values, which no running ``_init_weights`` read or assigned.

    ``name`` is its full name, ``module`` the path and ``owner`` the qualified class of the module that has it;
    ``renewed`` says that another function of that class assigns or registers it, too.
    """

    span: Span
    name: str
    module: str
    owner: str
    renewed: bool
