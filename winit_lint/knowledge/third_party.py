"""Known helper functions of torch and the libraries around it.

A ``flag`` that lists several arguments (``weights|pretrained``) is true when one of them is. Entries of a signature
after the arguments that the helper really takes hold fixed strings (``mode`` of ``c2_msra_fill``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from winit_lint.knowledge.signature import sig
from winit_lint.knowledge.spec import HelperAction, HelperSpec

_IDENTITY = HelperSpec(HelperAction.IDENTITY)
_PURE = HelperSpec(HelperAction.PURE)
_MODULE = HelperSpec(HelperAction.MODULE)

Signature = tuple[tuple[str, Any], ...]


def _tensor(initializer: str, signature: Signature, **arguments: str | float) -> HelperSpec:
    """Initialises the tensor that is the helper's first argument."""
    return HelperSpec(HelperAction.INIT_TENSOR, signature, initializer, arguments)


def _layer(initializer: str, signature: Signature, bias: str | float | None, **arguments: str | float) -> HelperSpec:
    """Initialises the weight and bias of the module that is the helper's first argument, each where there is one."""
    return HelperSpec(HelperAction.INIT_MODULE, signature, f"torch.nn.init.{initializer}", arguments, bias)


_NAMED_APPLY = HelperSpec(HelperAction.NAMED_APPLY, sig("fn", "module", name="", depth_first=True, include_root=False))

_TIMM: Final[Mapping[str, HelperSpec]] = {
    "timm.create_model": HelperSpec(HelperAction.PRETRAINED, sig("model_name", pretrained=False), flag="pretrained"),
    "timm.models.named_apply": _NAMED_APPLY,
    "timm.models.vision_transformer.named_apply": _NAMED_APPLY,
    "timm.layers.trunc_normal_": _tensor(
        "torch.nn.init.trunc_normal_",
        sig("tensor", mean=0.0, std=1.0, a=-2.0, b=2.0),
        mean="mean",
        std="std",
        a="a",
        b="b",
    ),
    "timm.layers.trunc_normal_tf_": _tensor(
        "timm.layers.trunc_normal_tf_",
        sig("tensor", mean=0.0, std=1.0, a=-2.0, b=2.0),
        mean="mean",
        std="std",
        a="a",
        b="b",
    ),
    "timm.layers.lecun_normal_": _tensor("timm.layers.lecun_normal_", sig("tensor")),
    "timm.layers.variance_scaling_": _tensor(
        "timm.layers.variance_scaling_",
        sig("tensor", scale=1.0, mode="fan_in", distribution="normal"),
        scale="scale",
        mode="mode",
        distribution="distribution",
    ),
}

# The std is the same for distribution="normal" and "uniform", so one entry stands for both.
_CONSTANT = _layer("constant_", sig("module", "val", bias=0), "bias", val="val")
_XAVIER = _layer("xavier_normal_", sig("module", gain=1, bias=0, distribution="normal"), "bias", gain="gain")
_NORMAL = _layer("normal_", sig("module", mean=0, std=1, bias=0), "bias", mean="mean", std="std")
_TRUNC_NORMAL = _layer(
    "trunc_normal_",
    sig("module", mean=0, std=1, a=-2, b=2, bias=0),
    "bias",
    mean="mean",
    std="std",
    a="a",
    b="b",
)
_UNIFORM = _layer("uniform_", sig("module", a=0, b=1, bias=0), "bias", a="a", b="b")
_KAIMING = _layer(
    "kaiming_normal_",
    sig("module", a=0, mode="fan_out", nonlinearity="relu", bias=0, distribution="normal"),
    "bias",
    a="a",
    mode="mode",
    nonlinearity="nonlinearity",
)
_CAFFE2_XAVIER = _layer("kaiming_uniform_", sig("module", bias=0), "bias", a=1)

_OPENMMLAB: Final[Mapping[str, HelperSpec]] = {
    "mmcv.cnn.bias_init_with_prob": _PURE,
    "mmcv.cnn.caffe2_xavier_init": _CAFFE2_XAVIER,
    "mmcv.cnn.constant_init": _CONSTANT,
    "mmcv.cnn.kaiming_init": _KAIMING,
    "mmcv.cnn.normal_init": _NORMAL,
    "mmcv.cnn.trunc_normal_init": _TRUNC_NORMAL,
    "mmcv.cnn.uniform_init": _UNIFORM,
    "mmcv.cnn.xavier_init": _XAVIER,
    "mmengine.model.bias_init_with_prob": _PURE,
    "mmengine.model.caffe2_xavier_init": _CAFFE2_XAVIER,
    "mmengine.model.constant_init": _CONSTANT,
    "mmengine.model.kaiming_init": _KAIMING,
    "mmengine.model.normal_init": _NORMAL,
    "mmengine.model.trunc_normal_init": _TRUNC_NORMAL,
    "mmengine.model.uniform_init": _UNIFORM,
    "mmengine.model.update_init_info": _PURE,
    "mmengine.model.xavier_init": _XAVIER,
}

