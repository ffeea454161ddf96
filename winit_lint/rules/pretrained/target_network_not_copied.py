"""A target network that starts as a second random network instead of as a copy.

What it does:
    Finds classes that build a network and its target (`actor` and `actor_target`) from equal constructor calls, move
    the target towards the network by a soft update, and copy the one to the other nowhere.

Why is this bad:
    Until the average has caught up, the targets that the network learns from are those of an unrelated random network:
    after ln 2 / tau updates, 139 at tau = 0.005, half of the difference is still there.

Example:
    self.actor_target = mlp(obs, act)

Use instead:
    self.actor_target.load_state_dict(self.actor.state_dict())

Fix safety:
    No fix is offered: the values change.

Known misses:
    Networks in variables of a script, in two classes or in lists; classes with a base of their own.

References:
    megvii-research/pytorch-gym#2; Lillicrap et al. 2015 (arXiv:1509.02971), algorithm 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Related, Severity
from winit_lint.rule import Pass, Rule, Scope


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each target network."""
    for pair in run.project.target_pairs:
        message = (
            f"`{pair.target}` is built apart from `{pair.network}` and never copied from it: it starts as another "
            f"random network, and half of the difference is left after ln 2 / tau soft updates (139 at tau 0.005); "
            f"load the state dict of `{pair.network}` into it"
        )
        related = (
            Related(pair.built, f"`{pair.network}` is built here"),
            Related(pair.update, "the soft update"),
        )
        yield run.report(pair.span, Severity.WARNING, f"{pair.owner}.{pair.target}", message, related=related)


RULE = Rule("WI607", "target-network-not-copied", __doc__, check, Scope.PROJECT)
