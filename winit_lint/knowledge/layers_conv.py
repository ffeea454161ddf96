"""Convolutions (``torch/nn/modules/conv.py``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import Number, product
from winit_lint.knowledge.layers_dense import UNKNOWN_SIZE
from winit_lint.knowledge.signature import DEVICE, bound, kaiming_default, sig, uniform_within
from winit_lint.knowledge.spec import Arguments, LayerSpec, ParameterSpec
from winit_lint.theory.fans import convolution, transposed_convolution

_BROADCAST = ("kernel_size", "stride", "padding", "dilation")
_BROADCAST_TRANSPOSE = ("kernel_size", "stride", "padding", "output_padding", "dilation")
_ND = "torch.nn.modules.conv._ConvNd"
_TRANSPOSE_ND = "torch.nn.modules.conv._ConvTransposeNd"
_LAZY = ("torch.nn.modules.conv._LazyConvXdMixin", "torch.nn.modules.lazy.LazyModuleMixin")


def _fans(of: Callable[..., tuple[Number, Number]], a: Arguments) -> tuple[Number, Number]:
    return of(a.in_channels, a.out_channels, a.kernel_size, a.stride, a.groups)


def _bound(channels: Number, a: Arguments) -> Number:
    """The bound of torch's default bias: by the fan_in that torch computes, with the channels of one group."""
    return bound((channels // a.groups) * product(a.kernel_size))


_CONV = (
    ParameterSpec(
        "weight",
        shape=lambda a: (a.out_channels, a.in_channels // a.groups, *a.kernel_size),
        default=kaiming_default,
        fan_in=lambda a: _fans(convolution, a)[0],
        fan_out=lambda a: _fans(convolution, a)[1],
    ),
    ParameterSpec(
        "bias",
        shape=lambda a: (a.out_channels,) if a.bias else None,
        default=lambda a: uniform_within(_bound(a.in_channels, a)),
    ),
)

# The weight is (in, out / groups, k...): what torch takes for its fan_in is the true fan_out.
_CONV_TRANSPOSE = (
    ParameterSpec(
        "weight",
        shape=lambda a: (a.in_channels, a.out_channels // a.groups, *a.kernel_size),
        default=kaiming_default,
        fan_in=lambda a: _fans(transposed_convolution, a)[0],
        fan_out=lambda a: _fans(transposed_convolution, a)[1],
    ),
    ParameterSpec(
        "bias",
        shape=lambda a: (a.out_channels,) if a.bias else None,
        default=lambda a: uniform_within(_bound(a.out_channels, a)),
    ),
)

_LAZY_BIAS = ParameterSpec("bias", shape=lambda a: (a.out_channels,) if a.bias else None, default=lambda _: None)
_LAZY_CONV = (
    ParameterSpec("weight", shape=lambda a: (a.out_channels, UNKNOWN_SIZE, *a.kernel_size), default=lambda _: None),
    _LAZY_BIAS,
)
_LAZY_CONV_TRANSPOSE = (
    ParameterSpec(
        "weight",
        shape=lambda a: (UNKNOWN_SIZE, a.out_channels // a.groups, *a.kernel_size),
        default=lambda _: None,
    ),
    _LAZY_BIAS,
)


def _conv(name: str, spatial: int) -> LayerSpec:
    lazy = name.startswith("Lazy")
    sizes = ("out_channels", "kernel_size") if lazy else ("in_channels", "out_channels", "kernel_size")
    return LayerSpec(
        f"torch.nn.{name}",
        LayerKind.CONV,
        sig(*sizes, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode="zeros", **DEVICE),
        parameters=lambda _: _LAZY_CONV if lazy else _CONV,
        broadcast=_BROADCAST,
        spatial=spatial,
        inherits=(*_LAZY, f"torch.nn.Conv{spatial}d", _ND) if lazy else (_ND,),
        op=OpKind.WEIGHT,
    )


def _conv_transpose(name: str, spatial: int) -> LayerSpec:
    lazy = name.startswith("Lazy")
    sizes = ("out_channels", "kernel_size") if lazy else ("in_channels", "out_channels", "kernel_size")
    optional = {"stride": 1, "padding": 0, "output_padding": 0, "groups": 1, "bias": True, "dilation": 1}
    return LayerSpec(
        f"torch.nn.{name}",
        LayerKind.CONV_TRANSPOSE,
        sig(*sizes, **optional, padding_mode="zeros", **DEVICE),
        parameters=lambda _: _LAZY_CONV_TRANSPOSE if lazy else _CONV_TRANSPOSE,
        broadcast=_BROADCAST_TRANSPOSE,
        spatial=spatial,
        inherits=(*_LAZY, f"torch.nn.ConvTranspose{spatial}d", _TRANSPOSE_ND, _ND) if lazy else (_TRANSPOSE_ND, _ND),
        op=OpKind.WEIGHT,
    )


CONV: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.Conv1d": _conv("Conv1d", 1),
    "torch.nn.Conv2d": _conv("Conv2d", 2),
    "torch.nn.Conv3d": _conv("Conv3d", 3),
    "torch.nn.LazyConv1d": _conv("LazyConv1d", 1),
    "torch.nn.LazyConv2d": _conv("LazyConv2d", 2),
    "torch.nn.LazyConv3d": _conv("LazyConv3d", 3),
    "torch.nn.ConvTranspose1d": _conv_transpose("ConvTranspose1d", 1),
    "torch.nn.ConvTranspose2d": _conv_transpose("ConvTranspose2d", 2),
    "torch.nn.ConvTranspose3d": _conv_transpose("ConvTranspose3d", 3),
    "torch.nn.LazyConvTranspose1d": _conv_transpose("LazyConvTranspose1d", 1),
    "torch.nn.LazyConvTranspose2d": _conv_transpose("LazyConvTranspose2d", 2),
    "torch.nn.LazyConvTranspose3d": _conv_transpose("LazyConvTranspose3d", 3),
}
