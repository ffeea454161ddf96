"""Each process of a run draws its own weights.

What it does:
    Finds models built after the generator was seeded with a number that differs between processes (`seed + rank`), in
    files that average gradients by hand and show nothing that copies the weights of one process to the others.

Why is this bad:
    Averaged gradients keep replicas equal only if they start equal. With a seed for each rank every replica follows
    its own path from its own start, and the gradient that all of them apply is that of none.

Example:
    torch.manual_seed(seed + rank)
    net = nn.Linear(8, 1)

Use instead:
    torch.manual_seed(seed)
    net = nn.Linear(8, 1)
    torch.manual_seed(seed + rank)

Fix safety:
    No fix is offered: the number for each rank may be wanted for the data, after the model is built.

Known misses:
    DistributedDataParallel and trainers copy the weights of the first process: silent. So is every file that does not
    average gradients itself, because a wrapper elsewhere may.

References:
    torch.nn.parallel.DistributedDataParallel (broadcasts at construction); OpenAI Spinning Up (`sync_params`).
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.event import Seeding
from winit_lint.rule import Pass, Rule, Scope


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each seed that differs between ranks, in front of a model."""
    if not run.model.complete:
        return
    for event in run.model.events_of(Seeding):
        drawn = [parameter for name in event.after if (parameter := run.model.by_name.get(name))]
        if not drawn or not event.ranked or not event.averages:
            continue
        several = f" and {len(drawn) - 1} more tensors" if len(drawn) > 1 else ""
        message = (
            f"the seed `{event.given}` differs between processes, and `{drawn[0].name}`{several} are drawn with it: "
            f"every process starts from other weights and nothing makes them equal; seed all alike, or broadcast"
        )
        created = drawn[0].created
        related = (Related(created, f"`{drawn[0].name}` is drawn here"),) if created is not None else ()
        yield run.report(event.span, Severity.WARNING, run.model.name, message, related=related)


RULE = Rule("WI804", "rank-dependent-seed", __doc__, check, Scope.SCALE)
