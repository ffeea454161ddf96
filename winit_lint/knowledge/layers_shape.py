"""Layers without parameters: containers, reshaping, padding, pooling, dropout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.knowledge.signature import sig
from winit_lint.knowledge.spec import LayerSpec

_ADAPTIVE_AVG = "torch.nn.modules.pooling._AdaptiveAvgPoolNd"
_ADAPTIVE_MAX = "torch.nn.modules.pooling._AdaptiveMaxPoolNd"
_AVG = "torch.nn.modules.pooling._AvgPoolNd"
_MAX = "torch.nn.modules.pooling._MaxPoolNd"
_MAX_UNPOOL = "torch.nn.modules.pooling._MaxUnpoolNd"
_LP = "torch.nn.modules.pooling._LPPoolNd"
_CIRCULAR = "torch.nn.modules.padding._CircularPadNd"
_CONSTANT = "torch.nn.modules.padding._ConstantPadNd"
_REFLECTION = "torch.nn.modules.padding._ReflectionPadNd"
_REPLICATION = "torch.nn.modules.padding._ReplicationPadNd"

VARIADIC: Final[frozenset[str]] = frozenset(("torch.nn.Container", "torch.nn.Identity", "torch.nn.Sequential"))
"""Layers whose constructor takes any arguments; their signatures are empty."""

Signature = tuple[tuple[str, Any], ...]


def _container(name: str, signature: Signature) -> LayerSpec:
    return LayerSpec(f"torch.nn.{name}", LayerKind.CONTAINER, signature)


def _reshape(name: str, signature: Signature, *inherits: str) -> LayerSpec:
    return LayerSpec(f"torch.nn.{name}", LayerKind.OTHER, signature, inherits=inherits, op=OpKind.RESHAPE)


def _pool(name: str, signature: Signature, *inherits: str) -> LayerSpec:
    return LayerSpec(f"torch.nn.{name}", LayerKind.OTHER, signature, inherits=inherits, op=OpKind.POOL)


def _fractional(name: str) -> LayerSpec:
    return LayerSpec(
        f"torch.nn.{name}",
        LayerKind.OTHER,
        sig("kernel_size", output_size=None, output_ratio=None, return_indices=False, _random_samples=None),
        op=OpKind.POOL,
        buffers=("_random_samples",),
    )


def _opaque(name: str, signature: Signature, *inherits: str) -> LayerSpec:
    return LayerSpec(f"torch.nn.{name}", LayerKind.OTHER, signature, inherits=inherits, op=OpKind.UNKNOWN)


def _dropout(name: str) -> LayerSpec:
    return LayerSpec(
        f"torch.nn.{name}",
        LayerKind.OTHER,
        sig(p=0.5, inplace=False),
        inherits=("torch.nn.modules.dropout._DropoutNd",),
        op=OpKind.DROPOUT,
    )


_CONTAINERS: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.Sequential": _container("Sequential", sig()),
    "torch.nn.ModuleList": _container("ModuleList", sig(modules=None)),
    "torch.nn.ModuleDict": _container("ModuleDict", sig(modules=None)),
    "torch.nn.ParameterList": _container("ParameterList", sig(values=None)),
    "torch.nn.ParameterDict": _container("ParameterDict", sig(parameters=None)),
    "torch.nn.Container": _container("Container", sig()),
}

# Interpolation averages neighbours, so Upsample (its mode is an argument) counts as pooling.
_RESHAPE: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.Identity": _reshape("Identity", sig()),
    "torch.nn.Flatten": _reshape("Flatten", sig(start_dim=1, end_dim=-1)),
    "torch.nn.Unflatten": _reshape("Unflatten", sig("dim", "unflattened_size")),
    "torch.nn.PixelShuffle": _reshape("PixelShuffle", sig("upscale_factor")),
    "torch.nn.PixelUnshuffle": _reshape("PixelUnshuffle", sig("downscale_factor")),
    "torch.nn.ChannelShuffle": _reshape("ChannelShuffle", sig("groups")),
    "torch.nn.Fold": _opaque("Fold", sig("output_size", "kernel_size", dilation=1, padding=0, stride=1)),
    "torch.nn.Unfold": _reshape("Unfold", sig("kernel_size", dilation=1, padding=0, stride=1)),
    "torch.nn.Upsample": _pool(
        "Upsample", sig(size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None)
    ),
    "torch.nn.UpsamplingBilinear2d": _pool(
        "UpsamplingBilinear2d", sig(size=None, scale_factor=None), "torch.nn.Upsample"
    ),
    "torch.nn.UpsamplingNearest2d": _reshape(
        "UpsamplingNearest2d", sig(size=None, scale_factor=None), "torch.nn.Upsample"
    ),
}

_PADDING: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.CircularPad1d": _reshape("CircularPad1d", sig("padding"), _CIRCULAR),
    "torch.nn.CircularPad2d": _reshape("CircularPad2d", sig("padding"), _CIRCULAR),
    "torch.nn.CircularPad3d": _reshape("CircularPad3d", sig("padding"), _CIRCULAR),
    "torch.nn.ConstantPad1d": _reshape("ConstantPad1d", sig("padding", "value"), _CONSTANT),
    "torch.nn.ConstantPad2d": _reshape("ConstantPad2d", sig("padding", "value"), _CONSTANT),
    "torch.nn.ConstantPad3d": _reshape("ConstantPad3d", sig("padding", "value"), _CONSTANT),
    "torch.nn.ReflectionPad1d": _reshape("ReflectionPad1d", sig("padding"), _REFLECTION),
    "torch.nn.ReflectionPad2d": _reshape("ReflectionPad2d", sig("padding"), _REFLECTION),
    "torch.nn.ReflectionPad3d": _reshape("ReflectionPad3d", sig("padding"), _REFLECTION),
    "torch.nn.ReplicationPad1d": _reshape("ReplicationPad1d", sig("padding"), _REPLICATION),
    "torch.nn.ReplicationPad2d": _reshape("ReplicationPad2d", sig("padding"), _REPLICATION),
    "torch.nn.ReplicationPad3d": _reshape("ReplicationPad3d", sig("padding"), _REPLICATION),
    "torch.nn.ZeroPad1d": _reshape("ZeroPad1d", sig("padding"), "torch.nn.ConstantPad1d", _CONSTANT),
    "torch.nn.ZeroPad2d": _reshape("ZeroPad2d", sig("padding"), "torch.nn.ConstantPad2d", _CONSTANT),
    "torch.nn.ZeroPad3d": _reshape("ZeroPad3d", sig("padding"), "torch.nn.ConstantPad3d", _CONSTANT),
}

# A power pool sums over the window and unpooling leaves most entries zero: neither keeps the scale.
_POOLING: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.AdaptiveAvgPool1d": _pool("AdaptiveAvgPool1d", sig("output_size"), _ADAPTIVE_AVG),
    "torch.nn.AdaptiveAvgPool2d": _pool("AdaptiveAvgPool2d", sig("output_size"), _ADAPTIVE_AVG),
    "torch.nn.AdaptiveAvgPool3d": _pool("AdaptiveAvgPool3d", sig("output_size"), _ADAPTIVE_AVG),
    "torch.nn.AdaptiveMaxPool1d": _pool("AdaptiveMaxPool1d", sig("output_size", return_indices=False), _ADAPTIVE_MAX),
    "torch.nn.AdaptiveMaxPool2d": _pool("AdaptiveMaxPool2d", sig("output_size", return_indices=False), _ADAPTIVE_MAX),
    "torch.nn.AdaptiveMaxPool3d": _pool("AdaptiveMaxPool3d", sig("output_size", return_indices=False), _ADAPTIVE_MAX),
    "torch.nn.AvgPool1d": _pool(
        "AvgPool1d", sig("kernel_size", stride=None, padding=0, ceil_mode=False, count_include_pad=True), _AVG
    ),
    "torch.nn.AvgPool2d": _pool(
        "AvgPool2d",
        sig("kernel_size", stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None),
        _AVG,
    ),
    "torch.nn.AvgPool3d": _pool(
        "AvgPool3d",
        sig("kernel_size", stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None),
        _AVG,
    ),
    "torch.nn.FractionalMaxPool2d": _fractional("FractionalMaxPool2d"),
    "torch.nn.FractionalMaxPool3d": _fractional("FractionalMaxPool3d"),
    "torch.nn.LPPool1d": _opaque("LPPool1d", sig("norm_type", "kernel_size", stride=None, ceil_mode=False), _LP),
    "torch.nn.LPPool2d": _opaque("LPPool2d", sig("norm_type", "kernel_size", stride=None, ceil_mode=False), _LP),
    "torch.nn.LPPool3d": _opaque("LPPool3d", sig("norm_type", "kernel_size", stride=None, ceil_mode=False), _LP),
    "torch.nn.MaxPool1d": _pool(
        "MaxPool1d", sig("kernel_size", stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False), _MAX
    ),
    "torch.nn.MaxPool2d": _pool(
        "MaxPool2d", sig("kernel_size", stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False), _MAX
    ),
    "torch.nn.MaxPool3d": _pool(
        "MaxPool3d", sig("kernel_size", stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False), _MAX
    ),
    "torch.nn.MaxUnpool1d": _opaque("MaxUnpool1d", sig("kernel_size", stride=None, padding=0), _MAX_UNPOOL),
    "torch.nn.MaxUnpool2d": _opaque("MaxUnpool2d", sig("kernel_size", stride=None, padding=0), _MAX_UNPOOL),
    "torch.nn.MaxUnpool3d": _opaque("MaxUnpool3d", sig("kernel_size", stride=None, padding=0), _MAX_UNPOOL),
}

_DROPOUT: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.AlphaDropout": _dropout("AlphaDropout"),
    "torch.nn.Dropout": _dropout("Dropout"),
    "torch.nn.Dropout1d": _dropout("Dropout1d"),
    "torch.nn.Dropout2d": _dropout("Dropout2d"),
    "torch.nn.Dropout3d": _dropout("Dropout3d"),
    "torch.nn.FeatureAlphaDropout": _dropout("FeatureAlphaDropout"),
}

SHAPE: Final[Mapping[str, LayerSpec]] = {**_CONTAINERS, **_RESHAPE, **_PADDING, **_POOLING, **_DROPOUT}
