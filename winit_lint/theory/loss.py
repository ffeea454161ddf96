"""The cross entropy that random logits start with."""

from __future__ import annotations

import math

LARGE_LOGITS, HUGE_LOGITS = 3.0, 10.0
"""Standard deviations of logits above which the first loss is a warning, and above which it is an error."""

_EULER = 0.5772156649


def initial_cross_entropy(classes: float, std: float) -> float:
    """Mean cross entropy of independent N(0, std^2) logits against targets that they know nothing of.

    ln C + std^2 / 2 while std^2 < 2 ln C; beyond, the largest logit alone decides (extreme values of a normal).
    """
    logarithm = math.log(classes)
    edge = math.sqrt(2 * logarithm)
    if std < edge:
        return logarithm + std * std / 2
    correction = (math.log(logarithm) + math.log(4 * math.pi)) / (2 * edge)
    return std * (edge - correction + _EULER / edge)
