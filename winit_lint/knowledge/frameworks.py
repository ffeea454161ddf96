"""Frameworks around torch: which of their classes are modules, what they call on a module, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

MODULE_BASES: Final[frozenset[str]] = frozenset(
    (
        "torch.nn.Module",
        "torch.jit.RecursiveScriptModule",
        "torch.jit.ScriptModule",
        "torch.fx.GraphModule",
        "torch.nn.DataParallel",
        "torch.nn.parallel.DistributedDataParallel",
        "allennlp.models.Model",
        "composer.models.ComposerModel",
        "detectron2.modeling.Backbone",
        "diffusers.ModelMixin",
        "espnet2.train.abs_espnet_model.AbsESPnetModel",
        "fairseq.models.BaseFairseqModel",
        "fairseq.models.FairseqDecoder",
        "fairseq.models.FairseqEncoder",
        "fairseq.models.FairseqEncoderDecoderModel",
        "fairseq.models.FairseqEncoderModel",
        "fairseq.models.FairseqIncrementalDecoder",
        "fairseq.models.FairseqLanguageModel",
        "fairseq.models.FairseqModel",
        "flair.nn.Model",
        "gpytorch.Module",
        "lightning.LightningModule",
        "lightning.fabric.wrappers._FabricModule",
        "mmcv.runner.BaseModule",
        "mmcv.runner.ModuleList",
        "mmcv.runner.Sequential",
        "mmengine.model.BaseDataPreprocessor",
        "mmengine.model.BaseModel",
        "mmengine.model.BaseModule",
        "mmengine.model.ModuleDict",
        "mmengine.model.ModuleList",
        "mmengine.model.Sequential",
        "nemo.core.ModelPT",
        "nemo.core.NeuralModule",
        "pyro.nn.PyroModule",
        "pytorch_lightning.LightningModule",
        "segmentation_models_pytorch.base.SegmentationModel",
        "sentence_transformers.SentenceTransformer",
        "speechbrain.nnet.containers.ModuleList",
        "speechbrain.nnet.containers.Sequential",
        "stable_baselines3.common.policies.ActorCriticPolicy",
        "stable_baselines3.common.policies.BasePolicy",
        "stable_baselines3.common.torch_layers.BaseFeaturesExtractor",
        "timm.models.convnext.ConvNeXt",
        "timm.models.resnet.ResNet",
        "timm.models.swin_transformer.SwinTransformer",
        "timm.models.vision_transformer.VisionTransformer",
        "torch_geometric.nn.MessagePassing",
        "torchvision.models.alexnet.AlexNet",
        "torchvision.models.densenet.DenseNet",
        "torchvision.models.efficientnet.EfficientNet",
        "torchvision.models.googlenet.GoogLeNet",
        "torchvision.models.inception.Inception3",
        "torchvision.models.mobilenetv2.MobileNetV2",
        "torchvision.models.mobilenetv3.MobileNetV3",
        "torchvision.models.resnet.BasicBlock",
        "torchvision.models.resnet.Bottleneck",
        "torchvision.models.resnet.ResNet",
        "torchvision.models.swin_transformer.SwinTransformer",
        "torchvision.models.vgg.VGG",
        "torchvision.models.vision_transformer.VisionTransformer",
        "transformers.PreTrainedModel",
    )
)
"""Classes outside torch's layers that are ``torch.nn.Module``. Mixins (``huggingface_hub``) are not."""

MODEL_BASES: Final[frozenset[str]] = frozenset(
    name for name in MODULE_BASES if name.startswith(("timm.models.", "torchvision.models."))
)
"""Those of them whose constructor builds a whole model: who derives from one has parameters that don't show."""

