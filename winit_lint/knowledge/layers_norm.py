"""Normalisation layers (``torch/nn/modules/batchnorm.py``, ``instancenorm.py``, ``normalization.py``).

The keyword-only ``bias`` of batch, instance and group norm stands last in their signatures, after ``dtype``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.knowledge.layers_dense import UNKNOWN_SIZE
from winit_lint.knowledge.signature import DEVICE, sig, vector
from winit_lint.knowledge.spec import Arguments, LayerSpec, ParameterSpec, Shape

_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")
_NORM_BASE = "torch.nn.modules.batchnorm._NormBase"
_BATCH = ("torch.nn.modules.batchnorm._BatchNorm", _NORM_BASE)
_INSTANCE = ("torch.nn.modules.instancenorm._InstanceNorm", _NORM_BASE)
_LAZY = ("torch.nn.modules.batchnorm._LazyNormBase", "torch.nn.modules.lazy.LazyModuleMixin")
_BATCH_OPTIONS: Final[Mapping[str, Any]] = {
    "eps": 1e-05,
    "momentum": 0.1,
    "affine": True,
    "track_running_stats": True,
}
_INSTANCE_OPTIONS: Final[Mapping[str, Any]] = {
    "eps": 1e-05,
    "momentum": 0.1,
    "affine": False,
    "track_running_stats": False,
}

_FEATURES = (
    vector("weight", lambda a: (a.num_features,) if a.affine else None, "ones_"),
    vector("bias", lambda a: (a.num_features,) if a.affine and a.bias else None, "zeros_"),
)
_CHANNELS = (
    vector("weight", lambda a: (a.num_channels,) if a.affine else None, "ones_"),
    vector("bias", lambda a: (a.num_channels,) if a.affine and a.bias else None, "zeros_"),
)
_LAZY_FEATURES = (
    ParameterSpec("weight", lambda a: (UNKNOWN_SIZE,) if a.affine else None, lambda _: None),
    ParameterSpec("bias", lambda a: (UNKNOWN_SIZE,) if a.affine and a.bias else None, lambda _: None),
)


def _normalized(a: Arguments) -> Shape:
    shape = a.normalized_shape
    return tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)


_LAYER_NORM = (
    vector("weight", lambda a: _normalized(a) if a.elementwise_affine else None, "ones_"),
    vector("bias", lambda a: _normalized(a) if a.elementwise_affine and a.bias else None, "zeros_"),
)
_RMS_NORM = (vector("weight", lambda a: _normalized(a) if a.elementwise_affine else None, "ones_"),)


def _batch_norm(name: str) -> LayerSpec:
    return LayerSpec(
        f"torch.nn.{name}",
        LayerKind.NORM,
        sig("num_features", **_BATCH_OPTIONS, **DEVICE, bias=True),
        parameters=lambda _: _FEATURES,
        inherits=_BATCH,
        op=OpKind.NORM,
        buffers=_BUFFERS,
    )


def _instance_norm(name: str) -> LayerSpec:
    return LayerSpec(
        f"torch.nn.{name}",
        LayerKind.NORM,
        sig("num_features", **_INSTANCE_OPTIONS, **DEVICE, bias=True),
        parameters=lambda _: _FEATURES,
        inherits=_INSTANCE,
        op=OpKind.NORM,
        buffers=_BUFFERS,
    )


def _lazy_norm(name: str, bases: tuple[str, ...]) -> LayerSpec:
    """Lazy instance norm takes batch norm's defaults, ``affine=True`` included."""
    return LayerSpec(
        f"torch.nn.{name}",
        LayerKind.NORM,
        sig(**_BATCH_OPTIONS, **DEVICE, bias=True),
        parameters=lambda _: _LAZY_FEATURES,
        inherits=(*_LAZY, *bases),
        op=OpKind.NORM,
        buffers=_BUFFERS,
    )


NORM: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.BatchNorm1d": _batch_norm("BatchNorm1d"),
    "torch.nn.BatchNorm2d": _batch_norm("BatchNorm2d"),
    "torch.nn.BatchNorm3d": _batch_norm("BatchNorm3d"),
    "torch.nn.InstanceNorm1d": _instance_norm("InstanceNorm1d"),
    "torch.nn.InstanceNorm2d": _instance_norm("InstanceNorm2d"),
    "torch.nn.InstanceNorm3d": _instance_norm("InstanceNorm3d"),
    "torch.nn.LazyBatchNorm1d": _lazy_norm("LazyBatchNorm1d", _BATCH),
    "torch.nn.LazyBatchNorm2d": _lazy_norm("LazyBatchNorm2d", _BATCH),
    "torch.nn.LazyBatchNorm3d": _lazy_norm("LazyBatchNorm3d", _BATCH),
    "torch.nn.LazyInstanceNorm1d": _lazy_norm("LazyInstanceNorm1d", _INSTANCE),
    "torch.nn.LazyInstanceNorm2d": _lazy_norm("LazyInstanceNorm2d", _INSTANCE),
    "torch.nn.LazyInstanceNorm3d": _lazy_norm("LazyInstanceNorm3d", _INSTANCE),
    "torch.nn.SyncBatchNorm": LayerSpec(
        "torch.nn.SyncBatchNorm",
        LayerKind.NORM,
        sig("num_features", **_BATCH_OPTIONS, process_group=None, **DEVICE, bias=True),
        parameters=lambda _: _FEATURES,
        inherits=_BATCH,
        op=OpKind.NORM,
        buffers=_BUFFERS,
    ),
    "torch.nn.GroupNorm": LayerSpec(
        "torch.nn.GroupNorm",
        LayerKind.NORM,
        sig("num_groups", "num_channels", eps=1e-05, affine=True, **DEVICE, bias=True),
        parameters=lambda _: _CHANNELS,
        op=OpKind.NORM,
    ),
    "torch.nn.LayerNorm": LayerSpec(
        "torch.nn.LayerNorm",
        LayerKind.NORM,
        sig("normalized_shape", eps=1e-05, elementwise_affine=True, bias=True, **DEVICE),
        parameters=lambda _: _LAYER_NORM,
        op=OpKind.NORM,
    ),
    "torch.nn.RMSNorm": LayerSpec(
        "torch.nn.RMSNorm",
        LayerKind.NORM,
        sig("normalized_shape", eps=None, elementwise_affine=True, **DEVICE),
        parameters=lambda _: _RMS_NORM,
        op=OpKind.NORM,
    ),
    # With its usual alpha and k the response norm is close to the identity: it does not reset the scale.
    "torch.nn.LocalResponseNorm": LayerSpec(
        "torch.nn.LocalResponseNorm",
        LayerKind.NORM,
        sig("size", alpha=0.0001, beta=0.75, k=1.0),
        op=OpKind.UNKNOWN,
    ),
    "torch.nn.CrossMapLRN2d": LayerSpec(
        "torch.nn.CrossMapLRN2d",
        LayerKind.NORM,
        sig("size", alpha=0.0001, beta=0.75, k=1),
        op=OpKind.UNKNOWN,
    ),
    "torchvision.ops.FrozenBatchNorm2d": LayerSpec(
        "torchvision.ops.FrozenBatchNorm2d",
        LayerKind.NORM,
        sig("num_features", eps=1e-05),
        op=OpKind.NORM,
        buffers=("weight", "bias", "running_mean", "running_var"),
    ),
}
