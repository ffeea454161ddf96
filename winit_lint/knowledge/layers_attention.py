"""Attention and transformer layers (``torch/nn/modules/activation.py``, ``transformer.py``).

``torch.nn.TransformerEncoder`` and ``TransformerDecoder`` deep-copy the layer that they are given, and
``torch.nn.Transformer`` builds both, so their children are not listed; :data:`RESETS` says what the last does to them.
The children ``activation`` of the two transformer layers are left out as well: an activation has no parameter here
unless the caller gives a module that has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, final

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import Number
from winit_lint.knowledge.signature import DEVICE, sig, vector
from winit_lint.knowledge.spec import Arguments, ChildSpec, LayerSpec, ParameterSpec


@final
@dataclass(frozen=True, slots=True)
class ResetSpec:
    """A write that a composite layer makes after its children are built.

    ``path`` is the parameter's path below the layer, ``*`` for all of them; only tensors of at least ``min_dims``
    dimensions are written. ``init`` is a key of ``INITIALIZERS``.
    """

    path: str
    init: str
    arguments: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    min_dims: int = 0


RESETS: Final[Mapping[str, tuple[ResetSpec, ...]]] = {
    "torch.nn.MultiheadAttention": (ResetSpec("out_proj.bias", "torch.nn.init.constant_", {"val": 0.0}),),
    "torch.nn.Transformer": (ResetSpec("*", "torch.nn.init.xavier_uniform_", min_dims=2),),
}


def _key_width(a: Arguments) -> Number:
    width: Number = a.embed_dim if a.kdim is None else a.kdim
    return width


def _value_width(a: Arguments) -> Number:
    width: Number = a.embed_dim if a.vdim is None else a.vdim
    return width


def _fused(a: Arguments) -> bool:
    """Queries, keys and values share one matrix when their widths are equal."""
    return bool(_key_width(a) == a.embed_dim and _value_width(a) == a.embed_dim)


def _xavier(_: Arguments) -> tuple[str, Mapping[str, Any]]:
    return "torch.nn.init.xavier_uniform_", {}


_ATTENTION = (
    ParameterSpec(
        "q_proj_weight",
        shape=lambda a: None if _fused(a) else (a.embed_dim, a.embed_dim),
        default=_xavier,
        fan_in=lambda a: a.embed_dim,
        fan_out=lambda a: a.embed_dim,
    ),
    ParameterSpec(
        "k_proj_weight",
        shape=lambda a: None if _fused(a) else (a.embed_dim, _key_width(a)),
        default=_xavier,
        fan_in=_key_width,
        fan_out=lambda a: a.embed_dim,
    ),
    ParameterSpec(
        "v_proj_weight",
        shape=lambda a: None if _fused(a) else (a.embed_dim, _value_width(a)),
        default=_xavier,
        fan_in=_value_width,
        fan_out=lambda a: a.embed_dim,
    ),
    ParameterSpec(
        "in_proj_weight",
        shape=lambda a: (3 * a.embed_dim, a.embed_dim) if _fused(a) else None,
        default=_xavier,
        fan_in=lambda a: a.embed_dim,
        fan_out=lambda a: a.embed_dim,  # of one of the three blocks
    ),
    vector("in_proj_bias", lambda a: (3 * a.embed_dim,) if a.bias else None, "constant_", val=0.0),
    vector("bias_k", lambda a: (1, 1, a.embed_dim) if a.add_bias_kv else None, "xavier_normal_"),
    vector("bias_v", lambda a: (1, 1, a.embed_dim) if a.add_bias_kv else None, "xavier_normal_"),
)

_ATTENTION_CHILDREN = (
    ChildSpec(
        "out_proj",
        "torch.nn.modules.linear.NonDynamicallyQuantizableLinear",
        lambda a: {"in_features": a.embed_dim, "out_features": a.embed_dim, "bias": a.bias},
    ),
)


def _attention(a: Arguments) -> Mapping[str, Any]:
    return {
        "embed_dim": a.d_model,
        "num_heads": a.nhead,
        "dropout": a.dropout,
        "bias": a.bias,
        "batch_first": a.batch_first,
    }


def _norm(a: Arguments) -> Mapping[str, Any]:
    return {"normalized_shape": a.d_model, "eps": a.layer_norm_eps, "bias": a.bias}


def _up(a: Arguments) -> Mapping[str, Any]:
    return {"in_features": a.d_model, "out_features": a.dim_feedforward, "bias": a.bias}


def _down(a: Arguments) -> Mapping[str, Any]:
    return {"in_features": a.dim_feedforward, "out_features": a.d_model, "bias": a.bias}


def _dropout(a: Arguments) -> Mapping[str, Any]:
    return {"p": a.dropout}


_ENCODER_CHILDREN = (
    ChildSpec("self_attn", "torch.nn.MultiheadAttention", _attention),
    ChildSpec("linear1", "torch.nn.Linear", _up),
    ChildSpec("dropout", "torch.nn.Dropout", _dropout),
    ChildSpec("linear2", "torch.nn.Linear", _down),
    ChildSpec("norm1", "torch.nn.LayerNorm", _norm),
    ChildSpec("norm2", "torch.nn.LayerNorm", _norm),
    ChildSpec("dropout1", "torch.nn.Dropout", _dropout),
    ChildSpec("dropout2", "torch.nn.Dropout", _dropout),
)

_DECODER_CHILDREN = (
    ChildSpec("self_attn", "torch.nn.MultiheadAttention", _attention),
    ChildSpec("multihead_attn", "torch.nn.MultiheadAttention", _attention),
    ChildSpec("linear1", "torch.nn.Linear", _up),
    ChildSpec("dropout", "torch.nn.Dropout", _dropout),
    ChildSpec("linear2", "torch.nn.Linear", _down),
    ChildSpec("norm1", "torch.nn.LayerNorm", _norm),
    ChildSpec("norm2", "torch.nn.LayerNorm", _norm),
    ChildSpec("norm3", "torch.nn.LayerNorm", _norm),
    ChildSpec("dropout1", "torch.nn.Dropout", _dropout),
    ChildSpec("dropout2", "torch.nn.Dropout", _dropout),
    ChildSpec("dropout3", "torch.nn.Dropout", _dropout),
)

# torch's default is the function torch.nn.functional.relu; the string does the same.
_TRANSFORMER_OPTIONS: Final[Mapping[str, Any]] = {"dim_feedforward": 2048, "dropout": 0.1, "activation": "relu"}
_NORM_OPTIONS: Final[Mapping[str, Any]] = {
    "layer_norm_eps": 1e-05,
    "batch_first": False,
    "norm_first": False,
    "bias": True,
}

ATTENTION: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.MultiheadAttention": LayerSpec(
        "torch.nn.MultiheadAttention",
        LayerKind.ATTENTION,
        sig(
            "embed_dim",
            "num_heads",
            dropout=0.0,
            bias=True,
            add_bias_kv=False,
            add_zero_attn=False,
            kdim=None,
            vdim=None,
            batch_first=False,
            **DEVICE,
        ),
        parameters=lambda _: _ATTENTION,
        children=_ATTENTION_CHILDREN,
        op=OpKind.ATTENTION,
    ),
    "torch.nn.TransformerEncoderLayer": LayerSpec(
        "torch.nn.TransformerEncoderLayer",
        LayerKind.TRANSFORMER,
        sig("d_model", "nhead", **_TRANSFORMER_OPTIONS, **_NORM_OPTIONS, **DEVICE),
        children=_ENCODER_CHILDREN,
        op=OpKind.UNKNOWN,
    ),
    "torch.nn.TransformerDecoderLayer": LayerSpec(
        "torch.nn.TransformerDecoderLayer",
        LayerKind.TRANSFORMER,
        sig("d_model", "nhead", **_TRANSFORMER_OPTIONS, **_NORM_OPTIONS, **DEVICE),
        children=_DECODER_CHILDREN,
        op=OpKind.UNKNOWN,
    ),
    "torch.nn.TransformerEncoder": LayerSpec(
        "torch.nn.TransformerEncoder",
        LayerKind.TRANSFORMER,
        sig("encoder_layer", "num_layers", norm=None, enable_nested_tensor=True, mask_check=True),
        op=OpKind.UNKNOWN,
    ),
    "torch.nn.TransformerDecoder": LayerSpec(
        "torch.nn.TransformerDecoder",
        LayerKind.TRANSFORMER,
        sig("decoder_layer", "num_layers", norm=None),
        op=OpKind.UNKNOWN,
    ),
    "torch.nn.Transformer": LayerSpec(
        "torch.nn.Transformer",
        LayerKind.TRANSFORMER,
        sig(
            d_model=512,
            nhead=8,
            num_encoder_layers=6,
            num_decoder_layers=6,
            **_TRANSFORMER_OPTIONS,
            custom_encoder=None,
            custom_decoder=None,
            **_NORM_OPTIONS,
            **DEVICE,
        ),
        op=OpKind.UNKNOWN,
    ),
}