NOT_MODULE_PREFIXES: Final[tuple[str, ...]] = (
    "chainer.",
    "equinox.",
    "flax.",
    "haiku.",
    "jax.",
    "jittor.",
    "keras.",
    "megengine.",
    "mindspore.",
    "mlx.",
    "mxnet.",
    "numpy.",
    "oneflow.",
    "optax.",
    "paddle.",
    "sklearn.",
    "sonnet.",
    "tensorflow.",
    "tf_keras.",
    "theano.",
    "tinygrad.",
)
"""Packages whose layers and models are not torch's."""

_RESET: Final = frozenset(("reset_parameters",))
_NORM: Final = frozenset(("reset_parameters", "reset_running_stats"))
_PRETRAINED: Final = frozenset(
    (
        "_init_weights",
        "_initialize_missing_keys",
        "_initialize_weights",
        "_tie_weights",
        "get_input_embeddings",
        "get_output_embeddings",
        "init_weights",
        "initialize_weights",
        "post_init",
        "resize_token_embeddings",
        "set_input_embeddings",
        "set_output_embeddings",
        "smart_apply",
        "tie_weights",
    )
)
_LIGHTNING: Final = frozenset(
    (
        "configure_model",
        "configure_optimizers",
        "configure_sharded_model",
        "on_fit_start",
        "on_load_checkpoint",
        "on_save_checkpoint",
        "on_train_epoch_start",
        "on_train_start",
        "predict_step",
        "setup",
        "test_step",
        "training_step",
        "validation_step",
    )
)
_OPENMMLAB: Final = frozenset(("init_weights",))
_FAIRSEQ: Final = frozenset(("build_model", "upgrade_state_dict", "upgrade_state_dict_named"))

HOOKS: Final[Mapping[str, frozenset[str]]] = {
    "torch.nn.Module": frozenset(("_load_from_state_dict", "apply", "forward", "load_state_dict", "train")),
    "torch.nn.Linear": _RESET,
    "torch.nn.Bilinear": _RESET,
    "torch.nn.Conv1d": _RESET,
    "torch.nn.Conv2d": _RESET,
    "torch.nn.Conv3d": _RESET,
    "torch.nn.ConvTranspose1d": _RESET,
    "torch.nn.ConvTranspose2d": _RESET,
    "torch.nn.ConvTranspose3d": _RESET,
    "torch.nn.modules.conv._ConvNd": _RESET,
    "torch.nn.Embedding": frozenset(("_fill_padding_idx_with_zero", "reset_parameters")),
    "torch.nn.EmbeddingBag": frozenset(("_fill_padding_idx_with_zero", "reset_parameters")),
    "torch.nn.RNNBase": _RESET,
    "torch.nn.RNN": _RESET,
    "torch.nn.LSTM": _RESET,
    "torch.nn.GRU": _RESET,
    "torch.nn.RNNCellBase": _RESET,
    "torch.nn.RNNCell": _RESET,
    "torch.nn.LSTMCell": _RESET,
    "torch.nn.GRUCell": _RESET,
    "torch.nn.MultiheadAttention": frozenset(("_reset_parameters",)),
    "torch.nn.Transformer": frozenset(("_reset_parameters",)),
    "torch.nn.BatchNorm1d": _NORM,
    "torch.nn.BatchNorm2d": _NORM,
    "torch.nn.BatchNorm3d": _NORM,
    "torch.nn.SyncBatchNorm": _NORM,
    "torch.nn.modules.batchnorm._BatchNorm": _NORM,
    "torch.nn.InstanceNorm1d": _NORM,
    "torch.nn.InstanceNorm2d": _NORM,
    "torch.nn.InstanceNorm3d": _NORM,
    "torch.nn.GroupNorm": _RESET,
    "torch.nn.LayerNorm": _RESET,
    "torch.nn.RMSNorm": _RESET,
    "torch.nn.PReLU": _RESET,
    "torch.nn.AdaptiveLogSoftmaxWithLoss": _RESET,
    "fairseq.models.BaseFairseqModel": _FAIRSEQ,
    "fairseq.models.FairseqEncoderDecoderModel": _FAIRSEQ,
    "fairseq.models.FairseqEncoderModel": _FAIRSEQ,
    "fairseq.models.FairseqLanguageModel": _FAIRSEQ,
    "lightning.LightningModule": _LIGHTNING,
    "mmcv.runner.BaseModule": _OPENMMLAB,
    "mmcv.runner.ModuleList": _OPENMMLAB,
    "mmcv.runner.Sequential": _OPENMMLAB,
    "mmengine.model.BaseModel": _OPENMMLAB,
    "mmengine.model.BaseModule": _OPENMMLAB,
    "mmengine.model.ModuleDict": _OPENMMLAB,
    "mmengine.model.ModuleList": _OPENMMLAB,
    "mmengine.model.Sequential": _OPENMMLAB,
    "pytorch_lightning.LightningModule": _LIGHTNING,
    "stable_baselines3.common.policies.ActorCriticPolicy": frozenset(("_build", "init_weights")),
    "stable_baselines3.common.policies.BasePolicy": frozenset(("init_weights",)),
    "timm.models.vision_transformer.VisionTransformer": frozenset(("_init_weights", "init_weights")),
    "torch_geometric.nn.MessagePassing": frozenset(("aggregate", "message", "reset_parameters", "update")),
    "transformers.PreTrainedModel": _PRETRAINED,
}
"""Methods that the framework, or the base class's own constructor, calls on a subclass."""

