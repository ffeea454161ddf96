"""Every write to memory while a model is built: what was called, with what, from which line.

Two views of one build: the initializers of the tables as calls (``init_calls``), and every operation of torch that
writes or makes a tensor (a dispatch mode, which sees through views, ``.data`` and ``no_grad``). What an initializer
does inside is one write, the initializer's.
"""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, final

import torch

from winit_lint.ir.distribution import LOADED, UNINITIALISED, UNKNOWN, Distribution, Kind, constant
from winit_lint.ir.size import known
from winit_lint.ir.write import ArgValue, Effect, Origin, Region, Write
from winit_lint.knowledge.factories import FACTORIES
from winit_lint.knowledge.initializers import INITIALIZERS, fans_of
from winit_lint.knowledge.spec import InitSpec
from winit_lint.knowledge.tensor_methods import TENSOR_METHODS
from winit_lint.knowledge.transforms import clamped, erfinv
from winit_lint.probe.calls import tensors_in
from winit_lint.probe.deferred import Deferred
from winit_lint.probe.dispatch import LightMode
from winit_lint.probe.history import Histories
from winit_lint.probe.init_calls import watched
from winit_lint.probe.operation import Operation, is_draw, operation
from winit_lint.probe.places import Caller, Places
from winit_lint.probe.storage import shares_memory

_KEEP = frozenset({"clone", "_to_copy", "contiguous", "lift", "lift_fresh_copy", "_copy_from", "alias_copy"})
_LOW = {torch.float16: "float16", torch.bfloat16: "bfloat16"}


