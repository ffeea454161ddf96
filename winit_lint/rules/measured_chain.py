"""The findings of the two rules on chains whose measured signal leaves its band."""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.blamed import blamed
from winit_lint.analyses.chain_text import layers_text
from winit_lint.analyses.chains import Chain
from winit_lint.analyses.measured_chains import measured_chains
from winit_lint.finding import Finding, Related, SignalEffect
from winit_lint.ir.model import Model
from winit_lint.rule import Pass


def chain_findings(run: Pass, *, grows: bool) -> Iterator[Finding]:
    """One finding for each chain along which the signal grows (or shrinks) too much, on its first weight."""
    for found in run.analysis(measured_chains):
        if found.severity is None or found.ratio is None or (found.ratio < 1 if grows else found.ratio > 1):
            continue
        first = run.model.by_name[found.chain.links[0].parameter]
        last = run.model.by_name[found.chain.links[-1].parameter]
        how = "measured, with every bias zero" if _biased(run.model, found.chain) else "measured"
        effect = SignalEffect(None, None, found.forward, found.backward, found.chain.length)
        message = f"from `{first.symbol}` to `{last.symbol}`, {layers_text(found.chain)}, {found.text} ({how})"
        related = (Related(blamed(run.model, last), f"`{last.symbol}` is the last of them"),)
        span = blamed(run.model, first)
        yield run.report(span, found.severity, first.symbol, message, effect=effect, related=related)


def _biased(model: Model, chain: Chain) -> bool:
    """Whether what the chain puts out was another with every bias zero than as drawn."""
    signal = model.measured.signal if model.measured is not None else None
    passed = [signal.by_op[link.op] for link in chain.links if link.op in signal.by_op] if signal is not None else []
    return any(op.forward != op.forward_zeroed for op in passed)
