"""From a finished run to a frozen model."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, final

from winit_lint.interpreter.definition import Site
from winit_lint.interpreter.fans import fans_by_use
from winit_lint.interpreter.file_tests import assumptions
from winit_lint.interpreter.handed import base_model
from winit_lint.interpreter.items import paths, shown_name
from winit_lint.interpreter.lower_events import lower_events
from winit_lint.interpreter.state import Record, State
from winit_lint.interpreter.values import Class, External, Module, Tensor
from winit_lint.ir.distribution import UNKNOWN
from winit_lint.ir.flow import Flow, Op
from winit_lint.ir.model import Layer, LayerKind, Model, Parameter
from winit_lint.ir.size import Number, SizeExpr, nonzero
from winit_lint.ir.write import NO_ARGS, Origin, Write
from winit_lint.knowledge.initializers import fans_of
from winit_lint.knowledge.layers import LAYERS
from winit_lint.source.span import Span


@final
class Lowering:
    """Names every module and storage of a run's root, and freezes what happened."""

    def __init__(self, state: State, root: Module | None, extra: dict[str, Module] | None = None) -> None:
        self.state = state
        self.modules: list[tuple[str, Module]] = []
        self.path_of: dict[int, str] = {}
        for prefix, module in [("", root), *(extra or {}).items()] if root is not None else list((extra or {}).items()):
            if module is None:
                continue
            for path, each in paths(module):
                full = f"{prefix}.{path}" if prefix and path else prefix or path
                if each.id not in self.path_of:
                    self.path_of[each.id] = full
                    self.modules.append((full, each))
        self._by_path = dict(reversed(self.modules))
        self.name_of: dict[int, str] = {}  # by storage
        self.named: dict[tuple[int, int], str] = {}  # by storage and face
        self.tied: dict[str, list[str]] = {}
        self.tensors: dict[str, tuple[str, str, Module, Tensor]] = {}
        for path, module in self.modules:
            for role, tensor in module.parameters.items():
                if tensor is None or tensor.storage is None:
                    continue
                shown = shown_name(module, role)
                name = f"{path}.{shown}" if path else shown
                key = (id(tensor.storage), tensor.face)
                if key in self.named:
                    self.tied.setdefault(self.named[key], []).append(name)
                    continue
                self.named[key] = name
                self.name_of.setdefault(key[0], name)
                self.tensors.setdefault(name, (path, role, module, tensor))
        self._writes: dict[int, Write] = {}

    def model(self, root: str, name: str, path: str, span: Span, *, defaults: bool, complete: bool) -> Model:
        """The frozen model."""
        flows = tuple(self._flows())
        by_use = fans_by_use(self, flows)
        parameters = tuple(self._parameter(key, *entry, by_use) for key, entry in self.tensors.items())
        return Model(
            root=root,
            name=name,
            path=path,
            span=span,
            layers=tuple(self._layer(path_, module) for path_, module in self.modules),
            parameters=parameters,
            flows=flows,
            events=tuple(lower_events(self)),
            stray=tuple(self._strays()),
            assumptions=assumptions(self.state),
            defaults=defaults,
            complete=complete,
            unknowns=tuple((why, span_of(site)) for (why, site), _ in self.state.unknowns.most_common(200)),
        )

    def _layer(self, path: str, module: Module) -> Layer:
        cls = class_name(module)
        bases: tuple[str, ...] = ()
        if isinstance(module.cls, Class):
            bases = tuple(b.qualname if isinstance(b, Class) else b.name for b in module.cls.mro[1:])
        elif isinstance(module.cls, External) and module.cls.name in LAYERS:
            bases = (*LAYERS[module.cls.name].inherits, "torch.nn.Module")
        kind = module.layer.kind if module.layer is not None else LayerKind.CUSTOM
        if module.opaque and module.layer is None:
            kind = LayerKind.UNKNOWN
        arguments = {k: _plain(v) for k, v in module.arguments.items()}
        below = base_model(module)
        base = None if below is None else f"{path}.{below}" if path else below
        return Layer(path, cls, kind, span_of(module.created), bases, MappingProxyType(arguments), base)

    def at(self, path: str) -> Module | None:
        """The module at a path."""
        return self._by_path.get(path)

    def _parameter(
        self, name: str, path: str, role: str, module: Module, tensor: Tensor, by_use: dict[str, Any]
    ) -> Parameter:
        storage = tensor.storage
        assert storage is not None
        fan_in, fan_out = _true_fans(tensor, by_use.get(name))
        shape = _shape(tensor.shape)
        known = shape if shape is not None and None not in shape else None
        torch_fans = fans_of(known) if known is not None and len(known) >= 2 else None  # type: ignore[arg-type]
        return Parameter(
            name=name,
            symbol=_symbol_of(self, path, role),
            layer=path,
            role=role,
            layer_cls=class_name(module),
            shape=shape,
            created=span_of(storage.created) or span_of(module.created),
            writes=tuple(self.write(record, name) for record in storage.records),
            fan_in=nonzero(fan_in),
            fan_out=nonzero(fan_out),
            torch_fan_in=nonzero(_sized(torch_fans.fan_in)) if torch_fans else None,
            torch_fan_out=nonzero(_sized(torch_fans.fan_out)) if torch_fans else None,
            trainable=tensor.requires_grad and not tensor.integer,
            storage=storage.id,
            parametrized=storage.parametrized,
            tied=tuple(self.tied.get(name, ())),
        )

    def write(self, record: Record, target: str | None) -> Write:
        """A record as the IR's write, made once."""
        found = self._writes.get(id(record))
        if found is None:
            found = self._writes[id(record)] = self._freeze(record, target)
        return found

    def _freeze(self, record: Record, target: str | None) -> Write:
        dist, init, origin, reason = record.dist, record.init, record.origin, record.reason
        if reason is not None and reason.startswith("size-or-data:"):
            atom = reason.partition(":")[2]
            if atom not in self.state.sized:
                dist, init, origin = UNKNOWN, "unknown", Origin.UNKNOWN
            reason = None
        return Write(
            init=init,
            distribution=dist,
            origin=origin,
            span=span_of(record.site),
            args=MappingProxyType(dict(record.args)) if record.args else NO_ARGS,
            given=record.given,
            positional=record.positional,
            shape=_shape(record.shape),
            region=record.region,
            stack=tuple(site.span for site in record.stack),
            when=record.when,
            effect=record.effect,
            reason=reason,
            target=target,
            tracked=record.tracked,
            view=record.view,
            handed=self.path_of.get(record.handed.id) if record.handed is not None else None,
            dtype=record.dtype,
            through=self.path_of.get(record.through.id) if record.through is not None else None,
            updates=record.updates,
            during=span_of(record.during),
        )

    def _strays(self) -> Iterator[Write]:
        for record in self.state.stray:
            yield self.write(record, None)

    def parameter_name(self, tensor: Tensor) -> str | None:
        """The full name of a stored tensor, None where it is no parameter of the root."""
        key = (id(tensor.storage), tensor.face)
        return self.named.get(key, self.name_of.get(key[0])) if tensor.storage is not None else None

    def _flows(self) -> Iterator[Flow]:
        for recorder in self.state.flows:
            ops = []
            for index, record in enumerate(recorder.ops):
                names = [self.parameter_name(t) for t in record.parameters]
                ops.append(
                    Op(
                        index,
                        record.kind,
                        record.name,
                        record.inputs,
                        self.path_of.get(record.layer.id, "") if record.layer is not None else "",
                        tuple(name for name in names if name is not None),
                        record.activation,
                        MappingProxyType({k: _plain(v) for k, v in record.args.items()}) if record.args else NO_ARGS,
                        1,
                        span_of(record.site),
                    )
                )
            yield Flow(recorder.method, tuple(ops), recorder.outputs, recorder.complete)


