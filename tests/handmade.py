"""Small models written by hand, for tests that need neither parser nor torch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from winit_lint.finding import Finding
from winit_lint.ir.distribution import LOADED, Distribution, Kind, constant
from winit_lint.ir.event import Event
from winit_lint.ir.model import Layer, LayerKind, Model, Parameter
from winit_lint.ir.project import Project
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

DEFAULT = Distribution(Kind.UNIFORM, 0.0, 0.1, -0.17, 0.17)
ZERO = constant(0.0)
SMALL = Distribution(Kind.NORMAL, 0.0, 0.02)


def at(line: int, column: int = 9, end: int = 60) -> Span:
    return Span("net.py", line, column, line, end)


def wrote(drawn: Distribution, line: int, init: str = "torch.nn.init.normal_", **more: Any) -> Write:
    return Write(init, drawn, more.pop("origin", Origin.EXPLICIT), at(line), **more)


def by_default(drawn: Distribution = DEFAULT) -> Write:
    return Write("torch.nn.init.kaiming_uniform_", drawn, Origin.DEFAULT)


def loaded(line: int) -> Write:
    return Write("load_state_dict", LOADED, Origin.LOAD, at(line))


def weight(layer: str, *writes: Write, shape: tuple[Any, ...] = (8, 8), role: str = "weight", **more: Any) -> Parameter:
    name = f"{layer}.{role}" if layer else role
    return Parameter(name, f"Net.{name}", layer, role, "torch.nn.Linear", shape, at(1), writes, **more)


def layer(
    path: str, kind: LayerKind = LayerKind.LINEAR, cls: str = "torch.nn.Linear", line: int = 1, **args: Any
) -> Layer:
    return Layer(path, cls, kind, at(line), (), args)


ROOT = Layer("", "net.Net", LayerKind.CUSTOM, None, ("torch.nn.Module",))


def model(
    layers: Iterable[Layer] = (), parameters: Iterable[Parameter] = (), events: Iterable[Event] = (), **more: Any
) -> Model:
    return Model("net.Net", "Net", "net.py", at(1), (ROOT, *layers), tuple(parameters), events=tuple(events), **more)


def found(rule: Rule, built: Model) -> list[Finding]:
    return list(rule.check(Pass(rule, built, Project())))
