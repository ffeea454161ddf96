"""The loss that a classifier or language model starts with."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import torch
from torch import nn

from winit_lint.ir.flow import Flow, OpKind
from winit_lint.ir.measured import Loss

_HEADS: Final = frozenset({"classifier", "cls", "fc", "head", "heads", "lm_head", "logits", "predictions", "score"})
_FEWEST: Final = 2


def loss_at_init(module: nn.Module, flow: Flow, output: Any) -> Loss | None:
    """The cross entropy that targets drawn at random have on average; None where the output is no classifier's.

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
    value = float((torch.logsumexp(rows, dim=1) - rows.mean(dim=1)).mean())
    return Loss(value, 0.0, math.log(classes), classes, layer, float(rows.std(dim=1).mean()))


def over_builds(found: Sequence[Loss]) -> Loss | None:
    """The mean over builds of one model with its standard error, 0 for one build; None for none."""
    if not found:
        return None
    values = [each.value for each in found]
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    spread = statistics.fmean(each.logit_std for each in found)
    return replace(found[0], value=statistics.fmean(values), error=error, logit_std=spread, builds=len(values))


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
