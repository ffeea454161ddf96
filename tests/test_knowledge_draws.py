"""The tables of initializers, tensor methods and factories against what torch draws."""

from __future__ import annotations

import inspect
import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import init

from winit_lint.ir.distribution import Distribution, Kind
from winit_lint.ir.size import SizeExpr
from winit_lint.knowledge import draws
from winit_lint.knowledge.initializers import DEPRECATED, INITIALIZERS, NONLINEARITIES, calculate_gain, fans_of
from winit_lint.knowledge.spec import REQUIRED, InitSpec
from winit_lint.knowledge.tensor_methods import FACTORIES, TENSOR_METHODS, ShapeSource
from winit_lint.knowledge.transforms import clamped, erfinv, norm

pytestmark = pytest.mark.filterwarnings("ignore")

TORCH = tuple(name for name in INITIALIZERS if name.startswith("torch.nn.init."))
GIVEN = ("relu", "leaky_relu", "tanh", "selu", "sigmoid", "linear", "conv2d", "gelu", "silu", "ReLU", "", None, 3)

Case = tuple[str, dict[str, Any], tuple[int, ...]]
DRAWN: list[Case] = [
    ("uniform_", {}, (300, 200)),
    ("uniform_", {"a": -0.1, "b": 0.3}, (300, 200)),
    ("normal_", {}, (300, 200)),
    ("normal_", {"mean": 0.5, "std": 0.02}, (300, 200)),
    ("trunc_normal_", {}, (300, 200)),
    ("trunc_normal_", {"std": 0.02}, (300, 200)),
    ("trunc_normal_", {"std": 5.0}, (300, 200)),
    ("trunc_normal_", {"mean": 0.3, "std": 1.0, "a": 0.0, "b": 1.0}, (300, 200)),
    ("trunc_normal_", {"mean": 0.0, "std": 1.0, "a": 1.0, "b": 4.0}, (300, 200)),
    ("constant_", {"val": 0.3}, (30, 20)),
    ("ones_", {}, (30,)),
    ("zeros_", {}, (30,)),
    ("eye_", {}, (30, 20)),
    ("eye_", {}, (20, 30)),
    ("dirac_", {}, (16, 8, 3)),
    ("dirac_", {}, (8, 16, 3, 3)),
    ("dirac_", {"groups": 4}, (16, 4, 3, 3)),
    ("dirac_", {"groups": 2}, (16, 3, 3, 3, 3)),
    ("xavier_uniform_", {}, (300, 200)),
    ("xavier_uniform_", {"gain": 2.0}, (64, 32, 3, 3)),
    ("xavier_normal_", {}, (300, 200)),
    ("xavier_normal_", {"gain": 5 / 3}, (64, 32, 3)),
    ("kaiming_uniform_", {}, (300, 200)),
    ("kaiming_uniform_", {"a": math.sqrt(5)}, (300, 200)),
    ("kaiming_uniform_", {"a": 0.2, "mode": "fan_out"}, (64, 32, 3, 3)),
    ("kaiming_uniform_", {"nonlinearity": "linear"}, (300, 200)),
    ("kaiming_normal_", {}, (300, 200)),
    ("kaiming_normal_", {"mode": "FAN_OUT", "nonlinearity": "relu"}, (64, 32, 3, 3)),
    ("kaiming_normal_", {"a": 0.02, "nonlinearity": "tanh"}, (300, 200)),
    ("kaiming_normal_", {"nonlinearity": "selu"}, (300, 200)),
    ("orthogonal_", {}, (200, 200)),
    ("orthogonal_", {"gain": 2.0}, (300, 100)),
    ("orthogonal_", {"gain": math.sqrt(2)}, (32, 16, 3, 3)),
    ("sparse_", {"sparsity": 0.9}, (300, 400)),
    ("sparse_", {"sparsity": 0.05, "std": 0.5}, (300, 400)),
]
METHODS: list[tuple[str, dict[str, Any]]] = [
    ("normal_", {"mean": 0.2, "std": 0.5}),
    ("uniform_", {"from": -1.0, "to": 3.0}),
    ("random_", {"from": 10}),
    ("random_", {"from": -2, "to": 7}),
    ("exponential_", {}),
    ("exponential_", {"lambd": 4.0}),
    ("log_normal_", {"mean": 0.1, "std": 0.3}),
    ("bernoulli_", {}),
    ("bernoulli_", {"p": 0.1}),
    ("geometric_", {"p": 0.4}),
    ("fill_", {"value": 0.3}),
    ("zero_", {}),
]


