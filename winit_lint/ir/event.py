"""Things that happened while a model was built, other than writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, final

from winit_lint.ir.event_registration import DerivedAttribute, MadeInForward, Unregistered, VolatileBuffer
from winit_lint.ir.size import Number
from winit_lint.source.span import Span


@final
@dataclass(frozen=True, slots=True)
class TypeTest:
    """One ``isinstance``, ``type(m) ==`` or class-name test on the modules that a traversal visits.

    ``tested`` are the classes named, qualified (for a class-name test the substring, with ``by_name`` True);
    ``matched`` counts the modules for which it was true, ``evaluated`` how often it ran. ``initialises`` is True when
    the branch that it guards calls initializers.
    """

    span: Span
    tested: tuple[str, ...]
    evaluated: int
    matched: int
    by_name: bool = False
    initialises: bool = False


@final
@dataclass(frozen=True, slots=True)
class NameTest:
    """One test of the names that a traversal gives against a text: ``name == text``, ``name.endswith(text)``.

    ``how`` is ``"=="`` (membership in a list counts as it), ``"in"`` or the string method; ``names`` are those tested,
    ``matched`` counts where it was true. ``initialises`` is True when the branch that it guards calls initializers,
    ``ran`` when that branch ran at least once, whatever made it run.
    """

    span: Span
    how: str
    text: str
    names: tuple[str, ...]
    matched: int
    initialises: bool = False
    ran: bool = False


@final
@dataclass(frozen=True, slots=True)
class Traversal:
    """``x.apply(fn)`` or a loop over ``modules()``/``children()``/``parameters()`` that initialises.

    ``root`` is the path of the module traversed ("" = the model), ``visited`` the paths (or parameter names) seen,
    ``callback`` the qualified name of the function applied (None for a loop). ``later`` are the paths below ``root``
    that were attached only afterwards, by code of the same ``__init__`` that started the traversal, and hold weights
    of a type that the traversal's tests would have matched. ``writes`` is how many writes it made.
    """

    span: Span
    root: str
    visited: tuple[str, ...]
    callback: str | None = None
    tests: tuple[TypeTest, ...] = ()
    later: tuple[str, ...] = ()
    writes: int = 0
    complete: bool = True  # False where something unknown ran inside: nothing may be concluded from absence
    names: tuple[NameTest, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Load:
    """Weights loaded: ``load_state_dict``, ``from_pretrained``, ``resnet18(pretrained=True)``, ``torch.hub.load``.

    ``module`` is the path that received them; None where it is no module of this model. ``strict`` is None where it
    is not known; ``result_used`` says whether the returned missing and unexpected keys reach anything. ``fresh`` is
    True where what it loads is certainly the state of other modules built here, which no checkpoint had reached.
    ``whole`` is False where the module holds, or may hold, more than what the model shows of it.
    """

    span: Span
    how: str
    module: str | None
    strict: bool | None = None
    result_used: bool = True
    fresh: bool = False
    whole: bool = True


@final
@dataclass(frozen=True, slots=True)
class Freeze:
    """``requires_grad = False`` (or ``requires_grad_(False)``, ``.eval().requires_grad_``) on the named parameters.

    ``loaded`` says that weights had been loaded into them, or may have been; ``written`` that project code had
    written them on purpose.
    """

    span: Span
    parameters: tuple[str, ...]
    loaded: bool = False


@final
@dataclass(frozen=True, slots=True)
class Clone:
    """Modules copied from one instance by one expression: ``copy.deepcopy``, ``nn.TransformerEncoder(layer, n)``.

    ``copies`` are the paths of the copies that are in the model. ``held`` has an entry for each tensor of the instance:
    its full names in the copies, and in the instance itself where that stays in the model, of those that still hold
    what they held when they were copied; tensors that were written since, in part or perhaps, are left out.
    """

    span: Span
    how: str
    copies: tuple[str, ...]
    held: tuple[tuple[str, ...], ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Repeat:
    """One module instance at several places: ``[layer] * n``, the same instance appended in a loop.

    ``paths`` are its paths, the first being the one under which its parameters are named. ``explicit`` says how it
    came about: ``"multiplication"``, ``"comprehension"`` or ``"loop"``.
    """

    span: Span
    paths: tuple[str, ...]
    how: str


@final
@dataclass(frozen=True, slots=True)
class NoneAccess:
    """An attribute of, or an initializer called on, a parameter slot that is None (``bias=False``, ``affine=False``).

    ``slot`` is its full name (``conv_1.bias``); ``created`` where the layer was made without it.
    """

    span: Span
    slot: str
    created: Span | None


@final
@dataclass(frozen=True, slots=True)
class Dropped:
    """A fresh tensor made in an initialisation function whose value reaches nothing.

    ``intended`` is the parameter that it seems meant for (the argument of ``zeros_like(self.w)``), or None.
    """

    span: Span
    how: str
    intended: str | None


@final
@dataclass(frozen=True, slots=True)
class WrongObject:
    """A function was called with a parameter, and what it tests for only a module has.

    ``callee`` is the function's qualified name, ``parameter`` the full name of what it was given, ``test`` what it
    asked in vain (``hasattr 'weight'``, ``isinstance Linear``, "" for a helper of the tables that takes a module).
    """

    span: Span
    callee: str
    parameter: str
    test: str


@final
@dataclass(frozen=True, slots=True)
class OuterWrite:
    """The callback of an ``apply`` wrote a parameter that is not below the module which it had been given.

    ``span`` is the write, ``applied`` the ``apply``, ``target`` the parameter's full name and ``visited`` the modules
    that the callback had been given then. For a write relative to what the parameter held (``w *= 0.5``),
    ``operator`` is ``"*"``, ``"/"``, ``"+"`` or ``"-"``, ``operand`` its other side where it is a number, and
    ``times`` how often it ran since the parameter was last given values (0 for an absolute write).
    """

    span: Span
    applied: Span
    callback: str | None
    target: str
    visited: tuple[str, ...]
    operator: str | None = None
    operand: float | None = None
    times: int = 0


@final
@dataclass(frozen=True, slots=True)
class CalledCallback:
    """``apply(f(x))``: the callback was called, and what ``apply`` gets is its result, None."""

    span: Span
    text: str


@final
@dataclass(frozen=True, slots=True)
class EarlyAssignment:
    """A module or parameter assigned to a module whose registries do not exist yet: ``nn.Module.__setattr__`` raises.

    ``owner`` is the qualified class being constructed, ``what`` is ``"module"`` or ``"parameter"``, and ``late`` is
    True where ``nn.Module.__init__`` does run afterwards (False: it never runs).
    """

    span: Span
    owner: str
    name: str
    what: str
    late: bool


@final
@dataclass(frozen=True, slots=True)
class Untrained:
    """A model of a hub built from the configuration of a checkpoint (``BertModel(BertConfig.from_pretrained(...))``).

    Its weights are random. ``how`` is what was called; ``module`` its path, None where it is no module of this model.
    """

    span: Span
    how: str
    module: str | None


@final
@dataclass(frozen=True, slots=True)
class Discarded:
    """A class method that returns a new, loaded object, called on an instance in a statement of its own.

    ``module`` is the path of that instance, which keeps the values it had; None where it is no module of this model.
    """

    span: Span
    how: str
    module: str | None


@final
@dataclass(frozen=True, slots=True)
class Replaced:
    """A new module stands where the first convolution of a loaded model stood, which is no part of this model any more.

    ``path`` is the place and ``span`` where the new module was created. ``shape`` is that of the loaded weight, None
    where it is not known.
    """

    span: Span
    path: str
    shape: tuple[Number | None, ...] | None


@final
@dataclass(frozen=True, slots=True)
class Superseded:
    """A call of which nothing is left: all that it wrote is filled again by the call ``by``.

    That stands in the same block, or both in loops over the same expression that stand in one block.

    Both are initializers, or calls of one function of the project that initialises. ``parameters`` are the full names
    of what was filled twice. Nothing certainly read the first values in between.
    """

    span: Span
    by: Span
    parameters: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class MissingAttribute:
    """An attribute that a project class certainly lacks, asked of a module that passed a test on its class's name.

    ``module`` is its path and ``cls`` its qualified class; ``test`` is the test and ``text`` the part of a name that
    it looks for. The access raises AttributeError.
    """

    span: Span
    module: str
    cls: str
    name: str
    test: Span
    text: str


@final
@dataclass(frozen=True, slots=True)
class FixedCondition:
    """A part of a condition, in front of an initializer, that is the same whatever it seems to test.

    ``outcome`` is ``"always"`` (it makes the whole condition true), ``"ignored"`` (it is true, and the other parts
    decide), ``"first"`` (of several alternatives only this one is tested), ``"never"`` (the comparison is false),
    ``"foreign"`` (modules are asked whether they are tensors), ``"met"`` (a tensor was asked: what disproves
    ``"foreign"``), ``"tensor"`` (parameters are asked whether they are layers), ``"shadowed"`` (an earlier branch takes
    all that the condition is for, and took some of it) or ``"inverted"`` (it is false where it should be true); ``why``
    says what makes it so.
    """

    span: Span
    outcome: str
    why: str


@final
@dataclass(frozen=True, slots=True)
class Seeding:
    """A call that sets the state of torch's default generator.

    ``given`` is its argument in source form, ``ranked`` whether that differs between the processes of one run.
    ``before`` are the trained parameters that were last drawn before any seed was set, in the scope that the call
    stands in; ``after`` those drawn between it and the next seed. ``lonely`` says that nothing else in the file of that
    scope may seed, ``trains`` that the run built an optimizer, ``averages`` that the file averages gradients by hand
    and shows nothing that would make the weights of all processes equal.
    """

    span: Span
    given: str
    ranked: bool
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    lonely: bool = False
    trains: bool = False
    averages: bool = False


Event: TypeAlias = (
    CalledCallback
    | Clone
    | DerivedAttribute
    | Discarded
    | Dropped
    | EarlyAssignment
    | Freeze
    | Load
    | MadeInForward
    | NoneAccess
    | OuterWrite
    | Repeat
    | Replaced
    | FixedCondition
    | MissingAttribute
    | Seeding
    | Superseded
    | Traversal
    | Unregistered
    | Untrained
    | VolatileBuffer
    | WrongObject
)
