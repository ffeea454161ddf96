"""Linear, bilinear and embedding layers (``torch/nn/modules/linear.py``, ``sparse.py``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import SizeExpr
from winit_lint.knowledge.signature import DEVICE, bound, kaiming_default, sig, uniform_within
from winit_lint.knowledge.spec import Arguments, LayerSpec, ParameterSpec
from winit_lint.theory.fans import bilinear, lookup

UNKNOWN_SIZE: Final = SizeExpr.atom("?")
"""The size of a Lazy layer that only its first forward fixes. Two of them need not be equal."""

_LINEAR = (
    ParameterSpec(
        "weight",
        shape=lambda a: (a.out_features, a.in_features),
        default=kaiming_default,
        fan_in=lambda a: a.in_features,
        fan_out=lambda a: a.out_features,
    ),
    ParameterSpec(
        "bias",
        shape=lambda a: (a.out_features,) if a.bias else None,
        default=lambda a: uniform_within(bound(a.in_features)),
    ),
)

_LAZY_LINEAR = (
    ParameterSpec("weight", shape=lambda a: (a.out_features, UNKNOWN_SIZE), default=lambda _: None),
    ParameterSpec("bias", shape=lambda a: (a.out_features,) if a.bias else None, default=lambda _: None),
)

_BILINEAR = (
    ParameterSpec(
        "weight",
        shape=lambda a: (a.out_features, a.in1_features, a.in2_features),
        default=lambda a: uniform_within(bound(a.in1_features)),  # ignores in2_features: Var(out) = in2_features / 3
        fan_in=lambda a: bilinear(a.in1_features, a.in2_features, a.out_features)[0],
        fan_out=lambda a: bilinear(a.in1_features, a.in2_features, a.out_features)[1],
    ),
    ParameterSpec(
        "bias",
        shape=lambda a: (a.out_features,) if a.bias else None,
        default=lambda a: uniform_within(bound(a.in1_features)),
    ),
)


def _table_default(a: Arguments) -> tuple[str, Mapping[str, Any]]:
    """N(0, 1), or the table given. The padding row that torch zeroes afterwards is left out of the moments."""
    if a._weight is not None:
        return "torch.Tensor.copy_", {"src": a._weight}
    return "torch.nn.init.normal_", {}


_EMBEDDING = (
    ParameterSpec(
        "weight",
        shape=lambda a: (a.num_embeddings, a.embedding_dim),
        default=_table_default,
        fan_in=lambda a: lookup(a.embedding_dim)[0],
        fan_out=lambda a: lookup(a.embedding_dim)[1],
    ),
)

# The true fan_in is the size of the bag (its inverse for the mean), which no argument tells.
_EMBEDDING_BAG = (
    ParameterSpec(
        "weight",
        shape=lambda a: (a.num_embeddings, a.embedding_dim),
        default=_table_default,
        fan_out=lambda a: a.embedding_dim,
    ),
)

DENSE: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.Linear": LayerSpec(
        "torch.nn.Linear",
        LayerKind.LINEAR,
        sig("in_features", "out_features", bias=True, **DEVICE),
        parameters=lambda _: _LINEAR,
        op=OpKind.WEIGHT,
    ),
    "torch.nn.modules.linear.NonDynamicallyQuantizableLinear": LayerSpec(
        "torch.nn.modules.linear.NonDynamicallyQuantizableLinear",
        LayerKind.LINEAR,
        sig("in_features", "out_features", bias=True, **DEVICE),
        parameters=lambda _: _LINEAR,
        inherits=("torch.nn.Linear",),
        op=OpKind.WEIGHT,
    ),
    "torch.nn.LazyLinear": LayerSpec(
        "torch.nn.LazyLinear",
        LayerKind.LINEAR,
        sig("out_features", bias=True, **DEVICE),
        parameters=lambda _: _LAZY_LINEAR,
        inherits=("torch.nn.modules.lazy.LazyModuleMixin", "torch.nn.Linear"),
        op=OpKind.WEIGHT,
    ),
    "torch.nn.Bilinear": LayerSpec(
        "torch.nn.Bilinear",
        LayerKind.BILINEAR,
        sig("in1_features", "in2_features", "out_features", bias=True, **DEVICE),
        parameters=lambda _: _BILINEAR,
        op=OpKind.WEIGHT,
    ),
    "torch.nn.Embedding": LayerSpec(
        "torch.nn.Embedding",
        LayerKind.EMBEDDING,
        sig(
            "num_embeddings",
            "embedding_dim",
            padding_idx=None,
            max_norm=None,
            norm_type=2.0,
            scale_grad_by_freq=False,
            sparse=False,
            _weight=None,
            _freeze=False,
            **DEVICE,
        ),
        parameters=lambda _: _EMBEDDING,
        op=OpKind.EMBEDDING,
    ),
    "torch.nn.EmbeddingBag": LayerSpec(
        "torch.nn.EmbeddingBag",
        LayerKind.EMBEDDING,
        sig(
            "num_embeddings",
            "embedding_dim",
            max_norm=None,
            norm_type=2.0,
            scale_grad_by_freq=False,
            mode="mean",
            sparse=False,
            _weight=None,
            include_last_offset=False,
            padding_idx=None,
            **DEVICE,
        ),
        parameters=lambda _: _EMBEDDING_BAG,
        op=OpKind.EMBEDDING,
    ),
}
