"""How far one draw of the weights takes the second moment from what the theory gives at infinite width."""

from __future__ import annotations

import math

_A_LAYER = 5.0  # the variance of the logarithm that a ReLU layer adds, times its width (Hanin and Nica, 1812.05994)
_ROUNDING = 0.03


def decades(inverse_widths: float) -> float:
    """The tolerance in powers of ten, either way, of a second moment behind layers with these 1 / fan_in in sum.

    Two standard deviations of one draw for one input. The mean over a batch takes off little of it, since its inputs
    share the weights. Layers without a rectifier and orthogonal weights vary less.
    """
    return 2.0 * math.sqrt(_A_LAYER * inverse_widths) / math.log(10.0) + _ROUNDING
