"""The seed is set after the weights are drawn.

What it does:
    Finds a call that seeds torch's generator (`torch.manual_seed`, `seed_everything`, a helper that calls them) in a
    scope that has built its model before, where nothing else in the file seeds earlier.

Why is this bad:
    The weights are drawn when the layers are built. A seed that comes later fixes the order of the data and the
    dropout masks but not the start, so that no two runs train from the same weights.

Example:
    self.net = nn.Sequential(nn.Linear(n_in, 8), nn.ReLU(), nn.Linear(8, 1))
    torch.manual_seed(seed)

Use instead:
    torch.manual_seed(seed)
    self.net = nn.Sequential(nn.Linear(n_in, 8), nn.ReLU(), nn.Linear(8, 1))

Fix safety:
    The suggestion is only shown: moving the call changes the weights drawn.

Known misses:
    A file with a second call that may seed. Models that load their weights are silent, and one that builds no optimizer
    gets a note: its seed may be for its inputs only.

References:
    online-ml/deep-river#172; PyTorch, Reproducibility.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import Seeding
from winit_lint.rule import Pass, Rule, Scope


def check(run: Pass) -> Iterator[Finding]:
    """A warning where the model is trained, else a note."""
    if not run.model.complete:
        return
    for event in run.model.events_of(Seeding):
        drawn = [parameter for name in event.before if (parameter := run.model.by_name.get(name))]
        if not drawn or event.ranked or not event.lonely:
            continue
        several = f" and {len(drawn) - 1} more tensors" if len(drawn) > 1 else ""
        were, differ = ("were", "differ") if several else ("was", "differs")
        message = (
            f"this seeds too late: `{drawn[0].name}`{several} {were} drawn before it and {differ} "
            f"in every run; seed before the model is built"
        )
        created = drawn[0].created
        related = (Related(created, f"`{drawn[0].name}` is drawn here"),) if created is not None else ()
        severity = Severity.WARNING if event.trains else Severity.NOTE
        fix = Fix("move the call in front of the construction")
        yield run.report(event.span, severity, run.model.name, message, related=related, fix=fix)


RULE = Rule("WI803", "seed-after-construction", __doc__, check, Scope.SCALE)
