"""Xavier or Kaiming over a bank of matrices, whose dimensions are read as those of a convolution.

What it does:
    Finds `xavier_*` and `kaiming_*` on a parameter of three or more dimensions that holds one matrix for each expert,
    head or group, as `torch.bmm`, `torch.einsum` or an index in `forward` shows.

Why is this bad:
    `torch.nn.init` takes the last dimension for the positions of a convolution kernel. In an (experts, in, out) bank
    Kaiming's std is 1/sqrt(out) of what one matrix needs (0.09 times at 128), Xavier's 0.14 times for 8 experts of 64
    by 128: the variance of the output is 50 to 130 times too small.

Example:
    nn.init.xavier_uniform_(self.w1)

Use instead:
    for expert in self.w1:
        nn.init.xavier_uniform_(expert)

Fix safety:
    No fix is offered: the values drawn change.

Known misses:
    Banks that a kernel or a function of the project multiplies; formulas written by hand; orthogonal_, which takes the
    whole bank for one wide matrix.

References:
    hpcaitech/ColossalAI#251; torch.nn.init._calculate_fan_in_and_fan_out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.analyses.banks import Bank, banks
from winit_lint.analyses.chain_index import chain_links, effect_of
from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.scale_free import scale_free
from winit_lint.analyses.scheme import named_scheme, shape_fans, share, std_factor_severity
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.size import Number, SizeExpr, known, sqrt
from winit_lint.rule import Pass, Rule, Scope

_READABLE = 40  # characters
_SMALLEST = 8  # stands for every size that is not known when the severity is chosen


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call, about its worst target."""
    found = run.analysis(banks)
    for group in by_span(run.analysis(chosen_writes)):
        faults = [(item, *judged) for item in group if (judged := _judge(run, item, found.get(item.parameter.name)))]
        if not faults:
            continue
        item, severity, shown = max(faults, key=lambda fault: fault[1].rank)
        parameter, bank = item.parameter, found[item.parameter.name]
        symbols = [parameter.symbol, *(other.parameter.symbol for other, _, _ in faults)]
        message = (
            f"`{item.write.name}` reads `{symbols[0]}`{others(symbols)} as a convolution kernel, but it is a bank "
            f"of matrices with fan_in {bank.fan_in} and fan_out {bank.fan_out}: std {shown} of what one needs; "
            f"initialise them one by one"
        )
        used = () if bank.product is None else (Related(bank.product, "multiplied here"),)
        effect = effect_of(run.analysis(chain_links), parameter.name)
        related = (*history(parameter, item.write), *used)
        yield run.report(item.span, severity, symbols[0], message, effect=effect, related=related)


def _judge(run: Pass, item: FinalWrite, bank: Bank | None) -> tuple[Severity, str] | None:
    """The severity, and the std drawn over the std meant in words."""
    fans, scheme = shape_fans(item.write.shape), named_scheme(item.write)
    if bank is None or fans is None or scheme is None or item.parameter.applied[-1] is not item.write:
        return None
    if item.write.shape != item.parameter.shape or item.parameter.name in run.analysis(scale_free):
        return None
    true, used = _fan((bank.fan_in, bank.fan_out), scheme.mode), _fan(fans, scheme.mode)
    ratio = share(true, used)
    if ratio is None:
        return None
    severity = std_factor_severity(math.sqrt(_least(true) / _least(used)))
    return None if severity is None else (severity, _factor(ratio, true, used))


def _factor(ratio: Number, true: Number, used: Number) -> str:
    factor = known(sqrt(ratio))
    if factor is None:
        text = str(ratio)
        return f"x sqrt({text})" if len(text) <= _READABLE else f"x sqrt(({true}) / ({used}))"
    return f"x{factor:.3g}, variance x{factor * factor:.3g}"


def _fan(fans: tuple[Number, Number], mode: str) -> Number:
    return fans[0] + fans[1] if mode == "average" else fans[0] if mode == "fan_in" else fans[1]


def _least(size: Number) -> float:
    """Its value with every size that is not known taken for a small one."""
    if not isinstance(size, SizeExpr):
        return float(size)
    total = 0.0
    for monomial, factor in size.terms:
        total += factor * math.pow(_SMALLEST, sum(power for _, power in monomial))
    return total


RULE = Rule("WI204", "fan-on-stacked-experts", __doc__, check, Scope.SCALE, refutes=overwritten)