def filled(spec: InitSpec, given: dict[str, Any]) -> SimpleNamespace:
    bound = {**dict(spec.signature), **given}
    assert REQUIRED not in bound.values()
    return SimpleNamespace(**bound)


def predicted(name: str, given: dict[str, Any], shape: tuple[Any, ...] | None) -> Distribution:
    spec = INITIALIZERS[name]
    return spec.distribution(filled(spec, given), fans_of(shape) if shape is not None else None, shape)


def assert_moments(values: torch.Tensor, expected: Distribution) -> None:
    """Within 5 standard errors, the error of the std from the sample's own fourth moment."""
    values = values.detach().double().flatten()
    assert isinstance(expected.mean, (int, float))
    assert isinstance(expected.std, (int, float))
    spread = values - expected.mean
    variance = (spread**2).mean().item()
    error = math.sqrt(max(0.0, (spread**4).mean().item() - variance**2) / values.numel())
    assert abs(values.mean().item() - expected.mean) <= 5 * expected.std / math.sqrt(values.numel()) + 1e-7
    assert abs(variance - expected.std**2) <= 5 * error + 1e-6 * expected.std**2 + 1e-12
    if isinstance(expected.low, (int, float)) and isinstance(expected.high, (int, float)):
        assert expected.low - 1e-6 <= values.min().item()
        assert values.max().item() <= expected.high + 1e-6


def listed(function: Any) -> list[tuple[str, Any]]:
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return [(p.name, REQUIRED if p.default is p.empty else p.default) for p in parameters]


def test_every_function_of_nn_init_is_listed() -> None:
    functions = {name for name in init.__all__ if name != "calculate_gain"}
    assert {name.rpartition(".")[2] for name in TORCH} == functions


@pytest.mark.parametrize("name", TORCH)
def test_signature_is_that_of_torch(name: str) -> None:
    assert list(INITIALIZERS[name].signature) == listed(getattr(init, DEPRECATED.get(name, name).rpartition(".")[2]))
    assert INITIALIZERS[name].name == name


@pytest.mark.parametrize(("old", "new"), DEPRECATED.items())
def test_deprecated_names_call_what_the_table_says(old: str, new: str) -> None:
    assert getattr(init, old.rpartition(".")[2]).__doc__.find(new.rpartition(".")[2]) >= 0
    assert INITIALIZERS[old].distribution is INITIALIZERS[new].distribution


@pytest.mark.parametrize("name", TORCH)
def test_smallest_dimension_count_that_does_not_raise(name: str) -> None:
    spec = INITIALIZERS[name]
    call = getattr(init, name.rpartition(".")[2])
    required = [0.5 for _, default in spec.signature if default is REQUIRED]
    if spec.min_dims:
        with pytest.raises(ValueError):
            call(torch.empty((2,) * (spec.min_dims - 1)), *required)
    call(torch.empty((2,) * max(spec.min_dims, 1)), *required)


@pytest.mark.parametrize("name", TORCH)
def test_random_and_fans_flags(name: str) -> None:
    spec = INITIALIZERS[name]
    call = getattr(init, name.rpartition(".")[2])
    required = [0.5 for _, default in spec.signature if default is REQUIRED]
    shape = (20, 10, 3) if name.rpartition(".")[2].startswith("dirac") else (20, 10)
    torch.manual_seed(0)
    first = call(torch.empty(shape), *required).clone()
    assert torch.equal(first, call(torch.empty(shape), *required)) is not spec.random
    given = {argument: 0.5 for argument, default in spec.signature if default is REQUIRED}
    without = spec.distribution(filled(spec, given), None, shape)
    assert (without.std is None) is spec.needs_fans


@pytest.mark.parametrize(("name", "given", "shape"), DRAWN)
def test_initializers_draw_as_said(name: str, given: dict[str, Any], shape: tuple[int, ...]) -> None:
    torch.manual_seed(1)
    assert_moments(getattr(init, name)(torch.empty(shape), **given), predicted(f"torch.nn.init.{name}", given, shape))


