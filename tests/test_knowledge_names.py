"""The tables of names: activations, functions, frameworks and helpers of libraries."""

from __future__ import annotations

import inspect
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.knowledge import activations, functions
from winit_lint.knowledge.frameworks import (
    COMMON_HOOKS,
    HOOKS,
    MODULE_BASES,
    NOT_MODULE_PREFIXES,
)
from winit_lint.knowledge.initializers import INITIALIZERS
from winit_lint.knowledge.layers import LAYERS
from winit_lint.knowledge.public_names import ALIASES, canonical
from winit_lint.knowledge.spec import ActivationSpec, HelperAction
from winit_lint.knowledge.tensor_methods import FACTORIES, TENSOR_METHODS
from winit_lint.knowledge.third_party import CALLERS, HELPERS
from winit_lint.theory.functions import ACTIVATIONS

pytestmark = pytest.mark.filterwarnings("ignore")

POINTS = torch.linspace(-4, 4, 81, dtype=torch.float64)
BY_NAME_ONLY = {"glu"}  # it gates two halves, so it is no function of one number
SLOPE = torch.tensor([0.25], dtype=torch.float64)


def of_torch(name: str) -> Any:
    """The object of this qualified name; submodules that torch does not import are imported."""
    found: Any = torch
    path = "torch"
    for part in name.split(".")[1:]:
        path = f"{path}.{part}"
        found = getattr(found, part) if hasattr(found, part) else import_module(path)
    return found


def of_theory(spec: ActivationSpec) -> torch.Tensor:
    function = ACTIVATIONS[spec.activation]
    return torch.tensor([function.value(x, function.default) for x in POINTS.tolist()], dtype=torch.float64)


def all_specs() -> list[ActivationSpec]:
    tables = (activations.MODULES, activations.FUNCTIONS, activations.METHODS, activations.OTHER_CLASSES)
    return [spec for table in tables for spec in table.values()]


def test_canonical_names_are_those_of_the_theory() -> None:
    named = {spec.activation for spec in all_specs()}
    named |= set(activations.BY_NAME.values()) | set(activations.VARIANTS.values())
    assert named - set(ACTIVATIONS) == BY_NAME_ONLY


@pytest.mark.parametrize("name", activations.MODULES)
def test_activation_layers_compute_what_they_are_called(name: str) -> None:
    spec = activations.MODULES[name]
    if spec.activation in BY_NAME_ONLY:
        return
    layer = of_torch(name)().double().eval()  # RReLU is random in training
    assert torch.allclose(layer(POINTS.clone()), of_theory(spec), atol=1e-7)


@pytest.mark.parametrize("name", activations.FUNCTIONS)
def test_activation_functions_compute_what_they_are_called(name: str) -> None:
    spec = activations.FUNCTIONS[name]
    if spec.activation in BY_NAME_ONLY:
        return
    extra = (SLOPE,) if spec.activation == "prelu" else ()
    assert torch.allclose(of_torch(name)(POINTS.clone(), *extra), of_theory(spec), atol=1e-7)


@pytest.mark.parametrize("name", activations.METHODS)
def test_activation_methods_compute_what_they_are_called(name: str) -> None:
    spec = activations.METHODS[name]
    extra = (SLOPE,) if spec.activation == "prelu" else ()
    assert torch.allclose(getattr(POINTS.clone(), name)(*extra), of_theory(spec), atol=1e-7)


def test_the_tanh_form_of_gelu() -> None:
    drawn = nn.GELU(approximate="tanh")(POINTS)
    assert torch.allclose(drawn, of_theory(ActivationSpec(activations.VARIANTS["gelu", "tanh"])), atol=1e-7)


@pytest.mark.parametrize("name", [n for n, spec in activations.MODULES.items() if spec.argument])
def test_activation_layers_name_their_argument(name: str) -> None:
    spec = activations.MODULES[name]
    listed = list(inspect.signature(of_torch(name)).parameters.values())
    assert listed[spec.position].name == spec.argument
    assert spec.default is None or listed[spec.position].default == spec.default


@pytest.mark.parametrize(
    "name",
    [n for n, s in activations.FUNCTIONS.items() if s.argument and n.startswith("torch.nn.functional")],
)
def test_activation_functions_name_their_argument(name: str) -> None:
    spec = activations.FUNCTIONS[name]
    function = of_torch(name)
    try:
        listed = list(inspect.signature(function).parameters.values())[1:]
    except ValueError:  # built in: the documentation holds the signature
        assert spec.argument is not None
        assert spec.argument in (function.__doc__ or "")
        return
    assert listed[spec.position].name == spec.argument
    assert spec.default is None or listed[spec.position].default == spec.default


def test_activation_layers_agree_with_the_layer_table() -> None:
    listed = {name: spec.activation for name, spec in LAYERS.items() if spec.activation is not None}
    assert listed == {name: spec.activation for name, spec in activations.MODULES.items()}
    assert all(LAYERS[name].kind is LayerKind.ACTIVATION for name in activations.MODULES)


