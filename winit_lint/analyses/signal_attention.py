"""Attention as an average of its values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

from winit_lint.analyses.signal_layer import bias_of, strength
from winit_lint.analyses.signal_value import Assumptions, Value, plain
from winit_lint.ir.flow import Op
from winit_lint.ir.model import Model

_STEEP = 50.0


@final
@dataclass(frozen=True, slots=True)
class Attention:
    """What an attention operation does.

    ``second``, ``common`` and ``mean`` are those of the values that it averages, ``focus`` the sum of its squared
    weights: e^v / n for n keys and logits of variance v. ``back`` is what the gradient of the values is multiplied by
    on its way to what the operation reads, None where not known.
    """

    mean: float
    second: float
    common: float
    focus: float
    back: float | None


def attention(model: Model, op: Op, inputs: Sequence[Value], assumed: Assumptions) -> Attention | None:
    """Scaled dot-product attention on (query, key, value), equal ones given once, with its projections if it has any.

    The logits of one query have variance E[q^2] E[k^2], the products over a head being divided by the root of its
    width. None where a number is not known.
    """
    if not inputs:
        return None
    query, value = inputs[0], inputs[-1]
    key = inputs[1] if len(inputs) > 2 else value
    q, k = query.joint.second, key.joint.second
    count = value.count(assumed.positions)[0]
    found = value.joint
    matrices = [name for name in op.parameters if name.endswith("weight")]
    if not matrices:
        return Attention(found.mean, found.second, found.common, _focus(q * k, count), 1.0)
    weights = [model.by_name.get(name) for name in (matrices * 3 if len(matrices) == 1 else matrices)]
    s = [strength(each) for each in weights]
    bias = bias_of(model, [name for name in op.parameters if name.endswith("in_proj_bias")])
    if len(s) != 3 or s[0] is None or s[1] is None or s[2] is None or bias is None:
        return None
    q, k = s[0] * q + bias.second, s[1] * k + bias.second
    second, common = s[2] * found.second + bias.second, s[2] * found.common + bias.second
    return Attention(bias.mean, second, common, _focus(q * k, count), strength(weights[2], out=True))


def _focus(variance: float, count: int) -> float:
    return min(1.0, math.exp(min(variance, _STEEP)) / count)


def attended(model: Model, op: Op, inputs: Sequence[Value], assumed: Assumptions) -> Value | None:
    """What attention puts out: the common part of its values, and of the rest what the average leaves.

    The averages at two positions are over the same values, so that of a plain average nothing differs between them.
    """
    found = attention(model, op, inputs, assumed)
    if found is None or not math.isfinite(found.second):
        return None
    own = found.second - found.common
    count = inputs[-1].count(assumed.positions)[0]
    second, common = found.common + own * found.focus, found.common + own / count  # all positions average the same
    return plain(op.id, found.mean, second, common, replace(inputs[0], width=None), exact=False, gaussian=True)