@pytest.mark.parametrize("shape", [(5,), (), (5, 6), (5, 6, 7), (5, 6, 7, 8)])
def test_fans_are_those_of_torch(shape: tuple[int, ...]) -> None:
    found = fans_of(shape)
    if len(shape) < 2:
        assert found is None
        with pytest.raises(ValueError):
            init._calculate_fan_in_and_fan_out(torch.empty(shape))
    else:
        assert found is not None
        assert (found.fan_in, found.fan_out) == init._calculate_fan_in_and_fan_out(torch.empty(shape))


@pytest.mark.parametrize("param", [None, 0, 0.2, -1.0, 1, True, "0.2"])
@pytest.mark.parametrize("nonlinearity", [*GIVEN, *sorted(NONLINEARITIES)])
def test_gain_is_that_of_torch(nonlinearity: Any, param: Any) -> None:
    try:
        expected = init.calculate_gain(nonlinearity, param)
    except ValueError:
        with pytest.raises(ValueError):
            calculate_gain(nonlinearity, param)
    else:
        assert nonlinearity in NONLINEARITIES
        assert calculate_gain(nonlinearity, param) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_unknown_arguments_give_unknown_moments_and_never_raise(name: str) -> None:
    spec = INITIALIZERS[name]
    arguments = [argument for argument, _ in spec.signature if argument not in {"generator", "non_blocking", "src"}]
    for shape in [None, (4,), (4, 3, 2)]:
        fans = fans_of(shape) if shape is not None else None
        everything = SimpleNamespace(**dict.fromkeys((a for a, _ in spec.signature), "?"))
        found = spec.distribution(everything, fans, shape)
        if arguments:
            assert (found.mean, found.std) == (None, None)


@pytest.mark.parametrize("name", ["torch.nn.init.kaiming_uniform_", "torch.nn.init.kaiming_normal_"])
@pytest.mark.parametrize("given", [{"nonlinearity": "gelu"}, {"mode": "fan_avg"}, {"mode": "?"}, {"a": "?"}])
def test_what_torch_rejects_has_no_moments(name: str, given: dict[str, Any]) -> None:
    found = predicted(name, given, (30, 20))
    assert (found.mean, found.std) == (None, None)


def test_the_slope_is_ignored_where_the_nonlinearity_has_none() -> None:
    found = predicted("torch.nn.init.kaiming_normal_", {"a": "?", "nonlinearity": "relu"}, (30, 20))
    assert found.std == pytest.approx(math.sqrt(2 / 20))


def test_symbolic_sizes_stay_exact() -> None:
    dim = SizeExpr.atom("dim")
    found = predicted("torch.nn.init.xavier_uniform_", {}, (3 * dim, dim))
    assert found.std is not None
    assert found.std * found.std * dim == pytest.approx(0.5)
    found = predicted("torch.nn.init.orthogonal_", {}, (4 * dim, dim))
    assert found.std is not None
    assert found.std * found.std * dim == pytest.approx(0.25)
    assert predicted("torch.nn.init.orthogonal_", {}, (dim, SizeExpr.atom("width"))).std is None
    std = dim**-0.5
    bounds = {"std": std, "a": -2 * std, "b": 2 * std}
    found = predicted("torch.nn.init.trunc_normal_", bounds, (dim, dim))
    assert found.std is not None
    assert found.std * found.std * dim == pytest.approx(0.7737413, abs=1e-6)


def test_published_values_of_the_truncated_normal() -> None:
    """Var of N(0, 1) on [-c, c] is 1 - 2 c phi(c) / (2 Phi(c) - 1)."""
    for cut, variance in ((1.0, 0.291125), (2.0, 0.773741), (3.0, 0.973337)):
        found = draws.truncated_normal(0.0, 1.0, -cut, cut)
        assert found.std == pytest.approx(math.sqrt(variance), abs=1e-6)
    assert draws.truncated_normal(0.0, 0.02, -2.0, 2.0).std == pytest.approx(0.02)
    assert draws.truncated_normal(0.0, 5.0, -2.0, 2.0).std == pytest.approx(1.142413, abs=1e-6)


@given(mean=st.floats(-2, 2), std=st.floats(0.01, 10), low=st.floats(-5, 4.9), width=st.floats(0.1, 10))
def test_truncation_never_widens(mean: float, std: float, low: float, width: float) -> None:
    found = draws.truncated_normal(mean, std, low, low + width)
    if found.mean is None or found.std is None:
        return
    assert low - 1e-6 <= found.mean <= low + width + 1e-6
    assert 0 <= found.std <= min(std, width / math.sqrt(12)) * (1 + 1e-5) + 1e-6