@final
class Recorder(LightMode):
    """Files the writes of one build; ``deferred`` is the mode around it for one whose tensors have no memory."""

    def __init__(self, places: Places, deferred: Deferred | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.places = places
        self.histories = Histories()
        self.stray: list[Write] = []
        self._deferred = deferred
        self._inside: list[torch.Tensor] = []  # the tensors that initializers are writing to

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Everything that runs inside is recorded."""
        with watched(self._initializer), self:
            yield

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        result = func(*args, **given)
        kind = operation(func)
        if kind.written:
            bound = kind.bind(args, given)
            for name in kind.written:
                for tensor in tensors_in(bound.get(name)):
                    self._written(kind, tensor, bound)
        elif kind.fresh:
            self._made(kind, result, args, given)
        return result

    def _initializer(
        self, name: str, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        tensor, bound, given, positional = _arguments(original, args, kwargs)
        if self._inside or not isinstance(tensor, torch.Tensor):
            return self._run(name, original, args, kwargs)
        caller = self.places.caller(tensor)
        spec = INITIALIZERS[name]
        shape = tuple(tensor.shape)
        write = Write(
            name,
            _promised(spec, bound, shape),
            caller.origin,
            None if caller.default else caller.span,
            bound,
            given,
            () if caller.default else positional,
            shape,
            stack=caller.stack,
            view=not isinstance(tensor, torch.nn.Parameter),
            dtype=_LOW.get(tensor.dtype),
        )
        self._inside.append(tensor)
        try:
            result = self._run(name, original, args, kwargs)
        except Exception as error:
            self.stray.append(_raised(write, error))
            raise
        finally:
            self._inside.pop()
        self.histories.write(tensor, write)
        return result

    def _run(self, name: str, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._deferred is not None:
            return self._deferred.initialise(name, original, args, kwargs)
        return original(*args, **kwargs)

    def _written(self, kind: Operation, tensor: torch.Tensor, bound: dict[str, Any]) -> None:
        if self._inside and shares_memory(tensor, self._inside[-1]):
            return
        caller = self.places.caller(tensor)
        updating = _updated(self.histories, kind.name, tensor, bound)
        spec = TENSOR_METHODS.get(kind.name)
        if updating is not None:
            init, drawn, arguments = updating
        elif spec is not None:
            arguments = _filled(spec, bound)
            drawn = self._drawn(kind.name, spec, tensor, bound, arguments)
            init = spec.name
        else:
            init, drawn, arguments = f"torch.Tensor.{kind.name}", Distribution(Kind.MOMENTS), {}
        origin = _copy_origin(caller, drawn) if kind.name == "copy_" else caller.origin
        write = Write(
            init,
            drawn,
            origin,
            None if origin is Origin.DEFAULT else caller.span,
            arguments,
            frozenset(name for name in arguments if name in bound),
            (),
            tuple(tensor.shape),
            Region("selected entries") if kind.partial else None,
            stack=caller.stack,
            view=not isinstance(tensor, torch.nn.Parameter),
            dtype=_LOW.get(tensor.dtype),
            updates=updating is not None or (kind.name.endswith("_") and spec is None),
        )
        self.histories.write(tensor, write)

    def _drawn(
        self, name: str, spec: InitSpec, tensor: torch.Tensor, bound: dict[str, Any], arguments: Mapping[str, Any]
    ) -> Distribution:
        """What a method leaves in a tensor."""
        if name == "copy_":
            source = bound.get("src")
            held = self.histories.held(source) if isinstance(source, torch.Tensor) else UNKNOWN
            return LOADED if held.kind is Kind.UNKNOWN else held
        if name == "erfinv_":
            return erfinv(self.histories.held(tensor))
        if name in {"clamp_", "clip_"}:
            return clamped(self.histories.held(tensor), arguments["min"], arguments["max"])
        return _promised(spec, arguments, tuple(tensor.shape))

    def _made(self, kind: Operation, result: Any, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        sources = [t for t in tensors_in((*args, *given.values())) if self.histories.of(t) is not None]
        factory = FACTORIES.get(kind.factory)
        for tensor in tensors_in(result):
            if any(shares_memory(tensor, source) for source in sources):
                continue
            if factory is not None:
                bound = dict(factory.signature)
                bound.update(kind.bind(args, given))
                self._created(factory.name, factory.distribution(SimpleNamespace(**bound)), tensor, bound)
            elif len(sources) == 1:
                self._derived(kind, tensor, sources[0], args)
            elif sources:
                self._computed(kind, tensor, sources)

    def _computed(self, kind: Operation, tensor: torch.Tensor, sources: list[torch.Tensor]) -> None:
        """A tensor of unknown moments: it keeps the name of a draw that went into it."""
        lasts = [writes[-1].init for source in sources if (writes := self.histories.writes(source))]
        name = next((init for init in lasts if is_draw(init)), f"torch.{kind.name}")
        self._created(name, Distribution(Kind.MOMENTS), tensor, {})

    def _created(self, name: str, drawn: Distribution, tensor: torch.Tensor, bound: Mapping[str, Any]) -> None:
        caller = self.places.caller()
        if drawn.kind is Kind.UNINITIALISED:
            if caller.default:
                return  # torch's layer fills it next
            name = "uninitialised"
        arguments = {key: _argument(value) for key, value in bound.items() if _argument(value) not in {"?", None}}
        write = Write(
            name, drawn, Origin.CREATION, caller.span, arguments, shape=tuple(tensor.shape), stack=caller.stack
        )
        self.histories.inherit(tensor, [write])

    def _derived(self, kind: Operation, tensor: torch.Tensor, source: torch.Tensor, args: tuple[Any, ...]) -> None:
        """A tensor computed from one other: copies and scaled copies keep the draw."""
        before = self.histories.writes(source)
        if kind.name in _KEEP or (kind.name == "_to_copy" and tensor.dtype.is_floating_point):
            if before:
                self.histories.inherit(tensor, before)
            return
        factor = kind.factor(args)
        last = before[-1] if before else None
        if factor is not None and last is not None and last.region is None:
            drawn = last.distribution.scaled(factor[0]).shifted(factor[1])
            self.histories.inherit(tensor, [_scaled(last, drawn, factor)])
        elif last is not None:
            self._computed(kind, tensor, [source])


def _argument(value: Any) -> ArgValue:
    if isinstance(value, torch.Tensor):
        value = value.item() if value.numel() == 1 and value.device.type == "cpu" else "?"
    if isinstance(value, float) and known(value) is None:
        return "?"
    return value if isinstance(value, (int, float, str, bool)) or value is None else "?"


def _arguments(
    original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, dict[str, ArgValue], frozenset[str], tuple[str, ...]]:
    """The tensor, the other arguments by name, those that were passed, and those passed by position."""
    names = list(inspect.signature(original).parameters)
    defaults = {n: p.default for n, p in inspect.signature(original).parameters.items() if p.default is not p.empty}
    passed = dict(zip(names, args, strict=False)) | kwargs
    bound = {name: _argument(value) for name, value in ({**defaults, **passed}).items() if name != names[0]}
    given = frozenset(passed) - {names[0]}
    return passed.get(names[0]), bound, given, tuple(names[1 : len(args)])


def _filled(spec: InitSpec, bound: dict[str, Any]) -> dict[str, ArgValue]:
    return {name: _argument(bound.get(name, default)) for name, default in spec.signature}


def _promised(spec: InitSpec, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> Distribution:
    bound = dict(spec.signature)
    bound.update(arguments)
    try:
        return spec.distribution(SimpleNamespace(**bound), fans_of(shape), shape)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return UNKNOWN


def _raised(write: Write, error: Exception) -> Write:
    return dataclasses.replace(write, effect=Effect.RAISES, reason=str(error).partition("\n")[0][:200])


def _copy_origin(caller: Caller, drawn: Distribution) -> Origin:
    if drawn.kind is Kind.LOADED and caller.origin is Origin.EXPLICIT:
        return Origin.LOAD
    return caller.origin


def _updated(
    histories: Histories, name: str, tensor: torch.Tensor, bound: dict[str, Any]
) -> tuple[str, Distribution, dict[str, ArgValue]] | None:
    """A draw that is scaled or shifted in place keeps its name; None for anything else."""
    change = _change(name, bound)
    if change is None:
        return None
    factor, offset = change
    writes = histories.writes(tensor)
    if not writes or writes[-1].region is not None:
        return f"torch.Tensor.{name}", Distribution(Kind.MOMENTS), {}
    last = writes[-1]
    if last.distribution.kind is Kind.UNINITIALISED:
        return last.init, UNINITIALISED, {}
    scaled = _scaled(last, last.distribution.scaled(factor).shifted(offset), change)
    return scaled.init, scaled.distribution, dict(scaled.args)


def _change(name: str, bound: dict[str, Any]) -> tuple[float, float] | None:
    other = known(_argument(bound.get("other")))
    alpha = known(_argument(bound.get("alpha", 1)))
    match name:
        case "mul_" if other is not None:
            return other, 0.0
        case "div_" if other and bound.get("rounding_mode") is None:
            return 1 / other, 0.0
        case "neg_":
            return -1.0, 0.0
        case "add_" if other is not None and alpha is not None:
            return 1.0, other * alpha
        case "sub_" if other is not None and alpha is not None:
            return 1.0, -other * alpha
    return None


def _scaled(last: Write, drawn: Distribution, change: tuple[float, float]) -> Write:
    """The draw ``last`` after a change: its arguments hold the product of all factors."""
    before = known(last.args.get("factor", 1.0))
    factor, offset = change
    arguments: dict[str, ArgValue] = dict(last.args)
    if factor != 1.0:
        arguments["factor"] = "?" if before is None else before * factor
    if offset:
        arguments["offset"] = offset
    kept = constant(drawn.mean) if drawn.kind is Kind.CONSTANT and drawn.mean is not None else drawn
    return dataclasses.replace(last, distribution=kept, args=arguments)