@pytest.mark.parametrize("name", [n for n in functions.FUNCTIONS if n.startswith("torch.")])
def test_functions_exist(name: str) -> None:
    assert callable(of_torch(name))


@pytest.mark.parametrize("name", functions.METHODS)
def test_methods_exist(name: str) -> None:
    assert callable(getattr(torch.Tensor, name))


def test_no_name_stands_in_two_tables() -> None:
    tables = (functions.FUNCTIONS, activations.FUNCTIONS, FACTORIES, HELPERS, CALLERS, INITIALIZERS)
    for number, table in enumerate(tables):
        for other in tables[number + 1 :]:
            shared = set(table) & set(other)
            assert all(n.startswith("timm.layers.") for n in shared)  # a helper, and what it draws
    assert not set(functions.METHODS) & set(activations.METHODS)
    assert not set(functions.METHODS) & set(TENSOR_METHODS)
    assert not set(activations.METHODS) & set(TENSOR_METHODS)


RESHAPES: dict[str, tuple[Any, ...]] = {
    "broadcast_to": ((3, 4, 5, 6),),
    "expand": (3, 4, 5, 6),
    "expand_as": (torch.empty(3, 4, 5, 6),),
    "flip": (0,),
    "masked_fill": (torch.zeros(4, 5, 6, dtype=torch.bool), 0.0),
    "masked_fill_": (torch.zeros(4, 5, 6, dtype=torch.bool), 0.0),
    "movedim": (0, 1),
    "moveaxis": (0, 1),
    "permute": (2, 0, 1),
    "repeat": (2, 1, 1),
    "repeat_interleave": (2,),
    "reshape": (20, 6),
    "reshape_as": (torch.empty(20, 6),),
    "roll": (1,),
    "swapaxes": (0, 1),
    "swapdims": (0, 1),
    "tile": (2, 1, 1),
    "to": (torch.float64,),
    "transpose": (0, 1),
    "type": (torch.float64,),
    "type_as": (torch.empty(1),),
    "unflatten": (1, (5, 1)),
    "unfold": (0, 2, 2),
    "unsqueeze": (0,),
    "view": (20, 6),
    "view_as": (torch.empty(20, 6),),
}


@pytest.mark.parametrize("name", [n for n, kind in functions.METHODS.items() if kind is OpKind.RESHAPE])
def test_reshapes_keep_the_second_moment(name: str) -> None:
    if name == "cuda":
        return
    torch.manual_seed(0)
    x = torch.randn(4, 5, 6) if name != "t" else torch.randn(4, 5)
    kept = getattr(x.clone(), name)(*RESHAPES.get(name, ()))
    assert (kept.double() ** 2).mean().item() == pytest.approx((x.double() ** 2).mean().item(), rel=2e-2)


PRIVATE = [
    ("torch.nn.modules.conv.Conv2d", "torch.nn.Conv2d"),
    ("torch.nn.modules.Linear", "torch.nn.Linear"),
    ("torch.nn.modules.module.Module", "torch.nn.Module"),
    ("torch.nn.modules.batchnorm._BatchNorm", "torch.nn.modules.batchnorm._BatchNorm"),
    ("torch.nn.parameter.Parameter", "torch.nn.Parameter"),
    ("torch.nn.init.normal_", "torch.nn.init.normal_"),
    ("torch.functional.einsum", "torch.einsum"),
    ("timm.models.layers.trunc_normal_", "timm.layers.trunc_normal_"),
    ("timm.models.layers.weight_init.trunc_normal_", "timm.layers.trunc_normal_"),
    ("timm.layers.drop.DropPath", "timm.layers.DropPath"),
    ("timm.layers.Mlp.forward", "timm.layers.Mlp.forward"),
    ("timm.models.helpers.named_apply", "timm.models.named_apply"),
    ("torchvision.ops.misc.FrozenBatchNorm2d", "torchvision.ops.FrozenBatchNorm2d"),
    ("torchvision.models.resnet.resnet18", "torchvision.models.resnet18"),
    ("torchvision.models.ResNet", "torchvision.models.resnet.ResNet"),
    ("torchvision.models.detection.faster_rcnn", "torchvision.models.detection.faster_rcnn"),
    ("mmcv.cnn.utils.weight_init.kaiming_init", "mmcv.cnn.kaiming_init"),
    ("mmengine.model.base_module.BaseModule", "mmengine.model.BaseModule"),
    ("pytorch_lightning.core.lightning.LightningModule", "pytorch_lightning.LightningModule"),
    ("lightning.pytorch.LightningModule", "lightning.LightningModule"),
    ("transformers.modeling_utils.PreTrainedModel", "transformers.PreTrainedModel"),
    ("project.layers.Conv2d", "project.layers.Conv2d"),
    ("Linear", "Linear"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "public"), PRIVATE)
