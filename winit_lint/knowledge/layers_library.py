"""Layers of torchvision and timm whose semantics are known and stable.

Parameters and defaults as in torchvision 0.29 (``torchvision/ops``) and timm 1.0 (``timm/layers``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import Number, product, ratio
from winit_lint.knowledge.signature import bound, kaiming_default, sig, uniform_within
from winit_lint.knowledge.spec import Arguments, LayerSpec, ParameterSpec


def _inputs(a: Arguments) -> Number:
    channels: Number = a.in_channels // a.groups
    return channels * product(a.kernel_size)


_DEFORM_CONV = (
    ParameterSpec(
        "weight",
        shape=lambda a: (a.out_channels, a.in_channels // a.groups, *a.kernel_size),
        default=kaiming_default,
        fan_in=_inputs,
        fan_out=lambda a: ratio((a.out_channels // a.groups) * product(a.kernel_size), product(a.stride)),
    ),
    ParameterSpec(
        "bias",
        shape=lambda a: (a.out_channels,) if a.bias else None,
        default=lambda a: uniform_within(bound(_inputs(a))),
    ),
)

LIBRARY: Final[Mapping[str, LayerSpec]] = {
    "torchvision.ops.StochasticDepth": LayerSpec(
        "torchvision.ops.StochasticDepth", LayerKind.OTHER, sig("p", "mode"), op=OpKind.DROPOUT
    ),
    "torchvision.ops.DropBlock2d": LayerSpec(
        "torchvision.ops.DropBlock2d",
        LayerKind.OTHER,
        sig("p", "block_size", inplace=False, eps=1e-06),
        op=OpKind.DROPOUT,
    ),
    "torchvision.ops.DropBlock3d": LayerSpec(
        "torchvision.ops.DropBlock3d",
        LayerKind.OTHER,
        sig("p", "block_size", inplace=False, eps=1e-06),
        inherits=("torchvision.ops.DropBlock2d",),
        op=OpKind.DROPOUT,
    ),
    "torchvision.ops.Permute": LayerSpec("torchvision.ops.Permute", LayerKind.OTHER, sig("dims"), op=OpKind.RESHAPE),
    "torchvision.ops.DeformConv2d": LayerSpec(
        "torchvision.ops.DeformConv2d",
        LayerKind.CONV,
        sig("in_channels", "out_channels", "kernel_size", stride=1, padding=0, dilation=1, groups=1, bias=True),
        parameters=lambda _: _DEFORM_CONV,
        broadcast=("kernel_size", "stride", "padding", "dilation"),
        spatial=2,
        op=OpKind.WEIGHT,
    ),
    "torchvision.ops.RoIAlign": LayerSpec(
        "torchvision.ops.RoIAlign",
        LayerKind.OTHER,
        sig("output_size", "spatial_scale", "sampling_ratio", aligned=False),
        op=OpKind.POOL,
    ),
    "torchvision.ops.RoIPool": LayerSpec(
        "torchvision.ops.RoIPool", LayerKind.OTHER, sig("output_size", "spatial_scale"), op=OpKind.POOL
    ),
    "torchvision.ops.MultiScaleRoIAlign": LayerSpec(
        "torchvision.ops.MultiScaleRoIAlign",
        LayerKind.OTHER,
        sig("featmap_names", "output_size", "sampling_ratio", canonical_scale=224, canonical_level=4),
        op=OpKind.POOL,
    ),
    "timm.layers.DropPath": LayerSpec(
        "timm.layers.DropPath", LayerKind.OTHER, sig(drop_prob=0.0, scale_by_keep=True), op=OpKind.DROPOUT
    ),
}