def _symbol_of(lowering: Lowering, path: str, role: str) -> str:
    """The innermost project class above ``path`` and what lies below it."""
    parts = path.split(".") if path else []
    for count in range(len(parts), -1, -1):
        prefix = ".".join(parts[:count])
        module = lowering.at(prefix)
        if module is not None and isinstance(module.cls, Class):
            return ".".join([module.cls.name, *parts[count:], role])
    return ".".join([*parts, role])


def span_of(site: Site | None) -> Span | None:
    """The place in the file."""
    return None if site is None else site.span


def class_name(module: Module) -> str:
    """The qualified class of a module."""
    return module.cls.qualname if isinstance(module.cls, Class) else getattr(module.cls, "name", "?")


def _plain(value: Any) -> Any:
    if isinstance(value, (int, float, str, bool, SizeExpr)) or value is None:
        return value
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(str(_plain(v)) for v in value) + ")"
    return "?"


def _sized(value: Number | None) -> Number | None:
    """A size whose symbols all have names: one that holds an unknown (``?...``) is not known."""
    if isinstance(value, SizeExpr) and any(atom.startswith("?") or "?" in atom for atom in value.atoms):
        return None
    return value


def _shape(shape: Any) -> tuple[Number | None, ...] | None:
    return None if shape is None else tuple(_sized(dim) for dim in shape)


def _true_fans(tensor: Tensor, use: Any) -> tuple[Number | None, Number | None]:
    if tensor.spec is not None:
        spec, namespace = tensor.spec
        try:
            fan_in = spec.fan_in(namespace) if spec.fan_in is not None else None
            fan_out = spec.fan_out(namespace) if spec.fan_out is not None else None
        except (TypeError, ZeroDivisionError, ValueError, AttributeError):
            return None, None
        return _sized(fan_in), _sized(fan_out)
    return use if use is not None else (None, None)
