"""The tables of layers against torch itself."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from winit_lint.ir.distribution import Distribution, Kind
from winit_lint.ir.size import SizeExpr
from winit_lint.knowledge.initializers import INITIALIZERS, fans_of
from winit_lint.knowledge.layers import GATES, LAYERS, RESETS, VARIADIC
from winit_lint.knowledge.spec import REQUIRED, LayerSpec, ParameterSpec

pytestmark = pytest.mark.filterwarnings("ignore")

TORCH_LAYERS = tuple(name for name in LAYERS if name.startswith("torch."))
OMITTED = {"Module", "DataParallel"}

# One or more argument lists a layer; positional, with keywords in a final dict.
EXAMPLES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "torch.nn.Linear": ((60, 50), (60, 50, False)),
    "torch.nn.modules.linear.NonDynamicallyQuantizableLinear": ((60, 50),),
    "torch.nn.LazyLinear": ((50,), (50, False)),
    "torch.nn.Bilinear": ((20, 30, 10), (20, 30, 10, False)),
    "torch.nn.Embedding": ((500, 16), (500, 16, 3)),
    "torch.nn.EmbeddingBag": ((500, 16), (500, 16, {"padding_idx": 0})),
    "torch.nn.Conv1d": ((32, 64, 5), (32, 64, 5, {"groups": 4, "bias": False})),
    "torch.nn.Conv2d": ((32, 64, 3), (32, 64, (3, 5), 2, {"groups": 32}), (32, 64, 3, {"padding": "same"})),
    "torch.nn.Conv3d": ((8, 16, 3), (8, 16, 3, {"bias": False})),
    "torch.nn.LazyConv1d": ((64, 5),),
    "torch.nn.LazyConv2d": ((64, 3), (64, 3, {"bias": False})),
    "torch.nn.LazyConv3d": ((64, 3),),
    "torch.nn.ConvTranspose1d": ((32, 16, 4, 2),),
    "torch.nn.ConvTranspose2d": ((64, 32, 4, 2), (64, 32, (2, 4), {"groups": 4, "bias": False})),
    "torch.nn.ConvTranspose3d": ((16, 8, 2, 2),),
    "torch.nn.LazyConvTranspose1d": ((16, 4),),
    "torch.nn.LazyConvTranspose2d": ((16, 4), (16, 4, {"groups": 2})),
    "torch.nn.LazyConvTranspose3d": ((16, 4),),
    "torch.nn.RNNBase": (("LSTM", 20, 30),),
    "torch.nn.RNN": ((20, 30), (20, 30, 2, "relu"), (20, 30, {"bidirectional": True})),
    "torch.nn.LSTM": (
        (20, 30),
        (20, 30, 3, {"bidirectional": True}),
        (20, 30, 2, {"proj_size": 7, "bidirectional": True}),
        (20, 30, 2, False, {"proj_size": 7}),
    ),
    "torch.nn.GRU": ((20, 30), (20, 30, 2, False)),
    "torch.nn.RNNCellBase": ((20, 30, True, 4),),
    "torch.nn.RNNCell": ((20, 30), (20, 30, False)),
    "torch.nn.LSTMCell": ((20, 30), (20, 30, False)),
    "torch.nn.GRUCell": ((20, 30), (20, 30, False)),
    "torch.nn.MultiheadAttention": (
        (64, 4),
        (64, 4, {"bias": False}),
        (64, 4, {"kdim": 32, "add_bias_kv": True}),
        (64, 4, {"vdim": 48}),
        (64, 4, {"kdim": 64}),
    ),
    "torch.nn.TransformerEncoderLayer": ((64, 4, 80), (64, 4, 80, {"bias": False})),
    "torch.nn.TransformerDecoderLayer": ((64, 4, 80), (64, 4, 80, {"bias": False})),
    "torch.nn.BatchNorm1d": ((40,), (40, {"affine": False}), (40, {"bias": False})),
    "torch.nn.BatchNorm2d": ((40,), (40, {"track_running_stats": False})),
    "torch.nn.BatchNorm3d": ((40,),),
    "torch.nn.SyncBatchNorm": ((40,), (40, {"affine": False})),
    "torch.nn.InstanceNorm1d": ((40,), (40, {"affine": True})),
    "torch.nn.InstanceNorm2d": ((40,), (40, {"affine": True, "bias": False})),
    "torch.nn.InstanceNorm3d": ((40,),),
    "torch.nn.LazyBatchNorm1d": ((), ({"affine": False},)),
    "torch.nn.LazyBatchNorm2d": ((), ({"bias": False},)),
    "torch.nn.LazyBatchNorm3d": ((),),
    "torch.nn.LazyInstanceNorm1d": ((), ({"affine": False},)),
    "torch.nn.LazyInstanceNorm2d": ((),),
    "torch.nn.LazyInstanceNorm3d": ((),),
    "torch.nn.GroupNorm": ((4, 40), (4, 40, {"affine": False}), (4, 40, {"bias": False})),
    "torch.nn.LayerNorm": ((40,), ((4, 10),), ([4, 10],), (40, {"bias": False}), (40, {"elementwise_affine": False})),
    "torch.nn.RMSNorm": ((40,), (40, {"elementwise_affine": False})),
    "torch.nn.LocalResponseNorm": ((5,),),
    "torch.nn.CrossMapLRN2d": ((5,),),
    "torch.nn.PReLU": ((), (8, 0.1)),
    "torch.nn.LinearCrossEntropyLoss": ((30, 7), (30, 7, {"bias": True, "out_features": (2, 3)})),
    "torch.nn.ConstantPad1d": ((1, 0.0),),
    "torch.nn.ConstantPad2d": ((1, 0.0),),
    "torch.nn.ConstantPad3d": ((1, 0.0),),
    "torch.nn.Threshold": ((0.1, 0.0),),
    "torch.nn.LPPool1d": ((2, 3),),
    "torch.nn.LPPool2d": ((2, 3),),
    "torch.nn.LPPool3d": ((2, 3),),
    "torch.nn.FractionalMaxPool2d": ((3, {"output_size": 4}),),
    "torch.nn.FractionalMaxPool3d": ((3, {"output_size": 4}),),
    "torch.nn.Fold": ((4, 2),),
    "torch.nn.Unflatten": ((1, (2, 3)),),
}
# Layers that take another layer, or whose children the tables can't list: built in tests of their own.
WRAPPERS = {
    "torch.nn.TransformerEncoder",
    "torch.nn.TransformerDecoder",
    "torch.nn.Transformer",
    "torch.nn.AdaptiveLogSoftmaxWithLoss",
}


def cls_of(name: str) -> Any:
    module, _, last = name.rpartition(".")
    return getattr(import_module(module), last)


def cases() -> list[Any]:
    found = []
    for name in TORCH_LAYERS:
        if name in WRAPPERS:
            continue
        required = sum(default is REQUIRED for _, default in LAYERS[name].signature)
        for number, example in enumerate(EXAMPLES.get(name, ((2,) * required,))):
            found.append(pytest.param(name, example, id=f"{name.rpartition('.')[2]}-{number}"))
    return found


def split(example: tuple[Any, ...]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if example and isinstance(example[-1], dict):
        return example[:-1], example[-1]
    return example, {}


def arguments(spec: LayerSpec, args: tuple[Any, ...], kwargs: dict[str, Any]) -> SimpleNamespace:
    """The arguments as the interpreter binds them: defaults filled in, n-dimensional ones made tuples."""
    names = [name for name, _ in spec.signature]
    bound = {**dict(spec.signature), **dict(zip(names, args, strict=False)), **kwargs}
    assert REQUIRED not in bound.values()
    for name in spec.broadcast:
        if isinstance(bound[name], int):
            bound[name] = (bound[name],) * spec.spatial
    return SimpleNamespace(**bound)


def promised(parameter: ParameterSpec, bound: SimpleNamespace) -> Distribution | None:
    default = parameter.default(bound)
    shape = parameter.shape(bound)
    if default is None or shape is None:
        return None
    init, given = default
    spec = INITIALIZERS[init]
    filled = SimpleNamespace(**{**dict(spec.signature), **given})
    return spec.distribution(filled, fans_of(shape), shape)


def assert_drawn(tensor: torch.Tensor, expected: Distribution, name: str) -> None:
    """Mean and std within 5 standard errors; for a constant exactly."""
    values = tensor.detach().double().flatten()
    mean, std = expected.mean, expected.std
    assert isinstance(mean, (int, float)), name
    assert isinstance(std, (int, float)), name
    if expected.kind is Kind.CONSTANT:
        assert torch.allclose(values, torch.full_like(values, mean)), name
        return
    count = values.numel()
    assert abs(values.mean().item() - mean) < 5 * std / math.sqrt(count) + 1e-7, name
    measured = math.sqrt(((values - mean) ** 2).mean().item())
    assert abs(measured - std) < std * 5 * 0.72 / math.sqrt(count) + 1e-7, name
    if isinstance(expected.low, (int, float)) and isinstance(expected.high, (int, float)):
        assert expected.low - 1e-6 <= values.min().item() <= values.max().item() <= expected.high + 1e-6, name


def public_layers() -> Iterator[str]:
    for name in dir(nn):
        found = getattr(nn, name)
        if inspect.isclass(found) and issubclass(found, nn.Module):
            yield name


def test_every_public_layer_is_listed_or_left_out_on_purpose() -> None:
    missing = {name for name in public_layers() if f"torch.nn.{name}" not in LAYERS}
    assert missing == OMITTED


@pytest.mark.parametrize("name", TORCH_LAYERS)
def test_entry_names_its_class(name: str) -> None:
    assert LAYERS[name].name == name
    assert issubclass(cls_of(name), nn.Module)


def torch_signature(cls: Any) -> list[tuple[str, Any]]:
    if issubclass(cls, (nn.RNN, nn.LSTM, nn.GRU)):  # (*args, **kwargs): that of the base behind them
        listed = list(inspect.signature(nn.RNNBase).parameters.values())[1:]
        found = [(p.name, REQUIRED if p.default is p.empty else p.default) for p in listed]
        if issubclass(cls, nn.RNN):
            found.insert(3, ("nonlinearity", "tanh"))
        return found
    if cls is nn.NLLLoss2d:
        cls = nn.NLLLoss
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        (p.name, REQUIRED if p.default is p.empty else p.default)
        for p in inspect.signature(cls).parameters.values()
        if p.kind not in variadic
    ]


@pytest.mark.parametrize("name", TORCH_LAYERS)
def test_signature_is_that_of_torch(name: str) -> None:
    expected = [
        (argument, "relu" if default is torch.nn.functional.relu else default)
        for argument, default in torch_signature(cls_of(name))
    ]
    assert list(LAYERS[name].signature) == expected


@pytest.mark.parametrize("name", TORCH_LAYERS)
def test_bases_are_those_of_torch(name: str) -> None:
    cls = cls_of(name)
    bases = [b for b in cls.__mro__[1:] if b.__module__.startswith("torch") and b is not nn.Module]
    assert [cls_of(base) for base in LAYERS[name].inherits] == bases


@pytest.mark.parametrize(("name", "example"), cases())
def test_parameters_are_those_of_torch(name: str, example: tuple[Any, ...]) -> None:
    torch.manual_seed(0)
    args, kwargs = split(example)
    spec, layer = LAYERS[name], cls_of(name)(*args, **kwargs)
    bound = arguments(spec, args, kwargs)
    listed = spec.parameters(bound)
    slots = {p.name for p in listed if p.shape(bound) is None}
    shapes = {p.name: p.shape(bound) for p in listed if p.shape(bound) is not None}
    own = dict(layer.named_parameters(recurse=False))
    assert list(shapes) == list(own)
    assert {slot for slot, value in layer._parameters.items() if value is None} <= slots
    assert all(getattr(layer, slot) is None for slot in slots)
    for parameter in listed:
        if parameter.name in slots:
            continue
        tensor, shape = own[parameter.name], shapes[parameter.name]
        expected = promised(parameter, bound)
        if isinstance(tensor, nn.parameter.UninitializedParameter):
            assert expected is None
            continue
        assert tuple(tensor.shape) == shape
        assert expected is not None
        keep = torch.ones(len(tensor), dtype=torch.bool)
        if getattr(layer, "padding_idx", None) is not None:
            keep[layer.padding_idx] = False  # zeroed by torch
        assert_drawn(tensor[keep], expected, f"{name}.{parameter.name}")


@pytest.mark.parametrize(("name", "example"), cases())
def test_children_are_those_of_torch(name: str, example: tuple[Any, ...]) -> None:
    args, kwargs = split(example)
    spec, layer = LAYERS[name], cls_of(name)(*args, **kwargs)
    bound = arguments(spec, args, kwargs)
    children = [(child, child.arguments(bound)) for child in spec.children]
    assert [child.name for child, given in children if given is not None] == [n for n, _ in layer.named_children()]
    for child, given in children:
        built = getattr(layer, child.name)
        assert type(built) is cls_of(child.cls)
        twin = cls_of(child.cls)(**(given or {}))
        assert [(n, p.shape) for n, p in twin.named_parameters()] == [(n, p.shape) for n, p in built.named_parameters()]


@pytest.mark.parametrize(("name", "example"), cases())
def test_buffers_are_those_of_torch(name: str, example: tuple[Any, ...]) -> None:
    args, kwargs = split(example)
    layer = cls_of(name)(*args, **kwargs)
    assert set(LAYERS[name].buffers) == set(layer._buffers)


def test_an_embedding_given_its_table_holds_it() -> None:
    spec = LAYERS["torch.nn.Embedding"]
    bound = arguments(spec, (500, 16), {"_weight": "table"})
    (weight,) = spec.parameters(bound)
    expected = promised(weight, bound)
    assert expected is not None
    assert expected.kind is Kind.LOADED


def test_resets_write_what_torch_writes() -> None:
    torch.manual_seed(0)
    attention = nn.MultiheadAttention(64, 4)
    (reset,) = RESETS["torch.nn.MultiheadAttention"]
    assert fnmatch("out_proj.bias", reset.path)
    assert not attention.out_proj.bias.any()
    assert_drawn(attention.out_proj.weight, Distribution(Kind.MOMENTS, 0.0, 1 / math.sqrt(3 * 64)), "out_proj")
    (reset,) = RESETS["torch.nn.Transformer"]
    model = nn.Transformer(32, 4, 1, 1, 40)
    for name, parameter in model.named_parameters():
        if parameter.dim() >= reset.min_dims and fnmatch(name, reset.path):
            fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(parameter)
            std = math.sqrt(2 / (fan_in + fan_out))
            assert_drawn(parameter, Distribution(Kind.MOMENTS, 0.0, std), name)
    assert model.encoder.layers[0].linear1.bias.any()  # what has one dimension keeps its default


def test_gates_are_stacked_in_the_order_given() -> None:
    """Saturate one gate of an LSTM: closed f forgets, closed i ignores the input."""
    size = 4
    for gate in GATES["torch.nn.LSTM"][:2]:
        cell = nn.LSTMCell(1, size)
        for parameter in cell.parameters():
            nn.init.zeros_(parameter)
        start = GATES["torch.nn.LSTM"].index(gate) * size
        with torch.no_grad():
            cell.bias_ih[2 * size : 3 * size] = 5.0
            cell.bias_ih[start : start + size] = -30.0
        _, memory = cell(torch.zeros(1, 1), (torch.zeros(1, size), torch.full((1, size), 8.0)))
        expected = 0.5 if gate == "f" else 4.0
        assert torch.allclose(memory, torch.full_like(memory, expected), atol=1e-3)


@pytest.mark.parametrize("name", sorted(VARIADIC))
def test_variadic_layers_take_anything(name: str) -> None:
    kinds = {p.kind for p in inspect.signature(cls_of(name)).parameters.values()}
    assert inspect.Parameter.VAR_POSITIONAL in kinds
    assert LAYERS[name].signature == ()


def test_symbolic_sizes_stay_exact() -> None:
    dim = SizeExpr.atom("dim")
    spec = LAYERS["torch.nn.Conv2d"]
    bound = arguments(spec, (dim, 4 * dim, 3, 2), {"groups": dim})
    weight, bias = spec.parameters(bound)
    assert weight.shape(bound) == (4 * dim, 1, 3, 3)
    assert weight.fan_in is not None
    assert weight.fan_out is not None
    assert (weight.fan_in(bound), weight.fan_out(bound)) == (9, 9)
    expected = promised(bias, bound)
    assert expected is not None
    assert expected.high == pytest.approx(1 / 3)
    lstm = LAYERS["torch.nn.LSTM"]
    layers = SizeExpr.atom("layers")
    names = [p.name for p in lstm.parameters(arguments(lstm, (dim, dim, layers), {"bias": False}))]
    assert names == ["weight_ih_l0", "weight_hh_l0", "weight_ih_l*", "weight_hh_l*"]
