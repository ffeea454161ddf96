"""A builder of models op by op, for the tests of the analyses."""

from __future__ import annotations

import math
from collections.abc import Mapping

from winit_lint.ir.distribution import Distribution, Kind, constant
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Layer, LayerKind, Model, Parameter
from winit_lint.ir.size import Number
from winit_lint.ir.write import ArgValue, Origin, Write
from winit_lint.source.span import Span

SPAN = Span("m.py", 1, 0, 1, 1)
ZERO = constant(0.0)
ACTIVATION_CLASS = {"relu": "ReLU", "tanh": "Tanh", "gelu": "GELU", "silu": "SiLU", "sigmoid": "Sigmoid"}


def normal(std: Number, mean: Number = 0.0) -> Distribution:
    return Distribution(Kind.NORMAL, mean, std)


class Net:
    """Builds a model op by op; each method returns the id of the op that it adds."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.parameters: list[Parameter] = []
        self.layers: list[Layer] = []
        self.x = self.op(OpKind.INPUT, "input")

    def op(
        self,
        kind: OpKind,
        name: str,
        *inputs: int,
        layer: str = "",
        parameters: tuple[str, ...] = (),
        activation: str | None = None,
        args: Mapping[str, ArgValue] | None = None,
        repeat: int = 1,
    ) -> int:
        self.ops.append(Op(len(self.ops), kind, name, inputs, layer, parameters, activation, args or {}, repeat))
        return len(self.ops) - 1

    def parameter(
        self,
        name: str,
        held: Distribution,
        *,
        fans: tuple[Number, Number] = (64, 64),
        origin: Origin = Origin.EXPLICIT,
        init: str = "torch.nn.init.normal_",
        trainable: bool = True,
        writes: tuple[Write, ...] | None = None,
        storage: int | None = None,
        parametrized: str | None = None,
    ) -> str:
        if all(p.name != name for p in self.parameters):
            path, _, role = name.rpartition(".")
            made = (Write(init, held, origin, SPAN),) if writes is None else writes
            number = len(self.parameters) if storage is None else storage
            shape = (fans[1], fans[0])
            self.parameters.append(
                Parameter(
                    name,
                    name,
                    path,
                    role,
                    "torch.nn.Linear",
                    shape,
                    SPAN,
                    made,
                    *fans,
                    trainable=trainable,
                    storage=number,
                    parametrized=parametrized,
                )
            )
        return name

    def linear(
        self,
        name: str,
        source: int,
        held: Distribution | None = None,
        bias: Distribution | None = None,
        *,
        fans: tuple[Number, Number] = (64, 64),
        origin: Origin = Origin.EXPLICIT,
        init: str = "torch.nn.init.normal_",
        repeat: int = 1,
    ) -> int:
        drawn = normal(1 / math.sqrt(3 * 64)) if held is None else held
        weight = self.parameter(f"{name}.weight", drawn, fans=fans, origin=origin, init=init)
        names = (weight,) if bias is None else (weight, self.parameter(f"{name}.bias", bias, fans=(1, 1)))
        self.layer(name, "torch.nn.Linear", LayerKind.LINEAR)
        return self.op(OpKind.WEIGHT, "torch.nn.Linear", source, layer=name, parameters=names, repeat=repeat)

    def layer(self, path: str, cls: str, kind: LayerKind, args: Mapping[str, ArgValue] | None = None) -> None:
        if all(layer.path != path for layer in self.layers):
            self.layers.append(Layer(path, cls, kind, SPAN, args=args or {}))

    def act(self, activation: str, source: int, args: Mapping[str, ArgValue] | None = None, repeat: int = 1) -> int:
        name = f"torch.nn.{ACTIVATION_CLASS.get(activation, activation)}"
        return self.op(OpKind.ACTIVATION, name, source, activation=activation, args=args, repeat=repeat)

    def norm(self, name: str, source: int, gamma: float = 1.0, beta: float | None = 0.0) -> int:
        names: tuple[str, ...] = (self.parameter(f"{name}.weight", constant(gamma), fans=(1, 1)),)
        if beta is not None:
            names = (*names, self.parameter(f"{name}.bias", constant(beta), fans=(1, 1)))
        return self.op(OpKind.NORM, "torch.nn.BatchNorm2d", source, layer=name, parameters=names)

    def add(self, *sources: int) -> int:
        return self.op(OpKind.ADD, "operator.add", *sources)

    def mul(self, *sources: int) -> int:
        return self.op(OpKind.MUL, "operator.mul", *sources)

    def build(self, *outputs: int, complete: bool = True) -> Model:
        flow = Flow("forward", tuple(self.ops), outputs, complete)
        return Model("m.Net", "Net", "m.py", SPAN, tuple(self.layers), tuple(self.parameters), (flow,))


def mlp(activation: str, zero: str, bias: Distribution | None = ZERO) -> Model:
    """Three layers a, b, c; those in ``zero`` hold zeros."""
    net = Net()
    h = net.x
    for name in "abc":
        h = net.linear(name, h, ZERO if name in zero else None, bias)
        h = net.act(activation, h) if name != "c" else h
    return net.build(h)


RANDOM = normal(0.1)
