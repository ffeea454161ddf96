"""A zero or constant weight that never learns, or whose units stay identical.

What it does:
    Finds zero weights whose gradient is exactly zero at every step, because their output meets a nonlinearity with
    slope 0 at 0 (ReLU, ReLU6, abs, square, hardshrink) or because one line zeroed a whole stack; and constant
    weights followed by constant weights only, with nothing that tells their units apart.

Why is this bad:
    A dead weight stays at its start under SGD, Adam and every other first-order optimiser. A locked layer of n units
    is a layer of one unit, repeated n times: the rank of its weight stays 1.

Example:
    nn.init.zeros_(m.weight)

Use instead:
    nn.init.kaiming_normal_(m.weight, nonlinearity="relu")

Fix safety:
    No fix is offered: which scheme is right depends on the nonlinearity that follows.

Known misses:
    One zero weight before a smooth nonlinearity (tanh, GELU, SiLU) trains, and so does a zero head, a zero last layer
    of a residual branch and a zero gate: silent. Flows that cannot be followed to their end prove nothing.

References:
    Goodfellow, Bengio and Courville, 2016, section 8.4 (symmetry); He et al., 2015 (rectifiers); Peebles and Xie,
    2023 (adaLN-zero).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from winit_lint.analyses.dead_path import Cause, Dead, DeadPaths, dead_paths
from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.superseded import random_after_all
from winit_lint.analyses.symmetry import Locked
from winit_lint.analyses.zero_factors import dead_by_one_line
from winit_lint.finding import Finding, Related, Severity, SignalEffect
from winit_lint.ir.model import Model
from winit_lint.ir.size import known
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One error for each line that zeroes or fills."""
    paths = run.analysis(dead_paths)
    alone = run.analysis(dead_by_one_line)
    part = run.model.root in run.project.parts
    for group in by_span(run.analysis(chosen_writes)):
        if part and not group[0].write.name.endswith("_"):
            continue  # `torch.zeros(...)` holds the place of what the owner's routine draws, in models larger than this
        dead = [f for f in group if f.parameter.name in alone]
        if dead:
            yield _dead(run, dead, paths)
            continue
        locked = [f for f in group if f.parameter.name in paths.locked and f.parameter.name not in paths.dead]
        if locked:
            yield _locked(run, locked, paths.locked)


def _dead(run: Pass, group: list[FinalWrite], paths: DeadPaths) -> Finding:
    first = group[0]
    name = first.parameter.name
    found = paths.dead[name]
    symbols = [f.parameter.symbol for f in group]
    why = _flat(run.model, found) if found.cause is Cause.FLAT_ACTIVATION else "the other factors of its path are 0 too"
    total = sum(1 for weight in run.model.parameters if weight.name in paths.dead)
    message = (
        f"`{symbols[0]}`{others(symbols)} is 0 and never learns: {why}, so its gradient is 0 at every step "
        f"({total} dead weight{'s' if total > 1 else ''} in `{run.model.name}`)"
    )
    related = (*history(first.parameter, first.write), *_evidence(run.model, found.flow, found.ops))
    effect = SignalEffect(forward=0.0, backward=0.0)
    return run.report(first.span, Severity.ERROR, symbols[0], message, effect=effect, related=related)


def _flat(model: Model, found: Dead) -> str:
    names = [model.flows[found.flow].ops[i].activation for i in found.ops]
    flat = next((name for name in names if name), "the nonlinearity")
    return f"its output is 0, where `{flat}` has slope 0"


def _locked(run: Pass, group: list[FinalWrite], locked: Mapping[str, Locked]) -> Finding:
    first = group[0]
    found = locked[first.parameter.name]
    symbols = [f.parameter.symbol for f in group]
    units = known(first.parameter.shape[0]) if first.parameter.shape else None
    following = [run.model.by_name[name].symbol for name in found.following if name in run.model.by_name]
    count = f"the {units:.0f} units" if units is not None else "all units"
    rank = f" (rank 1 of {units:.0f})" if units is not None else ""
    message = (
        f"every entry of `{symbols[0]}`{others(symbols)} is {found.value:g} and so is `{following[0]}` behind it: "
        f"{count} start identical, get the same gradient and stay identical for ever{rank}"
        if following
        else f"every entry of `{symbols[0]}`{others(symbols)} is {found.value:g}: {count} stay identical for ever{rank}"
    )
    related = (*history(first.parameter, first.write), *_evidence(run.model, found.flow, found.ops))
    return run.report(first.span, Severity.ERROR, symbols[0], message, related=related)


def _evidence(model: Model, flow: int, ops: tuple[int, ...]) -> tuple[Related, ...]:
    found = [model.flows[flow].ops[i] for i in ops]
    return tuple(Related(op.span, f"`{op.name}` on its path") for op in found[:3] if op.span is not None)


RULE = Rule("WI401", "constant-weight", __doc__, check, refutes=random_after_all)
