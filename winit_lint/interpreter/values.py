"""Abstract values.

Concrete Python data stands for itself (``int``, ``float``, ``str``, ``bool``, ``None``, ``tuple``, ``list``, ``dict``,
``set``, ``range``, ``slice``); containers may hold abstract values. A free symbolic value (a constructor's required
argument, an attribute of one) is a ``SizeExpr``. Everything else is a class of this module; identity is meaning, so
none of them defines equality. ``Unknown`` is the answer to whatever cannot be worked out, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from winit_lint.ir.distribution import UNKNOWN, Distribution
from winit_lint.ir.size import Number, SizeExpr
from winit_lint.ir.write import Region

if TYPE_CHECKING:
    import libcst as cst

    from winit_lint.interpreter.definition import Definition, Site
    from winit_lint.interpreter.state import State
    from winit_lint.knowledge.spec import LayerSpec

Value: TypeAlias = Any
"""Any abstract or concrete value."""


@final
@dataclass(frozen=True, eq=False, slots=True)
class Unknown:
    """A value that could not be worked out; ``why`` is counted in reports, ``text`` names it in conditions.

    ``holder`` is the module, object or tensor that it is some part of: what is written to it, is written there.
    """

    why: str
    text: str = "?"
    holder: Value = None

    def attribute(self, name: str) -> Unknown:
        """An attribute of it."""
        holder = tuple(self.holder) if type(self.holder) is Reachable else self.holder
        return Unknown(self.why, f"{self.text}.{name}", holder)

    def __iter__(self) -> Any:
        raise TypeError("an unknown value is not iterable by host code")

    def __bool__(self) -> bool:
        raise TypeError("an unknown value has no truth for host code")

    def __contains__(self, item: object) -> bool:
        raise TypeError("an unknown value holds nothing for host code")


@final
@dataclass(frozen=True, eq=False, slots=True)
class Test:
    """The result of a comparison that could not be decided; ``State.decide`` takes a side.

    ``key`` identifies the condition (its negation shares the key), ``free`` is True when both sides are feasible.
    ``prefer`` is the side to take first. ``equals`` is (atom, literal) for an equality, so that one name cannot equal
    two literals on one path.
    """

    key: str
    negated: bool = False
    free: bool = True
    prefer: bool = True
    equals: tuple[str, Any] | None = None
    text: str = ""  # how a report names it; the key where empty

    def __bool__(self) -> bool:
        raise TypeError("an undecided test has no truth for host code")

    def invert(self) -> Test:
        """The negation."""
        return Test(self.key, not self.negated, self.free, not self.prefer, self.equals, self.text)


@final
@dataclass(eq=False, slots=True)
class ProjectModule:
    """A module of the project as a value (``import models``)."""

    name: str


@final
@dataclass(frozen=True, eq=False, slots=True)
class External:
    """Something outside the project by its canonical qualified name (``torch.nn.Linear``, ``math.sqrt``)."""

    name: str


@final
@dataclass(eq=False, slots=True)
class Class:
    """A class of the project. ``mro`` holds itself, project classes and :class:`External` bases in C3 order."""

    name: str
    qualname: str
    module: str
    bases: tuple[Value, ...] = ()
    mro: tuple[Value, ...] = ()
    namespace: Callable[[str], Value] = field(default=lambda _: _nothing())
    names: tuple[str, ...] = ()
    is_module: bool = False
    span_site: Site | None = None
    dataclass_fields: bool = False
    decorators: tuple[str, ...] = ()  # their text
    is_enum: bool = False
    keywords: tuple[str, ...] = ()
    attributes: dict[str, Value] = field(default_factory=dict)  # assigned after creation
    renames: Mapping[str, str] | None = None  # see ``mro.stored_name``; None until somebody asks
    metaclass: Value = None
    annotated: Mapping[str, str] = field(default_factory=dict)  # the names that its body annotates, with what
    members: dict[str, Any] = field(default_factory=dict)  # of an enumeration, as they are asked for
    outside: Mapping[str, Value] = field(default_factory=dict)  # what stands in for members of bases outside, by name


@final
@dataclass(eq=False, slots=True)
class Function:
    """A function, method or lambda with its closure; ``owner`` is the class whose body defined it."""

    name: str
    qualname: str
    node: cst.FunctionDef | cst.Lambda
    definition: Definition
    module: str
    closure: Any  # the Scope in which it was defined
    owner: Class | None = None
    kind: str = "function"  # function, staticmethod, classmethod, property
    no_grad: bool = False
    decorators: tuple[str, ...] = ()
    defaults: dict[str, Value] | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    is_generator: bool | None = None


@final
@dataclass(frozen=True, eq=False, slots=True)
class BoundMethod:
    """A function bound to its first argument."""

    function: Value
    receiver: Value


@final
@dataclass(frozen=True, eq=False, slots=True)
class Partial:
    """``functools.partial``."""

    function: Value
    args: tuple[Value, ...]
    kwargs: Mapping[str, Value]


@final
@dataclass(frozen=True, eq=False, slots=True)
class Host:
    """A callable written in Python here: ``call(state, args, kwargs) -> value``; must not raise on odd arguments."""

    name: str
    call: Callable[[State, list[Value], dict[str, Value]], Value]


@final
@dataclass(frozen=True, eq=False, slots=True)
class Super:
    """``super()`` in a method: attributes are looked up behind ``owner`` in the MRO of ``receiver``."""

    owner: Class
    receiver: Value


@final
@dataclass(eq=False, slots=True)
class Instance:
    """An instance of a project class that is no module; also namespaces and config objects.

    ``open`` is True where attributes may exist that are not known (its base or constructor is unknown): reading one
    gives a free symbol named after ``text``.
    """

    cls: Value
    attributes: dict[str, Value] = field(default_factory=dict)
    text: str = ""
    open: bool = False


@final
@dataclass(eq=False, slots=True)
class Storage:
    """The memory of one tensor with the history of its writes (records are lowered to ``ir.Write`` at the end)."""

    id: int
    created: Site | None = None
    records: list[Any] = field(default_factory=list)
    dist: Distribution = UNKNOWN
    shape: tuple[Number | None, ...] | None = None
    parametrized: str | None = None
    sample: Any = None  # see ``sampled``
    memory: int = 0  # how often ``data`` was given other memory
    owners: int = 0  # the Parameters over it, where there may be several
    listed: list[Tensor] = field(default_factory=list)  # the tensors over it that have ``data``
    dtype: str | None = None  # float16 or bfloat16 where that is certain


@final
@dataclass(eq=False, slots=True)
class Tensor:
    """A tensor, parameter, buffer, view, copy or a value of the forward flow.

    ``storage`` is None for values of the flow and for results whose memory does not matter. ``region`` is the part of
    the storage that a view covers. ``copied`` names how a temporary came from ``storage`` (``clone``,
    ``advanced-indexing``, ``conversion``): a write to it is lost. ``op`` is its operation in the current flow.
    ``data`` holds small concrete one-dimensional contents (``linspace``). ``detached`` is True through ``.data``.
    ``dist`` is what it held when ``storage`` had ``seen`` records: ask ``contents.content`` for what it holds.
    ``face`` tells the Parameters over one storage apart. ``memory`` is the number of the storage's memory that it is
    a view of: ``data = value`` gives a Parameter other memory.
    """

    storage: Storage | None = None
    shape: tuple[Number | None, ...] | None = None
    region: Region | None = None
    is_parameter: bool = False
    requires_grad: bool = False
    copied: str | None = None
    op: int | None = None
    data: list[Any] | None = None
    detached: bool = False
    dist: Distribution = UNKNOWN
    seen: int = 0
    face: int = 0
    memory: int = 0
    spec: Any = None  # the ParameterSpec of a torch layer's parameter, with its fans
    layer: Module | None = None  # the layer that it was made for
    attributes: dict[str, Value] = field(default_factory=dict)
    integer: bool = False
    transposed: bool = False
    origin: str | None = None


@final
@dataclass(eq=False, slots=True)
class Module:
    """An ``nn.Module`` instance.

    ``cls`` is a project :class:`Class` or an :class:`External` torch class. ``layer`` is its torch specification
    where it is, or derives from, a known torch layer, and ``arguments`` that layer's constructor arguments.
    ``opaque`` is True where its content is not known (an external model); ``ready`` after ``Module.__init__`` ran.
    """

    cls: Value
    id: int
    created: Site | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    modules: dict[str, Module | None] = field(default_factory=dict)
    parameters: dict[str, Tensor | None] = field(default_factory=dict)
    buffers: dict[str, Value] = field(default_factory=dict)
    layer: LayerSpec | None = None
    arguments: dict[str, Value] = field(default_factory=dict)
    opaque: bool = False
    ready: bool = False
    open_children: bool = False  # a container filled by a loop whose count is not known
    open_attributes: bool = False  # plain values were set under names that are not known
    attached_at: int = 0
    attached_in: Any = None  # the function whose frame attached it
    loaded: bool = False
    built_stack: tuple[Any, ...] = ()


class ClassName(str):
    """The name of a module's class, which remembers the module: tests on it are type tests."""

    module: Module

    @classmethod
    def of(cls, name: str, module: Module) -> ClassName:
        """The class name of ``module``."""
        found = cls(name)
        found.module = module
        return found