@pytest.mark.parametrize("name", TENSOR_METHODS)
def test_methods_are_those_of_tensors(name: str) -> None:
    assert TENSOR_METHODS[name].name == f"torch.Tensor.{name}"
    assert callable(getattr(torch.Tensor, name))


@pytest.mark.parametrize(("name", "given"), METHODS)
def test_methods_draw_as_said(name: str, given: dict[str, Any]) -> None:
    torch.manual_seed(2)
    spec = TENSOR_METHODS[name]
    order = [argument for argument, _ in spec.signature if argument in given]
    drawn = getattr(torch.empty(50_000), name)(*(given[argument] for argument in order))
    assert_moments(drawn, spec.distribution(filled(spec, given), None, (50_000,)))


@pytest.mark.parametrize("name", TENSOR_METHODS)
def test_methods_with_unknown_arguments_do_not_guess(name: str) -> None:
    spec = TENSOR_METHODS[name]
    found = spec.distribution(SimpleNamespace(**dict.fromkeys((a for a, _ in spec.signature), "?")), None, None)
    assert name == "zero_" or (found.mean, found.std) == (None, None)


FACTORY_CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("torch.zeros", (40, 30), {}),
    ("torch.ones", (40, 30), {}),
    ("torch.randn", (200, 300), {}),
    ("torch.rand", (200, 300), {}),
    ("torch.full", ((4, 5), 0.3), {"size": (4, 5), "fill_value": 0.3}),
    ("torch.randint", (-2, 5, (50_000,)), {"low": -2, "high": 5, "size": (50_000,)}),
    ("torch.randperm", (500,), {"n": 500}),
    ("torch.arange", (7,), {"start": 7}),
    ("torch.arange", (2, 9.5, 0.5), {"start": 2, "end": 9.5, "step": 0.5}),
    ("torch.linspace", (0, 0.3, 12), {"start": 0, "end": 0.3, "steps": 12}),
    ("torch.eye", (6,), {"n": 6}),
    ("torch.eye", (6, 9), {"n": 6, "m": 9}),
    ("torch.normal", (0.5, 0.1, (50_000,)), {"mean": 0.5, "std": 0.1, "size": (50_000,)}),
    ("torch.zeros_like", (torch.empty(4, 5),), {"input": None}),
    ("torch.ones_like", (torch.empty(4, 5),), {"input": None}),
    ("torch.randn_like", (torch.empty(200, 300),), {"input": None}),
    ("torch.rand_like", (torch.empty(200, 300),), {"input": None}),
    ("torch.full_like", (torch.empty(4, 5), 2.0), {"input": None, "fill_value": 2.0}),
]


def of_torch(name: str) -> Any:
    found: Any = torch
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", FACTORIES)
def test_factories_exist(name: str) -> None:
    assert FACTORIES[name].name == name
    assert callable(of_torch(name))


@pytest.mark.parametrize(("name", "args", "given"), FACTORY_CALLS)
def test_factories_draw_as_said(name: str, args: tuple[Any, ...], given: dict[str, Any]) -> None:
    torch.manual_seed(3)
    spec = FACTORIES[name]
    bound = SimpleNamespace(**{**dict(spec.signature), **given})
    made = of_torch(name)(*args)
    if name == "torch.arange":
        assert spec.distribution(bound).std == pytest.approx(made.double().std(correction=0).item())
    assert_moments(made, spec.distribution(bound))
    if spec.shape is ShapeSource.COUNT:
        assert spec.count is not None
        assert (spec.count(bound),) == tuple(made.shape)


@pytest.mark.parametrize("name", FACTORIES)
def test_factories_with_unknown_arguments_do_not_guess(name: str) -> None:
    spec = FACTORIES[name]
    bound = SimpleNamespace(**dict.fromkeys((a for a, _ in spec.signature), "?"))
    found = spec.distribution(bound)
    if any(default is REQUIRED and argument not in {"input", "data"} for argument, default in spec.signature):
        assert (found.mean, found.std) == (None, None)
    if spec.count is not None:
        assert spec.count(bound) is None


@pytest.mark.parametrize("name", ["torch.empty", "torch.empty_like", "torch.Tensor", "torch.Tensor.new_empty"])
def test_what_nothing_fills_is_uninitialised(name: str) -> None:
    assert FACTORIES[name].distribution(SimpleNamespace()).kind is Kind.UNINITIALISED


