"""Models of layers in a row built by hand, for the tests of rules on scale, fans and recurrent weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from models_by_hand import at, findings

from winit_lint.finding import Finding, Severity
from winit_lint.ir.distribution import Distribution, Kind
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Layer, LayerKind, Model, Parameter
from winit_lint.ir.size import Number, sqrt
from winit_lint.ir.write import ArgValue, Origin, Write
from winit_lint.rule import Rule

NOTE, WARNING, ERROR = Severity.NOTE, Severity.WARNING, Severity.ERROR
INIT = "torch.nn.init."
KAIMING: Mapping[str, ArgValue] = {"a": 0, "mode": "fan_in", "nonlinearity": "leaky_relu"}


def normal(std: Number, mean: Number = 0.0) -> Distribution:
    return Distribution(Kind.NORMAL, mean, std)


def uniform(low: float, high: float) -> Distribution:
    return Distribution(Kind.UNIFORM, (low + high) / 2, (high - low) / math.sqrt(12), low, high)


def call(name: str, held: Distribution, line: int = 20, positional: str = "", **args: Any) -> Write:
    """An initializer call; ``positional`` names those of ``args`` that were passed by position."""
    defaults: Mapping[str, ArgValue] = {
        "kaiming_normal_": KAIMING,
        "kaiming_uniform_": KAIMING,
        "xavier_normal_": {"gain": 1.0},
        "xavier_uniform_": {"gain": 1.0},
        "orthogonal_": {"gain": 1},
        "normal_": {"mean": 0.0, "std": 1.0},
        "trunc_normal_": {"mean": 0.0, "std": 1.0, "a": -2.0, "b": 2.0},
        "uniform_": {"a": 0.0, "b": 1.0},
    }.get(name, {})
    init = name if "." in name else INIT + name
    given = frozenset(args)
    by_place = tuple(positional.split())
    return Write(init, held, Origin.EXPLICIT, at(line), {**defaults, **args}, given, by_place)


def kaiming(fan: Number, gain: float = math.sqrt(2), line: int = 20, **args: Any) -> Write:
    return call("kaiming_normal_", normal(gain / sqrt(fan)), line, **args)


def xavier(fan_in: int, fan_out: int, gain: float = 1.0, line: int = 20) -> Write:
    held = normal(gain * math.sqrt(2 / (fan_in + fan_out)))
    given: dict[str, Any] = {} if gain == 1 else {"gain": gain}
    return call("xavier_normal_", held, line, **given)


class Net:
    """A model of layers in a row, built step by step."""

    def __init__(self) -> None:
        self.ops = [Op(0, OpKind.INPUT, "input")]
        self.layers = [Layer("", "net.Net", LayerKind.CUSTOM, at(1))]
        self.parameters: list[Parameter] = []
        self.stray: tuple[Write, ...] = ()

    def op(self, kind: OpKind, name: str = "f", **rest: Any) -> Net:
        last = self.ops[-1].id
        self.ops.append(replace(Op(last + 1, kind, name, (last,)), **rest))
        return self

    def act(self, activation: str, **args: ArgValue) -> Net:
        return self.op(OpKind.ACTIVATION, f"torch.{activation}", activation=activation, args=args)

    def norm(self) -> Net:
        return self.op(OpKind.NORM, "torch.nn.BatchNorm2d")

    def layer(
        self,
        path: str,
        *writes: Write,
        shape: tuple[Number | None, ...] = (64, 64),
        fans: tuple[Number | None, Number | None] = (64, 64),
        kind: LayerKind = LayerKind.LINEAR,
        cls: str = "torch.nn.Linear",
        args: Mapping[str, ArgValue] | None = None,
        trainable: bool = True,
    ) -> Net:
        name = f"{path}.weight"
        created = at(5 + len(self.layers))
        self.layers.append(Layer(path, cls, kind, created, (), args or {}))
        first = Write(INIT + "kaiming_uniform_", normal(0.0722), Origin.DEFAULT, None, {"a": math.sqrt(5)})
        made = Parameter(name, f"Net.{name}", path, "weight", cls, shape, created, (first, *writes), *fans)
        self.parameters.append(replace(made, trainable=trainable))
        return self.op(OpKind.WEIGHT, cls, layer=path, parameters=(name,))

    def bare(self, name: str, *writes: Write, shape: tuple[Number | None, ...], op: str = "", **args: ArgValue) -> Net:
        """A parameter of the model itself, multiplied with the flow where ``op`` names a function."""
        self.parameters.append(Parameter(name, f"Net.{name}", "", name, "net.Net", shape, at(5), writes))
        return self.op(OpKind.WEIGHT, op, parameters=(name,), args=args) if op else self

    def recurrent(self, cls: str, *writes: Write, part: str = "weight_hh_l0", bias: tuple[Write, ...] = ()) -> Net:
        gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[cls.removesuffix("Cell")]
        self.layers.append(Layer("rnn", f"torch.nn.{cls}", LayerKind.RECURRENT, at(6)))
        first = Write(INIT + "uniform_", uniform(-0.25, 0.25), Origin.DEFAULT)
        shape = (gates * 16, 16)
        weight = Parameter(f"rnn.{part}", f"Net.rnn.{part}", "rnn", part, cls, shape, at(6), (first, *writes))
        added = Parameter("rnn.bias_hh_l0", "Net.rnn.bias_hh_l0", "rnn", "bias_hh_l0", cls, shape[:1], at(6), bias)
        self.parameters += [weight, added]
        return self.op(OpKind.RECURRENT, f"torch.nn.{cls}", layer="rnn", parameters=(weight.name,))

    def model(self) -> Model:
        flow = Flow("forward", tuple(self.ops), (self.ops[-1].id,))
        return Model(
            "net.Net", "Net", "net.py", at(1), tuple(self.layers), tuple(self.parameters), (flow,), stray=self.stray
        )

    def findings(self, rule: Rule) -> list[Finding]:
        return findings(rule, self.model())

    def one(self, rule: Rule) -> Finding:
        (found,) = self.findings(rule)
        return found


def stack(depth: int, write: Write, activation: str, **args: ArgValue) -> Net:
    """``depth`` hidden layers of 64 units, written by one line, and a head."""
    net = Net()
    for i in range(depth):
        net.layer(f"fc{i}", replace(write))
        if activation:
            net.act(activation, **args)
    return net.layer("head", shape=(10, 64), fans=(64, 10))
