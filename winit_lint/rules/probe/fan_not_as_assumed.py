"""An initializer whose fan, measured on the layer, is another one.

What it does:
    Compares the fan that Kaiming's or Xavier's initializer took from the shape of a weight with the one that the
    probe measures: noise of unit variance through the layer alone, forward for the fan_in, a vector-Jacobian product
    for the fan_out. A parameter that no layer owns is measured on the product that the forward pass does with it
    (`x @ self.weight`, `F.linear`, `einsum`), if it is always the same one. Only explicit calls are judged, and not
    where a normalisation removes the scale again, which only a forward pass shows.

Why is this bad:
    The std is off by the square root of the ratio of the fans: by 4.6 for a transposed convolution from 256 to 3
    channels, by 8 for a depthwise convolution of 64 channels in fan_out mode.

Example:
    nn.init.kaiming_normal_(self.up.weight, nonlinearity="relu")

Use instead:
    nn.init.kaiming_normal_(self.up.weight, mode="fan_out", nonlinearity="relu")

Fix safety:
    No fix is offered: the values drawn change.

Known misses:
    Raw parameters in convolutions and lookups, parts of a matrix in products of their own, and weights that are
    computed from a parameter.

References:
    torch.nn.init._calculate_fan_in_and_fan_out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.analyses.final_writes import chosen_writes, history
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import named_scheme, shape_fans, std_factor_severity
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding
from winit_lint.ir.measured import Fan, MeasuredFans
from winit_lint.ir.size import known
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule, Scope

_SLIGHT = 0.1


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each weight that was drawn by a fan of its shape."""
    measured = run.model.measured
    fans = {} if measured is None or not run.model.flows else {found.name: found for found in measured.fans}
    for item in run.analysis(chosen_writes) if fans else ():
        scheme, found = named_scheme(item.write), fans.get(item.parameter.name)
        if scheme is None or found is None or item.write.origin is not Origin.EXPLICIT:
            continue
        if item.parameter.role == "in_proj_weight":
            continue  # torch itself draws the three blocks of MultiheadAttention as one matrix
        taken = _taken(item.write)
        judged = None if taken is None else _factor(scheme.mode, found, *taken)
        if judged is None or item.parameter.name in run.analysis(scale_free):
            continue
        factor, text = judged
        severity = std_factor_severity(factor)
        if severity is not None:
            message = f"{text}: the std of `{item.parameter.symbol}` is x{factor:.3g} of what the scheme means"
            related = history(item.parameter, item.write)
            yield run.report(item.span, severity, item.parameter.symbol, message, related=related)


def _taken(write: Write) -> tuple[float, float] | None:
    """The fans of the tensor that the initializer was given, which may be a transposed view."""
    fans = shape_fans(write.shape)
    pair = None if fans is None else (known(fans[0]), known(fans[1]))
    return None if pair is None or pair[0] is None or pair[1] is None else (pair[0], pair[1])


def _factor(mode: str, found: MeasuredFans, taken_in: float, taken_out: float) -> tuple[float, str] | None:
    """std drawn / std meant, and what was measured; None where the fans agree within their errors."""
    match mode:
        case "fan_in" if found.fan_in is not None and _differs(found.fan_in, taken_in):
            return math.sqrt(found.fan_in.value / taken_in), _text("fan_in", taken_in, found.fan_in)
        case "fan_out" if found.fan_in is not None and not _differs(found.fan_in, taken_out):
            return None  # of a transposed weight, torch's fan_out is the true fan_in
        case "fan_out" if found.fan_out is not None and _differs(found.fan_out, taken_out):
            return math.sqrt(found.fan_out.value / taken_out), _text("fan_out", taken_out, found.fan_out)
        case "average" if found.fan_in is not None and found.fan_out is not None:
            total = Fan(found.fan_in.value + found.fan_out.value, found.fan_in.error + found.fan_out.error)
            taken = taken_in + taken_out
            if _differs(total, taken):
                return math.sqrt(total.value / taken), _text("fan_in + fan_out", taken, total)
    return None


def _differs(fan: Fan, taken: float) -> bool:
    return abs(fan.value - taken) > max(4 * fan.error, _SLIGHT * taken)


def _text(what: str, taken: float, fan: Fan) -> str:
    return f"the initializer took {what} = {taken:g}, measured {fan.value:.4g} +- {fan.error:.2g}"


RULE = Rule("WI901", "fan-not-as-assumed", __doc__, check, Scope.STRUCTURE, refutes=overwritten, measured=True)
