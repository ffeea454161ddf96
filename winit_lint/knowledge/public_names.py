"""Public names: the one spelling by which the tables know what a package exports at several places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from winit_lint.knowledge.layers import LAYERS

ALIASES: Final[Mapping[str, str]] = {
    "torch.nn.modules.module.Module": "torch.nn.Module",
    "torch.nn.modules.Module": "torch.nn.Module",
    "torch.nn.modules.adaptive.AdaptiveLogSoftmaxWithLoss": "torch.nn.AdaptiveLogSoftmaxWithLoss",
    "torch.nn.parameter.Parameter": "torch.nn.Parameter",
    "torch.nn.parameter.Buffer": "torch.nn.Buffer",
    "torch.nn.UninitializedParameter": "torch.nn.parameter.UninitializedParameter",
    "torch.nn.parallel.DataParallel": "torch.nn.DataParallel",
    "torch.nn.parallel.data_parallel.DataParallel": "torch.nn.DataParallel",
    "torch.nn.parallel.distributed.DistributedDataParallel": "torch.nn.parallel.DistributedDataParallel",
    "torch.nn.utils.weight_norm.weight_norm": "torch.nn.utils.weight_norm",
    "torch.nn.utils.weight_norm.remove_weight_norm": "torch.nn.utils.remove_weight_norm",
    "torch.nn.utils.spectral_norm.spectral_norm": "torch.nn.utils.spectral_norm",
    "torch.nn.utils.spectral_norm.remove_spectral_norm": "torch.nn.utils.remove_spectral_norm",
    "torch._C._nn.gelu": "torch.nn.functional.gelu",
    "torch._C._nn.linear": "torch.nn.functional.linear",
    "torch._tensor.Tensor": "torch.Tensor",
    "torch.autograd.grad_mode.no_grad": "torch.no_grad",
    "torch.autograd.no_grad": "torch.no_grad",
    "torch.autograd.variable.Variable": "torch.autograd.Variable",
    "diffusers.models.ModelMixin": "diffusers.ModelMixin",
    "diffusers.models.modeling_utils.ModelMixin": "diffusers.ModelMixin",
    "einops.einops.einsum": "einops.einsum",
    "einops.einops.rearrange": "einops.rearrange",
    "einops.einops.reduce": "einops.reduce",
    "einops.einops.repeat": "einops.repeat",
    "lightning.pytorch.LightningModule": "lightning.LightningModule",
    "lightning.pytorch.core.LightningModule": "lightning.LightningModule",
    "lightning.pytorch.core.module.LightningModule": "lightning.LightningModule",
    "pytorch_lightning.core.LightningModule": "pytorch_lightning.LightningModule",
    "pytorch_lightning.core.lightning.LightningModule": "pytorch_lightning.LightningModule",
    "pytorch_lightning.core.module.LightningModule": "pytorch_lightning.LightningModule",
    "sentence_transformers.SentenceTransformer.SentenceTransformer": "sentence_transformers.SentenceTransformer",
    "timm.models._manipulate.named_apply": "timm.models.named_apply",
    "timm.models.helpers.named_apply": "timm.models.named_apply",
    "timm.models.create_model": "timm.create_model",
    "timm.models.factory.create_model": "timm.create_model",
    "timm.models._factory.create_model": "timm.create_model",
    "torch_geometric.nn.conv.MessagePassing": "torch_geometric.nn.MessagePassing",
    "torch_geometric.nn.conv.message_passing.MessagePassing": "torch_geometric.nn.MessagePassing",
    "torchvision.models.AlexNet": "torchvision.models.alexnet.AlexNet",
    "torchvision.models.DenseNet": "torchvision.models.densenet.DenseNet",
    "torchvision.models.EfficientNet": "torchvision.models.efficientnet.EfficientNet",
    "torchvision.models.GoogLeNet": "torchvision.models.googlenet.GoogLeNet",
    "torchvision.models.Inception3": "torchvision.models.inception.Inception3",
    "torchvision.models.MobileNetV2": "torchvision.models.mobilenetv2.MobileNetV2",
    "torchvision.models.MobileNetV3": "torchvision.models.mobilenetv3.MobileNetV3",
    "torchvision.models.ResNet": "torchvision.models.resnet.ResNet",
    "torchvision.models.SwinTransformer": "torchvision.models.swin_transformer.SwinTransformer",
    "torchvision.models.VGG": "torchvision.models.vgg.VGG",
    "torchvision.models.VisionTransformer": "torchvision.models.vision_transformer.VisionTransformer",
    "transformers.modeling_utils.PreTrainedModel": "transformers.PreTrainedModel",
}
"""Other spellings of a name, by the name that the tables use. Whole packages follow in :func:`canonical`."""

_MOVED: Final[tuple[tuple[str, str], ...]] = (
    ("timm.models.layers.", "timm.layers."),
    ("torch.functional.", "torch."),
)

_FLAT: Final[tuple[str, ...]] = (
    "detectron2.modeling.",
    "fairseq.models.",
    "mmcv.cnn.",
    "mmcv.runner.",
    "mmengine.model.",
    "nemo.core.",
    "timm.layers.",
    "torchvision.models.detection.",
    "torchvision.models.optical_flow.",
    "torchvision.models.quantization.",
    "torchvision.models.segmentation.",
    "torchvision.models.video.",
    "torchvision.ops.",
)
"""Packages that export what their modules define."""


def canonical(name: str) -> str:
    """The public name by which the tables know ``name`` (``torch.nn.modules.conv.Conv2d`` is ``torch.nn.Conv2d``).

    Private classes keep their place (``torch.nn.modules.batchnorm._BatchNorm``), unknown names come back unchanged.
    """
    if name in ALIASES:
        return ALIASES[name]
    for old, new in _MOVED:
        if name.startswith(old):
            name = new + name[len(old) :]
    module, _, last = name.rpartition(".")
    if module.startswith("torch.nn.modules"):
        public = f"torch.nn.{last}"
        return public if public in LAYERS else name
    # A factory of torchvision stands in a module of its own; its classes keep their module.
    if module.startswith("torchvision.models.") and module.count(".") == 2 and last.islower():
        return name if f"{module}." in _FLAT else f"torchvision.models.{last}"
    for package in _FLAT:
        if name.startswith(package) and module[len(package) :].replace(".", "").replace("_", "x").islower():
            return package + last
    return name