def test_timm_variance_scaling_and_relative_bounds() -> None:
    """Re-implemented from timm/layers/weight_init.py, for timm itself is no dependency."""
    torch.manual_seed(4)
    shape = (300, 200)
    found = predicted("timm.layers.trunc_normal_tf_", {"mean": 0.1, "std": 0.02}, shape)
    drawn = init.trunc_normal_(torch.empty(shape)).mul_(0.02).add_(0.1)
    assert_moments(drawn, found)
    found = predicted("timm.layers.lecun_normal_", {}, shape)
    drawn = init.trunc_normal_(torch.empty(shape)).mul_(math.sqrt(1 / 200) / 0.87962566103423978)
    assert_moments(drawn, found)
    found = predicted(
        "timm.layers.variance_scaling_", {"scale": 2.0, "mode": "fan_avg", "distribution": "uniform"}, shape
    )
    limit = math.sqrt(3 * 2.0 / 250)
    assert (found.low, found.high) == pytest.approx((-limit, limit))
    assert_moments(torch.empty(shape).uniform_(-limit, limit), found)


@pytest.mark.parametrize(
    ("dist", "draw"),
    [
        (Distribution(Kind.NORMAL, 0.0, 0.5), lambda shape: 0.5 * torch.randn(shape)),
        (Distribution(Kind.NORMAL, 2.0, 0.5), lambda shape: 2 + 0.5 * torch.randn(shape)),
        (Distribution(Kind.UNIFORM, 0.0, 1 / math.sqrt(3), -1.0, 1.0), lambda shape: 2 * torch.rand(shape) - 1),
        (Distribution(Kind.UNIFORM, 0.5, 1 / math.sqrt(12), 0.0, 1.0), torch.rand),
        (Distribution(Kind.CONSTANT, -0.5, 0.0), lambda shape: torch.full(shape, -0.5)),
    ],
)
@pytest.mark.parametrize("count", [1, 7, 64])
def test_norms_of_drawn_rows(dist: Distribution, draw: Any, count: int) -> None:
    torch.manual_seed(0)
    said = norm(dist, count)
    if said.kind is Kind.UNKNOWN:
        assert count == 1
        return
    norms = draw((40_000, count)).norm(dim=1)
    assert isinstance(said.mean, float)
    assert isinstance(said.std, float)
    assert said.mean == pytest.approx(norms.mean().item(), rel=0.01)
    assert said.std == pytest.approx(norms.std().item(), rel=0.05, abs=1e-6)


def test_the_norm_of_what_is_not_drawn_independently_is_not_known() -> None:
    assert norm(Distribution(Kind.ORTHOGONAL, 0.0, 0.1), 16).kind is Kind.UNKNOWN
    assert norm(Distribution(Kind.UNKNOWN), 16).kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("dist", "draw"),
    [
        (Distribution(Kind.NORMAL, 0.5, 2.0), lambda count: 0.5 + 2 * torch.randn(count)),
        (Distribution(Kind.UNIFORM, 0.0, 2 / math.sqrt(3), -2.0, 2.0), lambda count: 4 * torch.rand(count) - 2),
        (Distribution(Kind.CONSTANT, -0.5, 0.0), lambda count: torch.full((count,), -0.5)),
    ],
)
@pytest.mark.parametrize(("low", "high"), [(-1, 1), (None, 0.3), (0, None), (-30, 30), (3, 4), (-1.5, 0)])
def test_clamped_draws(dist: Distribution, draw: Any, low: float | None, high: float | None) -> None:
    torch.manual_seed(0)
    assert_moments(draw(400_000).clamp(low, high), clamped(dist, low, high))


def test_the_inverse_error_function_of_a_whole_uniform_draw_is_a_normal_with_its_tails() -> None:
    whole = erfinv(Distribution(Kind.UNIFORM, 0.0, 1 / math.sqrt(3), -1.0, 1.0))
    assert (whole.kind, whole.mean, whole.std) == (Kind.NORMAL, 0.0, math.sqrt(0.5))
    assert clamped(whole.scaled(0.25 * math.sqrt(2)), -2, 2).std == pytest.approx(0.25)


def test_clamping_what_is_not_known_gives_nothing_known() -> None:
    assert clamped(Distribution(Kind.UNKNOWN), 0, 1).kind is Kind.UNKNOWN
    assert clamped(Distribution(Kind.NORMAL, 0.0, 1.0), "?", 1).kind is Kind.UNKNOWN
