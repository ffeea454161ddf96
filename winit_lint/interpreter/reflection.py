"""Builtins that look at objects: ``isinstance``, ``type``, ``getattr``, ``hasattr``, ``super`` and their kin."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from winit_lint.interpreter.mro import as_tuple, external_mro
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.values import (
    MISSING,
    BoundMethod,
    Class,
    External,
    Function,
    Host,
    Instance,
    Module,
    Partial,
    Super,
    Tensor,
    Test,
    Unknown,
    Value,
    open_up,
    text_of,
)
from winit_lint.ir.size import SizeExpr
from winit_lint.knowledge.activations import FUNCTIONS as ACTIVATIONS
from winit_lint.knowledge.functions import FUNCTIONS
from winit_lint.knowledge.layers import LAYERS
from winit_lint.knowledge.public_names import canonical as public_name

_HOST_TYPES: Mapping[str, type | tuple[type, ...]] = MappingProxyType(
    {
        "int": int,
        "float": float,
        "str": str,
        "bool": bool,
        "bytes": bytes,
        "list": list,
        "tuple": tuple,
        "dict": dict,
        "set": set,
        "frozenset": frozenset,
        "range": range,
        "collections.OrderedDict": dict,
        "collections.abc.Sequence": (list, tuple, str, range),
        "collections.abc.Iterable": (list, tuple, str, range, dict, set),
        "collections.abc.Collection": (list, tuple, str, range, dict, set, frozenset),
        "collections.abc.Hashable": (int, float, str, bytes, tuple, frozenset, range, type(None)),
        "collections.abc.Mapping": dict,
        "typing.Sequence": (list, tuple, str, range),
        "typing.Iterable": (list, tuple, str, range, dict, set),
        "typing.Collection": (list, tuple, str, range, dict, set, frozenset),
        "typing.Hashable": (int, float, str, bytes, tuple, frozenset, range, type(None)),
        "typing.Mapping": dict,
        "typing.List": list,
        "typing.Tuple": tuple,
        "typing.Dict": dict,
        "numbers.Number": (int, float),
        "numbers.Integral": int,
        "numbers.Real": (int, float),
        "types.NoneType": type(None),
    }
)
_ENUM_CLASSES = frozenset({"enum.EnumMeta", "enum.EnumType"})
_CALLABLE = frozenset({"collections.abc.Callable", "typing.Callable"})
_LAZY = frozenset(
    {
        "torch.nn.parameter.UninitializedParameter",
        "torch.nn.parameter.UninitializedBuffer",
        "torch.nn.parameter.UninitializedTensorMixin",
    }
)


def class_names(value: Module) -> tuple[str, ...]:
    """The qualified names of all classes that a module is an instance of, nearest first."""
    if isinstance(value.cls, Class):
        return tuple(entry.qualname if isinstance(entry, Class) else entry.name for entry in value.cls.mro)
    return external_mro(value.cls.name) if isinstance(value.cls, External) else ()


@lru_cache(maxsize=2**16)
def canonical(name: str) -> str:
    """The public name by which the tables know ``name``."""
    return public_name(name)


def _name(cls: Value) -> str | None:
    match cls:
        case Class():
            return cls.qualname
        case External():
            return canonical(cls.name)
        case Host():
            return cls.name
    return None


def is_instance(state: State, value: Value, cls: Value) -> bool | Test:
    """``isinstance(value, cls)``."""
    if isinstance(cls, (tuple, list, set)):
        answers = [is_instance(state, value, each) for each in cls]
        if any(answer is True for answer in answers):
            return True
        return next((answer for answer in answers if isinstance(answer, Test)), False)
    name = _name(cls)
    if name is None or isinstance(value, (Unknown, Test)):
        # the answer is the same for all modules of one class
        shown = class_names(value)[0].rpartition(".")[2] if isinstance(value, Module) else text_of(value)
        return Test(f"isinstance({shown}, {text_of(cls)})", free=False, prefer=False)
    if isinstance(value, SizeExpr):
        number = name in {"int", "float", "numbers.Number", "numbers.Integral", "numbers.Real"}
        return Test(f"isinstance({value}, {name.rpartition('.')[2]})", prefer=number)
    if isinstance(value, Module):
        names = class_names(value)
        if name in names or name == "torch.nn.Module":
            return True
        if value.opaque and name not in LAYERS:  # a whole model is no single torch layer
            return Test(f"isinstance({names[0]}, {name})", free=False, prefer=False)
        return False
    if isinstance(value, Instance):
        return _instance_of(value, name)
    if isinstance(value, Tensor):
        return _tensor_of(value, name)
    if isinstance(value, (Function, BoundMethod, Partial, Class, External, Host)):
        if name in _ENUM_CLASSES:
            return isinstance(value, Class) and value.is_enum
        kind = _callable_kind(value)
        return name in _CALLABLE or name.rpartition(".")[2] in kind
    expected = _HOST_TYPES.get(name)
    return isinstance(value, expected) if expected is not None else False


def _tensor_of(value: Tensor, name: str) -> bool | Test:
    """Whether a tensor is of the class; not known for a parameter and a project's own class of these."""
    if name == "torch.Tensor":
        return True
    if name == "torch.nn.Parameter":
        return value.is_parameter
    if name in _LAZY:
        return "lazy" in value.attributes
    if value.is_parameter and name.endswith("Parameter"):
        return Test(f"isinstance(a parameter, {name})", free=False, prefer=False)
    return False


