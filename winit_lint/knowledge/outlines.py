"""Outlines of well-known models of other packages: a few of their layers under their real names.

An outline is no substitute for the model: it only lets a traversal of a model that holds one meet layers of the types
that the real one has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Outline: TypeAlias = tuple[tuple[str, str, tuple[Any, ...]], ...]
"""(path, class, positional constructor arguments) for each layer."""

_CONV = "torch.nn.Conv2d"
_LINEAR = "torch.nn.Linear"
_BATCH = "torch.nn.BatchNorm2d"


def _resnet(width: int) -> Outline:
    return (
        ("conv1", _CONV, (3, 64, 7, 2, 3, 1, 1, False)),
        ("bn1", _BATCH, (64,)),
        ("layer1.0.conv1", _CONV, (64, 64, 3, 1, 1, 1, 1, False)),
        ("layer1.0.bn1", _BATCH, (64,)),
        ("layer2.0.conv1", _CONV, (64, 128, 3, 2, 1, 1, 1, False)),
        ("layer3.0.conv1", _CONV, (128, 256, 3, 2, 1, 1, 1, False)),
        ("layer4.0.conv1", _CONV, (256, 512, 3, 2, 1, 1, 1, False)),
        ("fc", _LINEAR, (width, 1000)),
    )


_VGG: Final[Outline] = (
    ("features.0", _CONV, (3, 64, 3)),
    ("classifier.0", _LINEAR, (25088, 4096)),
    ("classifier.3", _LINEAR, (4096, 4096)),
    ("classifier.6", _LINEAR, (4096, 1000)),
)

OUTLINES: Final[Mapping[str, Outline]] = {
    "resnet18": _resnet(512),
    "resnet34": _resnet(512),
    "resnet50": _resnet(2048),
    "resnet101": _resnet(2048),
    "resnet152": _resnet(2048),
    "wide_resnet50_2": _resnet(2048),
    "resnext50_32x4d": _resnet(2048),
    "vgg11": _VGG,
    "vgg13": _VGG,
    "vgg16": _VGG,
    "vgg16_bn": _VGG,
    "vgg19": _VGG,
    "alexnet": (
        ("features.0", _CONV, (3, 64, 11)),
        ("classifier.1", _LINEAR, (9216, 4096)),
        ("classifier.6", _LINEAR, (4096, 1000)),
    ),
    "densenet121": (("features.conv0", _CONV, (3, 64, 7)), ("classifier", _LINEAR, (1024, 1000))),
    "mobilenet_v2": (("features.0.0", _CONV, (3, 32, 3)), ("classifier.1", _LINEAR, (1280, 1000))),
    "mobilenet_v3_large": (("features.0.0", _CONV, (3, 16, 3)), ("classifier.3", _LINEAR, (1280, 1000))),
    "efficientnet_b0": (("features.0.0", _CONV, (3, 32, 3)), ("classifier.1", _LINEAR, (1280, 1000))),
    "convnext_tiny": (("features.0.0", _CONV, (3, 96, 4)), ("classifier.2", _LINEAR, (768, 1000))),
    "vit_b_16": (
        ("conv_proj", _CONV, (3, 768, 16)),
        ("encoder.layers.encoder_layer_0.mlp.0", _LINEAR, (768, 3072)),
        ("heads.head", _LINEAR, (768, 1000)),
    ),
    "from_pretrained": (  # what nearly every model of a hub has
        ("embeddings", "torch.nn.Embedding", (30522, 768)),
        ("query", _LINEAR, (768, 768)),
        ("dense", _LINEAR, (768, 768)),
        ("LayerNorm", "torch.nn.LayerNorm", (768,)),
    ),
    "inception_v3": (("Conv2d_1a_3x3.conv", _CONV, (3, 32, 3)), ("fc", _LINEAR, (2048, 1000))),
    "googlenet": (("conv1.conv", _CONV, (3, 64, 7)), ("fc", _LINEAR, (1024, 1000))),
}

STEMS: Final[frozenset[str]] = frozenset(("conv1", "conv_proj", "conv_stem", "stem_conv"))
"""What image models call their first convolution, where it is a child of the model itself."""

INNER_STEMS: Final[frozenset[tuple[str, str]]] = frozenset(
    (
        ("patch_embed", "proj"),  # vision transformers of timm
        ("stem", "0"),
        ("stem", "conv"),
        ("features", "0"),  # torchvision
        ("features", "conv0"),
    )
)
"""Where it is a child of a part: the part's name, and its own in it."""

STEM_PARTS: Final[frozenset[str]] = frozenset(part for part, _ in INNER_STEMS)