class TracedName(str):
    """A name that ``named_parameters()`` and the like gave: tests on it are counted."""

    __slots__ = ()


class Reachable(tuple[Any, ...]):
    """All that a text handed to ``eval`` may have named; what it gives, called by itself, is taken for a class."""

    __slots__ = ()


class Traversed(list[Any]):
    """What ``modules()``, ``parameters()``, ... return: a list that knows which module it walks."""

    def __init__(self, items: list[Any], root: Module, how: str) -> None:
        super().__init__(items)
        self.root = root
        self.how = how


@final
class _Missing:
    __slots__ = ()


MISSING: Final = _Missing()
"""Returned by lookups that found nothing (``None`` is a value)."""


UNFOLLOWED: Final = "decorator that is not followed"
"""Attribute of a function or class (no name that Python code could give): the decorator that was left out."""

REWRITES: Final = "decorator that may write"
"""The same for a decorator whose text looks as if it wrote to weights."""


def _nothing() -> Value:
    return MISSING


def unmixed(value: Value) -> Value:
    """The text or number that an object is by its class: a member of ``class Kind(str, Enum)`` is its value."""
    if type(value) is Instance and isinstance(value.attributes.get("__data__"), (str, int, float)):
        return value.attributes["__data__"]
    return value


def is_symbolic(value: Value) -> bool:
    """True for a value that is a free symbol or not known."""
    return isinstance(value, (SizeExpr, Unknown, Test))


def open_up(owner: Value) -> None:
    """Plain values are put into an object under names that are not known."""
    if isinstance(owner, Module):
        owner.open_attributes = True
    elif isinstance(owner, Instance):
        owner.open, owner.text = True, owner.text or "self"


def text_of(value: Value) -> str:
    """A short source-like text of a value, for conditions and symbols."""
    if isinstance(value, (SizeExpr, int, float, bool)) or value is None:
        return str(value)
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, External):
        return value.name
    if isinstance(value, (Class, Function)):
        return value.name
    if isinstance(value, Test):
        return f"not {value.key}" if value.negated else value.key
    return type(value).__name__.lower()


def has_identity(value: Value) -> bool:
    """Whether it is, or a container of, something that a run numbers: what another run made is taken for another."""
    if isinstance(value, dict):
        return any(map(has_identity, value.values()))
    if isinstance(value, (tuple, list, set)):
        return any(map(has_identity, value))
    return isinstance(value, (Module, Tensor, Instance))
