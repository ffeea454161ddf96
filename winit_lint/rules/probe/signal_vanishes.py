"""A signal or gradient that is measured to vanish along a chain of layers.

What it does:
    Reads the second moments of one forward and backward pass at step 0, with biases zeroed, along each run of more
    than three weight layers without a normalisation, a residual sum or a gate between. What one random draw may do at
    these widths is taken off, and what pooling does is left out.

Why is this bad:
    Layers near the input get a gradient that is as good as zero, or layers near the output see no input: the model
    learns late or not at all.

Example:
    nn.init.xavier_uniform_(layer.weight)

Use instead:
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

Fix safety:
    No fix is offered here: the rules on the source say which gain is needed.

Known misses:
    Signals that a normalisation restores, and weights that are zero on purpose.

References:
    Hanin and Nica (2018), arXiv 1812.05994, for the spread of one draw.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.rules.measured_chain import chain_findings


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each chain, on its first weight."""
    yield from chain_findings(run, grows=False)


RULE = Rule("WI904", "signal-vanishes", __doc__, check, Scope.STRUCTURE, refutes=overwritten, measured=True)
