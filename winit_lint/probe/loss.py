"""The loss that a classifier or language model starts with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import nn
from torch.nn import functional

from winit_lint.ir.flow import Flow, OpKind
from winit_lint.ir.measured import Loss

_HEADS: Final = frozenset({"classifier", "cls", "fc", "head", "heads", "lm_head", "logits", "predictions", "score"})
_FEWEST: Final = 2
_DRAWS: Final = 64  # of random targets: what is left of their noise is reported


def loss_at_init(module: nn.Module, flow: Flow, output: Any) -> Loss | None:
    """The mean cross entropy against random targets; None where the output is not clearly a classifier's.

    It is one where a last layer of its own gives it (no activation, norm or softmax behind) and that layer is called
    a head, or has as many outputs as an embedding of the model has rows, or the output is named ``logits``.
    """
    logits, named = _logits(output)
    if logits is None or logits.dim() not in {2, 3} or logits.shape[-1] < _FEWEST:
        return None
    layer = _head(flow)
    if layer is None or not (named or _is_head(module, layer, logits.shape[-1])):
        return None
    rows = logits.detach().double().reshape(-1, logits.shape[-1])
    if not bool(torch.isfinite(rows).all()):
        return None
    classes = rows.shape[1]
    generator = torch.Generator().manual_seed(0)
    targets = torch.randint(0, classes, (_DRAWS, len(rows)), generator=generator)
    values = torch.stack([functional.cross_entropy(rows, target) for target in targets])
    error = float(values.std()) / math.sqrt(_DRAWS)
    return Loss(float(values.mean()), error, math.log(classes), classes, layer, float(rows.std(dim=1).mean()))


def _logits(output: Any) -> tuple[torch.Tensor | None, bool]:
    given = getattr(output, "logits", None)
    if isinstance(output, Mapping) and "logits" in output:
        given = output["logits"]
    if isinstance(given, torch.Tensor):
        return given, True
    if isinstance(output, (tuple, list)) and output:
        output = output[0]
    return (output, False) if isinstance(output, torch.Tensor) and output.is_floating_point() else (None, False)


def _head(flow: Flow) -> str | None:
    """The path of the linear layer whose result, at most reshaped, is the first output."""
    if not flow.outputs:
        return None
    op = flow.ops[flow.outputs[0]]
    while op.kind in {OpKind.RESHAPE, OpKind.DROPOUT, OpKind.SCALE} and op.inputs:
        op = flow.ops[op.inputs[0]]
    return op.layer or None if op.kind is OpKind.WEIGHT else None


def _is_head(module: nn.Module, path: str, classes: int) -> bool:
    tables = (each.num_embeddings for each in module.modules() if isinstance(each, nn.Embedding))
    return bool(_HEADS & set(path.lower().split("."))) or classes in set(tables)
