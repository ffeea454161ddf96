"""The analyses on models built by hand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import pytest

from winit_lint.analyses.chains import Chain, chains
from winit_lint.analyses.dead_path import Cause, DeadPaths, dead_paths
from winit_lint.analyses.last_write import constant_of, explicit_write, gain_of, is_default, variance_of
from winit_lint.analyses.readers import ReaderKind, read_by, readers
from winit_lint.finding import Severity
from winit_lint.ir.distribution import LOADED, UNKNOWN, Distribution, Kind, constant
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Layer, LayerKind, Model, Parameter
from winit_lint.ir.size import Number, SizeExpr, sqrt
from winit_lint.ir.write import ArgValue, Origin, Region, Write
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


def stack(
    depth: int,
    activation: str,
    std: Number,
    *,
    bias: Distribution | None = None,
    fans: tuple[Number, Number] = (64, 64),
    origin: Origin = Origin.EXPLICIT,
    init: str = "torch.nn.init.normal_",
) -> Model:
    """``depth`` hidden layers and a head."""
    net = Net()
    h = net.x
    for index in range(depth):
        z = net.linear(f"l{index}", h, normal(std), bias, fans=fans, origin=origin, init=init)
        h = net.act(activation, z)
    return net.build(net.linear("head", h))


def only(model: Model) -> Chain:
    (chain,) = chains(model)
    return chain


# --- last writes -------------------------------------------------------------------------------------------------


def one(held: Distribution, **options: object) -> Parameter:
    net = Net()
    net.parameter("w", held, **options)  # type: ignore[arg-type]
    return net.parameters[0]


def test_gains_are_numbers_even_with_symbolic_sizes() -> None:
    dim = SizeExpr.atom("dim")
    std = sqrt(2 / dim)
    assert gain_of(one(normal(std), fans=(dim, 4 * dim))) == pytest.approx(math.sqrt(2))
    assert gain_of(one(normal(0.02), fans=(dim, dim))) is None
    assert gain_of(one(normal(0.02), fans=(2500, 10))) == pytest.approx(1.0)


def test_gain_needs_something_random_and_known() -> None:
    assert gain_of(one(ZERO)) is None
    assert gain_of(one(LOADED, origin=Origin.LOAD)) is None
    unknown = (Write("torch.nn.init.normal_", normal(0.1), Origin.EXPLICIT), Write("f", UNKNOWN, Origin.UNKNOWN))
    assert gain_of(one(ZERO, writes=unknown)) is None
    assert gain_of(one(normal(0.1), parametrized="parametrizations.orthogonal")) is None
    assert gain_of(one(normal(0.125), parametrized="weight_norm")) == pytest.approx(1.0)


def test_explicit_and_default_writes() -> None:
    assert explicit_write(one(normal(0.1))) is not None
    assert explicit_write(one(normal(0.1), origin=Origin.DEFAULT)) is None
    assert is_default(one(normal(0.1), origin=Origin.DEFAULT))
    assert not is_default(one(normal(0.1)))


def test_variance_is_refused_for_a_common_mode() -> None:
    assert variance_of(one(normal(0.1))) == pytest.approx(0.01)
    assert variance_of(one(normal(0.1, mean=0.5))) is None
    assert variance_of(one(normal(0.1, mean=1e-4))) == pytest.approx(0.01)
    assert variance_of(one(Distribution(Kind.EYE, 1 / 64, 0.1))) is None


def test_constant_is_refused_after_a_partial_write() -> None:
    zero = Write("torch.nn.init.zeros_", ZERO, Origin.EXPLICIT)
    row = Write("torch.Tensor.normal_", normal(1.0), Origin.EXPLICIT, region=Region("[0]"))
    assert constant_of(one(ZERO, writes=(zero,))) == 0.0
    assert constant_of(one(ZERO, writes=(zero, row))) is None
    assert constant_of(one(ZERO, writes=(row, zero))) == 0.0


# --- readers -----------------------------------------------------------------------------------------------------


def test_activation_is_found_through_reshape_dropout_and_pool() -> None:
    net = Net()
    h = net.linear("fc", net.x)
    for kind in (OpKind.RESHAPE, OpKind.DROPOUT, OpKind.POOL):
        h = net.op(kind, kind.value, h)
    model = net.build(net.act("leaky_relu", h, {"negative_slope": 0.2}))
    found = readers(model)["fc.weight"].activation
    assert found is not None
    assert (found.activation, found.parameter) == ("leaky_relu", 0.2)
    assert read_by(model)["fc.weight"] == ("torch.nn.leaky_relu",)


def test_unknown_argument_is_no_activation() -> None:
    net = Net()
    model = net.build(net.act("leaky_relu", net.linear("fc", net.x), {"negative_slope": "?"}))
    assert readers(model)["fc.weight"].activation is None
    assert readers(model)["fc.weight"].kinds == {ReaderKind.ACTIVATION}


def test_norm_between_weight_and_activation() -> None:
    net = Net()
    model = net.build(net.act("relu", net.norm("bn", net.linear("fc", net.x))))
    reading = readers(model)["fc.weight"]
    assert reading.norm_between
    assert reading.activation is None
    assert [r.kind for r in reading.readers] == [ReaderKind.NORM, ReaderKind.ACTIVATION]
    assert read_by(model)["fc.weight"] == ("torch.nn.BatchNorm2d", "torch.nn.ReLU")
    assert read_by(model)["bn.weight"] == ("torch.nn.ReLU",)


def test_shared_layer_joins_its_readers() -> None:
    net = Net()
    first = net.act("relu", net.linear("fc", net.x))
    second = net.linear("fc", first)
    model = net.build(net.act("tanh", second))
    reading = readers(model)["fc.weight"]
    assert len(reading.uses) == 2
    assert {r.activation for r in reading.readers} == {"relu", "tanh"}
    assert reading.activation is None


def test_shared_layer_with_one_kind_of_activation() -> None:
    net = Net()
    model = net.build(net.act("relu", net.linear("fc", net.act("relu", net.linear("fc", net.x)))))
    found = readers(model)["fc.weight"].activation
    assert found is not None
    assert found.activation == "relu"


def test_residual_sum_gate_weight_and_output() -> None:
    net = Net()
    a = net.linear("a", net.x)
    b = net.linear("b", net.act("relu", a))
    c = net.linear("c", net.x)
    gated = net.mul(net.add(a, b), c)
    d = net.linear("d", gated)
    e = net.linear("e", d)
    model = net.build(e)
    found = readers(model)
    assert found["a.weight"].kinds == {ReaderKind.ACTIVATION, ReaderKind.RESIDUAL}
    assert found["b.weight"].kinds == {ReaderKind.RESIDUAL}
    assert found["c.weight"].kinds == {ReaderKind.PRODUCT}
    assert found["d.weight"].linear
    assert found["e.weight"].kinds == {ReaderKind.OUTPUT}
    assert read_by(model)["e.weight"] == ()


def test_two_branches_of_one_input_are_a_plain_sum() -> None:
    net = Net()
    model = net.build(net.act("tanh", net.add(net.linear("ih", net.x), net.linear("hh", net.x))))
    assert readers(model)["ih.weight"].kinds == {ReaderKind.SUM}


def test_missing_reader_proves_nothing_in_an_incomplete_flow() -> None:
    net = Net()
    net.linear("fc", net.x)
    assert readers(net.build(complete=False))["fc.weight"].kinds == {ReaderKind.UNKNOWN}


def test_scale_between_is_marked_and_an_added_bias_is_not() -> None:
    net = Net()
    added = net.op(OpKind.SCALE, "operator.add", net.linear("a", net.x))
    scaled = net.op(OpKind.SCALE, "operator.mul", net.linear("b", net.x))
    model = net.build(net.act("relu", added), net.act("relu", scaled))
    assert readers(model)["a.weight"].activation is not None
    assert readers(model)["b.weight"].activation is None


# --- chains ------------------------------------------------------------------------------------------------------


def test_xavier_before_relu_loses_half_a_layer() -> None:
    chain = only(stack(14, "relu", 1 / 8, bias=ZERO))
    assert chain.length == len(chain.links) == 14
    assert chain.forward == pytest.approx(0.5**14)
    assert chain.backward == pytest.approx(0.5**13)
    assert chain.ratio == chain.forward
    assert chain.severity is Severity.WARNING
    assert chain.links[3].forward == pytest.approx(0.5)
    assert chain.effect(chain.links[0]).layers == 14
    assert (chain.start, chain.end) == (OpKind.INPUT, OpKind.WEIGHT)


def test_severity_of_the_default_before_relu() -> None:
    bias = normal(1 / math.sqrt(3 * 64))
    std = 1 / math.sqrt(3 * 64)
    at = {d: only(stack(d, "relu", std, bias=bias, origin=Origin.DEFAULT)) for d in range(1, 10)}
    bands = [None if (b := at[d].band) is None else b.value for d in range(1, 10)]
    assert bands == [None, None, "note", "note", "note", "warning", "warning", "error", "error"]
    assert at[3].severity is None  # three layers under a standard scheme train as well as any
    assert at[4].severity is Severity.NOTE


def test_short_chains_speak_for_sigmoid_and_for_fixed_scales() -> None:
    xavier = "torch.nn.init.xavier_normal_"
    assert only(stack(3, "gelu", 0.05, init=xavier)).severity is None
    assert only(stack(3, "sigmoid", 1 / 8, init=xavier)).severity is Severity.NOTE
    assert only(stack(3, "relu", 0.02)).severity is not None


def test_kaiming_relu_is_silent_at_any_depth() -> None:
    chain = only(stack(60, "relu", math.sqrt(2 / 64)))
    assert chain.forward == pytest.approx(1.0)
    assert chain.backward == pytest.approx(1.0)
    assert chain.severity is None


def test_symbolic_sizes_cancel() -> None:
    dim = SizeExpr.atom("dim")
    symbolic = only(stack(8, "relu", sqrt(1 / (3 * dim)), bias=normal(sqrt(1 / (3 * dim))), fans=(dim, dim)))
    assert symbolic.forward == pytest.approx((1 / 6) ** 8)
    assert symbolic.backward == pytest.approx((1 / 6) ** 7)
    fixed = only(stack(8, "relu", 0.02, fans=(dim, dim)))
    assert not fixed.known
    assert len(fixed.links) == 8
    assert (fixed.forward, fixed.backward, fixed.severity) == (None, None, None)


def test_fan_out_mode_is_judged_end_to_end() -> None:
    net = Net()
    h = net.x
    widths = [64, 128, 256, 512, 1024]
    for index, (fan_in, fan_out) in enumerate(itertools.pairwise(widths)):
        z = net.linear(f"l{index}", h, normal(math.sqrt(2 / fan_out)), fans=(fan_in, fan_out))
        h = net.act("relu", z)
    chain = only(net.build(net.linear("head", h, fans=(1024, 10))))
    assert chain.forward == pytest.approx(64 / 1024)
    assert chain.backward == pytest.approx(1.0)
    assert chain.severity is None


def test_norm_ends_a_chain_and_frees_the_layer_before_it() -> None:
    net = Net()
    h = net.x
    for index in range(12):
        h = net.act("relu", net.norm(f"n{index}", net.linear(f"l{index}", h, normal(1e-3))))
    assert chains(net.build(net.linear("head", h))) == ()


def test_relu_before_norm_is_free_and_tanh_is_not() -> None:
    def model(activation: str) -> Model:
        net = Net()
        h = net.norm("n", net.act(activation, net.linear("a", net.x, normal(1e-4))))
        return net.build(net.linear("head", h))

    assert chains(model("relu")) == ()
    chain = only(model("tanh"))
    assert chain.end is OpKind.NORM
    assert chain.band is Severity.ERROR
    assert chain.severity is Severity.WARNING


def test_residual_add_bounds_chains() -> None:
    net = Net()
    h = net.linear("stem", net.x)
    for index in range(10):
        z = net.act("relu", net.linear(f"b{index}.1", h))
        h = net.add(h, net.linear(f"b{index}.2", z))
    found = chains(net.build(net.linear("head", h)))
    assert all(chain.length == 1 for chain in found)
    assert all(chain.severity is None for chain in found)
    names = {link.parameter for chain in found for link in chain.links}
    assert names == {f"b{index}.1.weight" for index in range(10)}


@pytest.mark.parametrize("kind", [OpKind.UNKNOWN, OpKind.CONCAT, OpKind.SPLIT, OpKind.SCALE, OpKind.MUL, OpKind.POOL])
def test_other_operations_end_a_chain(kind: OpKind) -> None:
    net = Net()
    h = net.act("relu", net.linear("b", net.act("relu", net.linear("a", net.x))))
    h = net.op(kind, "torch.thing", h)
    h = net.act("relu", net.linear("d", net.act("relu", net.linear("c", h))))
    found = chains(net.build(net.linear("head", h)))
    lengths = [chain.length for chain in found]
    assert lengths == ([1, 2] if kind is OpKind.MUL else [2, 2])
    assert found[-1].start is kind


def test_several_readers_end_a_chain() -> None:
    net = Net()
    h = net.act("relu", net.linear("a", net.x))
    left, right = net.linear("l", h), net.linear("r", h)
    found = chains(net.build(left, right))
    assert [chain.length for chain in found] == [1]
    assert found[0].end is OpKind.SPLIT


def test_repeats_multiply() -> None:
    net = Net()
    h = net.act("relu", net.linear("a", net.x, normal(1 / 8)))
    h = net.act("relu", net.linear("body.*.fc1", h, normal(1 / 8), repeat=6), repeat=6)
    h = net.act("relu", net.linear("body.*.fc2", h, normal(1 / 8), repeat=6), repeat=6)
    chain = only(net.build(net.linear("head", h)))
    assert chain.length == 13
    assert len(chain.links) == 3
    assert chain.forward == pytest.approx(0.5**13)
    assert chain.backward == pytest.approx(0.5**12)


def test_output_layer_with_activation_is_left_out() -> None:
    net = Net()
    h = net.act("relu", net.linear("a", net.x))
    assert [link.parameter for link in only(net.build(net.act("sigmoid", net.linear("b", h)))).links] == ["a.weight"]


def test_loaded_and_uncentred_weights_leave_the_chain_unknown() -> None:
    for held in (LOADED, normal(0.1, mean=0.5), ZERO):
        net = Net()
        h = net.x
        for index in range(8):
            h = net.act("relu", net.linear(f"l{index}", h, held if index == 4 else normal(1 / 8)))
        chain = only(net.build(net.linear("head", h)))
        assert chain.length == 8
        assert chain.severity is None
        assert not chain.known


def test_unknown_activation_leaves_the_chain_unknown() -> None:
    assert not only(stack(9, "glu", 0.01)).known


def test_pooling_takes_the_milder_side() -> None:
    def model(name: str) -> Model:
        net = Net()
        h = net.x
        for index in range(8):
            h = net.act("relu", net.linear(f"l{index}", h, normal(1 / 8)))
            if index % 2:
                net.layer(f"p{index}", name, LayerKind.OTHER, {"kernel_size": 2})
                h = net.op(OpKind.POOL, name, h, layer=f"p{index}")
        return net.build(net.linear("head", h))

    plain = 0.5**8
    largest = only(model("torch.nn.MaxPool2d"))
    assert largest.forward is not None
    assert plain * 3.1**4 < largest.forward <= 1.0
    assert largest.backward == pytest.approx(0.5**7)
    mean = only(model("torch.nn.AvgPool2d"))
    assert mean.forward == pytest.approx(plain)


def test_the_same_chain_in_two_flows_is_one() -> None:
    model = stack(5, "relu", 0.1)
    twice = Model("m.Net", "Net", "m.py", SPAN, model.layers, model.parameters, model.flows * 2)
    assert len(chains(twice)) == 1


# --- dead paths --------------------------------------------------------------------------------------------------


def verdict(model: Model) -> DeadPaths:
    return dead_paths(model)


def mlp(activation: str, zero: str, bias: Distribution | None = ZERO) -> Model:
    """Three layers a, b, c; those in ``zero`` hold zeros."""
    net = Net()
    h = net.x
    for name in "abc":
        h = net.linear(name, h, ZERO if name in zero else None, bias)
        h = net.act(activation, h) if name != "c" else h
    return net.build(h)


RANDOM = normal(0.1)


@pytest.mark.parametrize(
    ("activation", "zero", "bias", "dead"),
    [
        ("relu", "c", ZERO, ""),
        ("tanh", "c", ZERO, ""),
        ("sigmoid", "c", ZERO, ""),
        ("relu", "b", ZERO, "b"),
        ("relu6", "b", ZERO, "b"),
        ("abs", "b", ZERO, "b"),
        ("tanh", "b", ZERO, ""),
        ("gelu", "b", ZERO, ""),
        ("leaky_relu", "b", ZERO, ""),
        ("sigmoid", "b", ZERO, ""),
        ("unheard_of", "b", ZERO, ""),
        ("relu", "b", RANDOM, ""),
        ("relu", "ab", ZERO, "ab"),
        ("tanh", "ab", ZERO, "ab"),
        ("leaky_relu", "ab", ZERO, "ab"),
        ("sigmoid", "ab", ZERO, ""),
        ("relu", "abc", ZERO, "abc"),
        ("tanh", "abc", ZERO, "abc"),
        ("sigmoid", "abc", ZERO, ""),
        ("relu", "abc", RANDOM, ""),
        ("tanh", "abc", RANDOM, ""),
        ("relu", "bc", None, "bc"),
    ],
)
def test_plain_stacks(activation: str, zero: str, bias: Distribution | None, dead: str) -> None:
    assert set(verdict(mlp(activation, zero, bias)).dead) == {f"{name}.weight" for name in dead}


def test_evidence_of_a_flat_activation() -> None:
    found = verdict(mlp("relu", "b")).dead["b.weight"]
    assert found.cause is Cause.FLAT_ACTIVATION
    assert found.partners == ()
    assert found.ops == (3, 4)


def test_evidence_of_two_factors() -> None:
    found = verdict(mlp("tanh", "bc")).dead
    assert found["b.weight"].cause is Cause.ZERO_FACTORS
    assert found["b.weight"].partners == ("c.weight",)
    assert found["c.weight"].partners == ("b.weight",)


def test_live_zero_tensors_are_listed() -> None:
    assert verdict(mlp("relu", "c")).live == {"c.weight"}


@pytest.mark.parametrize(("zero", "dead"), [("2", ""), ("1", "1"), ("12", "12")])
def test_residual_branch(zero: str, dead: str) -> None:
    net = Net()
    h = net.linear("stem", net.x)
    z = net.act("relu", net.linear("1", h, ZERO if "1" in zero else None, ZERO))
    h = net.add(h, net.linear("2", z, ZERO if "2" in zero else None, ZERO))
    model = net.build(net.linear("head", h))
    assert set(verdict(model).dead) == {f"{name}.weight" for name in dead}


@pytest.mark.parametrize(("last_zero", "dead"), [(False, set()), (True, {"gate", "last.weight"})])
def test_rezero_gate(last_zero: bool, dead: set[str]) -> None:
    net = Net()
    branch = net.linear("last", net.act("relu", net.linear("first", net.x)), ZERO if last_zero else None)
    gate = net.parameter("gate", ZERO, fans=(1, 1))
    h = net.op(OpKind.SCALE, "operator.mul", branch, parameters=(gate,))
    model = net.build(net.linear("head", net.add(net.x, h)))
    found = verdict(model)
    assert set(found.dead) == dead
    if last_zero:
        assert found.dead["gate"].partners == ("last.weight",)
        assert found.dead["last.weight"].partners == ("gate",)
    else:
        assert found.live == {"gate"}


def test_gate_as_a_parameter_in_a_product() -> None:
    net = Net()
    gate = net.op(OpKind.PARAMETER, "torch.nn.Parameter", parameters=(net.parameter("gate", ZERO),))
    branch = net.linear("last", net.x, ZERO)
    found = verdict(net.build(net.add(net.x, net.mul(branch, gate))))
    assert set(found.dead) == {"gate", "last.weight"}
    assert found.dead["gate"].partners == ("last.weight",)
    assert found.dead["last.weight"].partners == ("gate",)


@pytest.mark.parametrize(("zero", "dead"), [("A", ""), ("B", ""), ("AB", "AB")])
def test_lora(zero: str, dead: str) -> None:
    net = Net()
    base = net.linear("base", net.x)
    h = net.x
    for name in "AB":
        weight = net.parameter(f"lora_{name}", ZERO if name in zero else RANDOM)
        h = net.op(OpKind.WEIGHT, "torch.matmul", h, parameters=(weight,))
    found = verdict(net.build(net.add(base, h)))
    assert set(found.dead) == {f"lora_{name}" for name in dead}


def test_lora_merged_into_the_weight() -> None:
    def model(zero: str) -> Model:
        net = Net()
        b, a, w = (
            net.op(OpKind.PARAMETER, "p", parameters=(net.parameter(n, ZERO if n in zero else RANDOM),)) for n in "BAW"
        )
        weight = net.add(w, net.op(OpKind.MATMUL, "torch.matmul", b, a))
        return net.build(net.op(OpKind.WEIGHT, "torch.nn.functional.linear", net.x, weight))

    assert set(verdict(model("B")).dead) == set()
    assert set(verdict(model("AB")).dead) == {"A", "B"}


def adaptive(*, last: bool, head: bool) -> Model:
    """A block gated by a zero modulation (adaLN-zero), its last layer and the head zero or not."""
    net = Net()
    context = net.op(OpKind.INPUT, "input")
    h = net.linear("stem", net.x)
    modulation = net.linear("mod", net.act("silu", context), ZERO, ZERO)
    gate = net.op(OpKind.SPLIT, "torch.chunk", modulation)
    branch = net.linear("last", net.act("gelu", net.linear("first", h)), ZERO if last else None, ZERO)
    h = net.add(h, net.mul(gate, branch))
    return net.build(net.linear("head", h, ZERO if head else None, ZERO))


@pytest.mark.parametrize(
    ("last", "head", "dead"),
    [(False, False, set()), (False, True, set()), (True, False, {"mod", "last"}), (True, True, {"mod", "last"})],
)
def test_adaln_zero(last: bool, head: bool, dead: set[str]) -> None:
    found = verdict(adaptive(last=last, head=head))
    assert set(found.dead) == {f"{name}.weight" for name in dead}


@pytest.mark.parametrize(("gammas", "skip", "dead"), [("2", True, ""), ("12", True, "12"), ("2", False, "2")])
def test_zero_norm_scales(gammas: str, skip: bool, dead: str) -> None:
    net = Net()
    h = net.linear("stem", net.x)
    z = net.act("relu", net.norm("1", net.linear("c1", h), 0.0 if "1" in gammas else 1.0))
    z = net.norm("2", net.linear("c2", z), 0.0 if "2" in gammas else 1.0)
    out = net.act("relu", net.add(h, z) if skip else z)
    found = verdict(net.build(net.linear("head", out)))
    assert set(found.dead) == {f"{name}.weight" for name in dead}


@pytest.mark.parametrize(("zero", "dead"), [("g", ""), ("u", ""), ("d", ""), ("gu", "gu"), ("gd", "gd"), ("ud", "ud")])
def test_swiglu(zero: str, dead: str) -> None:
    net = Net()
    gate = net.act("silu", net.linear("g", net.x, ZERO if "g" in zero else None))
    up = net.linear("u", net.x, ZERO if "u" in zero else None)
    model = net.build(net.add(net.x, net.linear("d", net.mul(gate, up), ZERO if "d" in zero else None)))
    assert set(verdict(model).dead) == {f"{name}.weight" for name in dead}


def test_gate_through_tanh_multiplied_by_the_input() -> None:
    """``x + tanh(W2 relu(W1 r)) * r`` with both zero."""
    net = Net()
    residual = net.op(OpKind.INPUT, "input")
    h = net.act("tanh", net.linear("2", net.act("relu", net.linear("1", residual, ZERO)), ZERO))
    found = verdict(net.build(net.add(net.x, net.mul(h, residual))))
    assert set(found.dead) == {"1.weight", "2.weight"}


def test_zero_layer_before_norm_and_relu_is_dead() -> None:
    net = Net()
    h = net.act("relu", net.norm("n", net.linear("a", net.x, ZERO)))
    assert set(verdict(net.build(net.linear("head", h))).dead) == {"a.weight"}


def test_scale_of_one_plus_parameter_is_alive() -> None:
    """``norm(x) * (1 + w)`` with w zero is how some norms are written."""
    net = Net()
    w = net.op(OpKind.PARAMETER, "p", parameters=(net.parameter("w", ZERO),))
    h = net.mul(net.op(OpKind.NORM, "rms", net.x), net.op(OpKind.SCALE, "operator.add", w))
    found = verdict(net.build(net.linear("head", h, ZERO)))
    assert found.dead == {}
    assert found.live == {"w", "head.weight"}


def test_zero_recurrent_layer_and_head() -> None:
    def model(head: Distribution | None) -> Model:
        net = Net()
        names = tuple(
            net.parameter(f"rnn.{n}", ZERO) for n in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        )
        h = net.op(OpKind.RECURRENT, "torch.nn.LSTM", net.x, layer="rnn", parameters=names)
        return net.build(net.linear("head", h, head, ZERO))

    assert verdict(model(None)).dead == {}
    assert set(verdict(model(ZERO)).dead) == {"rnn.weight_ih_l0", "rnn.weight_hh_l0", "head.weight"}


def test_silence_where_the_flow_is_not_known() -> None:
    net = Net()
    net.linear("b", net.act("relu", net.linear("a", net.x, ZERO)), ZERO)
    assert verdict(net.build(complete=False)).dead == {}
    net = Net()
    h = net.op(OpKind.UNKNOWN, "f", net.linear("a", net.x, ZERO))
    assert verdict(net.build(net.linear("b", h, ZERO))).dead == {}
    net = Net()
    net.parameter("w", ZERO)
    assert verdict(net.build(net.x)).dead == {}
    assert verdict(net.build(net.x)).live == frozenset()


def test_use_in_another_flow_or_by_a_tied_name_revives() -> None:
    dead = mlp("tanh", "bc")
    net = Net()
    net.linear("c", net.x, ZERO, ZERO)
    second = Flow("encode", tuple(net.ops), (1,), True)
    model = Model("m.Net", "Net", "m.py", SPAN, dead.layers, dead.parameters, (*dead.flows, second))
    assert verdict(model).dead == {}

    net = Net()
    shared = (Write("torch.nn.init.zeros_", ZERO, Origin.EXPLICIT),)
    for name in ("emb.weight", "head.weight"):
        net.parameter(name, ZERO, writes=shared, storage=7)
    h = net.op(OpKind.EMBEDDING, "torch.nn.Embedding", net.x, layer="emb", parameters=("emb.weight",))
    model = net.build(net.op(OpKind.WEIGHT, "torch.nn.Linear", h, layer="head", parameters=("head.weight",)))
    # The embedding's zeros feed the head that is the same tensor: nothing ever moves.
    assert set(verdict(model).dead) == {"emb.weight", "head.weight"}


def test_frozen_zero_counts_as_non_zero() -> None:
    net = Net()
    net.parameter("a.weight", ZERO, trainable=False)
    h = net.linear("b", net.linear("a", net.x, ZERO), ZERO)
    assert verdict(net.build(h)).dead == {}


# --- symmetry ----------------------------------------------------------------------------------------------------

SAME = constant(0.05)


def locked(model: Model) -> set[str]:
    return set(verdict(model).locked)


def constants(first: Distribution, second: Distribution, bias: Distribution | None, between: OpKind | None) -> Model:
    net = Net()
    h = net.act("relu", net.linear("a", net.x, first, bias))
    h = h if between is None else net.op(between, between.value, h)
    return net.build(net.linear("b", h, second, bias))


@pytest.mark.parametrize(
    ("first", "second", "bias", "between", "expected"),
    [
        (SAME, SAME, None, None, {"a.weight"}),
        (SAME, SAME, ZERO, None, {"a.weight"}),
        (SAME, ZERO, ZERO, None, {"a.weight"}),
        (SAME, SAME, constant(1.0), OpKind.RESHAPE, {"a.weight"}),
        (SAME, RANDOM, ZERO, None, set()),
        (RANDOM, SAME, ZERO, None, set()),
        (SAME, SAME, RANDOM, None, set()),
        (SAME, SAME, ZERO, OpKind.DROPOUT, set()),
        (SAME, SAME, ZERO, OpKind.UNKNOWN, set()),
        (SAME, SAME, ZERO, OpKind.SPLIT, set()),
    ],
)
def test_constant_layers(
    first: Distribution, second: Distribution, bias: Distribution | None, between: OpKind | None, expected: set[str]
) -> None:
    assert locked(constants(first, second, bias, between)) == expected


def test_sigmoid_zero_stack_is_locked_and_not_dead() -> None:
    found = verdict(mlp("sigmoid", "abc"))
    assert set(found.locked) == {"a.weight", "b.weight"}
    assert found.locked["a.weight"].following == ("b.weight",)
    assert found.locked["a.weight"].value == 0.0


def test_two_constant_layers_before_a_random_head() -> None:
    net = Net()
    h = net.act("relu", net.linear("a", net.x, SAME, ZERO))
    h = net.act("relu", net.linear("b", h, SAME, ZERO))
    assert locked(net.build(net.linear("head", h, RANDOM, ZERO))) == {"a.weight"}


def test_constants_that_are_fine() -> None:
    net = Net()
    assert locked(net.build(net.linear("a", net.x, SAME, ZERO))) == set()  # a single layer
    net = Net()
    a = net.act("relu", net.linear("a", net.x, SAME, ZERO))
    assert locked(net.build(net.linear("b", net.add(a, net.x), SAME))) == set()  # the skip breaks the tie
    net = Net()
    a = net.act("relu", net.linear("a", net.x, SAME, ZERO))
    assert locked(net.build(a, net.linear("b", a, SAME))) == set()  # its units are also returned


def test_depthwise_constant_is_not_locked() -> None:
    net = Net()
    net.layer("a", "torch.nn.Conv2d", LayerKind.CONV, {"groups": 64})
    h = net.act("relu", net.linear("a", net.x, SAME))
    assert locked(net.build(net.linear("b", h, SAME))) == set()


def test_random_norm_scale_breaks_the_tie() -> None:
    net = Net()
    gamma = net.parameter("n.weight", RANDOM, fans=(1, 1))
    h = net.op(OpKind.NORM, "torch.nn.LayerNorm", net.linear("a", net.x, SAME), parameters=(gamma,))
    assert locked(net.build(net.linear("b", h, SAME))) == set()
    net = Net()
    assert locked(net.build(net.linear("b", net.norm("n", net.linear("a", net.x, SAME)), SAME))) == {"a.weight"}