_FVCORE: Final[Mapping[str, HelperSpec]] = {
    "fvcore.nn.weight_init.c2_msra_fill": _layer(
        "kaiming_normal_",
        sig("module", mode="fan_out", nonlinearity="relu"),
        0.0,
        mode="mode",
        nonlinearity="nonlinearity",
    ),
    "fvcore.nn.weight_init.c2_xavier_fill": _layer("kaiming_uniform_", sig("module"), 0.0, a=1),
    "fvcore.nn.flop_count": _PURE,
    "fvcore.nn.parameter_count": _PURE,
    "fvcore.nn.parameter_count_table": _PURE,
}

# These write only tensors that no checkpoint has filled.
_TRANSFORMERS: Final[Mapping[str, HelperSpec]] = {
    "transformers.initialization.uniform_": _tensor(
        "torch.nn.init.uniform_", sig("tensor", a=0.0, b=1.0, generator=None), a="a", b="b"
    ),
    "transformers.initialization.normal_": _tensor(
        "torch.nn.init.normal_", sig("tensor", mean=0.0, std=1.0, generator=None), mean="mean", std="std"
    ),
    "transformers.initialization.trunc_normal_": _tensor(
        "torch.nn.init.trunc_normal_",
        sig("tensor", mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None),
        mean="mean",
        std="std",
        a="a",
        b="b",
    ),
    "transformers.initialization.constant_": _tensor("torch.nn.init.constant_", sig("tensor", "val"), val="val"),
    "transformers.initialization.ones_": _tensor("torch.nn.init.ones_", sig("tensor")),
    "transformers.initialization.zeros_": _tensor("torch.nn.init.zeros_", sig("tensor")),
    "transformers.initialization.eye_": _tensor("torch.nn.init.eye_", sig("tensor")),
    "transformers.initialization.dirac_": _tensor("torch.nn.init.dirac_", sig("tensor", groups=1), groups="groups"),
    "transformers.initialization.xavier_uniform_": _tensor(
        "torch.nn.init.xavier_uniform_", sig("tensor", gain=1.0, generator=None), gain="gain"
    ),
    "transformers.initialization.xavier_normal_": _tensor(
        "torch.nn.init.xavier_normal_", sig("tensor", gain=1.0, generator=None), gain="gain"
    ),
    "transformers.initialization.kaiming_uniform_": _tensor(
        "torch.nn.init.kaiming_uniform_",
        sig("tensor", a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None),
        a="a",
        mode="mode",
        nonlinearity="nonlinearity",
    ),
    "transformers.initialization.kaiming_normal_": _tensor(
        "torch.nn.init.kaiming_normal_",
        sig("tensor", a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None),
        a="a",
        mode="mode",
        nonlinearity="nonlinearity",
    ),
    "transformers.initialization.orthogonal_": _tensor(
        "torch.nn.init.orthogonal_", sig("tensor", gain=1, generator=None), gain="gain"
    ),
    "transformers.initialization.sparse_": _tensor(
        "torch.nn.init.sparse_",
        sig("tensor", "sparsity", std=0.01, generator=None),
        sparsity="sparsity",
        std="std",
    ),
    "transformers.initialization.copy_": _tensor("torch.Tensor.copy_", sig("tensor", "other"), src="other"),
    "transformers.AutoModel.from_config": _MODULE,
    "transformers.AutoModelForCausalLM.from_config": _MODULE,
    "transformers.AutoModelForMaskedLM.from_config": _MODULE,
    "transformers.AutoModelForSequenceClassification.from_config": _MODULE,
    "transformers.AutoModelForSeq2SeqLM.from_config": _MODULE,
}

