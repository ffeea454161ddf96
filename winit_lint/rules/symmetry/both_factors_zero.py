"""Two factors of one product start at zero, so neither ever learns.

What it does:
    Finds zero tensors that different lines chose and that stand in series on every path: both factors of a low-rank
    update, a gate and the last layer that it gates, the scales of both normalisations of a branch.

Why is this bad:
    The gradient of each factor carries the other one. With one of them zero that one moves first and the other
    follows; with both zero all gradients are exactly 0 at every step of SGD, Adam or any other first-order optimiser.

Example:
    self.lora_a = nn.Parameter(torch.zeros(rank, dim))
    self.lora_b = nn.Parameter(torch.zeros(dim, rank))

Use instead:
    self.lora_a = nn.Parameter(torch.randn(rank, dim) / dim**0.5)
    self.lora_b = nn.Parameter(torch.zeros(dim, rank))

Fix safety:
    No fix is offered: which factor should stay zero is the recipe's choice.

Known misses:
    Flows that cannot be followed to their end prove nothing, nor does a factor that a caller may fill.

References:
    Hu et al., 2022 (LoRA: exactly one factor zero); Bachlechner et al., 2021 (ReZero); Peebles and Xie, 2023
    (adaLN-zero); Goyal et al., 2017 (zero gamma).
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import history
from winit_lint.analyses.init_function import filled_elsewhere
from winit_lint.analyses.superseded import overwritten
from winit_lint.analyses.zero_factors import ZeroGroup, zero_groups
from winit_lint.finding import Finding, Related, Severity, SignalEffect
from winit_lint.ir.model import Parameter
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One error for each group of zero factors."""
    for group in run.analysis(zero_groups):
        if _left_open(run, group):
            continue
        parameter, write = group.blamed.parameter, group.blamed.write
        others = [other for name in group.members if (other := run.model.by_name[name]) is not parameter]
        message = (
            f"`{parameter.symbol}` and {_listed(others)} are {'both' if len(others) == 1 else 'all'} 0 and multiply "
            f"each other: the gradient of each carries the other as a factor, so all are 0 at every step and none of "
            f"them ever learns; let one start with random values"
        )
        related = (*_zeroed(others), *_meeting(run, group), *history(parameter, write))
        effect = SignalEffect(forward=0.0, backward=0.0)
        yield run.report(group.blamed.span, Severity.ERROR, parameter.symbol, message, effect=effect, related=related)


def _left_open(run: Pass, group: ZeroGroup) -> bool:
    """A factor that was only created as zeros is a place to fill: its owner, or a method not run here, may do that."""
    created = [p for name in group.members if (p := run.model.by_name[name]).last and len(p.applied) == 1]
    part = run.model.root in run.project.parts or not run.model.complete
    return bool(created) and (part or any(filled_elsewhere(run.project, run.model, p) for p in created))


def _listed(others: list[Parameter]) -> str:
    symbols = list(dict.fromkeys(other.symbol for other in others))
    more = f" ({len(symbols) - 2} more)" if len(symbols) > 2 else ""
    return " and ".join(f"`{symbol}`" for symbol in symbols[:2]) + more


def _zeroed(others: list[Parameter]) -> tuple[Related, ...]:
    """The lines that zeroed the other factors."""
    lines = {other.last.span: other for other in others if other.last is not None and other.last.span is not None}
    return tuple(Related(span, f"`{other.symbol}` is 0 from here") for span, other in list(lines.items())[:3] if span)


def _meeting(run: Pass, group: ZeroGroup) -> tuple[Related, ...]:
    found = [run.model.flows[group.evidence.flow].ops[i] for i in group.evidence.ops]
    return tuple(Related(op.span, f"`{op.name}` on its path") for op in found[:3] if op.span is not None)


RULE = Rule("WI402", "both-factors-zero", __doc__, check, refutes=overwritten)
