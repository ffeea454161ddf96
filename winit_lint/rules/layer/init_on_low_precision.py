"""An initializer that fails, or goes wrong, on float16 and bfloat16 tensors.

What it does:
    Finds `orthogonal_` on tensors that are certainly float16 or bfloat16, `trunc_normal_` on them with a bound 3
    standard deviations or more away, and stds of which float16 keeps no more than zeros.

Why is this bad:
    The QR decomposition behind `orthogonal_` has no kernel for 16 bits: the call raises NotImplementedError. The
    sampler of `trunc_normal_` in torch before 2.12 draws exactly -1 in 0.2 % of the cases in bfloat16 and 0.02 % in
    float16, which becomes the lower bound: with std 0.02 and the default bounds the values -2 among the others make the
    std 0.09 and 0.04. And float16 has nothing between 0 and 6e-8: of a normal with std 1e-8 99.7 % become 0.

Example:
    nn.init.trunc_normal_(self.fc.weight, std=0.02)

Use instead:
    nn.init.trunc_normal_(self.fc.weight, std=0.02, a=-0.04, b=0.04)

Fix safety:
    No fix is offered: drawing in float32 and converting the module afterwards is right for all of them.

Known misses:
    `torch.set_default_dtype`, types that come with a configuration, samplers of other libraries.

References:
    pytorch/torchtitan#2269; pytorch/pytorch#145498, #174997.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.analyses.final_writes import others, symbol_of
from winit_lint.analyses.scheme import is_orthogonal
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.distribution import Kind
from winit_lint.ir.size import known
from winit_lint.ir.write import Effect, Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_FAR = 3.0
_AT_THE_BOUND = {"bfloat16": 2.0**-9, "float16": 2.0**-12}  # the chance that uniform_(-1, 1) is exactly -1
_SMALLEST = 2.0**-24  # of float16; half of it is rounded to 0
_LOST = 0.1  # a share of zeros that is worth a word


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call."""
    lines: dict[Span, list[tuple[Write, Severity, str]]] = {}
    for write in run.model.writes:
        if write.dtype is None or write.span is None or write.origin is not Origin.EXPLICIT:
            continue
        if write.effect is Effect.APPLIED and (judged := _judge(write, write.dtype)) is not None:
            lines.setdefault(write.span, []).append((write, *judged))
    for span, found in lines.items():
        write, severity, text = max(found, key=lambda entry: entry[1].rank)
        symbols = [symbol_of(run.model, each) for each, _, _ in found]
        message = (
            f"`{write.name}` on `{symbols[0]}`{others(symbols)}, which is {write.dtype}, {text}; draw in float32 and "
            f"convert afterwards"
        )
        yield run.report(span, severity, symbols[0], message, related=_created(run, write))


def _judge(write: Write, dtype: str) -> tuple[Severity, str] | None:
    if is_orthogonal(write):
        return Severity.ERROR, "raises NotImplementedError: the QR decomposition has no 16-bit kernel"
    std = known(write.distribution.std)
    if write.init == "torch.nn.init.trunc_normal_":
        return _truncated(write, dtype)
    if dtype == "float16" and write.distribution.kind is Kind.NORMAL and std and write.distribution.mean == 0:
        zeros = math.erf(_SMALLEST / 2 / std / math.sqrt(2))
        if zeros > _LOST:
            return Severity.WARNING, f"becomes 0 in {100 * zeros:.3g} % of the entries at std {std:.3g}"
    return None


def _truncated(write: Write, dtype: str) -> tuple[Severity, str] | None:
    mean, std, low, high = (known(write.args.get(name)) for name in ("mean", "std", "a", "b"))
    if mean is None or std is None or low is None or high is None or std <= 0:
        return None
    if min(mean - low, high - mean) < _FAR * std:
        return None
    share = _AT_THE_BOUND[dtype]
    spoiled = math.sqrt(std * std + share * (low - mean) ** 2)
    if spoiled < 1.1 * std:
        return None
    text = (
        f"puts {100 * share:.1g} % of the entries at the lower bound {low:g} in torch before 2.12 (std {spoiled:.2g} "
        f"instead of {std:g})"
    )
    return Severity.WARNING, text


def _created(run: Pass, write: Write) -> tuple[Related, ...]:
    parameter = run.model.by_name.get(write.target) if write.target is not None else None
    if parameter is None or parameter.created is None or parameter.created == write.span:
        return ()
    return (Related(parameter.created, f"`{parameter.symbol}` is created here"),)


RULE = Rule("WI706", "init-on-low-precision", __doc__, check)