GENERIC_INIT: Final[frozenset[str]] = frozenset(
    (
        "torch.nn.Conv1d",
        "torch.nn.Conv2d",
        "torch.nn.Conv3d",
        "torch.nn.ConvTranspose1d",
        "torch.nn.ConvTranspose2d",
        "torch.nn.Embedding",
        "torch.nn.LSTM",
        "torch.nn.Linear",
    )
)
"""Layers that ``transformers.PreTrainedModel._init_weights`` itself draws; others it leaves as torch has them."""

GENERIC_NORMS: Final[tuple[str, ...]] = ("LayerNorm", "RMSNorm")
"""Parts of the class names that it takes for normalisations."""

BUILDING_HOOKS: Final[Mapping[str, tuple[str, ...]]] = {
    "lightning.LightningModule": ("configure_sharded_model", "configure_model"),
    "pytorch_lightning.LightningModule": ("configure_sharded_model", "configure_model"),
}
"""Hooks without arguments that a trainer calls once before the first step, which may build layers: in that order."""

INIT_CFG: Final[Mapping[str, str]] = {
    "Caffe2Xavier": "mmengine.model.caffe2_xavier_init",
    "Constant": "mmengine.model.constant_init",
    "Kaiming": "mmengine.model.kaiming_init",
    "Normal": "mmengine.model.normal_init",
    "TruncNormal": "mmengine.model.trunc_normal_init",
    "Uniform": "mmengine.model.uniform_init",
    "Xavier": "mmengine.model.xavier_init",
}
"""The function that an OpenMMLab ``init_cfg`` of a type calls on the layers that it names."""

REBUILDING: Final[frozenset[tuple[str, str]]] = frozenset(
    (
        ("torch.nn.Embedding", "from_pretrained"),
        ("torch.nn.EmbeddingBag", "from_pretrained"),
        ("diffusers.ModelMixin", "from_pretrained"),
        ("lightning.LightningModule", "load_from_checkpoint"),
        ("pytorch_lightning.LightningModule", "load_from_checkpoint"),
        ("transformers.PreTrainedModel", "from_pretrained"),
    )
)
"""Class methods that return a new, loaded object; called on an instance they leave it as it is."""

FIELD_MAKERS: Final[frozenset[str]] = frozenset(("as_validated_field",))
"""Decorators of ``huggingface_hub.dataclasses`` that turn a check of a value into a maker of dataclass fields."""

CONFIG_KEEPERS: Final[frozenset[str]] = frozenset(("register_to_config", "configuration_utils.register_to_config"))
"""Decorators of ``diffusers`` that keep a constructor's arguments as ``self.config``."""