def _callable_kind(value: Value) -> tuple[str, ...]:
    """The names of the Python types that a callable is an instance of."""
    if isinstance(value, Function):
        return ("FunctionType", "LambdaType")
    if isinstance(value, Partial):
        return ("partial",)
    if isinstance(value, BoundMethod):
        return ("MethodType",)
    named = value.name.rpartition(".")[2] if isinstance(value, External) else ""
    is_class = (
        isinstance(value, Class) or named[:1].isupper() or (isinstance(value, Host) and value.name in _HOST_TYPES)
    )
    return ("type", "ABCMeta") if is_class else ("FunctionType", "BuiltinFunctionType")


def _instance_of(value: Instance, name: str) -> bool | Test:
    if isinstance(value.cls, Class):
        names = {entry.qualname if isinstance(entry, Class) else canonical(entry.name) for entry in value.cls.mro}
        if name in names:
            return True
        data = value.attributes.get("__data__", as_tuple(value))
        expected = _HOST_TYPES.get(name)
        return expected is not None and isinstance(data, expected)
    if isinstance(value.cls, External):
        return canonical(value.cls.name) == name
    return False


def _isinstance(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.fixed_conditions import note_foreign, note_no_module
    from winit_lint.interpreter.traversal import note_type_test

    if len(args) != 2:
        return state.unknown("isinstance with odd arguments")
    answer = is_instance(state, args[0], args[1])
    classes = args[1] if isinstance(args[1], (tuple, list)) else (args[1],)
    names = tuple(_name(cls) or "?" for cls in classes)
    if answer is False and isinstance(args[0], Tensor) and any(_is_module_class(cls) for cls in classes):
        note_wrong_object(state, args[0], f"isinstance {names[0].rpartition('.')[2]}")
    if isinstance(answer, bool):
        note_type_test(state, args[0], names, answer)
        note_foreign(state, args[0], names, state.frame.node)
        note_no_module(state, args[0], classes, state.frame.node)
    return answer


def _is_module_class(cls: Value) -> bool:
    return cls.is_module if isinstance(cls, Class) else isinstance(cls, External) and cls.name in LAYERS


def note_wrong_object(state: State, value: Tensor, test: str) -> None:
    """A function asks its first argument, a parameter, for what only a module has."""
    frame = state.frame
    if state.flow is not None or not value.is_parameter or frame.function is None or frame.site is None:
        return
    parameters = getattr(frame.function.node, "params", None)
    first = parameters.params[0].name.value if parameters is not None and parameters.params else ""
    if frame.function.owner is None and frame.scope.names.get(first) is value:
        state.events.append(("wrong object", state.tick(), frame.site, frame.function.qualname, value, test))


def _issubclass(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 2 and isinstance(args[0], (Class, External)):
        mro = args[0].mro if isinstance(args[0], Class) else (args[0],)
        wanted = args[1] if isinstance(args[1], tuple) else (args[1],)
        names = {_name(entry) for entry in mro}
        return any(_name(each) in names for each in wanted)
    return Test("issubclass(...)", free=False)


def _type(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 3:
        from winit_lint.interpreter.class_making import made_class

        return made_class(state, *args)
    if len(args) != 1:
        return state.unknown("a class made by type()")
    value = args[0]
    if isinstance(value, Module):
        state.classed = (value.cls, value)
    if isinstance(value, (Module, Instance)):
        return value.cls
    if isinstance(value, Tensor):
        state.classed = (External("torch.nn.Parameter" if value.is_parameter else "torch.Tensor"), value)
        return state.classed[0]
    if isinstance(value, SizeExpr):
        return Unknown("the type of a symbol", f"type({value})")
    for name, host in _HOST_TYPES.items():
        if type(value) is host:
            from winit_lint.interpreter.builtins import BUILTINS

            return BUILTINS.get(name, External(name))
    return Unknown("the type of a value", f"type({text_of(value)})")


def _getattr(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) < 2:
        return state.unknown("getattr with odd arguments")
    if not isinstance(args[1], str):
        return state.unknown("getattr of an unknown name", state.frame.node, holder=args[0])
    if len(args) == 2:
        return state.attribute(args[0], args[1], state.frame.node)
    return attribute_or(state, args[0], args[1], args[2])


def attribute_or(state: State, owner: Value, name: str, default: Value) -> Value:
    """``getattr(owner, name, default)``."""
    state.trying += 1
    try:
        return state.attribute(owner, name, state.frame.node)
    except Raised:
        return default
    finally:
        state.trying -= 1


def _hasattr(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 2 or not isinstance(args[1], str):
        return Test("hasattr(...)", free=False)
    owner, name = args
    if name in {"weight", "bias"} and isinstance(owner, Tensor):
        note_wrong_object(state, owner, f"hasattr {name!r}")
    if isinstance(owner, (Unknown, SizeExpr)):
        return Test(f"hasattr({text_of(owner)}, {name!r})", free=isinstance(owner, SizeExpr), prefer=False)
    if owner is None:
        return False
    value = attribute_or(state, owner, name, MISSING)
    if value is MISSING:
        return False
    opened = isinstance(owner, Module) and owner.open_attributes and value == SizeExpr.atom(f"self.{name}")
    if opened or (isinstance(value, Unknown) and not isinstance(owner, Unknown)):
        return Test(f"hasattr({text_of(owner)}, {name!r})", free=False, prefer=False)
    return True


def _setattr(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.patching import set_by_unknown_name

    if len(args) == 3 and isinstance(args[1], str):
        state.operations.set_attribute(state, args[0], args[1], args[2], state.frame.node)
    elif args:
        set_by_unknown_name(state, args[0])
        if isinstance(args[-1], (Unknown, SizeExpr)):
            open_up(args[0])
    return None


def _delattr(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    state.changes += 1
    if len(args) == 2 and isinstance(args[0], Module) and isinstance(args[1], str):
        owner, name = args[0], args[1]
        owner.modules.pop(name, None)
        owner.parameters.pop(name, None)
        owner.buffers.pop(name, None)
        owner.attributes.pop(name, None)
    elif len(args) == 2 and isinstance(args[1], str):
        from winit_lint.interpreter.patching import set_outer

        set_outer(state, args[0], args[1], MISSING)
    return None


def _super(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 2 and isinstance(args[0], Class):
        return Super(args[0], args[1])
    return state.unknown("super() with odd arguments")


def _vars(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], (Instance, Module)):
        state.own_dicts[id(args[0].attributes)] = args[0]
        return args[0].attributes
    return state.unknown("vars() of an object")


def _locals(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return dict(state.frame.scope.names)


def _dir(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], External):
        prefix = f"{args[0].name}."
        found = [name[len(prefix) :] for name in (*ACTIVATIONS, *FUNCTIONS, *LAYERS) if name.startswith(prefix)]
        if found:
            return found
    return state.unknown("dir()")


def _identity(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[0] if args else state.unknown("a decorator without its function")


def _opaque(name: str) -> Host:
    return Host(name, lambda state, args, kwargs: state.unknown(f"{name}()"))


REFLECTION: Mapping[str, Value] = MappingProxyType(
    {
        "isinstance": Host("isinstance", _isinstance),
        "issubclass": Host("issubclass", _issubclass),
        "type": Host("type", _type),
        "getattr": Host("getattr", _getattr),
        "hasattr": Host("hasattr", _hasattr),
        "setattr": Host("setattr", _setattr),
        "delattr": Host("delattr", _delattr),
        "super": Host("super", _super),
        "vars": Host("vars", _vars),
        "locals": Host("locals", _locals),
        "globals": _opaque("globals"),
        "dir": Host("dir", _dir),
        "open": _opaque("open"),
        "input": _opaque("input"),
        "property": Host("property", _identity),
        "staticmethod": Host("staticmethod", _identity),
        "classmethod": Host("classmethod", _identity),
        "object": External("object"),
        "NotImplemented": Unknown("NotImplemented"),
        **{
            name: External(f"builtins.{name}")
            for name in (
                "Exception",
                "BaseException",
                "ValueError",
                "TypeError",
                "KeyError",
                "IndexError",
                "AttributeError",
                "RuntimeError",
                "NotImplementedError",
                "AssertionError",
                "ImportError",
                "ModuleNotFoundError",
                "StopIteration",
                "OSError",
                "FileNotFoundError",
                "DeprecationWarning",
                "UserWarning",
                "FutureWarning",
                "Warning",
                "LookupError",
                "ZeroDivisionError",
                "ArithmeticError",
                "KeyboardInterrupt",
                "OverflowError",
                "NameError",
            )
        },
    }
)