_FACTORY_NAMES: Final[tuple[str, ...]] = (
    *("alexnet", "googlenet", "inception_v3", "maxvit_t", "mobilenet_v2", "mobilenet_v3_large"),
    *("mobilenet_v3_small", "squeezenet1_0", "squeezenet1_1"),
    *("vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"),
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet50_2", "wide_resnet101_2"),
    *("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"),
    *("densenet121", "densenet161", "densenet169", "densenet201"),
    *("shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0"),
    *("mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3"),
    *("efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "efficientnet_b4"),
    *("efficientnet_b5", "efficientnet_b6", "efficientnet_b7"),
    *("efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l"),
    *("regnet_y_400mf", "regnet_y_800mf", "regnet_y_1_6gf", "regnet_y_3_2gf", "regnet_y_8gf", "regnet_y_16gf"),
    *("regnet_y_32gf", "regnet_y_128gf", "regnet_x_400mf", "regnet_x_800mf", "regnet_x_1_6gf", "regnet_x_3_2gf"),
    *("regnet_x_8gf", "regnet_x_16gf", "regnet_x_32gf"),
    *("convnext_tiny", "convnext_small", "convnext_base", "convnext_large"),
    *("vit_b_16", "vit_b_32", "vit_l_16", "vit_l_32", "vit_h_14"),
    *("swin_t", "swin_s", "swin_b", "swin_v2_t", "swin_v2_s", "swin_v2_b"),
)

# Before 0.13 the one flag was `pretrained`, which may still come by position.
_FACTORY = HelperSpec(
    HelperAction.PRETRAINED, sig(pretrained=False, progress=True, weights=None), flag="weights|pretrained"
)

_TORCHVISION: Final[Mapping[str, HelperSpec]] = {
    **{f"torchvision.models.{name}": _FACTORY for name in _FACTORY_NAMES},
    "torchvision.models.get_model": HelperSpec(HelperAction.PRETRAINED, sig("name", weights=None), flag="weights"),
    "torchvision.models.get_weight": _PURE,
    "torchvision.ops.Conv2dNormActivation": _MODULE,
    "torchvision.ops.Conv3dNormActivation": _MODULE,
    "torchvision.ops.FeaturePyramidNetwork": _MODULE,
    "torchvision.ops.MLP": _MODULE,
    "torchvision.ops.SqueezeExcitation": _MODULE,
}

_TORCH: Final[Mapping[str, HelperSpec]] = {
    "torch.compile": _IDENTITY,
    "torch.jit.export": _IDENTITY,
    "torch.jit.ignore": _IDENTITY,
    "torch.jit.optimize_for_inference": _IDENTITY,
    "torch.jit.script": _IDENTITY,
    "torch.jit.trace": _IDENTITY,
    "torch.jit.unused": _IDENTITY,
    "torch.autograd.Variable": _IDENTITY,
    "torch.nn.DataParallel": _IDENTITY,
    "torch.nn.SyncBatchNorm.convert_sync_batchnorm": _IDENTITY,
    "torch.nn.parallel.DistributedDataParallel": _IDENTITY,
    "torch.distributed.fsdp.FullyShardedDataParallel": _IDENTITY,
    "fairscale.nn.checkpoint_wrapper": _IDENTITY,
    "fairscale.nn.wrap": _IDENTITY,
    "fairseq.modules.checkpoint_activations.checkpoint_wrapper": _IDENTITY,
    # Some repositories load weights unless told otherwise, others only when told.
    "torch.hub.load": HelperSpec(
        HelperAction.PRETRAINED, sig("repo_or_dir", "model", pretrained=True), flag="pretrained"
    ),
    "torch.hub.load_state_dict_from_url": _PURE,
    "torch.load": _PURE,
    "torch.utils.model_zoo.load_url": _PURE,
    "torch.cuda.manual_seed": _PURE,
    "torch.cuda.manual_seed_all": _PURE,
    "torch.manual_seed": _PURE,
    "torch.nn.utils.clip_grad_norm_": _PURE,
    "torch.nn.utils.clip_grad_value_": _PURE,
    "torch.nn.utils.parameters_to_vector": _PURE,
    "torch.onnx.export": _PURE,
    "torch.save": _PURE,
    "torch.optim.ASGD": _PURE,
    "torch.optim.Adadelta": _PURE,
    "torch.optim.Adagrad": _PURE,
    "torch.optim.Adam": _PURE,
    "torch.optim.AdamW": _PURE,
    "torch.optim.Adamax": _PURE,
    "torch.optim.LBFGS": _PURE,
    "torch.optim.NAdam": _PURE,
    "torch.optim.RAdam": _PURE,
    "torch.optim.RMSprop": _PURE,
    "torch.optim.Rprop": _PURE,
    "torch.optim.SGD": _PURE,
    "torchinfo.summary": _PURE,
    "torchsummary.summary": _PURE,
}

HELPERS: Final[Mapping[str, HelperSpec]] = {
    **_TORCH,
    **_TORCHVISION,
    **_TIMM,
    **_OPENMMLAB,
    **_FVCORE,
    **_TRANSFORMERS,
}

CALLERS: Final[Mapping[str, frozenset[str]]] = {
    "torch.utils.checkpoint.checkpoint": frozenset(
        (
            "use_reentrant",
            "preserve_rng_state",
            "context_fn",
            "determinism_check",
            "debug",
            "early_stop",
        )
    ),
}
"""Functions that return ``first(*rest)``, and the keywords that they keep for themselves."""
