"""Losses and distances (``torch/nn/modules/loss.py``, ``distance.py``).

The children of ``torch.nn.AdaptiveLogSoftmaxWithLoss`` depend on the list of cut-offs and are not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import product
from winit_lint.knowledge.signature import DEVICE, sig
from winit_lint.knowledge.spec import Arguments, ChildSpec, LayerSpec

_LOSS = "torch.nn.modules.loss._Loss"
_WEIGHTED = ("torch.nn.modules.loss._WeightedLoss", _LOSS)


def _loss(name: str, signature: tuple[tuple[str, Any], ...], *inherits: str) -> LayerSpec:
    buffers = ("weight",) if _WEIGHTED[0] in inherits else ()
    return LayerSpec(
        f"torch.nn.{name}", LayerKind.OTHER, signature, inherits=inherits, op=OpKind.UNKNOWN, buffers=buffers
    )


def _projection(a: Arguments) -> Mapping[str, Any]:
    outputs = product((a.num_classes, *a.out_features))
    return {"in_features": a.in_features, "out_features": outputs, "bias": a.bias}


LOSS: Final[Mapping[str, LayerSpec]] = {
    "torch.nn.AdaptiveLogSoftmaxWithLoss": LayerSpec(
        "torch.nn.AdaptiveLogSoftmaxWithLoss",
        LayerKind.OTHER,
        sig("in_features", "n_classes", "cutoffs", div_value=4.0, head_bias=False, **DEVICE),
        op=OpKind.UNKNOWN,
    ),
    "torch.nn.BCELoss": _loss(
        "BCELoss", sig(weight=None, size_average=None, reduce=None, reduction="mean"), *_WEIGHTED
    ),
    "torch.nn.BCEWithLogitsLoss": LayerSpec(
        "torch.nn.BCEWithLogitsLoss",
        LayerKind.OTHER,
        sig(weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None),
        inherits=(_LOSS,),
        op=OpKind.UNKNOWN,
        buffers=("weight", "pos_weight"),
    ),
    "torch.nn.CTCLoss": _loss("CTCLoss", sig(blank=0, reduction="mean", zero_infinity=False), _LOSS),
    "torch.nn.CosineEmbeddingLoss": _loss(
        "CosineEmbeddingLoss", sig(margin=0.0, size_average=None, reduce=None, reduction="mean"), _LOSS
    ),
    "torch.nn.CosineSimilarity": _loss("CosineSimilarity", sig(dim=1, eps=1e-08)),
    "torch.nn.CrossEntropyLoss": _loss(
        "CrossEntropyLoss",
        sig(weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0),
        *_WEIGHTED,
    ),
    "torch.nn.GaussianNLLLoss": _loss("GaussianNLLLoss", sig(full=False, eps=1e-06, reduction="mean"), _LOSS),
    "torch.nn.HingeEmbeddingLoss": _loss(
        "HingeEmbeddingLoss", sig(margin=1.0, size_average=None, reduce=None, reduction="mean"), _LOSS
    ),
    "torch.nn.HuberLoss": _loss("HuberLoss", sig(reduction="mean", delta=1.0), _LOSS),
    "torch.nn.KLDivLoss": _loss(
        "KLDivLoss", sig(size_average=None, reduce=None, reduction="mean", log_target=False), _LOSS
    ),
    "torch.nn.L1Loss": _loss("L1Loss", sig(size_average=None, reduce=None, reduction="mean"), _LOSS),
    "torch.nn.MSELoss": _loss("MSELoss", sig(size_average=None, reduce=None, reduction="mean"), _LOSS),
    "torch.nn.MarginRankingLoss": _loss(
        "MarginRankingLoss", sig(margin=0.0, size_average=None, reduce=None, reduction="mean"), _LOSS
    ),
    "torch.nn.MultiLabelMarginLoss": _loss(
        "MultiLabelMarginLoss", sig(size_average=None, reduce=None, reduction="mean"), _LOSS
    ),
    "torch.nn.MultiLabelSoftMarginLoss": _loss(
        "MultiLabelSoftMarginLoss", sig(weight=None, size_average=None, reduce=None, reduction="mean"), *_WEIGHTED
    ),
    "torch.nn.MultiMarginLoss": _loss(
        "MultiMarginLoss",
        sig(p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean"),
        *_WEIGHTED,
    ),
    "torch.nn.NLLLoss": _loss(
        "NLLLoss", sig(weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"), *_WEIGHTED
    ),
    "torch.nn.NLLLoss2d": _loss(
        "NLLLoss2d",
        sig(weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"),
        "torch.nn.NLLLoss",
        *_WEIGHTED,
    ),
    "torch.nn.PairwiseDistance": _loss("PairwiseDistance", sig(p=2.0, eps=1e-06, keepdim=False)),
    "torch.nn.PoissonNLLLoss": _loss(
        "PoissonNLLLoss",
        sig(log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, reduction="mean"),
        _LOSS,
    ),
    "torch.nn.SmoothL1Loss": _loss(
        "SmoothL1Loss", sig(size_average=None, reduce=None, reduction="mean", beta=1.0), _LOSS
    ),
    "torch.nn.SoftMarginLoss": _loss("SoftMarginLoss", sig(size_average=None, reduce=None, reduction="mean"), _LOSS),
    "torch.nn.TripletMarginLoss": _loss(
        "TripletMarginLoss",
        sig(margin=1.0, p=2.0, eps=1e-06, swap=False, size_average=None, reduce=None, reduction="mean"),
        _LOSS,
    ),
    "torch.nn.TripletMarginWithDistanceLoss": LayerSpec(
        "torch.nn.TripletMarginWithDistanceLoss",
        LayerKind.OTHER,
        sig(distance_function=None, margin=1.0, swap=False, reduction="mean"),
        children=(
            ChildSpec(
                "distance_function",
                "torch.nn.PairwiseDistance",
                lambda a: {} if a.distance_function is None else None,
            ),
        ),
        inherits=(_LOSS,),
        op=OpKind.UNKNOWN,
    ),
    "torch.nn.LinearCrossEntropyLoss": LayerSpec(
        "torch.nn.LinearCrossEntropyLoss",
        LayerKind.OTHER,
        sig(
            "in_features",
            "num_classes",
            out_features=(),
            bias=False,
            **DEVICE,
            reduction="mean",
            weight=None,
            ignore_index=None,
            label_smoothing=0.0,
            options=None,
        ),
        children=(ChildSpec("linear", "torch.nn.Linear", _projection),),
        inherits=_WEIGHTED,
        op=OpKind.UNKNOWN,
        buffers=("weight",),
    ),
}
