"""Small models built by hand, for the tests of rules on coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from winit_lint.finding import Finding
from winit_lint.ir.distribution import UNINITIALISED, UNKNOWN, Distribution, Kind
from winit_lint.ir.event import Event
from winit_lint.ir.model import Layer, LayerKind, Model, Parameter
from winit_lint.ir.project import InitFunction, Project
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.rules.refuted import claimed, refutations, standing
from winit_lint.source.span import Span

LINEAR, CONV1D, CONV2D = "torch.nn.Linear", "torch.nn.Conv1d", "torch.nn.Conv2d"


def at(line: int, path: str = "net.py") -> Span:
    return Span(path, line, 5, line, 25)


def write(origin: Origin, line: int | None = None, **rest: Any) -> Write:
    init = {Origin.CREATION: "uninitialised", Origin.DEFAULT: "torch.nn.init.kaiming_uniform_"}.get(
        origin, "torch.nn.init.normal_"
    )
    dist = {Origin.CREATION: UNINITIALISED, Origin.UNKNOWN: UNKNOWN}.get(origin, Distribution(Kind.NORMAL, 0.0, 0.0255))
    span = None if line is None else at(line)
    return replace(Write(init, dist, origin, span), **rest)


RAW = write(Origin.CREATION, 5)
DEFAULT = write(Origin.DEFAULT)


def parameter(name: str, *writes: Write, line: int = 5, **rest: Any) -> Parameter:
    layer, _, role = name.rpartition(".")
    made = Parameter(name, f"Net.{name}", layer, role, "net.Net", (4, 8), at(line), writes)
    return replace(made, **rest)


def layer(path: str, cls: str, kind: LayerKind = LayerKind.CUSTOM, line: int = 5, **rest: Any) -> Layer:
    return replace(Layer(path, cls, kind, at(line)), **rest)


def model(*parameters: Parameter, layers: tuple[Layer, ...] = (), events: tuple[Event, ...] = (), **rest: Any) -> Model:
    made = Model("net.Net", "Net", "net.py", at(1), (layer("", "net.Net"), *layers), parameters, (), events)
    return replace(made, **rest)


def function(name: str, line: int, owner: str | None = "Net", **rest: Any) -> InitFunction:
    made = InitFunction(name, owner, "net.py", at(line), False, False, owner is None, False, False)
    return replace(made, **rest)


def findings(rule: Rule, built: Model, *functions: InitFunction) -> list[Finding]:
    return list(rule.check(Pass(rule, built, Project(functions))))


def survivors(rule: Rule, *models: Model) -> list[Finding]:
    """The findings on several models of one run, less what the others disprove."""
    claims = [claim for built in models for claim in claimed(rule, built, findings(rule, built))]
    return list(standing(claims, frozenset(refutations([rule], models))))