def test_canonical_names(name: str, public: str) -> None:
    assert canonical(name) == public


def test_canonical_names_stay_as_they_are() -> None:
    tables = (LAYERS, INITIALIZERS, FACTORIES, functions.FUNCTIONS, activations.FUNCTIONS, activations.MODULES)
    tables += (activations.OTHER_CLASSES, HELPERS, CALLERS, HOOKS)  # type: ignore[assignment]
    names = {name for table in tables for name in table} | MODULE_BASES | set(ALIASES.values())
    assert {name: canonical(name) for name in names if canonical(name) != name} == {}


@pytest.mark.parametrize("name", sorted(set(LAYERS) - {n for n in LAYERS if not n.startswith("torch.nn.")}))
def test_a_layer_is_found_by_where_it_is_defined(name: str) -> None:
    cls = of_torch(name)
    assert canonical(f"{cls.__module__}.{cls.__qualname__}") == name


@pytest.mark.parametrize("name", [n for n in ALIASES if n.startswith("torch.")])
def test_aliases_are_the_same_object(name: str) -> None:
    try:
        module, _, last = name.rpartition(".")
        spelled = getattr(import_module(module), last)
    except (ImportError, AttributeError):
        pytest.skip("a spelling of another version of torch")
    assert spelled is of_torch(ALIASES[name])


@pytest.mark.parametrize("name", [n for n in MODULE_BASES if n.startswith("torch.")])
def test_bases_of_torch_are_modules(name: str) -> None:
    assert issubclass(of_torch(name), nn.Module)


def test_bases_are_not_of_other_frameworks() -> None:
    assert not any(name.startswith(NOT_MODULE_PREFIXES) for name in MODULE_BASES | set(LAYERS))


@pytest.mark.parametrize("name", [n for n in HOOKS if n.startswith("torch.")])
def test_hooks_are_methods_of_their_class(name: str) -> None:
    assert all(callable(getattr(of_torch(name), hook)) for hook in HOOKS[name])


def test_layers_that_reset_themselves_have_the_hook() -> None:
    for name, spec in LAYERS.items():
        if not name.startswith("torch.nn.") or "Lazy" in name or name.count(".") > 2:
            continue
        if "reset_parameters" in vars(of_torch(name)) and spec.kind is not LayerKind.OTHER:
            assert "reset_parameters" in HOOKS[name] | COMMON_HOOKS


@pytest.mark.parametrize("name", [n for n in (*HELPERS, *CALLERS) if n.startswith("torch.")])
def test_helpers_of_torch_exist(name: str) -> None:
    assert callable(of_torch(name))


@pytest.mark.parametrize("name", [n for n, h in HELPERS.items() if h.initializer])
def test_initialising_helpers_fit_their_initializer(name: str) -> None:
    """Every argument of the initializer that is not left at its default comes from the helper or is a number."""
    helper = HELPERS[name]
    spec = INITIALIZERS[helper.initializer]
    taken = {argument for argument, _ in spec.signature}
    given = {argument for argument, _ in helper.signature}
    assert set(helper.arguments) <= taken
    assert all(isinstance(value, (int, float)) or value in given for value in helper.arguments.values())
    assert helper.bias is None or isinstance(helper.bias, (int, float)) or helper.bias in given
    values = dict(helper.signature)
    bound = dict(spec.signature)
    for argument, source in helper.arguments.items():
        bound[argument] = values[source] if isinstance(source, str) else source
    spec.distribution(SimpleNamespace(**bound), None, None)


def test_helpers_of_one_initializer_pass_it_everything() -> None:
    """The wrappers of transformers and timm's trunc_normal_ take what torch's functions take, in the same order."""
    for name, helper in HELPERS.items():
        if helper.action is not HelperAction.INIT_TENSOR or not helper.initializer.startswith("torch.nn.init."):
            continue
        spec = INITIALIZERS[helper.initializer]
        wanted = [pair for pair in spec.signature if pair[0] != "generator"]
        assert [pair for pair in helper.signature[1:] if pair[0] != "generator"] == wanted, name
        assert dict(helper.arguments) == {argument: argument for argument, _ in wanted}, name


def test_checkpoint_keeps_its_own_keywords() -> None:
    from torch.utils.checkpoint import checkpoint

    own = {
        p.name
        for p in inspect.signature(checkpoint).parameters.values()
        if p.kind is inspect.Parameter.KEYWORD_ONLY or (p.name != "function" and p.kind.name == "POSITIONAL_OR_KEYWORD")
    }
    assert own <= CALLERS["torch.utils.checkpoint.checkpoint"]


def test_pretrained_flags_are_arguments() -> None:
    for name, helper in HELPERS.items():
        if helper.action is HelperAction.PRETRAINED and helper.flag is not None:
            assert set(helper.flag.split("|")) <= {argument for argument, _ in helper.signature}, name