LIBRARIES: Final[frozenset[str]] = frozenset(
    (
        "accelerate",
        "detectron2",
        "diffusers",
        "fairseq",
        "fvcore",
        "huggingface_hub",
        "lightning",
        "mmcv",
        "mmengine",
        "peft",
        "pytorch_lightning",
        "timm",
        "torch",
        "torchaudio",
        "torchvision",
        "transformers",
    )
)
"""Packages whose decorators leave what a function builds as it is: they document, check, adapt or register."""

DOCUMENTING: Final[frozenset[str]] = frozenset(
    (
        "transformers.models.auto.auto_factory.auto_class_update",
        "transformers.utils.doc.copy_func",
    )
)
"""Functions that return what they are given with other documentation, or a copy of it for that."""

LAZY_KEYS: Final[frozenset[str]] = frozenset(("transformers.models.auto.auto_factory._LazyAutoMapping.keys",))
"""Methods that load hundreds of files to list the keys, of which they are only asked whether one is a member.

The object itself answers that by names.
"""

QUIET_MODULES: Final[frozenset[str]] = frozenset(("transformers.utils.logging",))
"""Modules whose functions only report: they are not followed where their source is there."""

NOT_FOLLOWED: Final[frozenset[str]] = (LIBRARIES - {"timm", "torchaudio", "torchvision"}) | frozenset(
    (
        "PIL",
        "absl",
        "apex",
        "cv2",
        "datasets",
        "deepspeed",
        "easydict",
        "einops",
        "fairscale",
        "flash_attn",
        "flax",
        "hydra",
        "jax",
        "keras",
        "matplotlib",
        "ml_collections",
        "numba",
        "numpy",
        "omegaconf",
        "pandas",
        "pydantic",
        "ray",
        "safetensors",
        "scipy",
        "sklearn",
        "sympy",
        "tensorboard",
        "tensorflow",
        "tokenizers",
        "tqdm",
        "triton",
        "wandb",
        "xformers",
        "yaml",
    )
)
"""Installed packages whose source is not read for a target that uses them: tables stand for them, or they hold no
modules in Python."""

NAMED_FACTORIES: Final[Mapping[str, tuple[str, str]]] = {
    "timm.models._factory.create_model": ("timm.models", "timm.create_model"),
    "torchvision.models._api.get_model": ("torchvision.models", "torchvision.models.get_model"),
}
"""Functions that call the one whose name is their first argument: the package that has it, their own public name."""

LEGACY_FLAGS: Final[frozenset[str]] = frozenset(("handle_legacy_interface",))
"""Decorators of torchvision that take the flags of older versions in place of ``weights``."""

COMMON_HOOKS: Final[frozenset[str]] = frozenset(("forward", "reset_classifier", "reset_parameters"))
"""Methods that callers outside a project call on any module (FSDP and skip_init call ``reset_parameters``)."""


def is_config_base(name: str) -> bool:
    """``transformers.PretrainedConfig``: its constructor makes attributes of the keywords that it is given."""
    return name.startswith("transformers.") and name.endswith((".PretrainedConfig", ".PreTrainedConfig"))


def is_pretrained_base(name: str) -> bool:
    """``transformers.BertPreTrainedModel`` and its like: it derives from ``PreTrainedModel`` and builds no layer."""
    return name.startswith("transformers.") and name.endswith("PreTrainedModel")


_HUB_MODEL = re.compile(r"transformers\.(?:\w+\.)*(?!TF[A-Z]|Flax|Auto)[A-Z]\w*(?:Model|LMHeadModel|For[A-Z]\w*)")


def is_hub_model(name: str) -> bool:
    """``transformers.BertModel``, ``transformers.BertForSequenceClassification``: it is built from a configuration."""
    return _HUB_MODEL.fullmatch(name) is not None and not is_pretrained_base(name)
